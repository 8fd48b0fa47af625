//! Owns the result as text, as Markdown and as JSON; it must say every exception and every difference.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::play::{Effort, SEED};
use crate::roster::missing;
use crate::stand::{Row, Stand};

/// The result of a run.
pub struct Table<'a> {
    stand: &'a Stand,
    missing: Vec<String>,
}

/// Complaints that are shown.
pub const SHOWN: usize = 100;

/// What the columns hold.
const HEADINGS: [&str; 9] = [
    "file",
    "calls",
    "succeeded",
    "refused",
    "failed",
    "out of gas",
    "outcome equal",
    "gas equal",
    "excepted",
];

impl<'a> Table<'a> {
    /// The result of a whole run.
    #[must_use]
    pub fn of(stand: &'a Stand, effort: Effort) -> Self {
        let missing = missing(stand, effort);
        Self { stand, missing }
    }

    /// The result of a part, of which nothing is missed.
    #[must_use]
    pub fn of_part(stand: &'a Stand) -> Self {
        let missing = Vec::new();
        Self { stand, missing }
    }

    /// Whether everything was compared, nothing differs beyond the exceptions, and every entry point of every file both succeeded
    /// and failed.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.complaints().is_empty()
    }

    /// Why the run does not count, a line each; nothing if it does.
    #[must_use]
    pub fn complaints(&self) -> Vec<String> {
        let different = self.stand.findings.iter();
        let different = different.map(|finding| format!("DIFFERENT {finding}"));
        let gaps = self.gaps().into_iter();
        let gaps = gaps.map(|gap| format!("NOT CALLED BOTH WAYS {gap}"));
        let missing = self.missing.iter();
        let missing = missing.map(|missing| format!("NOT COMPARED {missing}"));
        different.chain(gaps).chain(missing).collect()
    }

    /// Entry points that were not called both ways.
    #[must_use]
    pub fn gaps(&self) -> Vec<String> {
        let rows = self.stand.rows.iter();
        rows.flat_map(|(name, row)| row.one_sided().map(move |entry| format!("{name}: {entry}")))
            .collect()
    }

    fn rows(&self) -> Vec<[String; 9]> {
        let rows = self.stand.rows.iter();
        let mut rows: Vec<[String; 9]> = rows.map(|(name, row)| cells(name, row)).collect();
        let mut sum = Row::default();
        for row in self.stand.rows.values() {
            for (entry, ends) in &row.entries {
                let total = sum.entries.entry(*entry).or_default();
                total.succeeded += ends.succeeded;
                total.refused += ends.refused;
                total.failed += ends.failed;
                total.out_of_gas += ends.out_of_gas;
            }
            sum.outcome_equal += row.outcome_equal;
            sum.gas_equal += row.gas_equal;
            sum.excepted += row.excepted;
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
             gas used and the part used outside, to the unit; all of the limit when it ran out. \"Excepted\": calls in which one of the \
             exceptions below was needed.\n\n",
        );
        let line = |cells: &[String]| format!("| {} |\n", cells.join(" | "));
        out += &line(&HEADINGS.map(str::to_owned));
        out += "|---|---:|---:|---:|---:|---:|---:|---:|---:|\n";
        for row in self.rows() {
            out += &line(&row);
        }
        self.notes(&mut out, "- ");
        out += "\n## Files that both refuse, for the same reason\n\n| file | reason |\n|---|---|\n";
        for (name, reason) in &self.stand.refused {
            writeln!(out, "| {name} | {reason} |").expect("a string takes text");
        }
        let complaints = self.complaints();
        if !complaints.is_empty() {
            out += "\n## This run does not count\n\n";
            for complaint in complaints.iter().take(SHOWN) {
                writeln!(out, "- {complaint}").expect("a string takes text");
            }
        }
        out
    }

    fn notes(&self, out: &mut String, bullet: &str) {
        let mut say = |line: String| writeln!(out, "{line}").expect("a string takes text");
        say(format!("\nSeed {SEED}. Exceptions:\n"));
        for (name, row) in &self.stand.rows {
            for (reason, count) in &row.exceptions {
                say(format!("{bullet}{name}: {count} x {reason}"));
            }
        }
        let differences = self.stand.findings.len();
        let refused = self.stand.refused.len();
        say(format!(
            "\nDifferences: {differences}. Files refused by both: {refused}."
        ));
    }

    /// The result as one document.
    #[must_use]
    pub fn json(&self) -> Value {
        let files = self.stand.rows.iter().map(|(name, row)| {
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
        let refused = self.stand.refused.iter();
        let refused = refused.map(|(name, reason)| json!({"file": name, "reason": reason}));
        json!({
            "schema": "commons-conformance/1", "peer": "cosmwasm-vm 3.0.10", "seed": SEED,
            "files": files.collect::<Vec<_>>(), "refused": refused.collect::<Vec<_>>(),
            "differences": self.stand.findings, "not_called_both_ways": self.gaps(), "not_compared": self.missing,
            "sound": self.is_sound(),
        })
    }
}

fn cells(name: &str, row: &Row) -> [String; 9] {
    let ends = row.ends();
    let numbers = [
        ends.calls(),
        ends.succeeded,
        ends.refused,
        ends.failed,
        ends.out_of_gas,
        row.outcome_equal,
        row.gas_equal,
        row.excepted,
    ];
    let [a, b, c, d, e, f, g, h] = numbers.map(|number| number.to_string());
    [name.to_owned(), a, b, c, d, e, f, g, h]
}
