//! Owns the calls of a transaction as a text. It never measures one.

use commons_ledger::TracedCall;

use crate::text::{number, shown};

/// One line a call, indented under the one that led to it:
/// `execute commons1… 123,456 gas {"transfer":{…}}`.
pub(crate) fn text(calls: &[TracedCall]) -> String {
    let mut lines = Vec::new();
    // Calls that are still to be told, each with its depth; a list instead of a recursion, because contracts choose the depth.
    let mut left: Vec<(&TracedCall, usize)> = calls.iter().rev().map(|call| (call, 0)).collect();
    while let Some((call, depth)) = left.pop() {
        lines.push(line(call, depth));
        left.extend(call.calls.iter().rev().map(|below| (below, depth + 1)));
    }
    lines.join("\n")
}

fn line(call: &TracedCall, depth: usize) -> String {
    let error = call.run.as_ref().and_then(|run| run.error.as_ref());
    let ending = match (error, call.undone) {
        (Some(error), _) => format!(" FAILED: {}", shown(error.as_bytes())),
        (None, true) => " undone".to_owned(),
        (None, false) => String::new(),
    };
    format!(
        "{}{} {} {} gas {}{ending}",
        "  ".repeat(depth),
        call.entry.name(),
        call.contract,
        number(call.gas),
        shown(&call.msg),
    )
}
