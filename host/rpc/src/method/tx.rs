//! Methods about transactions of the past: one by its hash, many by their events.

use serde_json::Value;

use super::args::Args;
use super::{RpcError, page, shown};
use crate::answer::tx::{SearchAnswer, TxAnswer, TxProofJson};
use crate::index::search::SearchError;
use crate::index::{Position, grammar};
use crate::query::Asked;

pub(super) fn one(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let hash = args.bytes("hash")?;
    if hash.is_empty() {
        return Err(RpcError::internal("transaction hash cannot be empty"));
    }
    let prove = args.flag("prove")?;
    let missing = || RpcError::internal(format!("tx ({}) not found", hex::encode_upper(&hash)));
    if let Some(reason) = asked.shared.index.failure() {
        let text = format!("transaction indexing is disabled: {reason}");
        return Err(RpcError::internal(text));
    }
    let position = asked.shared.index.position(&hash)?.ok_or_else(missing)?;
    shown(&at(asked, position, prove)?.ok_or_else(missing)?)
}

/// What this program's nodes have beside CometBFT's methods: the signed receipt for a transaction that was accepted. The hash is in
/// hexadecimal, as `broadcast_tx_sync` answers it.
pub(super) fn receipt(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let hash = args.hex("hash")?;
    let missing = || {
        RpcError::internal(format!(
            "no receipt for tx ({}): it was not accepted by this node, or waits no longer",
            hex::encode_upper(&hash)
        ))
    };
    let key = hash.as_slice().try_into().map_err(|_| missing())?;
    let found = asked.shared.index.receipt(&key)?.ok_or_else(missing)?;
    serde_json::from_slice(&found).map_err(|error| RpcError::internal(error.to_string()))
}

pub(super) fn search(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let query = args.text("query")?.unwrap_or_default();
    let conditions = grammar::parse(&query).map_err(RpcError::internal)?;
    let found = asked.shared.index.search(&conditions);
    let mut found = found.map_err(|error| match error {
        SearchError::Question(text) => RpcError::internal(text),
        SearchError::Index(error) => error.into(),
    })?;
    // A search may see a block that came after the view was taken.
    found.retain(|position| position.height <= asked.view.height());
    match args.text("order_by")?.as_deref() {
        None | Some("" | "asc") => {}
        Some("desc") => found.reverse(),
        Some(_) => {
            let text = "expected order_by to be either `asc` or `desc` or empty";
            return Err(RpcError::internal(text));
        }
    }
    let (page, per_page) = page(args, found.len())?;
    let prove = args.flag("prove")?;
    let total_count = found.len().to_string();
    let mut txs = Vec::new();
    let start = page.saturating_mul(per_page);
    for position in found.into_iter().skip(start).take(per_page) {
        txs.extend(at(asked, position, prove)?);
    }
    shown(&SearchAnswer { txs, total_count })
}

/// The transaction at a position, if the view has its block.
fn at(asked: &Asked<'_>, at: Position, prove: bool) -> Result<Option<TxAnswer>, RpcError> {
    let Some(record) = asked.view.block(at.height)? else {
        return Ok(None);
    };
    let index = usize::try_from(at.index).unwrap_or(usize::MAX);
    let result = asked.shared.index.result(at)?;
    let (Some(tx), Some(result)) = (record.txs.get(index), result) else {
        return Ok(None);
    };
    let proof = prove.then(|| TxProofJson::of(&record.txs, index)).flatten();
    Ok(Some(TxAnswer::new(at, tx, result).proved(proof)))
}
