//! Methods that send a transaction.

use std::sync::Arc;

use commons_node::tx_hash;
use serde_json::Value;

use super::args::Args;
use super::{RpcError, shown};
use crate::answer::tx::BroadcastAnswer;
use crate::server::Shared;

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
    let hash = hex::encode_upper(tx_hash(&tx));
    shared.drop_off(tx).map_err(RpcError::internal)?;
    let hash = BroadcastAnswer {
        hash,
        ..BroadcastAnswer::default()
    };
    shown(&hash)
}
