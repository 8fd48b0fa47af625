//! Owns the list of what must have been compared before a run counts. It must take nothing on trust: what is not in the tally was
//! not compared.

use commons_tests::{artifact, peers};

use crate::material::published;
use crate::play::{Effort, NUMBERED, PAYLOAD, TRAPS, WRITTEN_OUT, probes};
use crate::stand::{Row, STACK, Stand};

/// Contracts that the published cosmwasm-vm ships.
const PUBLISHED: usize = 30;

/// The probe that calls itself without end, and contracts whose reader of JSON knows no limit of nesting.
const DEEP: [&str; 7] = [
    TRAPS,
    "cyberpunk_rust170.wasm",
    "floaty_1.0.wasm",
    "floaty_2.0.wasm",
    "hackatom_1.0.wasm",
    "ibc_reflect_1.0.wasm",
    "ibc_reflect_1.2.wasm",
];

/// The exceptions, each with the only files that may need it.
const EXCEPTIONS: [(&str, &[&str]); 3] = [
    (STACK, &DEEP),
    (PAYLOAD, &[NUMBERED]),
    (WRITTEN_OUT, &["floaty_2.0.wasm"]),
];

/// What a whole run should have compared and did not, a line each.
#[must_use]
pub fn missing(stand: &Stand, effort: Effort) -> Vec<String> {
    let published: Vec<String> = published().into_iter().map(|(name, _)| name).collect();
    let mut missing = Vec::new();
    if published.len() != PUBLISHED {
        let found = published.len();
        missing.push(format!("{found} published files, not {PUBLISHED}"));
    }
    let refused = |name: &String| stand.refused.contains_key(name);
    let mut files: Vec<String> = published
        .into_iter()
        .filter(|name| !refused(name))
        .collect();
    files.extend(peers::NAMES.map(str::to_owned));
    files.extend(artifact::NAMES.map(|name| format!("{name}.wasm")));
    files.extend(probes().into_iter().map(str::to_owned));
    for file in &files {
        match stand.rows.get(file) {
            None => missing.push(format!("{file}: not loaded")),
            Some(row) if row.ends().calls() < effort.least => {
                let (calls, least) = (row.ends().calls(), effort.least);
                missing.push(format!("{file}: {calls} calls, at least {least}"));
            }
            Some(_) => {}
        }
    }
    let calls: u64 = stand.rows.values().map(|row| row.ends().calls()).sum();
    if calls < effort.least_in_all {
        let least = effort.least_in_all;
        missing.push(format!("{calls} calls in all, at least {least}"));
    }
    let rows = stand.rows.iter();
    missing.extend(rows.flat_map(|(name, row)| unaccounted(name, row)));
    missing
}

/// Calls of a file that were neither equal nor excused, and excuses that it may not have.
fn unaccounted(name: &str, row: &Row) -> Vec<String> {
    let calls = row.ends().calls();
    let mut lines = Vec::new();
    if row.outcome_equal + row.excused != calls {
        lines.push(format!("{name}: not every outcome is equal"));
    }
    if row.gas_equal + row.without_gas != calls {
        lines.push(format!("{name}: not all gas is equal"));
    }
    for reason in row.exceptions.keys() {
        let mut known = EXCEPTIONS.iter();
        if !known.any(|(other, files)| other == reason && files.contains(&name)) {
            lines.push(format!("{name}: may not have the exception \"{reason}\""));
        }
    }
    lines
}
