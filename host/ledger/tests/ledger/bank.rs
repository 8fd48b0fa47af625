//! Transfers of coins.

use crate::support::{Chain, Person, bank_send, of_message, response};
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSendResponse;

#[test]
fn a_transfer_moves_coins_and_emits_four_events() {
    let mut chain = Chain::new();
    let (anna, bert) = (chain.anna.address.clone(), chain.bert.address.clone());
    let result = chain.by_anna(bank_send(&anna, &bert, &[(5, "uother"), (7, "utoken")]));
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(response::<MsgSendResponse>(&result, 0), MsgSendResponse {});
    assert_eq!(chain.balance(&anna, "utoken"), 999_993);
    assert_eq!(chain.balance(&bert, "utoken"), 17);
    assert_eq!(chain.balance(&bert, "uother"), 5);
    assert_eq!(
        of_message(&result),
        [
            format!("coin_spent{{spender={anna},amount=5uother,7utoken}}"),
            format!("coin_received{{receiver={bert},amount=5uother,7utoken}}"),
            format!("transfer{{recipient={bert},sender={anna},amount=5uother,7utoken}}"),
            format!("message{{sender={anna}}}"),
        ]
    );
    let first = result
        .events
        .iter()
        .find(|event| event.kind == "message")
        .unwrap();
    let expected = [
        ("action", "/cosmos.bank.v1beta1.MsgSend"),
        ("sender", anna.as_str()),
        ("module", "bank"),
        ("msg_index", "0"),
    ];
    let pairs: Vec<(&str, &str)> = first
        .attributes
        .iter()
        .map(|(k, v)| (k.as_str(), v.as_str()))
        .collect();
    assert_eq!(pairs, expected);
}

#[test]
fn who_receives_coins_gets_an_account_under_the_next_number() {
    let mut chain = Chain::new();
    let new = Person::new(9);
    let anna = chain.anna.address.clone();
    chain.by_anna(bank_send(&anna, &new.address, &[(3, "utoken")]));
    let account = chain
        .ledger
        .account(&chain.state, &new.address)
        .unwrap()
        .unwrap();
    assert_eq!((account.number, account.sequence), (2, 0));
    let result = chain.send(&new, vec![bank_send(&new.address, &anna, &[(3, "utoken")])]);
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(chain.balance(&new.address, "utoken"), 0);
}

#[test]
fn a_transfer_to_oneself_changes_nothing() {
    let mut chain = Chain::new();
    let anna = chain.anna.address.clone();
    assert_eq!(
        chain
            .by_anna(bank_send(&anna, &anna, &[(1_000_000, "utoken")]))
            .code,
        0
    );
    assert_eq!(chain.balance(&anna, "utoken"), 1_000_000);
}

/// Bank messages have no check on arrival: their errors are those of the block.
#[test]
fn bad_transfers_fail_in_the_block() {
    let mut chain = Chain::new();
    let (anna, bert) = (chain.anna.address.clone(), chain.bert.address.clone());
    type Case<'a> = (&'a str, &'a [(u128, &'a str)], u32, &'a str);
    let cases: [Case<'_>; 6] = [
        (&bert, &[(0, "utoken")], 10, "0utoken: invalid coins"),
        (&bert, &[], 10, ": invalid coins"),
        (
            &bert,
            &[(7, "utoken"), (5, "uother")],
            10,
            "7utoken,5uother: invalid coins",
        ),
        (&bert, &[(1, "u")], 10, "1u: invalid coins"),
        ("commons1nobody", &[(1, "utoken")], 7, "invalid address"),
        (
            &bert,
            &[(1_000_001, "utoken")],
            5,
            "spendable balance 1000000utoken is smaller than 1000001utoken: insufficient funds",
        ),
    ];
    for (to, amount, code, log) in cases {
        let result = chain.by_anna(bank_send(&anna, to, amount));
        assert_eq!(
            (result.codespace.as_str(), result.code),
            ("sdk", code),
            "{}",
            result.log
        );
        assert!(result.log.ends_with(log), "{}", result.log);
    }
    assert_eq!(chain.sequence(&chain.anna), 6, "each was admitted");
    assert_eq!(chain.balance(&anna, "utoken"), 1_000_000);
}

#[test]
fn nobody_sends_coins_to_the_fee_collector() {
    let mut chain = Chain::new();
    let anna = chain.anna.clone();
    let paid = chain
        .draft(
            &anna,
            vec![bank_send(
                &anna.address,
                &chain.bert.address,
                &[(1, "utoken")],
            )],
        )
        .with_fee(&[(1, "utoken")])
        .sign();
    let result = chain.deliver_one(paid);
    let received = result
        .events
        .iter()
        .find(|event| event.kind == "coin_received")
        .unwrap();
    let collector = received.attributes[0].1.clone();
    assert_eq!(chain.balance(&collector, "utoken"), 1);
    let result = chain.by_anna(bank_send(&anna.address, &collector, &[(1, "utoken")]));
    assert_eq!((result.codespace.as_str(), result.code), ("sdk", 4));
}
