//! P1, P2 and P3 with a contract of others: the token that every chain knows, unmodified.

use std::rc::Rc;

use commons_conformance::{Records, address, info, usual_env};
use commons_tests::peers::{Level, built_for};
use commons_vm::EntryPoint;
use serde_json::{Value, json};

use crate::compare::{Row, once};
use crate::sides::{Contract, Machines, Work};

const ACCOUNTS: usize = 1_000;

/// A transfer and a balance, of the token compiled at one level.
pub fn calls(machines: &Machines, level: Level) -> Vec<Row> {
    let token = Token::begin(machines, level);
    let recipient = account(500);
    let transfer = json!({"transfer": {"recipient": recipient, "amount": "1"}});
    let balance = json!({"balance": {"address": recipient}});
    let transfer = Work::execute(usual_env(), info(&label(7), 0), transfer.to_string());
    let balance = Work::query(usual_env(), balance.to_string());
    vec![
        token.row("P1.transfer", "warm execute: transfer", transfer),
        token.row("P2.balance", "warm query: balance", balance),
    ]
}

/// An instance and nothing else. In machines of its own: a call without arguments has ours keep the build of the contract that
/// needs none of its other preparations, and calls measured after it would run in that one.
pub fn instance(level: Level) -> Row {
    let token = Token::begin(&Machines::start(), level);
    let mut row = token.row("P3.instance", "new instance", Work::Instance);
    row.inputs += "; nothing of the contract runs, so that pages it would touch are not paid for; ours: a call without \
        arguments of an entry point that the contract lacks, which is made in the build without grown memory; the peer: \
        get_instance and recycle";
    row
}

/// The token with everyone's balance.
struct Token {
    machines: Machines,
    contract: Rc<Contract>,
    records: Records,
    level: &'static str,
    size: usize,
}

impl Token {
    fn begin(machines: &Machines, level: Level) -> Self {
        let wasm = built_for("cw20-base", level);
        let contract = machines.load("cw20-base", &wasm);
        Self {
            records: set_up(machines, &contract),
            machines: machines.clone(),
            contract,
            level: level.name(),
            size: wasm.len(),
        }
    }

    fn row(&self, measure: &str, name: &str, work: Work) -> Row {
        let Self { level, size, .. } = self;
        Row {
            name: format!("{name} (cw20-base 2.0.0 at opt-level {level})"),
            inputs: format!(
                "cw20-base 2.0.0 from crates.io, opt-level {level}, {size} bytes; 1,000 accounts"
            ),
            records: self.records.clone(),
            ..Row::new(
                &format!("{measure}.{level}"),
                &self.machines,
                Rc::clone(&self.contract),
                work,
            )
        }
    }
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
