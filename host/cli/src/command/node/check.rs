//! `commons node check`: looking for damage in a chain's directory. It mends nothing and writes nothing.

use std::fmt::Write as _;
use std::path::Path;

use commons_store::Store;
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;

/// Reads everything in `home` and reports.
pub fn run(home: &Path) -> Result<Answer, Failure> {
    let mut store = Store::open_read_only(home)?;
    let findings = store.check()?;
    let (height, root) = (store.height()?, store.root()?.to_string());
    let (states, proofs) = store.first_kept()?;
    let whole = findings.is_empty();
    let mut text = format!(
        "chain   {}\nblock   {height}\nroot    {root}\npast    state from height {states}, proofs from height {proofs}\n",
        store.chain_id(),
    );
    // Writing to a String cannot fail.
    if whole {
        text.push_str("whole: every page, block, state and tree node is as it should be\n");
    } else {
        writeln!(text, "damaged in {} places:", findings.len()).unwrap_or_default();
    }
    for finding in &findings {
        writeln!(text, "  {finding}").unwrap_or_default();
    }
    if !whole {
        text.push_str(
            "Bring the directory back from a copy; `commons replay` says up to which block this one still agrees.\n",
        );
    }
    let findings: Vec<Value> = findings
        .iter()
        .map(|finding| json!({ "place": finding.place, "height": finding.height, "what": finding.what }))
        .collect();
    let document = json!({
        "home": home,
        "chain_id": store.chain_id(),
        "height": height,
        "root": root,
        "state_from": states,
        "proofs_from": proofs,
        "whole": whole,
        "findings": findings,
    });
    Answer::new("commons/node-check/1", Exit::of(whole), document, text)
}
