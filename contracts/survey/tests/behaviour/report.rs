use commons_common::units::UnixTime;
use commons_survey::SurveyError;

use crate::support::{FOUNDED, INDEX, Survey, VALUE, WINDOW, reporter};

#[test]
fn only_reporters_report() {
    let mut survey = Survey::new();
    let refused = survey.report(4, INDEX, 1, 100).unwrap_err();
    assert!(matches!(refused, SurveyError::NotReporter { .. }));
}

/// C10: one report a reporter and year; another year is another reading.
#[test]
fn a_reporter_reports_once_a_year() {
    let mut survey = Survey::new();
    survey.report(0, INDEX, 1, 100).unwrap();
    let refused = survey.report(0, INDEX, 1, 100).unwrap_err();
    assert!(matches!(refused, SurveyError::AlreadyReported { .. }));
    survey.report(0, INDEX, 2, 100).unwrap();
    survey.report(0, VALUE, 1, 100).unwrap();
    assert_eq!(survey.reading(INDEX, 1).unwrap().reports.len(), 1);
}

#[test]
fn unknown_subjects_are_refused() {
    let mut survey = Survey::new();
    for spelling in ["Prices", "weather"] {
        let refused = survey.report(0, spelling, 1, 100).unwrap_err();
        assert!(matches!(refused, SurveyError::NoSuchSubject(_)));
    }
}

/// R6: an index of 0 would divide by zero; a value of 0 is a total loss and can be reported.
#[test]
fn an_index_is_above_zero_and_a_value_need_not_be() {
    let mut survey = Survey::new();
    let refused = survey.report(0, INDEX, 1, 0).unwrap_err();
    assert!(matches!(refused, SurveyError::ZeroIndex));
    survey.report(0, VALUE, 1, 0).unwrap();
}

/// The window begins with the last report needed; later ones do not move it.
#[test]
fn later_reports_do_not_move_the_window() {
    let mut survey = Survey::new();
    survey.report(0, INDEX, 1, 100).unwrap();
    assert_eq!(survey.reading(INDEX, 1).unwrap().complete_at, None);
    survey.at(10);
    survey.report(1, INDEX, 1, 100).unwrap();
    let complete_at = Some(UnixTime(FOUNDED + 10));
    assert_eq!(survey.reading(INDEX, 1).unwrap().complete_at, complete_at);
    survey.at(10 + WINDOW - 1);
    survey.report(2, INDEX, 1, 100).unwrap();
    let reading = survey.reading(INDEX, 1).unwrap();
    assert_eq!(reading.complete_at, complete_at);
    let reporters: Vec<_> = reading.reports.iter().map(|r| r.reporter.clone()).collect();
    assert_eq!(reporters, [reporter(0), reporter(1), reporter(2)]);
}

#[test]
fn nothing_is_added_to_a_settled_reading() {
    let mut survey = Survey::new();
    survey.report(0, INDEX, 1, 100).unwrap();
    survey.report(1, INDEX, 1, 100).unwrap();
    survey.at(WINDOW);
    survey.settle(INDEX, 1).unwrap();
    let refused = survey.report(2, INDEX, 1, 900).unwrap_err();
    assert!(matches!(refused, SurveyError::AlreadySettled { .. }));
    assert_eq!(survey.counts(INDEX), Some((1, 100, true)));
}
