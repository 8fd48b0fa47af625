//! Transfers of coins.

use crate::support::{Chain, Person, any, bank_send, coins, of_message, response};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{Input, MsgMultiSend, MsgSendResponse, Output};

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

fn multi_send(
    inputs: &[(&str, &[(u128, &str)])],
    outputs: &[(&str, &[(u128, &str)])],
) -> cosmos_sdk_proto::Any {
    let message = MsgMultiSend {
        inputs: inputs
            .iter()
            .map(|(address, list)| Input {
                address: (*address).to_owned(),
                coins: coins(list),
            })
            .collect(),
        outputs: outputs
            .iter()
            .map(|(address, list)| Output {
                address: (*address).to_owned(),
                coins: coins(list),
            })
            .collect(),
    };
    any("/cosmos.bank.v1beta1.MsgMultiSend", &message)
}

#[test]
fn a_multi_send_has_its_message_event_first() {
    let mut chain = Chain::new();
    let (anna, bert) = (chain.anna.address.clone(), chain.bert.address.clone());
    let new = Person::new(9).address;
    let message = multi_send(
        &[(&anna, &[(3, "uother"), (9, "utoken")])],
        &[
            (&bert, &[(4, "utoken")]),
            (&new, &[(3, "uother"), (5, "utoken")]),
        ],
    );
    let result = chain.by_anna(message);
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(
        of_message(&result),
        [
            format!("message{{sender={anna}}}"),
            format!("coin_spent{{spender={anna},amount=3uother,9utoken}}"),
            format!("coin_received{{receiver={bert},amount=4utoken}}"),
            format!("transfer{{recipient={bert},sender={anna},amount=4utoken}}"),
            format!("coin_received{{receiver={new},amount=3uother,5utoken}}"),
            format!("transfer{{recipient={new},sender={anna},amount=3uother,5utoken}}"),
        ]
    );
    assert_eq!(chain.balance(&bert, "utoken"), 14);
    assert_eq!(chain.balance(&new, "uother"), 3);
    assert_eq!(chain.balance(&anna, "utoken"), 999_991);
    let held = chain.ledger.balances(chain.reader(), &new).unwrap();
    assert_eq!(
        held,
        [
            commons_ledger::Coin::new(3, "uother"),
            commons_ledger::Coin::new(5, "utoken")
        ]
    );
}

#[test]
fn malformed_multi_sends_fail_in_the_block() {
    let mut chain = Chain::new();
    let (anna, bert) = (chain.anna.address.clone(), chain.bert.address.clone());
    let collector = "commons17xpfvakm2amg962yls6f84z3kell8c5legf9ke";
    let one: &[(u128, &str)] = &[(1, "utoken")];
    let two: &[(u128, &str)] = &[(2, "utoken")];
    let lots: &[(u128, &str)] = &[(2_000_000, "utoken")];
    let cases: [(_, (&str, u32), &str); 7] = [
        (
            multi_send(&[(&anna, one)], &[]),
            ("bank", 3),
            "no outputs to send transaction",
        ),
        (
            multi_send(&[(&anna, one)], &[(&bert, two)]),
            ("bank", 4),
            "sum inputs != sum outputs",
        ),
        (
            multi_send(&[(&anna, &[])], &[(&bert, &[])]),
            ("sdk", 10),
            "invalid coins",
        ),
        (
            multi_send(&[(&anna, one)], &[("commons1x", one)]),
            ("sdk", 7),
            "invalid address",
        ),
        (
            multi_send(&[(&anna, one)], &[(collector, one)]),
            ("sdk", 4),
            "unauthorized",
        ),
        (
            multi_send(&[(&anna, lots)], &[(&bert, lots)]),
            ("sdk", 5),
            "insufficient funds",
        ),
        (
            bank_send(&anna, collector, one),
            ("sdk", 4),
            "is not allowed to receive funds: unauthorized",
        ),
    ];
    for (message, expected, log) in cases {
        let result = chain.by_anna(message);
        assert_eq!(
            (result.codespace.as_str(), result.code),
            expected,
            "{}",
            result.log
        );
        assert!(result.log.ends_with(log), "{}", result.log);
    }
    assert_eq!(chain.balance(&bert, "utoken"), 10);
    // Two senders must both sign, and are refused all the same.
    let both = multi_send(&[(&anna, one), (&bert, one)], &[(&bert, two)]);
    let result = chain.by_anna(both);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 4),
        "{}",
        result.log
    );
    let none = chain.by_anna(multi_send(&[], &[]));
    assert_eq!(
        (none.codespace.as_str(), none.code),
        ("sdk", 4),
        "{}",
        none.log
    );
}
