//! What a test sees of a transaction: trace, changes, gas, and errors with both.

use commons_testing::{Coin, DENOM, Place, Setup, TestChain};
use serde_json::{Value, json};

use crate::support::{Token, transfer};

#[test]
fn trace_shows_calls_under_calls_with_their_gas() {
    let mut token = Token::begin();
    let keeper = token.keeper();
    let give = json!({ "send": { "contract": keeper, "amount": "7", "msg": "e30=" } });
    let done = token
        .chain
        .execute(&token.alice, &token.address, &give)
        .unwrap();
    assert_eq!(done.calls.len(), 1);
    assert_eq!(done.calls[0].contract, token.address);
    assert_eq!(done.calls[0].calls[0].contract, keeper);
    assert!(done.calls[0].gas > done.calls[0].calls[0].gas);
    let trace = done.trace();
    let lines: Vec<&str> = trace.lines().collect();
    assert_eq!(lines.len(), 2, "{trace}");
    assert!(lines[0].starts_with(&format!("execute {} ", token.address)));
    assert!(lines[1].starts_with(&format!("  execute {keeper} ")));
    assert!(lines[1].contains("{\"receive\":{"), "{trace}");
    let kept = token.chain.raw(&keeper, b"last").unwrap();
    assert_eq!(kept, done.calls[0].calls[0].msg);
    assert_eq!(token.chain.stored(&keeper), [(b"last".to_vec(), kept)]);
}

/// Exactly the keys that changed, with what was there and what is.
#[test]
fn changes_are_named_by_contract_balance_and_account() {
    let mut token = Token::begin();
    let pay = transfer(token.bob.address(), 10);
    let funds = [Coin::new(3, DENOM)];
    let before = token.chain.balance(&token.alice, DENOM);
    let done = token
        .chain
        .execute_with(&token.alice, &token.address, &pay, &funds)
        .unwrap();
    let of = |wanted: &Place| {
        let found = done.changes.iter().find(|change| change.place == *wanted);
        let found = found.unwrap_or_else(|| panic!("{wanted} is not in\n{}", done.diff()));
        let text = |side: &Option<Vec<u8>>| {
            side.as_ref()
                .map(|value| String::from_utf8(value.clone()).unwrap())
        };
        (text(&found.before), text(&found.after))
    };
    let coins = Place::Balance {
        address: token.alice.address().to_owned(),
        denom: DENOM.to_owned(),
    };
    let (was, is) = (before.to_string(), (before - 3).to_string());
    assert_eq!(of(&coins), (Some(was), Some(is)));
    let tokens = |of: &str| Place::Contract {
        address: token.address.clone(),
        key: [b"\0\x07balance", of.as_bytes()].concat(),
    };
    assert_eq!(
        of(&tokens(token.alice.address())),
        (Some("\"1000\"".to_owned()), Some("\"990\"".to_owned()))
    );
    assert_eq!(
        of(&tokens(token.bob.address())),
        (None, Some("\"10\"".to_owned()))
    );
    let account = Place::Account {
        address: token.alice.address().to_owned(),
    };
    assert!(done.changes.iter().any(|change| change.place == account));
    let line = "\"1000\" -> \"990\"";
    assert!(done.diff().contains(line), "{}", done.diff());
    assert_eq!(done.attribute("wasm", "action"), Some("transfer"));
}

#[test]
fn failure_has_code_words_and_trace_and_changes_nothing_of_the_contract() {
    let mut token = Token::begin();
    let stored = token.chain.stored(&token.address);
    let too_much = transfer(token.bob.address(), 1001);
    let refused = token
        .chain
        .execute(&token.alice, &token.address, &too_much)
        .unwrap_err();
    assert_eq!(refused.code(), ("wasm", 5));
    let said = refused.to_string();
    assert!(said.starts_with("wasm/5: "), "{said}");
    assert!(said.contains("FAILED: "), "{said}");
    assert_eq!(token.chain.stored(&token.address), stored);
    let places = refused.0.changes.iter().map(|change| &change.place);
    for place in places {
        assert!(!matches!(place, Place::Contract { .. }), "{place}");
    }
}

#[test]
fn gas_is_summed_by_contract_and_message() {
    let mut token = Token::begin();
    let pay = transfer(token.bob.address(), 10);
    let mut used = Vec::new();
    for _ in 0..3 {
        let done = token
            .chain
            .execute(&token.alice, &token.address, &pay)
            .unwrap();
        used.push(done.calls[0].gas);
        assert!(done.gas_used() > done.calls[0].gas);
    }
    let report = token.chain.gas_report();
    let sum = report.of(&token.address, "execute", "transfer").unwrap();
    assert_eq!(sum.calls, 3);
    assert_eq!(
        (sum.least, sum.most, sum.total),
        (
            *used.iter().min().unwrap(),
            *used.iter().max().unwrap(),
            used.iter().sum()
        )
    );
    assert_eq!(report.of(&token.address, "execute", "burn"), None);
    let table = report.to_string();
    assert!(table.contains("  execute transfer"), "{table}");
    assert!(table.contains("  instantiate"), "{table}");
}

#[test]
fn contract_is_migrated_by_whoever_made_it() {
    let mut token = Token::begin();
    let wasm = crate::support::cw20();
    let next = token.chain.store(&token.alice, &wasm).unwrap();
    assert_eq!(next, token.code + 1);
    let refused = token
        .chain
        .migrate(&token.bob, &token.address, next, &json!({}))
        .unwrap_err();
    assert_eq!(refused.code(), ("sdk", 4));
    token
        .chain
        .migrate(&token.alice, &token.address, next, &json!({}))
        .unwrap();
    assert_eq!(token.chain.code_of(&token.address), Some(next));
    assert_eq!(token.balance(token.alice.address()), "1000");
}

#[test]
fn question_that_the_contract_refuses_is_an_error() {
    let token = Token::begin();
    let answer: Result<Value, String> = token
        .chain
        .query(&token.address, &json!({ "no_such_question": {} }));
    assert!(answer.unwrap_err().contains("no_such_question"));
    let ask = json!({ "token_info": {} });
    let answer: Result<u64, String> = token.chain.query(&token.address, &ask);
    assert!(answer.unwrap_err().contains("another shape"));
}

#[test]
fn setup_chooses_prefix_and_denominations() {
    let mut chain = TestChain::with(Setup {
        prefix: "wasm".to_owned(),
        denoms: vec!["ustake".to_owned(), "ucosm".to_owned()],
        ..Setup::default()
    });
    let account = chain.account("someone");
    assert!(account.address().starts_with("wasm1"));
    let had = chain.balance(&account, "ucosm");
    assert_eq!(chain.balance(&account, "ustake"), had);
    chain.faucet(&account, 17, "ucosm");
    assert_eq!(chain.balance(&account, "ucosm"), had + 17);
    let again = chain.account("someone");
    assert_eq!(again.address(), account.address());
    assert_eq!(chain.balance(&again, "ucosm"), had + 17);
}
