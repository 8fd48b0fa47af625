use commons_common::id::PeriodId;
use commons_common::survey::{Effective, QueryMsg, Reading};
use commons_survey::SurveyError;

use crate::support::{INDEX, Survey, VALID_FOR, VALUE, WINDOW, name};

fn settled(survey: &mut Survey, from: u64, period: u64, value: u128) {
    survey.at(from);
    survey.report(0, INDEX, period, value).unwrap();
    survey.report(1, INDEX, period, value).unwrap();
    survey.at(from + WINDOW);
    survey.settle(INDEX, period).unwrap();
}

/// R22: fresh to the last second of its validity, stale from the next on, and still the value that counts.
#[test]
fn readings_are_stale_from_the_second_their_validity_ends() {
    let mut survey = Survey::new();
    settled(&mut survey, 0, 1, 100);
    survey.at(WINDOW + VALID_FOR - 1);
    assert_eq!(survey.counts(INDEX), Some((1, 100, true)));
    survey.at(WINDOW + VALID_FOR);
    assert_eq!(survey.counts(INDEX), Some((1, 100, false)));
}

/// What counts is the latest year, whichever settled last.
#[test]
fn the_latest_year_counts_whatever_settled_last() {
    let mut survey = Survey::new();
    assert_eq!(survey.effective(INDEX), Effective::None {});
    settled(&mut survey, 0, 5, 500);
    settled(&mut survey, 1_000, 4, 400);
    assert_eq!(survey.counts(INDEX).map(|c| c.0), Some(5));
    settled(&mut survey, 2_000, 6, 300);
    assert_eq!(survey.counts(INDEX), Some((6, 300, true)));
    survey.report(0, INDEX, 7, 700).unwrap();
    assert_eq!(survey.counts(INDEX).map(|c| c.0), Some(6));
    assert_eq!(survey.counts(VALUE), None);
}

/// The base before the first close may carry the label 0.
#[test]
fn year_0_counts() {
    let mut survey = Survey::new();
    settled(&mut survey, 0, 0, 100);
    assert_eq!(survey.counts(INDEX), Some((0, 100, true)));
}

#[test]
fn readings_are_listed_by_year_in_pages() {
    let mut survey = Survey::new();
    for period in (0..120).rev() {
        survey.report(0, INDEX, period, 1).unwrap();
    }
    survey.report(0, VALUE, 3, 1).unwrap();
    let list = |start_after: Option<u64>, limit| -> Vec<u64> {
        let readings: Vec<Reading> = survey.ask(QueryMsg::ListReadings {
            subject: name(INDEX),
            start_after: start_after.map(PeriodId),
            limit,
        });
        readings.iter().map(|r| r.period.get()).collect()
    };
    assert_eq!(list(None, Some(3)), [0, 1, 2]);
    assert_eq!(list(Some(2), Some(2)), [3, 4]);
    assert_eq!(list(Some(117), None), [118, 119]);
    assert_eq!(list(None, None).len(), 30);
    assert_eq!(list(None, Some(u32::MAX)).len(), 100);
}

#[test]
fn unknown_subjects_are_an_error_and_unknown_years_none() {
    let survey = Survey::new();
    assert_eq!(survey.reading(INDEX, 9), None);
    let subject = name("weather");
    for msg in [
        QueryMsg::Effective {
            subject: subject.clone(),
        },
        QueryMsg::Reading {
            subject: subject.clone(),
            period: PeriodId(1),
        },
        QueryMsg::ListReadings {
            subject,
            start_after: None,
            limit: None,
        },
    ] {
        let refused = survey.ask_err(msg);
        assert!(matches!(refused, SurveyError::NoSuchSubject(_)));
    }
}
