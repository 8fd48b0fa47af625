//! The journal's hash chain against values computed apart from this program, byte by byte from the formula.

use commons_audit::reference::{Call, Chain, Entry};
use commons_common::trust::{ExecuteMsg, GiftLedger};
use cosmwasm_std::coins;

/// R34.
#[test]
fn heads_are_those_that_the_formula_gives_by_hand() {
    let mut chain = Chain::new("chain-1", "commons1trust");
    assert_eq!(
        chain.head.to_string(),
        "75ac864436379c4ec4564efdbebcea4ecda3e392495c005e781927f9659d3eb7"
    );
    let msg = ExecuteMsg::Contribute {
        to: GiftLedger::Principal,
    };
    let call = Call {
        contract: "commons1trust".to_owned(),
        entry: Entry::Execute,
        sender: "commons1giver".to_owned(),
        funds: coins(5, "ucent"),
        // White space is not canonical and does not count.
        msg: br#"{ "contribute": { "to": "principal" } }"#.to_vec(),
        height: 7,
        time: 1_000,
        transaction: 2,
    };
    chain.append(&call, &msg).unwrap();
    assert_eq!(chain.n, 1);
    assert_eq!(
        chain.head.to_string(),
        "b54989cbd02c07beab2026143f380cf12f631e01376c0fd49ef319af2813ab07"
    );
}
