//! Owns the sums of gas over many calls, by contract, entry point and message. It never prices anything.

use std::collections::BTreeMap;
use std::fmt;

use commons_ledger::TracedCall;
use serde_json::Value;

use crate::text::number;

/// What the calls of one kind took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    /// How many calls.
    pub calls: u64,
    /// SDK gas of the cheapest, with all it led to.
    pub least: u64,
    /// Of the dearest.
    pub most: u64,
    /// Of all together.
    pub total: u64,
}

/// Contract, entry point, and the name of the message (the only key of its JSON, or empty).
type Kind = (String, &'static str, String);

/// Gas by kind of call. Its text is a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GasReport(BTreeMap<Kind, Sum>);

impl GasReport {
    /// What the calls of a message to an entry point of a contract took.
    #[must_use]
    pub fn of(&self, contract: &str, entry: &str, message: &str) -> Option<Sum> {
        let mut found = self.0.iter();
        let found = found.find(|((at, by, named), _)| {
            (at.as_str(), *by, named.as_str()) == (contract, entry, message)
        });
        found.map(|(_, sum)| *sum)
    }

    pub(crate) fn add(&mut self, calls: &[TracedCall]) {
        let mut left: Vec<&TracedCall> = calls.iter().collect();
        while let Some(call) = left.pop() {
            left.extend(&call.calls);
            let kind = (
                call.contract.clone(),
                call.entry.name(),
                message(&call.msg).unwrap_or_default(),
            );
            let sum = self.0.entry(kind).or_insert(Sum {
                calls: 0,
                least: u64::MAX,
                most: 0,
                total: 0,
            });
            sum.calls = sum.calls.saturating_add(1);
            sum.least = sum.least.min(call.gas);
            sum.most = sum.most.max(call.gas);
            sum.total = sum.total.saturating_add(call.gas);
        }
    }
}

fn message(msg: &[u8]) -> Option<String> {
    match serde_json::from_slice(msg).ok()? {
        Value::Object(fields) if fields.len() == 1 => fields.keys().next().cloned(),
        _ => None,
    }
}

impl fmt::Display for GasReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = |f: &mut fmt::Formatter<'_>, name: &str, figures: [String; 4]| {
            let [calls, least, mean, most] = figures;
            writeln!(f, "{name:<44}{calls:>8}{least:>14}{mean:>14}{most:>14}")
        };
        let heads = ["calls", "least", "mean", "most"].map(str::to_owned);
        row(f, "SDK gas", heads)?;
        let mut last = "";
        for ((contract, entry, message), sum) in &self.0 {
            if contract != last {
                writeln!(f, "{contract}")?;
                last = contract;
            }
            let mean = sum.total / sum.calls.max(1);
            let figures = [sum.calls, sum.least, mean, sum.most].map(number);
            row(f, &format!("  {entry} {message}"), figures)?;
        }
        Ok(())
    }
}
