//! `abci_query`: questions to the modules by the path of their gRPC method, and values of the stores with their proofs, at any height
//! that is kept.
//!
//! Proofs are checked against the header of the height after, so a chain that makes blocks for what comes in makes an empty one for a
//! proof at its last height. A proof at no particular height is one of the height before where the last block changed nothing, so that
//! proofs alone do not make a chain grow.

use std::sync::Arc;

use commons_ledger::{Order, StateRead as _};
use commons_node::{NodeError, View};
use commons_store::StoreError;
use prost::Message as _;
use serde_json::Value;

use super::args::Args;
use super::{RpcError, shown};
use crate::answer::tx::{AbciQueryAnswer, ProofOpsJson, QueryJson};
use crate::answer::{base64, base64_or_null};
use crate::keys;
use crate::query::{self, Asked, height};
use crate::shared::Shared;

/// The stores that can be asked by their names.
const STORES: [&str; 4] = ["acc", "bank", "feegrant", "wasm"];
/// Most entries that a question for a subspace answers with.
const SUBSPACE: usize = 10_000;

/// What is asked.
struct Question {
    path: String,
    data: Vec<u8>,
    height: i64,
    prove: bool,
}

/// Answers, and sees to it that what a proof is checked against exists.
pub(super) async fn call(shared: &Arc<Shared>, args: &Args) -> Result<Value, RpcError> {
    let question = Question {
        path: args.text("path")?.unwrap_or_default(),
        data: args.hex("data")?,
        height: args.number("height")?.unwrap_or_default(),
        prove: args.flag("prove")?,
    };
    let answered = shared.blocking(move |asked| answer(asked, &question));
    let answer = answered.await.map_err(RpcError::internal)?;
    if answer.proof_ops.is_some() {
        let height = answer.height.parse().unwrap_or_default();
        shared.seal(height).await.map_err(RpcError::internal)?;
    }
    let index = "0".to_owned();
    let response = QueryJson { index, ..answer };
    shown(&AbciQueryAnswer { response })
}

fn failed(codespace: &str, code: u32, log: impl Into<String>, height: u64) -> QueryJson {
    QueryJson {
        code,
        log: log.into(),
        height: height.to_string(),
        codespace: codespace.to_owned(),
        ..QueryJson::default()
    }
}

fn unknown(log: &str) -> QueryJson {
    failed("sdk", 6, format!("{log}: unknown request"), 0)
}

fn good(key: &[u8], value: &[u8], height: u64) -> QueryJson {
    QueryJson {
        key: base64_or_null(key),
        value: base64_or_null(value),
        height: height.to_string(),
        ..QueryJson::default()
    }
}

fn answer(asked: &Asked<'_>, question: &Question) -> QueryJson {
    let Question { path, prove, .. } = question;
    let is_of_store = path.starts_with("/store/");
    let pinned = height::meant(asked, question.height).and_then(|at| {
        let at = match is_of_store && *prove && question.height == 0 {
            true => settled(asked.view, at),
            false => at,
        };
        Ok((at, height::view(asked, at, path)?))
    });
    let (at, view) = match pinned {
        // A proof is refused in the words of the store.
        Err(refusal) if refusal.code == 38 && is_of_store && *prove => return pruned(),
        Err(refusal) => return failed("sdk", refusal.code, refusal.log(), 0),
        Ok(pinned) => pinned,
    };
    if *prove && (at == 1 || (is_of_store && at == 0)) {
        let text = "cannot query with proof when height <= 1; please provide a valid height: invalid request";
        return failed("sdk", 18, text, 0);
    }
    let pinned = Asked {
        view: &view,
        shared: asked.shared,
    };
    match query::answer(&pinned, path, &question.data) {
        // A message without fields is an empty text, not nothing.
        Some(Ok(value)) => QueryJson {
            value: Some(base64(&value)),
            ..good(&[], &[], at)
        },
        Some(Err(failure)) => {
            let (code, log) = failure.abci();
            failed("sdk", code, log, at)
        }
        None => by_path(&view, question, at),
    }
}

