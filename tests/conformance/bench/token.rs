//! P1, P2 and P3 with a contract of others: the token that every chain knows, unmodified.

use std::rc::Rc;

use commons_conformance::{Records, address, info, usual_env};
use commons_tests::peers::{Level, built_for};
use commons_vm::EntryPoint;
use serde_json::{Value, json};

use crate::compare::{Row, once};
use crate::sides::{Contract, Machines, Work};

const ACCOUNTS: usize = 1_000;

/// A transfer, a balance and an instance, of the token compiled at one level.
pub fn rows(machines: &Machines, level: Level) -> Vec<Row> {
    let wasm = built_for("cw20-base", level);
    let contract = machines.load("cw20-base", &wasm);
    let records = set_up(machines, &contract);
    let (level, size) = (level.name(), wasm.len());
    let of = |measure: &str, name: &str, work: Work| Row {
        name: format!("{name} (cw20-base 2.0.0 at opt-level {level})"),
        inputs: format!(
            "cw20-base 2.0.0 from crates.io, opt-level {level}, {size} bytes; 1,000 accounts"
        ),
        records: records.clone(),
        ..Row::new(
            &format!("{measure}.{level}"),
            machines,
            Rc::clone(&contract),
            work,
        )
    };
    let recipient = account(500);
    let transfer = json!({"transfer": {"recipient": recipient, "amount": "1"}});
    let balance = json!({"balance": {"address": recipient}});
    let transfer = Work::execute(usual_env(), info(&label(7), 0), transfer.to_string());
    let balance = Work::query(usual_env(), balance.to_string());
    let mut instance = of("P3.instance", "new instance", Work::Instance);
    instance.inputs += "; nothing of the contract runs, so that pages it would touch are not paid for; ours: a call of an entry \
        point that the contract lacks, the peer: get_instance and recycle";
    vec![
        of("P1.transfer", "warm execute: transfer", transfer),
        of("P2.balance", "warm query: balance", balance),
        instance,
    ]
}

fn label(number: usize) -> String {
    format!("account {number}")
}

fn account(number: usize) -> String {
    address(&label(number))
}

/// The token's storage after its instantiation with everyone's balance.
fn set_up(machines: &Machines, contract: &Rc<Contract>) -> Records {
    let balances: Vec<Value> = (0..ACCOUNTS)
        .map(|number| json!({"address": account(number), "amount": "1000000"}))
        .collect();
    let msg = json!({
        "name": "A token", "symbol": "TOKEN", "decimals": 6, "initial_balances": balances,
    });
    let msg = msg.to_string().into_bytes();
    let args = vec![usual_env(), info("creator", 0), msg];
    let work = Work::call(EntryPoint::Instantiate, args);
    let row = Row::new("the token", machines, Rc::clone(contract), work);
    let (_, _, records) = once(&row);
    assert!(records.len() > ACCOUNTS, "everyone has a balance");
    records
}
