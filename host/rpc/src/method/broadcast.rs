//! Methods about transactions that are no block's yet: sending, checking, and what waits.

use std::sync::Arc;
use std::time::Duration;

use commons_node::tx_hash;
use serde_json::{Value, json};
use tokio::sync::broadcast::error::RecvError;

use super::args::Args;
use super::{RpcError, shown};
use crate::answer::base64;
use crate::answer::node::WaitingAnswer;
use crate::answer::tx::{BroadcastAnswer, CheckJson, ResultJson};
use crate::index::encode;
use crate::query::Asked;
use crate::shared::Shared;

/// For a transaction to get into a block while its sender waits, as on a real chain.
const COMMIT: Duration = Duration::from_secs(10);
/// Transactions that `unconfirmed_txs` lists unless another number is asked for, and at most.
const LISTED: (usize, usize) = (30, 100);

/// Answers after the check, and on an instant chain after the block.
pub(super) async fn sync(shared: &Arc<Shared>, args: &Args) -> Result<Value, RpcError> {
    let checked = shared.broadcast(args.bytes("tx")?).await;
    let checked = checked.map_err(RpcError::internal)?;
    shown(&BroadcastAnswer {
        code: checked.code,
        data: String::new(),
        log: checked.log,
        codespace: checked.codespace,
        hash: hex::encode_upper(checked.hash),
    })
}

/// Answers at once: whether the transaction passes its check is not known then.
pub(super) fn without_waiting(shared: &Arc<Shared>, args: &Args) -> Result<Value, RpcError> {
    let tx = args.bytes("tx")?;
    let known = tx_hash(&tx);
    let in_block = match shared.index.position(&known)? {
        Some(position) => shared.index.result(position)?,
        None => None,
    };
    if in_block.is_some_and(|result| result.code == 0) {
        return Err(RpcError::internal("tx already exists in cache"));
    }
    let hash = hex::encode_upper(known);
    shared.drop_off(tx).map_err(RpcError::internal)?;
    let hash = BroadcastAnswer {
        hash,
        ..BroadcastAnswer::default()
    };
    shown(&hash)
}

/// Answers after the block, or that it did not come in time.
pub(super) async fn commit(shared: &Arc<Shared>, args: &Args) -> Result<Value, RpcError> {
    let tx = args.bytes("tx")?;
    let hash = hex::encode_upper(tx_hash(&tx));
    let mut feed = shared.feed.subscribe();
    let report = report(shared, tx.clone()).await?;
    if report.code != 0 {
        return Ok(json!({
            "check_tx": report, "tx_result": ResultJson::default(), "hash": hash, "height": "0",
        }));
    }
    let wanted = tx_hash(&tx);
    let checked = shared.broadcast(tx).await.map_err(RpcError::internal)?;
    if checked.code != 0 {
        let check = CheckJson {
            code: checked.code,
            log: checked.log,
            codespace: checked.codespace,
            ..report
        };
        return Ok(json!({
            "check_tx": check, "tx_result": ResultJson::default(), "hash": hash, "height": "0",
        }));
    }
    let found = async {
        loop {
            match feed.recv().await {
                Ok(block) => {
                    let result = block.results.iter().find(|result| result.hash == wanted);
                    if let Some(result) = result {
                        return Ok((ResultJson::from(encode(result)), block.record.height()));
                    }
                }
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return Err("the node is stopping"),
            }
        }
    };
    let late = "timed out waiting for tx to be included in a block";
    let found = tokio::time::timeout(COMMIT, found)
        .await
        .unwrap_or(Err(late));
    let (result, height) = found.map_err(RpcError::internal)?;
    Ok(json!({
        "check_tx": report, "tx_result": result, "hash": hash, "height": height.to_string(),
    }))
}

async fn report(shared: &Arc<Shared>, tx: Vec<u8>) -> Result<CheckJson, RpcError> {
    let checked = shared.blocking(move |asked| asked.view.check(&tx));
    let report = checked.await.map_err(RpcError::internal)??;
    Ok(CheckJson::from(report))
}

/// Checks and keeps nothing, against the last block alone.
pub(super) fn check(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    shown(&CheckJson::from(asked.view.check(&args.bytes("tx")?)?))
}

/// How much waits.
pub(super) async fn number_waiting(shared: &Arc<Shared>) -> Result<Value, RpcError> {
    let waiting = shared.waiting().await.map_err(RpcError::internal)?;
    shown(&listed(&waiting, waiting.len(), None))
}

/// What waits, the first that will be in a block first.
pub(super) async fn waiting(shared: &Arc<Shared>, args: &Args) -> Result<Value, RpcError> {
    let waiting = shared.waiting().await.map_err(RpcError::internal)?;
    let (usual, most) = LISTED;
    let limit = match args.number("limit")? {
        Some(limit @ 1..) => usize::try_from(limit).unwrap_or(most).min(most),
        _ => usual,
    };
    let txs: Vec<String> = waiting.iter().take(limit).map(|tx| base64(tx)).collect();
    shown(&listed(&waiting, txs.len(), Some(txs)))
}

fn listed(waiting: &[Vec<u8>], count: usize, txs: Option<Vec<String>>) -> WaitingAnswer {
    let bytes = waiting
        .iter()
        .fold(0usize, |sum, tx| sum.saturating_add(tx.len()));
    WaitingAnswer {
        n_txs: count.to_string(),
        total: waiting.len().to_string(),
        total_bytes: bytes.to_string(),
        txs,
    }
}
