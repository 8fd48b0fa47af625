use commons_common::survey::Effective;
use commons_common::units::UnixTime;
use commons_survey::SurveyError;

use crate::support::{FOUNDED, INDEX, Survey, VALID_FOR, VALUE, WINDOW};

/// I16: not a second inside the window.
#[test]
fn readings_settle_at_the_second_the_window_ends() {
    let mut survey = Survey::new();
    survey.report(0, INDEX, 1, 100).unwrap();
    survey.at(50);
    survey.report(1, INDEX, 1, 100).unwrap();
    for inside in [50, 51, 50 + WINDOW - 1] {
        survey.at(inside);
        let refused = survey.settle(INDEX, 1).unwrap_err();
        assert!(matches!(refused, SurveyError::InWindow { .. }));
        assert_eq!(survey.counts(INDEX), None);
    }
    survey.at(50 + WINDOW);
    survey.settle(INDEX, 1).unwrap();
    assert_eq!(survey.counts(INDEX), Some((1, 100, true)));
}

#[test]
fn readings_need_the_reports_they_take() {
    let mut survey = Survey::new();
    let refused = survey.settle(INDEX, 1).unwrap_err();
    assert!(matches!(
        refused,
        SurveyError::Incomplete { reports: 0, .. }
    ));
    survey.report(0, INDEX, 1, 100).unwrap();
    survey.at(10 * WINDOW);
    let refused = survey.settle(INDEX, 1).unwrap_err();
    assert!(matches!(
        refused,
        SurveyError::Incomplete { reports: 1, .. }
    ));
}

#[test]
fn readings_settle_once() {
    let mut survey = Survey::new();
    survey.report(0, INDEX, 1, 100).unwrap();
    survey.report(1, INDEX, 1, 100).unwrap();
    survey.at(WINDOW);
    survey.settle(INDEX, 1).unwrap();
    survey.at(WINDOW + VALID_FOR);
    let refused = survey.settle(INDEX, 1).unwrap_err();
    assert!(matches!(refused, SurveyError::AlreadySettled { .. }));
    assert_eq!(survey.counts(INDEX), Some((1, 100, false)));
}

/// What a reading says holds for the second in which its window opened: when the last report needed came in.
#[test]
fn an_answer_says_when_the_window_of_its_reading_opened() {
    let mut survey = Survey::new();
    survey.report(0, INDEX, 1, 100).unwrap();
    survey.at(50);
    survey.report(1, INDEX, 1, 100).unwrap();
    survey.at(60);
    survey.report(2, INDEX, 1, 100).unwrap();
    survey.at(50 + WINDOW);
    survey.settle(INDEX, 1).unwrap();
    let Effective::Settled {
        reported_at,
        opened_at,
        settled_at,
        ..
    } = survey.effective(INDEX)
    else {
        panic!("settled");
    };
    let seconds = [reported_at, opened_at, settled_at].map(|at| at.0 - FOUNDED);
    assert_eq!(seconds, [0, 50, 50 + WINDOW]);
}

/// R23: the report that protects the capital counts: the highest index, the lowest value, late reports included.
#[test]
fn the_report_that_protects_the_capital_counts() {
    let mut survey = Survey::new();
    for subject in [INDEX, VALUE] {
        survey.report(0, subject, 1, 200).unwrap();
        survey.report(1, subject, 1, 150).unwrap();
    }
    survey.at(WINDOW + 5);
    survey.report(2, INDEX, 1, 260).unwrap();
    survey.report(2, VALUE, 1, 120).unwrap();
    survey.report(3, INDEX, 1, 90).unwrap();
    survey.report(3, VALUE, 1, 900).unwrap();
    for subject in [INDEX, VALUE] {
        survey.settle(subject, 1).unwrap();
    }
    assert_eq!(survey.counts(INDEX), Some((1, 260, true)));
    assert_eq!(survey.counts(VALUE), Some((1, 120, true)));
    let Effective::Settled {
        reported_at,
        settled_at,
        ..
    } = survey.effective(INDEX)
    else {
        panic!("settled");
    };
    assert_eq!(reported_at, UnixTime(FOUNDED));
    assert_eq!(settled_at, UnixTime(FOUNDED + WINDOW + 5));
}
