//! The tree of calls of one transaction: its shape, its gas, and that looking changes nothing.

#![allow(clippy::needless_pass_by_value)] // JSON is written where it is passed

use crate::support::{
    Chain, NOTHING, PROBER, PUPPET, SPINNER, execute, instantiate, wanting, with_room,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use commons_ledger::{Gas, Import, Trace, TracedCall};
use serde_json::{Value, json};

fn call(contract: &str, msg: &str) -> Value {
    json!({"wasm":{"execute":{"contract_addr":contract,"msg":STANDARD.encode(msg),"funds":[]}}})
}

fn sub(msg: Value, reply_on: &str) -> Value {
    json!({"id":7,"payload":"cGF5","msg":msg,"gas_limit":null,"reply_on":reply_on})
}

fn wanting_all(messages: &[Value]) -> String {
    wanting(&Value::from(messages.to_vec()).to_string())
}

/// A signed execution by Anna.
fn calling(chain: &Chain, contract: &str, msg: &str) -> Vec<u8> {
    let anna = chain.anna.clone();
    let message = execute(&anna.address, contract, msg, &[]);
    chain.draft(&anna, vec![message]).sign()
}

/// Traces the last of these transactions, makes a block of all of them, and holds one against the other.
fn traced(chain: &mut Chain, txs: &[Vec<u8>]) -> Trace {
    let (reader, block, last) = (chain.reader(), chain.block(), txs.len() - 1);
    let trace = chain.ledger.trace(reader, &block, txs, last).unwrap();
    let trace = trace.unwrap();
    assert_eq!(trace.result, chain.deliver(txs).remove(last));
    let inside: u64 = trace.calls.iter().map(check).sum();
    assert!(inside <= trace.result.gas_used);
    trace
}

/// Gas is in order all the way down; returns that of the call.
fn check(call: &TracedCall) -> u64 {
    let below: u64 = call.calls.iter().map(check).sum();
    assert!(below <= call.gas, "{call:?}");
    if let Some(run) = &call.run {
        assert_eq!(run.breakdown.total(), run.gas);
        assert!(run.gas.0 / 140_000 <= call.gas);
    }
    call.gas
}

/// A tree as text: entry point, contract by letter, `!` for an error, `-` for undone, and the calls below in brackets.
fn shape(calls: &[TracedCall], contracts: &[&String]) -> String {
    let shown = calls.iter().map(|call| {
        let at = contracts.iter().position(|name| **name == call.contract);
        let letter = at.map_or('?', |at| char::from(b'A' + u8::try_from(at).unwrap()));
        let failed = call.run.as_ref().is_none_or(|run| run.error.is_some());
        let (failed, undone) = (
            if failed { "!" } else { "" },
            if call.undone { "-" } else { "" },
        );
        let below = match shape(&call.calls, contracts) {
            below if below.is_empty() => below,
            below => format!("({below})"),
        };
        format!("{} {letter}{failed}{undone}{below}", call.entry)
    });
    shown.collect::<Vec<String>>().join(", ")
}

#[test]
fn the_tree_has_submessages_replies_and_queries_where_they_happened() {
    let mut chain = Chain::new();
    let code = chain.store(PUPPET);
    let (first, second) = (
        chain.instantiate(code, NOTHING),
        chain.instantiate(code, "{}"),
    );
    let prober = chain.store(PROBER);
    let prober = chain.instantiate(prober, "{}");
    let question = json!({"wasm":{"smart":{"contract_addr":second,"msg":STANDARD.encode(r#"{"ok":"e30="}"#)}}});
    let deep = wanting_all(&[sub(call(&prober, &question.to_string()), "never")]);
    let msg = wanting_all(&[
        sub(call(&second, NOTHING), "always"),
        sub(call(&second, r#"{"error":"not today"}"#), "error"),
        sub(call(&second, &deep), "never"),
    ]);
    let tx = calling(&chain, &first, &msg);
    let trace = traced(&mut chain, &[tx]);
    assert_eq!(trace.result.code, 0, "{}", trace.result.log);
    assert_eq!(
        shape(&trace.calls, &[&first, &second, &prober]),
        "execute A(execute B, reply A, execute B!-, reply A, execute B(execute C(query B)))"
    );
    let top = &trace.calls[0];
    assert_eq!(top.msg, msg.as_bytes());
    let failed = top.calls[2].run.as_ref().unwrap();
    assert_eq!(failed.error.as_deref(), Some("not today"));
    let told: Value = serde_json::from_slice(&top.calls[1].msg).unwrap();
    assert_eq!(told["id"], 7);
    let asking = &top.calls[4].calls[0];
    let item = asking.run.as_ref().unwrap().breakdown.imports[&Import::QueryChain];
    // What the query cost is in the item of the import that asked, in the machine's unit.
    assert_eq!(item.calls, 1);
    assert!(item.external >= Gas(asking.calls[0].gas * 140_000));
}

#[test]
fn a_call_that_cannot_be_made_or_paid_is_in_the_tree() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let spinner = chain.store(SPINNER);
    let spinner = chain.instantiate(spinner, "{}");
    let anna = chain.anna.clone();
    let poor = execute(&anna.address, &puppet, NOTHING, &[(1, "nothing")]);
    let poor = chain.draft(&anna, vec![poor]).sign();
    let trace = traced(&mut chain, &[poor]);
    assert_eq!(shape(&trace.calls, &[&puppet]), "execute A!");
    assert_eq!(trace.calls[0].run, None);
    let endless = calling(&chain, &spinner, "{}");
    let trace = traced(&mut chain, &[endless]);
    assert_eq!(trace.result.code, 11);
    let run = trace.calls[0].run.as_ref().unwrap();
    assert_eq!(run.error.as_deref(), Some("out of gas"));
    let limited = json!({"id":1,"msg":call(&spinner, "{}"),"gas_limit":100_000,"reply_on":"error"});
    let stubborn = chain.puppet(NOTHING);
    let tx = calling(&chain, &stubborn, &wanting_all(&[limited]));
    let trace = traced(&mut chain, &[tx]);
    assert_eq!(trace.result.code, 0, "{}", trace.result.log);
    assert_eq!(
        shape(&trace.calls, &[&stubborn, &spinner]),
        "execute A(execute B!-, reply A)"
    );
}

#[test]
fn a_contract_that_is_made_has_its_address_in_the_tree() {
    let mut chain = Chain::new();
    let code = chain.store(PUPPET);
    let anna = chain.anna.clone();
    let make = instantiate(&anna.address, code, "{}", &[]);
    let tx = chain.draft(&anna, vec![make]).sign();
    let trace = traced(&mut chain, &[tx]);
    let address = chain.ledger.classic_address(code, 1);
    assert_eq!(shape(&trace.calls, &[&address]), "instantiate A");
}

/// A transaction is run on what those before it in its block have left.
#[test]
fn a_later_transaction_of_a_block_is_traced_on_the_earlier_ones() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let first = calling(&chain, &puppet, NOTHING);
    let anna = chain.anna.clone();
    let message = execute(&anna.address, &puppet, NOTHING, &[]);
    let mut second = chain.draft(&anna, vec![message]);
    second.auth.signer_infos[0].sequence += 1;
    let txs = [first, second.sign()];
    let nowhere = chain.ledger.trace(chain.reader(), &chain.block(), &txs, 2);
    assert_eq!(nowhere.unwrap(), None);
    let trace = traced(&mut chain, &txs);
    assert_eq!(trace.result.code, 0, "{}", trace.result.log);
    assert_eq!(trace.result.calls[0].tx_index, Some(1));
}

#[test]
fn the_deepest_tree_can_be_traced() {
    with_room(|| {
        let mut chain = Chain::new();
        let puppet = chain.puppet("{}");
        let mut msg = NOTHING.to_owned();
        for _ in 0..12 {
            msg = wanting_all(&[sub(call(&puppet, &msg), "never")]);
        }
        let tx = calling(&chain, &puppet, &msg);
        let trace = traced(&mut chain, &[tx]);
        assert_eq!(trace.result.code, 0, "{}", trace.result.log);
        let mut depth = 0;
        let mut calls = &trace.calls;
        while let [call] = calls.as_slice() {
            depth += 1;
            calls = &call.calls;
        }
        assert_eq!(depth, 13);
    });
}
