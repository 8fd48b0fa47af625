//! `abci_query`: questions to the modules by the path of their gRPC method, and raw values of the stores.

use commons_ledger::StateRead as _;
use serde_json::Value;

use super::args::Args;
use super::{RpcError, shown};
use crate::COMETBFT_VERSION;
use crate::answer::base64_or_null;
use crate::answer::tx::{AbciQueryAnswer, QueryJson};
use crate::query::{self, Asked};

pub(super) fn query(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let path = args.text("path")?.unwrap_or_default();
    let data = args.hex("data")?;
    let height = args.number("height")?.unwrap_or_default();
    let prove = args.flag("prove")?;
    let response = match refusal(asked, height, prove) {
        Some(refusal) => refusal,
        None => respond(asked, &path, &data, prove),
    };
    let index = "0".to_owned();
    let response = QueryJson { index, ..response };
    shown(&AbciQueryAnswer { response })
}

fn failed(code: u32, log: impl Into<String>, height: u64) -> QueryJson {
    QueryJson {
        code,
        log: log.into(),
        height: height.to_string(),
        codespace: "sdk".to_owned(),
        ..QueryJson::default()
    }
}

/// Why a height cannot be asked at: the state of the last block alone is kept.
fn refusal(asked: &Asked<'_>, height: i64, prove: bool) -> Option<QueryJson> {
    let last = asked.view.height();
    let Ok(at) = u64::try_from(height) else {
        let text = "cannot query with height < 0; please provide a valid height: invalid height";
        return Some(failed(26, text, 0));
    };
    if at > last {
        let text =
            "cannot query with height in the future; please provide a valid height: invalid height";
        return Some(failed(26, text, 0));
    }
    if prove && at == 1 {
        let text = "cannot query with proof when height <= 1; please provide a valid height: invalid request";
        return Some(failed(18, text, 0));
    }
    if at > 0 && at < last {
        let text = format!(
            "failed to load state at height {at}; version does not exist (latest height: {last}): invalid request"
        );
        return Some(failed(18, text, 0));
    }
    None
}

fn respond(asked: &Asked<'_>, path: &str, data: &[u8], prove: bool) -> QueryJson {
    let height = asked.view.height();
    let good = |key: &[u8], value: &[u8]| QueryJson {
        key: base64_or_null(key),
        value: base64_or_null(value),
        height: height.to_string(),
        ..QueryJson::default()
    };
    if let Some(answer) = query::answer(asked, path, data) {
        return match answer {
            Ok(value) => good(&[], &value),
            Err(failure) => {
                let (code, log) = failure.abci();
                failed(code, log, height)
            }
        };
    }
    if path == "/app/version" {
        return good(&[], COMETBFT_VERSION.as_bytes());
    }
    if let Some(store) = path
        .strip_prefix("/store/")
        .and_then(|rest| rest.strip_suffix("/key"))
    {
        if prove {
            let text = "this node has no proofs of its state: invalid request";
            return failed(18, text, height);
        }
        return match raw(asked, store, data) {
            Ok(value) => good(data, &value.unwrap_or_default()),
            Err(log) => failed(18, log, height),
        };
    }
    failed(6, "unknown query path: unknown request", 0)
}

/// A value of a store as it lies in the state.
fn raw(asked: &Asked<'_>, store: &str, key: &[u8]) -> Result<Option<Vec<u8>>, String> {
    if !matches!(store, "acc" | "bank" | "wasm") {
        return Err(format!("no such store: {store}: invalid request"));
    }
    if key.is_empty() {
        return Err("query cannot be zero length: tx parse error".to_owned());
    }
    let key = [store.as_bytes(), b"/", key].concat();
    let value = asked.view.state().get(&key);
    value.map_err(|fault| fault.to_string())
}
