//! The same transactions as on a real wasmd, in the same blocks: codes, texts, data, events and gas must be what it answered.
//!
//! `tests/data/wasmd/` has the record and how it was made.

use crate::support::{CHAIN, Memory, Person, ledger_with_prefix, with_room};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use commons_ledger::{
    BlockContext, ChainParams, Coin, Genesis, GenesisAccount, Ledger, Pending, TxResult,
};
use serde_json::{Value, json};
use std::rc::Rc;

const PREFIX: &str = "wasm";

/// Fields of steps that are not equal, and why.
const NAMED: [(&str, &str); 5] = [
    // It prints the bytes of addresses here, not their text.
    ("more than granted", "log"),
    ("no grant left", "log"),
    // The words of another reader of JSON.
    ("an unknown reply_on", "log"),
    // Out of gas in a write of the contract: the same code, but the overdraft is counted up to another point.
    ("out of gas in the machine", "log"),
    ("out of gas in the machine", "gas_used"),
];

/// Steps that a real wasmd answers otherwise, and why ours does not.
const OTHERWISE: [&str; 1] = [
    // It panics (`undefined`/111222, with a trace of its stack); ours says that the answer is none (wasm/29).
    "an answer that is none",
];

struct Chain {
    ledger: Ledger,
    state: Memory,
    height: u64,
    time_nanos: u64,
}

fn genesis(ledger: &Ledger) -> Genesis {
    let account = |seed: u8, balance: Vec<Coin>| GenesisAccount {
        address: ledger.account_address(&crate::support::compressed(&Person::new(seed).key)),
        balance,
    };
    Genesis {
        chain_id: CHAIN.to_owned(),
        time: 1,
        address_prefix: PREFIX.to_owned(),
        accounts: vec![
            account(
                1,
                vec![Coin::new(500, "uother"), Coin::new(1_000_000, "utoken")],
            ),
            account(2, vec![Coin::new(10, "utoken")]),
            // The validator's.
            account(3, vec![Coin::new(1_000_000_000_000, "ustake")]),
        ],
        params: ChainParams {
            bond_denom: "ustake".to_owned(),
            ..ChainParams::default()
        },
    }
}

impl Chain {
    fn new() -> Chain {
        let ledger = ledger_with_prefix(PREFIX);
        let mut state = Memory::default();
        state.apply(ledger.init(&genesis(&ledger)).unwrap());
        // The validator came by a transaction of the genesis, which was counted.
        state.0.insert(b"wasm/\x08".to_vec(), vec![0; 12]);
        Chain {
            ledger,
            state,
            height: 1,
            time_nanos: 1,
        }
    }

    fn block(&self) -> BlockContext {
        BlockContext {
            chain_id: CHAIN.to_owned(),
            height: self.height,
            time_nanos: self.time_nanos,
        }
    }

    /// What a step answers here, in the form of the record.
    fn answer(&mut self, step: &Value, tx: Vec<u8>) -> Value {
        if step["result"].is_null() {
            let reader = Rc::new(self.state.clone());
            let mut pending = Pending::default();
            let report = self
                .ledger
                .check_tx(reader, &mut pending, &self.block(), &tx);
            let report = report.unwrap();
            return json!({"code": report.code, "codespace": report.codespace, "log": report.log});
        }
        self.height = step["height"].as_u64().unwrap();
        self.time_nanos = step["time_nanos"].as_str().unwrap().parse().unwrap();
        let reader = Rc::new(self.state.clone());
        let outcome = self.ledger.execute_block(reader, &self.block(), &[tx]);
        let mut outcome = outcome.unwrap();
        self.state.apply(outcome.changes);
        shown(&outcome.results.remove(0))
    }
}

fn shown(result: &TxResult) -> Value {
    let events: Vec<Value> = result
        .events
        .iter()
        .map(|event| {
            let mut parts = vec![json!(event.kind)];
            parts.extend(event.attributes.iter().map(|pair| json!([pair.0, pair.1])));
            Value::from(parts)
        })
        .collect();
    let data = match result.data.as_slice() {
        [] => Value::Null,
        bytes => json!(STANDARD.encode(bytes)),
    };
    json!({
        "code": result.code,
        "codespace": result.codespace,
        "log": result.log,
        "data": data,
        "gas_wanted": result.gas_wanted,
        "gas_used": result.gas_used,
        "events": events,
    })
}

#[test]
fn a_real_wasmd_gave_the_same_answers() {
    with_room(compare);
}

fn compare() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/wasmd/v0.61.14.json"
    );
    let record: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let steps = record["steps"].as_array().unwrap();
    assert!(steps.len() > 100);
    let mut chain = Chain::new();
    let mut differences = Vec::new();
    for step in steps {
        let name = step["name"].as_str().unwrap();
        let tx = hex::decode(step["tx"].as_str().unwrap()).unwrap();
        let ours = chain.answer(step, tx);
        let theirs = step.get("result").unwrap_or(&step["check"]);
        if OTHERWISE.contains(&name) {
            assert_ne!(ours["code"], theirs["code"], "{name}: equal by now");
            continue;
        }
        for (field, value) in theirs.as_object().unwrap() {
            let named = NAMED.contains(&(name, field.as_str()));
            if named {
                assert_ne!(ours[field], *value, "{name}: {field}: equal by now");
            } else if ours[field] != *value {
                differences.push(format!(
                    "{name}: {field}\n  ours   {}\n  theirs {value}",
                    ours[field]
                ));
            }
        }
    }
    assert!(
        differences.is_empty(),
        "{}\n{} differences",
        differences.join("\n"),
        differences.len()
    );
}
