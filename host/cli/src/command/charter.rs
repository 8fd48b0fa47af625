//! `commons charter check`: whether a founding document holds. Founds nothing.

use std::path::Path;

use commons_common::charter::{Charter, DecisionRules};
use commons_common::units::{Bps, Hash, Seconds};
use serde_json::{Value, json};

use super::grouped;
use crate::charter_file;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant::span;
use crate::output::Answer;

/// A window or threshold below that of R38.
struct Below {
    field: String,
    is: u64,
    default: u64,
    seconds: bool,
}

/// Runs `charter check`.
pub fn check(file: &Path) -> Result<Answer, Failure> {
    let charter = charter_file::read(file)?;
    let hash = charter.hash().map_err(Failure::internal)?;
    let below = below_default(&charter);
    let fields: Vec<Value> = below
        .iter()
        .map(|below| json!({ "field": below.field, "is": below.is, "default": below.default }))
        .collect();
    let body = json!({
        "valid": true,
        "name": charter.name,
        "hash": hash,
        "keeps_default_windows": charter.keeps_default_windows(),
        "below_default": fields,
        "charter": charter,
    });
    Answer::new(
        "commons/charter-check/1",
        Exit::Good,
        body,
        describe(&charter, &hash, &below),
    )
}

fn describe(charter: &Charter, hash: &Hash, below: &[Below]) -> String {
    let mut text = format!(
        "The charter holds.\n\n  name     {}\n  hash     {hash}\n  persons  classes: {}, registrars: {}, of whom {} admit a person\n  period   {}\n",
        charter.name,
        charter.classes.len(),
        charter.roll.registrars.len(),
        charter.roll.threshold,
        span(charter.period),
    );
    if below.is_empty() {
        return text + "  windows  every window and threshold is at least that of R38\n";
    }
    text += "  windows  shorter or lower than R38's, which the mark will say:\n";
    for field in below {
        let shown = |amount: u64| match field.seconds {
            true => span(Seconds(amount)),
            false => format!("{} basis points", grouped(amount.into())),
        };
        let (is, default) = (shown(field.is), shown(field.default));
        text += &format!("           {}: {is}, R38 has {default}\n", field.field);
    }
    text
}

fn below_default(charter: &Charter) -> Vec<Below> {
    let decisions = &charter.decisions;
    let mut below = Vec::new();
    for (class, rules, least) in [
        ("ordinary", &decisions.ordinary, DecisionRules::ordinary()),
        ("special", &decisions.special, DecisionRules::special()),
        (
            "ratification",
            &decisions.ratification,
            DecisionRules::ratification(),
        ),
    ] {
        let mut add = |field: &str, is: u64, default: u64, seconds: bool| {
            if is < default {
                below.push(Below {
                    field: format!("decisions.{class}.{field}"),
                    is,
                    default,
                    seconds,
                });
            }
        };
        let windows: [(&str, Seconds, Seconds); 3] = [
            ("notice", rules.notice, least.notice),
            ("vote", rules.vote, least.vote),
            ("delay", rules.delay, least.delay),
        ];
        for (field, is, default) in windows {
            add(field, is.0, default.0, true);
        }
        let shares: [(&str, Bps, Bps); 3] = [
            ("approval_bps", rules.approval_bps, least.approval_bps),
            ("turnout_bps", rules.turnout_bps, least.turnout_bps),
            (
                "yes_of_roll_bps",
                rules.yes_of_roll_bps,
                least.yes_of_roll_bps,
            ),
        ];
        for (field, is, default) in shares {
            add(field, is.0.into(), default.0.into(), false);
        }
    }
    below
}
