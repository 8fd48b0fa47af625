//! Methods about blocks: content, header, results, commit.

use commons_node::{BlockRecord, header_hash};
use serde_json::Value;

use super::args::Args;
use super::{RpcError, height, shown};
use crate::answer::base64;
use crate::answer::block::{BlockAnswer, BlockchainAnswer, CommitAnswer, HeaderAnswer, MetaJson};
use crate::answer::tx::{BlockResultsAnswer, ResultJson};
use crate::index::Position;
use crate::query::Asked;

/// Most blocks that `blockchain` gives, as CometBFT has it.
const LISTED: u64 = 20;
/// Blocks that are looked through, from the last one down, for one with a given hash.
const SEARCHED: u64 = 100_000;

fn record(asked: &Asked<'_>, height: u64) -> Result<BlockRecord, RpcError> {
    let record = asked.view.block(height)?;
    record.ok_or_else(|| RpcError::internal(format!("block {height} not found")))
}

fn asked_for(asked: &Asked<'_>, args: &Args) -> Result<BlockRecord, RpcError> {
    record(asked, height(asked, args)?)
}

fn whole(asked: &Asked<'_>, record: &BlockRecord) -> Result<Value, RpcError> {
    let last_commit = asked.view.last_commit(record.height())?;
    shown(&BlockAnswer::of(record, &last_commit))
}

pub(super) fn block(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    whole(asked, &asked_for(asked, args)?)
}

pub(super) fn header(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let header = (&asked_for(asked, args)?.header).into();
    shown(&HeaderAnswer { header })
}

pub(super) fn commit(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    shown(&CommitAnswer::from(&asked_for(asked, args)?))
}

/// The block with a hash. There is no index of these: the last blocks are looked through.
fn named(asked: &Asked<'_>, args: &Args) -> Result<Option<BlockRecord>, RpcError> {
    let hash = args.bytes("hash")?;
    let last = asked.view.height();
    for height in (1..=last)
        .rev()
        .take(usize::try_from(SEARCHED).unwrap_or(usize::MAX))
    {
        let record = record(asked, height)?;
        if header_hash(&record.header).as_slice() == hash {
            return Ok(Some(record));
        }
    }
    Ok(None)
}

pub(super) fn by_hash(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    match named(asked, args)? {
        Some(record) => whole(asked, &record),
        None => Ok(serde_json::json!({ "block_id": null_id(), "block": null })),
    }
}

fn null_id() -> Value {
    serde_json::json!({ "hash": "", "parts": { "total": 0, "hash": "" } })
}

pub(super) fn header_by_hash(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    match named(asked, args)? {
        Some(record) => {
            let header = (&record.header).into();
            shown(&HeaderAnswer { header })
        }
        None => Ok(serde_json::json!({ "header": null })),
    }
}

pub(super) fn results(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let record = asked_for(asked, args)?;
    let height = record.height();
    let mut results = Vec::new();
    for (index, _) in (0..).zip(&record.txs) {
        let result = asked.shared.index.result(Position { height, index })?;
        let missing = || RpcError::internal(format!("could not find results for height #{height}"));
        results.push(ResultJson::from(result.ok_or_else(missing)?));
    }
    shown(&BlockResultsAnswer {
        height: height.to_string(),
        txs_results: (!results.is_empty()).then_some(results),
        finalize_block_events: Vec::new(),
        validator_updates: None,
        consensus_param_updates: asked.view.origin().into(),
        app_hash: Some(base64(&record.root)),
    })
}

pub(super) fn chain(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let last = asked.view.height();
    let bound = |name: &str, usual: u64| -> Result<u64, RpcError> {
        match args.number(name)? {
            None | Some(0) => Ok(usual),
            Some(given) => {
                u64::try_from(given).map_err(|_| RpcError::internal("heights must be non-negative"))
            }
        }
    };
    let high = bound("maxHeight", last)?.min(last);
    let low = bound("minHeight", 1)?
        .max(high.saturating_sub(LISTED - 1))
        .max(1);
    if low > high {
        let text = format!("min height {low} can't be greater than max height {high}");
        return Err(RpcError::internal(text));
    }
    let mut block_metas = Vec::new();
    for height in (low..=high).rev() {
        block_metas.push(MetaJson::from(&record(asked, height)?));
    }
    shown(&BlockchainAnswer {
        last_height: last.to_string(),
        block_metas,
    })
}
