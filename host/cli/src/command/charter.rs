//! `commons charter check`: whether a founding document holds. Founds nothing.

use std::path::Path;

use commons_common::charter::{Amount, Charter, Weaker};
use commons_common::units::Hash;
use serde_json::{Value, json};

use super::grouped;
use crate::charter_file;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant::span;
use crate::output::Answer;

/// Runs `charter check`.
pub fn check(file: &Path) -> Result<Answer, Failure> {
    let charter = charter_file::read(file)?;
    let hash = charter.hash().map_err(Failure::internal)?;
    let weaker = charter.weaker_than_default();
    let fields: Vec<Value> = weaker
        .iter()
        .map(|field| {
            json!({
                "field": field.path,
                "is": number(field.is),
                "default": number(field.default),
            })
        })
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
        describe(&charter, &hash, &weaker),
    )
}

fn describe(charter: &Charter, hash: &Hash, weaker: &[Weaker]) -> String {
    let mut text = format!(
        "The charter holds.\n\n  name     {}\n  hash     {hash}\n  persons  classes: {}, registrars: {}, of whom {} admit a person\n  period   {}\n",
        charter.name,
        charter.classes.len(),
        charter.roll.registrars.len(),
        charter.roll.threshold,
        span(charter.period),
    );
    if weaker.is_empty() {
        return text + "  windows  every window and threshold is at least that of R38\n";
    }
    text += "  windows  weaker than R38's, which the mark will say:\n";
    for field in weaker {
        let (is, default) = (shown(field.is), shown(field.default));
        text += &format!("           {}: {is}, R38 has {default}\n", field.path);
    }
    text
}

fn shown(amount: Amount) -> String {
    match amount {
        Amount::Span(seconds) => span(seconds),
        Amount::Share(bps) => format!("{} basis points", grouped(bps.0.into())),
        Amount::Money(units) => format!("{} base units", grouped(units)),
    }
}

/// As in the charter: money as text, because it may be larger than what every JSON reader keeps exactly.
fn number(amount: Amount) -> Value {
    match amount {
        Amount::Span(seconds) => seconds.0.into(),
        Amount::Share(bps) => bps.0.into(),
        Amount::Money(units) => units.to_string().into(),
    }
}
