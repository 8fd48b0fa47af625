//! Where the gas of each call went, in the unit of the virtual machine, which is fine enough to be exact. Adds up nothing
//! that was not counted.

use commons_audit::replay::TracedTransaction;
use commons_ledger::{Gas, ImportGas, TracedCall, TracedRun};
use serde_json::{Value, json};

use super::tree::title;
use crate::command::grouped;

/// Width of a number of gas, and of the name of an item.
const WIDTH: usize = 18;
const NAME: usize = 28;

/// One bill for each call that ran, in the order of the calls.
pub fn text(found: &TracedTransaction) -> String {
    let mut text = String::new();
    let mut waiting: Vec<&TracedCall> = found.trace.calls.iter().rev().collect();
    while let Some(call) = waiting.pop() {
        if let Some(run) = &call.run {
            text += &format!("\n{}\n{}", title(call, &found.names), bill(run));
        }
        waiting.extend(call.calls.iter().rev());
    }
    if text.is_empty() {
        return text;
    }
    format!(
        "\nInside each call, in the virtual machine's gas (140,000 are 1 of the chain's):\n{text}"
    )
}

fn bill(run: &TracedRun) -> String {
    let gas = &run.breakdown;
    let mut text = item("instructions", gas.operators, "");
    text += &item("arguments and result", gas.arguments, "");
    for (import, item_gas) in &gas.imports {
        text += &item(import.name(), item_gas.total(), &detail(item_gas));
    }
    text + &item("all", run.gas, "")
}

fn item(name: &str, gas: Gas, detail: &str) -> String {
    format!("  {name:<NAME$}{:>WIDTH$}{detail}\n", grouped(gas.0.into()))
}

/// How often, and what of it the chain took.
fn detail(gas: &ImportGas) -> String {
    let mut detail = match gas.calls {
        1 => "  1 call".to_owned(),
        calls => format!("  {} calls", grouped(calls.into())),
    };
    for (part, what) in [
        (gas.regions, "copies"),
        (gas.work, "work"),
        (gas.backend, "addresses and steps"),
        (gas.external, "the chain's"),
    ] {
        if part > Gas::ZERO {
            detail += &format!(", {what} {}", grouped(part.0.into()));
        }
    }
    detail
}

/// The bill as JSON.
pub fn document(run: &TracedRun) -> Value {
    let imports = run.breakdown.imports.iter().map(|(import, gas)| {
        json!({
            "name": import.name(),
            "calls": gas.calls,
            "gas": gas.total().0,
            "entry": gas.entry.0,
            "regions": gas.regions.0,
            "work": gas.work.0,
            "backend": gas.backend.0,
            "external": gas.external.0,
        })
    });
    json!({
        "gas": run.gas.0,
        "instructions": run.breakdown.operators.0,
        "arguments": run.breakdown.arguments.0,
        "imports": imports.collect::<Vec<Value>>(),
    })
}
