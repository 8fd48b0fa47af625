//! `commons tx receipt` and `commons tx promised`: what a node signed when it accepted a transaction, and what became of that. Decides
//! nothing: the receipt is checked where it is defined, and judged by the auditor.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_audit::promise::{Verdict, examine, examine_home};
use commons_node::{Receipt, Validator};
use serde_json::{Value, json};

use super::deliver;
use crate::args::{ReplaySource, TxReceiptArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;
use crate::output::Answer;
use crate::replay::unreadable;
use crate::submission::connect;

/// Runs `tx receipt`.
pub fn get(args: &TxReceiptArgs) -> Result<Answer, Failure> {
    let chain = connect(&args.network)?;
    let hash = args.hash.to_uppercase();
    let document = chain.rpc().receipt(&hash).map_err(|error| {
        Failure::no(
            "there is no receipt",
            error.to_string(),
            "check the hash; only nodes of this program give receipts, for what they accepted themselves",
        )
    })?;
    let receipt = read(document.to_string().as_bytes())?;
    if receipt.hash.to_string() != hash || receipt.chain_id != chain.network().chain_id {
        return Err(refused("it is for another transaction or another chain"));
    }
    let (key, named_by) = match &args.validator {
        Some(key) => (key.clone(), "--validator"),
        None => (
            validator(
                &chain
                    .rpc()
                    .validators(receipt.height.max(1), 1)
                    .map_err(|error| {
                        Failure::no(
                            "the node does not name its validator",
                            error.to_string(),
                            "give --validator",
                        )
                    })?,
            ),
            "the node itself",
        ),
    };
    let key = STANDARD.decode(&key).ok();
    let key = key.and_then(|key| <[u8; 32]>::try_from(key).ok());
    let validator = key.and_then(Validator::new).ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            "the validator's key cannot be read",
            "it is not 32 bytes of an Ed25519 key in base64",
            "give it as `validators` and priv_validator_key.json have it, under pub_key",
        )
    })?;
    receipt
        .verify(&validator)
        .map_err(|why| refused(&why.to_string()))?;
    let written = format!("{document:#}\n");
    let place = deliver(&args.out, &written)?;
    if place == "stdout" {
        return Ok(Answer {
            exit: Exit::Good,
            document: written.clone(),
            text: written,
        });
    }
    let text = format!(
        "The receipt is in {place}. Its signature is good; who the validator is was said by {named_by}.\n{receipt}"
    );
    let body = json!({ "out": place, "receipt": document, "validator_named_by": named_by });
    Answer::new("commons/tx-receipt/1", Exit::Good, body, text)
}

/// The key of the only validator in an answer of `validators`.
fn validator(answer: &Value) -> String {
    let key = answer.pointer("/validators/0/pub_key/value");
    key.and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn read(json: &[u8]) -> Result<Receipt, Failure> {
    Receipt::parse(json).map_err(|why| refused(&why.to_string()))
}

fn refused(why: &str) -> Failure {
    Failure::no(
        "the receipt is not taken",
        why,
        "a receipt that binds nobody is worth nothing: ask the node again, or another time keep what it gave",
    )
}

/// Runs `tx promised`.
pub fn promised(path: &Path, source: &ReplaySource) -> Result<Answer, Failure> {
    let receipt = read(input::text(path)?.as_bytes())?;
    let verdict = match (&source.home, &source.log) {
        (Some(dir), _) => examine_home(dir, &receipt)?,
        (None, Some(path)) => {
            let file = File::open(path).map_err(|error| unreadable(path, &error))?;
            examine(BufReader::new(file), &receipt)?
        }
        (None, None) => return Err(Failure::internal("neither a home nor a log was given")),
    };
    let (word, exit, text) = told(&verdict, &receipt);
    let body = json!({ "hash": receipt.hash.to_string(), "verdict": word, "says": text });
    Answer::new(
        "commons/tx-promised/1",
        exit,
        body,
        format!("{word}: {text}\n"),
    )
}

fn told(verdict: &Verdict, receipt: &Receipt) -> (&'static str, Exit, String) {
    let at = receipt.height;
    match verdict {
        Verdict::Kept { height, index } => (
            "kept",
            Exit::Good,
            format!("block {height} has the transaction, at index {index}"),
        ),
        Verdict::Open { last } => (
            "open",
            Exit::Good,
            format!(
                "the log ends with block {last}, the receipt is of block {at}: get a later log"
            ),
        ),
        Verdict::Dropped { last, blocks } => (
            "dropped",
            Exit::No,
            format!(
                "none of the {blocks} blocks from {} to {last} has the transaction that the validator accepted; it broke its word, unless another \
                 transaction took the sender's sequence or coins, or its time ran out",
                at.saturating_add(1)
            ),
        ),
        Verdict::Rewritten {
            height,
            promised,
            found,
        } => (
            "rewritten",
            Exit::No,
            format!(
                "the validator signed for block {height} with hash {promised}, and this log has {found} there: there are two histories under one key"
            ),
        ),
        Verdict::NotOfThisChain { why } => ("not of this chain", Exit::No, why.clone()),
    }
}
