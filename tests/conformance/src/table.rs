//! Owns the result as text, as Markdown and as JSON; it must say every exception and every difference.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::play::SEED;
use crate::stand::{Row, Stand};

/// The result of a run.
pub struct Table<'a>(pub &'a Stand);

/// What the columns hold.
const HEADINGS: [&str; 8] = [
    "file",
    "calls",
    "succeeded",
    "refused",
    "failed",
    "out of gas",
    "outcome equal",
    "gas equal",
];

impl Table<'_> {
    /// Whether nothing differs beyond the exceptions, and every entry point of every file both succeeded and failed.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.0.findings.is_empty() && self.gaps().is_empty()
    }

    /// Entry points that were not called both ways.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        let rows = self.0.rows.iter();
        rows.flat_map(|(name, row)| row.one_sided().map(move |entry| format!("{name}: {entry}")))
            .collect()
    }

    fn rows(&self) -> Vec<[String; 8]> {
        let rows = self.0.rows.iter();
        let mut rows: Vec<[String; 8]> = rows.map(|(name, row)| cells(name, row)).collect();
        let mut sum = Row::default();
        for row in self.0.rows.values() {
            for (entry, ends) in &row.entries {
                let total = sum.entries.entry(*entry).or_default();
                total.succeeded += ends.succeeded;
                total.refused += ends.refused;
                total.failed += ends.failed;
                total.out_of_gas += ends.out_of_gas;
            }
            sum.outcome_equal += row.outcome_equal;
            sum.gas_equal += row.gas_equal;
        }
        rows.push(cells("all", &sum));
        rows
    }

    /// The table in columns.
    #[must_use]
    pub fn text(&self) -> String {
        let rows = self.rows();
        let heading = HEADINGS.map(str::to_owned);
        let width = |column: usize| {
            let cells = rows.iter().chain([&heading]);
            cells
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or_default()
        };
        let widths: Vec<usize> = (0..HEADINGS.len()).map(width).collect();
        let mut out = String::new();
        for row in [&heading].into_iter().chain(&rows) {
            let first = format!("{:<width$}", row[0], width = widths[0]);
            let rest = row.iter().zip(&widths).skip(1);
            let rest = rest.map(|(cell, width)| format!("  {cell:>width$}"));
            writeln!(out, "{first}{}", rest.collect::<String>()).expect("a string takes text");
        }
        self.notes(&mut out, "  ");
        out
    }

    /// The table as a page.
    #[must_use]
    pub fn markdown(&self) -> String {
        let mut out = String::from(
            "# commons-vm beside cosmwasm-vm 3.0.10\n\n\
             Written by `scripts/conformance`; do not edit. Every call ran in both machines against the same backend. \"Outcome equal\": the \
             result's bytes or the kind of failure, the storage key by key, debug messages, and everything asked of the chain. \"Gas equal\": \
             gas used and the part used outside, to the unit; all of the limit when it ran out.\n\n",
        );
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        out += &line(&HEADINGS.map(str::to_owned));
        out += "|---|---:|---:|---:|---:|---:|---:|---:|\n";
        for row in self.rows() {
            out += &line(&row);
        }
        self.notes(&mut out, "- ");
        out += "\n## Files that both refuse, for the same reason\n\n| file | reason |\n|---|---|\n";
        for (name, reason) in &self.0.refused {
            writeln!(out, "| {name} | {reason} |").expect("a string takes text");
        }
        out
    }

    fn notes(&self, out: &mut String, bullet: &str) {
        let mut say = |line: String| writeln!(out, "{line}").expect("a string takes text");
        say(format!("\nSeed {SEED}. Exceptions:\n"));
        for (name, row) in &self.0.rows {
            for (reason, count) in &row.exceptions {
                say(format!("{bullet}{name}: {count} x {reason}"));
            }
        }
        let differences = self.0.findings.len();
        let refused = self.0.refused.len();
        say(format!(
            "\nDifferences: {differences}. Files refused by both: {refused}."
        ));
    }

    /// The result as one document.
    #[must_use]
    pub fn json(&self) -> Value {
        let files = self.0.rows.iter().map(|(name, row)| {
            let entries = row.entries.iter().map(|(entry, ends)| {
                let ends = json!({
                    "succeeded": ends.succeeded, "refused": ends.refused, "failed": ends.failed, "out_of_gas": ends.out_of_gas,
                });
                (entry.name().to_owned(), ends)
            });
            let exceptions = row.exceptions.iter();
            let exceptions = exceptions.map(|(reason, count)| json!({"reason": reason, "count": count}));
            json!({
                "file": name, "calls": row.ends().calls(), "outcome_equal": row.outcome_equal, "gas_equal": row.gas_equal,
                "entry_points": entries.collect::<serde_json::Map<_, _>>(), "exceptions": exceptions.collect::<Vec<_>>(),
            })
        });
        let refused = self.0.refused.iter();
        let refused = refused.map(|(name, reason)| json!({"file": name, "reason": reason}));
        json!({
            "schema": "commons-conformance/1", "peer": "cosmwasm-vm 3.0.10", "seed": SEED,
            "files": files.collect::<Vec<_>>(), "refused": refused.collect::<Vec<_>>(),
            "differences": self.0.findings, "not_called_both_ways": self.gaps(),
        })
    }
}

fn cells(name: &str, row: &Row) -> [String; 8] {
    let ends = row.ends();
    let numbers = [
        ends.calls(),
        ends.succeeded,
        ends.refused,
        ends.failed,
        ends.out_of_gas,
        row.outcome_equal,
        row.gas_equal,
    ];
    let [a, b, c, d, e, f, g] = numbers.map(|number| number.to_string());
    [name.to_owned(), a, b, c, d, e, f, g]
}