/// The last height whose state the header after it has already, if the last block changed nothing; else the last.
fn settled(view: &View, last: u64) -> u64 {
    let changed_nothing = view
        .block(last)
        .ok()
        .flatten()
        .is_some_and(|record| record.header.app_hash.as_bytes() == view.root());
    match last {
        3.. if changed_nothing => last.saturating_sub(1),
        _ => last,
    }
}

/// The questions that are no method of gRPC.
fn by_path(view: &View, question: &Question, at: u64) -> QueryJson {
    let path: Vec<&str> = question.path.split('/').collect();
    match path.as_slice() {
        [""] => unknown("no query path provided"),
        ["", "app", "version"] => QueryJson {
            codespace: "sdk".to_owned(),
            ..good(&[], env!("CARGO_PKG_VERSION").as_bytes(), at)
        },
        ["", "store", store, of] => {
            store_answer(view, (store, of), question, at).unwrap_or_else(|refused| *refused)
        }
        _ => unknown("unknown query path"),
    }
}

fn pruned() -> QueryJson {
    let text = "proof is unexpectedly empty; ensure height has not been pruned: invalid request";
    failed("store", 7, text, 0)
}

/// A value of a store with its proof, or everything behind a prefix.
fn store_answer(
    view: &View,
    (store, of): (&str, &str),
    question: &Question,
    at: u64,
) -> Result<QueryJson, Box<QueryJson>> {
    if !STORES.contains(&store) {
        let text = format!("no such store: {store}: unknown request");
        return Err(failed("store", 4, text, 0).into());
    }
    if question.data.is_empty() {
        let text = "query cannot be zero length: tx parse error";
        return Err(failed("store", 3, text, 0).into());
    }
    let broken = |error: &dyn std::fmt::Display| Box::new(failed("sdk", 1, error.to_string(), at));
    let key = [store.as_bytes(), b"/", &question.data].concat();
    match of {
        "key" if question.prove => {
            let proof = view.prove(store, &question.data, at);
            let proof = proof.map_err(|error| match error {
                NodeError::Store(StoreError::NotKept { .. }) => Box::new(pruned()),
                other => failed("store", 2, format!("{other}: invalid proof"), at).into(),
            })?;
            let value = proof.value.as_deref().unwrap_or_default();
            Ok(QueryJson {
                proof_ops: Some(ProofOpsJson::from(&proof)),
                ..good(&question.data, value, at)
            })
        }
        "key" => {
            let value = view.state().get(&key).map_err(|fault| broken(&fault))?;
            Ok(good(&question.data, &value.unwrap_or_default(), at))
        }
        "subspace" => {
            let pairs = subspace(view, store, &key).map_err(|text| broken(&text))?;
            Ok(good(&question.data, &pairs, at))
        }
        _ => {
            let text = format!("unexpected query path: /{of}: unknown request");
            Err(failed("store", 4, text, 0).into())
        }
    }
}

/// A key with its value, in the SDK's list of them.
#[derive(Clone, PartialEq, prost::Message)]
struct Pair {
    #[prost(bytes = "vec", tag = "1")]
    key: Vec<u8>,
    #[prost(bytes = "vec", tag = "2")]
    value: Vec<u8>,
}

/// `cosmos.store.internal.kv.v1beta1.Pairs`.
#[derive(Clone, PartialEq, prost::Message)]
struct Pairs {
    #[prost(message, repeated, tag = "1")]
    pairs: Vec<Pair>,
}

fn subspace(view: &View, store: &str, prefix: &[u8]) -> Result<Vec<u8>, String> {
    let end = keys::end_of(prefix);
    let found = view
        .state()
        .range(prefix, end.as_deref(), Order::Ascending, SUBSPACE + 1)
        .map_err(|fault| fault.to_string())?;
    if found.len() > SUBSPACE {
        return Err(format!(
            "more than {SUBSPACE} entries begin with this; ask for a longer beginning"
        ));
    }
    // Keys are those inside the store.
    let inside = store.len().saturating_add(1);
    let pairs = found.into_iter().map(|(key, value)| Pair {
        key: key.get(inside..).unwrap_or_default().to_vec(),
        value,
    });
    Ok(Pairs {
        pairs: pairs.collect(),
    }
    .encode_to_vec())
}
