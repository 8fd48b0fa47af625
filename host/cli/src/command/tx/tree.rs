//! The calls of a transaction as a tree, for people and as JSON. Orders nothing: calls stand as they were made.

use commons_audit::replay::{Names, TracedTransaction, verb};
use commons_ledger::{EntryPoint, TracedCall};
use serde_json::{Value, json};

use super::bill;
use crate::command::grouped;

/// Width of a number of gas.
const WIDTH: usize = 13;

/// The tree, one line a call, with the gas of the chain that it and all below it took.
pub fn text(found: &TracedTransaction, outside: u64) -> String {
    if found.trace.calls.is_empty() {
        return "It calls no contract.\n".to_owned();
    }
    let mut lines = format!("{:>WIDTH$}  call, with what it led to below it\n", "gas");
    let mut waiting: Vec<(&TracedCall, usize)> = Vec::new();
    waiting.extend(found.trace.calls.iter().rev().map(|call| (call, 0)));
    while let Some((call, depth)) = waiting.pop() {
        let indent = "  ".repeat(depth);
        let what = title(call, &found.names);
        lines += &format!(
            "{:>WIDTH$}  {indent}{what}{}\n",
            grouped(call.gas.into()),
            end(call)
        );
        let below = call.calls.iter().rev();
        waiting.extend(below.map(|call| (call, depth.saturating_add(1))));
    }
    lines
        + &format!(
            "{:>WIDTH$}  outside of them: size, signatures, checks, coins\n",
            grouped(outside.into())
        )
}

/// A call in a few words.
pub fn title(call: &TracedCall, names: &Names) -> String {
    let contract = match names.contract(&call.contract) {
        Some(name) => name,
        None if call.contract.is_empty() => "a contract to be",
        None => call.contract.as_str(),
    };
    match call.entry {
        EntryPoint::Execute | EntryPoint::Query => {
            format!("{} {} to {contract}", call.entry, verb(&call.msg))
        }
        entry => format!("{entry} {contract}"),
    }
}

/// How a call ended, if not well.
fn end(call: &TracedCall) -> String {
    let error = call.run.as_ref().and_then(|run| run.error.as_ref());
    let undone = if call.undone { " (undone)" } else { "" };
    match (error, &call.run) {
        (Some(error), _) => format!(": {error}{undone}"),
        (None, None) => format!(": not reached{undone}"),
        (None, Some(_)) => undone.to_owned(),
    }
}

/// The tree as JSON.
pub fn documents(found: &TracedTransaction) -> Vec<Value> {
    let calls = found.trace.calls.iter();
    calls.map(|call| document(call, &found.names)).collect()
}

/// Calls are nested a hundred deep at most, and a node's thread has room for that.
fn document(call: &TracedCall, names: &Names) -> Value {
    let below = call.calls.iter().map(|call| document(call, names));
    let msg = serde_json::from_slice::<Value>(&call.msg);
    let msg = msg.unwrap_or_else(|_| String::from_utf8_lossy(&call.msg).into());
    json!({
        "contract": call.contract,
        "name": names.contract(&call.contract),
        "entry": call.entry.name(),
        "msg": msg,
        "gas": call.gas,
        "undone": call.undone,
        "error": call.run.as_ref().and_then(|run| run.error.as_ref()),
        "vm": call.run.as_ref().map(bill::document),
        "calls": below.collect::<Vec<Value>>(),
    })
}
