//! What the second reader says where the contracts answer something else.

use commons_audit::reference::{Answers, Now, compare, families};
use commons_common::trust::GiftLedger;
use serde_json::{Value, json};

use crate::history::{History, money};

/// Answers the trust's periods as they were read, with one change; nothing else.
struct Altered {
    periods: Value,
}

impl Answers for Altered {
    fn ask(&self, _: &str, query: &[u8]) -> Result<Vec<u8>, String> {
        if query.starts_with(b"{\"list_periods\"") {
            return Ok(self.periods.to_string().into_bytes());
        }
        Err("no answer".to_owned())
    }
}

fn two_periods() -> History {
    let mut history = History::living(money(), 10, 1_000);
    for period in 1..=2 {
        history.give(GiftLedger::Income, 5);
        history.index(period, 1_000);
        history.close();
    }
    history
}

fn compared(history: &History, periods: Value) -> String {
    let now = Now {
        height: history.height,
        time: history.time,
    };
    compare(&history.reader, &Altered { periods }, now)
        .unwrap_err()
        .to_string()
}

#[test]
fn the_first_other_answer_is_a_sentence_with_trust_period_and_ledger() {
    let history = two_periods();
    let mut periods = serde_json::to_value(history.reader.periods()).unwrap();
    periods[1]["ledgers"]["floor"] = json!("1");
    assert_eq!(
        compared(&history, periods),
        "trust 'The Well', period 2: the contract's ledgers.floor is 1, the second reader's is 1000"
    );
}

#[test]
fn a_period_that_the_contract_lacks_is_a_difference() {
    let history = two_periods();
    let mut periods = serde_json::to_value(history.reader.periods()).unwrap();
    periods.as_array_mut().unwrap().pop();
    assert!(
        compared(&history, periods)
            .starts_with("trust 'The Well', period 2: the contract's answer is none")
    );
}

#[test]
fn a_contract_that_does_not_answer_is_named() {
    let history = two_periods();
    let periods = serde_json::to_value(history.reader.periods()).unwrap();
    assert_eq!(
        compared(&history, periods),
        "trust 'The Well', ledgers: the contract does not answer: no answer"
    );
}

#[test]
fn a_trust_is_found_and_named_by_its_founding() {
    let history = two_periods();
    assert_eq!(families(&history.steps), [history.family]);
}

#[test]
fn what_no_registry_founded_is_nobodys_trust() {
    let history = two_periods();
    assert_eq!(families(&history.steps[1..]), []);
}
