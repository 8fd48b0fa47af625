use commons_common::charter::SubjectKind;
use commons_common::id::PeriodId;
use commons_common::journal::Entry;
use commons_common::survey::{ExecuteMsg, InstantiateMsg, QueryMsg, Subject};
use commons_survey::SurveyError;
use cosmwasm_std::coins;
use cosmwasm_std::testing::message_info;

use crate::support::{INDEX, Survey, VALUE, addr, instantiate_msg, name, reporter, subject};

#[test]
fn subjects_that_could_never_settle_are_refused() {
    let mut too_many = instantiate_msg();
    too_many.subjects[1].reports = 5;
    let mut nobody = instantiate_msg();
    nobody.subjects[0].reporters.clear();
    let mut alone = instantiate_msg();
    alone.subjects[0].reports = 0;
    let mut twice = instantiate_msg();
    twice.subjects[1].name = name(INDEX);
    let mut same_reporter = instantiate_msg();
    same_reporter.subjects[0].reporters[1] = reporter(0).into_string();
    let none = InstantiateMsg {
        subjects: Vec::new(),
    };
    for (msg, path) in [
        (too_many, "subjects.1.reports"),
        (nobody, "subjects.0.reporters"),
        (alone, "subjects.0.reports"),
        (twice, "subjects.1"),
        (same_reporter, "subjects.0.reporters.1"),
        (none, "subjects"),
    ] {
        let refused = Survey::blank().begin(msg).unwrap_err();
        let SurveyError::Charter(error) = refused else {
            panic!("{refused}");
        };
        assert_eq!(error.path, path);
    }
}

#[test]
fn reporters_of_no_chain_are_refused() {
    let mut msg = instantiate_msg();
    msg.subjects[0].reporters[0] = msg.subjects[0].reporters[0].to_uppercase();
    let refused = Survey::blank().begin(msg).unwrap_err();
    assert!(matches!(refused, SurveyError::Std(_)));
}

#[test]
fn subjects_are_those_of_the_charter() {
    let survey = Survey::new();
    let subjects: Vec<Subject> = survey.ask(QueryMsg::Subjects {});
    let charter = subject(VALUE, SubjectKind::Value);
    let stored = subjects.iter().find(|s| s.name == charter.name).unwrap();
    assert_eq!(subjects.len(), 2);
    assert_eq!(stored.kind, charter.kind);
    assert_eq!(stored.reports, charter.reports);
    assert_eq!(stored.reporters.len(), 4);
    assert_eq!(
        (stored.window, stored.valid_for),
        (charter.window, charter.valid_for)
    );
}

/// R34: the instantiation is entry 1, each message is one more.
#[test]
fn every_message_is_one_entry_of_the_journal() {
    let mut survey = Survey::new();
    let first: Entry = survey.ask(QueryMsg::Journal {});
    let response = survey.report(0, INDEX, 1, 100).unwrap();
    let second: Entry = survey.ask(QueryMsg::Journal {});
    assert_eq!((first.n, second.n), (1, 2));
    let event = response.events.last().unwrap();
    assert_eq!(event.ty, "journal");
    assert_eq!(event.attributes[1].value, second.head.to_string());
    let version = cw2::get_contract_version(&survey.deps.storage).unwrap();
    assert_eq!(version.contract, "crate:commons-survey");
}

#[test]
fn coins_are_refused() {
    let mut survey = Survey::new();
    let msg = ExecuteMsg::Settle {
        subject: name(INDEX),
        period: PeriodId(1),
    };
    let info = message_info(&addr("anyone"), &coins(1, "ucommon"));
    let refused = survey.send(info, msg).unwrap_err();
    assert!(matches!(refused, SurveyError::FundsSent));
}
