//! Methods about blocks: content, header, results, commit.

use std::ops::RangeInclusive;

use commons_node::{BlockRecord, header_hash};
use serde_json::{Value, json};

use super::args::Args;
use super::{RpcError, height, page, shown};
use crate::answer::base64;
use crate::answer::block::{BlockAnswer, BlockchainAnswer, CommitAnswer, HeaderAnswer, MetaJson};
use crate::answer::tx::{BlockResultsAnswer, ResultJson};
use crate::index::search::heights;
use crate::index::{Position, grammar};
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
        None => Ok(json!({ "block_id": null_id(), "block": null })),
    }
}

fn null_id() -> Value {
    json!({ "hash": "", "parts": { "total": 0, "hash": "" } })
}

pub(super) fn header_by_hash(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    match named(asked, args)? {
        Some(record) => {
            let header = (&record.header).into();
            shown(&HeaderAnswer { header })
        }
        None => Ok(json!({ "header": null })),
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

/// Blocks by their heights. They have no events of their own, so that no other condition holds for any.
pub(super) fn search(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    const HEIGHT: &str = "block.height";
    let query = args.text("query")?.unwrap_or_default();
    let conditions = grammar::parse(&query).map_err(RpcError::internal)?;
    let mut heights = heights(&conditions, HEIGHT);
    if conditions.iter().any(|condition| condition.key != HEIGHT) {
        heights = RangeInclusive::new(1, 0);
    }
    let (low, high) = (
        (*heights.start()).max(1),
        (*heights.end()).min(asked.view.height()),
    );
    let count = high.saturating_add(1).saturating_sub(low);
    let is_rising = match args.text("order_by")?.as_deref() {
        None | Some("" | "desc") => false,
        Some("asc") => true,
        Some(_) => {
            let text = "expected order_by to be either `asc` or `desc` or empty";
            return Err(RpcError::internal(text));
        }
    };
    let (page, per_page) = page(args, usize::try_from(count).unwrap_or(usize::MAX))?;
    let skipped = u64::try_from(page.saturating_mul(per_page)).unwrap_or(u64::MAX);
    let shown_here = u64::try_from(per_page).unwrap_or(u64::MAX);
    let mut blocks = Vec::new();
    for step in skipped..skipped.saturating_add(shown_here).min(count) {
        let height = match is_rising {
            true => low.saturating_add(step),
            false => high.saturating_sub(step),
        };
        blocks.push(whole(asked, &record(asked, height)?)?);
    }
    Ok(json!({ "blocks": blocks, "total_count": count.to_string() }))
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
