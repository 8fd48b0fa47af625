//! The methods of JSON-RPC: their names, and which function answers. What is common to POST, GET and websocket is here; what is not is in
//! `http` and `websocket`.

mod abci;
pub(crate) mod args;
mod block;
mod broadcast;
mod development;
mod info;
mod tx;

use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;

use crate::error::IndexError;
use crate::query::Asked;
use crate::shared::Shared;
use args::Args;
use commons_node::NodeError;

/// An error of a call.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub(crate) struct RpcError {
    pub(crate) code: i32,
    pub(crate) message: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(crate) data: String,
}

impl RpcError {
    fn new(code: i32, message: &'static str, data: impl Into<String>) -> Self {
        let data = data.into();
        Self {
            code,
            message,
            data,
        }
    }

    pub(crate) fn parse(reason: impl Into<String>) -> Self {
        Self::new(-32700, "Parse error. Invalid JSON", reason)
    }

    pub(crate) fn request(reason: impl Into<String>) -> Self {
        Self::new(-32600, "Invalid Request", reason)
    }

    pub(crate) fn method() -> Self {
        Self::new(-32601, "Method not found", "")
    }

    pub(crate) fn params(reason: impl Into<String>) -> Self {
        let reason: String = reason.into();
        let text = format!("error converting json params to arguments: {reason}");
        Self::new(-32602, "Invalid params", text)
    }

    pub(crate) fn internal(reason: impl Into<String>) -> Self {
        Self::new(-32603, "Internal error", reason)
    }
}

impl From<NodeError> for RpcError {
    fn from(error: NodeError) -> Self {
        Self::internal(error.to_string())
    }
}

impl From<IndexError> for RpcError {
    fn from(error: IndexError) -> Self {
        Self::internal(error.to_string())
    }
}

/// All methods with the names of their parameters in order.
pub(crate) const METHODS: &[(&str, &[&str])] = &[
    ("abci_info", &[]),
    ("abci_query", &["path", "data", "height", "prove"]),
    ("block", &["height"]),
    ("block_by_hash", &["hash"]),
    ("block_results", &["height"]),
    ("block_search", &["query", "page", "per_page", "order_by"]),
    ("blockchain", &["minHeight", "maxHeight"]),
    ("broadcast_tx_async", &["tx"]),
    ("broadcast_tx_commit", &["tx"]),
    ("broadcast_tx_sync", &["tx"]),
    ("check_tx", &["tx"]),
    ("commit", &["height"]),
    ("consensus_params", &["height"]),
    ("consensus_state", &[]),
    ("genesis", &[]),
    ("genesis_chunked", &["chunk"]),
    ("header", &["height"]),
    ("header_by_hash", &["hash"]),
    ("health", &[]),
    ("net_info", &[]),
    ("num_unconfirmed_txs", &[]),
    ("receipt", &["hash"]),
    ("status", &[]),
    ("tx", &["hash", "prove"]),
    (
        "tx_search",
        &["query", "prove", "page", "per_page", "order_by"],
    ),
    ("unconfirmed_txs", &["limit"]),
    ("validators", &["height", "page", "per_page"]),
    ("dev_faucet", &["address", "amount"]),
    ("dev_make_block", &[]),
    ("dev_pass", &["seconds"]),
    ("dev_reach", &["time"]),
    ("dev_revert", &["snapshot", "height"]),
    ("dev_snapshot", &[]),
];

/// The names of a method's parameters in order; none if there is no such method.
pub(crate) fn names(method: &str) -> Option<&'static [&'static str]> {
    let found = METHODS.iter().find(|(name, _)| *name == method);
    found.map(|(_, names)| *names)
}

/// Answers a call, by whatever way it came.
pub(crate) async fn call(
    shared: &Arc<Shared>,
    method: &str,
    args: Args,
) -> Result<Value, RpcError> {
    let answer = match method {
        "broadcast_tx_sync" => broadcast::sync(shared, &args).await,
        "abci_query" => abci::call(shared, &args).await,
        "broadcast_tx_commit" => broadcast::commit(shared, &args).await,
        "num_unconfirmed_txs" => broadcast::number_waiting(shared).await,
        "unconfirmed_txs" => broadcast::waiting(shared, &args).await,
        "broadcast_tx_async" => broadcast::without_waiting(shared, &args),
        _ if method.starts_with("dev_") => development::call(shared, method, &args).await,
        _ => {
            let method = method.to_owned();
            shared
                .blocking(move |asked| reading(asked, &method, &args))
                .await
                .map_err(RpcError::internal)
                .and_then(|answer| answer)
        }
    };
    shared.metrics.called(answer.is_ok());
    answer
}

/// The methods that only read.
fn reading(asked: &Asked<'_>, method: &str, args: &Args) -> Result<Value, RpcError> {
    match method {
        "abci_info" => info::abci(asked),
        "block" => block::block(asked, args),
        "block_by_hash" => block::by_hash(asked, args),
        "block_results" => block::results(asked, args),
        "block_search" => block::search(asked, args),
        "blockchain" => block::chain(asked, args),
        "check_tx" => broadcast::check(asked, args),
        "commit" => block::commit(asked, args),
        "consensus_params" => info::consensus_params(asked, args),
        "consensus_state" => info::consensus_state(asked),
        "genesis" => info::genesis(asked),
        "genesis_chunked" => info::genesis_chunked(asked, args),
        "header" => block::header(asked, args),
        "header_by_hash" => block::header_by_hash(asked, args),
        "health" => match asked.shared.metrics.stuck() {
            None => Ok(Value::Object(serde_json::Map::new())),
            Some(reason) => Err(RpcError::internal(reason)),
        },
        "net_info" => info::net(asked),
        "receipt" => tx::receipt(asked, args),
        "status" => info::status(asked),
        "tx" => tx::one(asked, args),
        "tx_search" => tx::search(asked, args),
        "validators" => info::validators(asked, args),
        _ => Err(RpcError::method()),
    }
}

/// An answer as a value.
fn shown(answer: &impl Serialize) -> Result<Value, RpcError> {
    serde_json::to_value(answer).map_err(|error| RpcError::internal(error.to_string()))
}

/// A height that the chain has; the last one if none is given.
fn height(asked: &Asked<'_>, args: &Args) -> Result<u64, RpcError> {
    up_to(asked.view.height(), args)
}

/// A height of what is known before its block is: that of the next block, if none is given.
fn coming_height(asked: &Asked<'_>, args: &Args) -> Result<u64, RpcError> {
    up_to(asked.view.height().saturating_add(1), args)
}

fn up_to(last: u64, args: &Args) -> Result<u64, RpcError> {
    let Some(given) = args.number("height")? else {
        return Ok(last);
    };
    match u64::try_from(given) {
        Ok(height) if height > last => Err(RpcError::internal(format!(
            "height {height} must be less than or equal to the current blockchain height {last}"
        ))),
        Ok(height) if height > 0 => Ok(height),
        _ => Err(RpcError::internal(format!(
            "height must be greater than 0, but got {given}"
        ))),
    }
}

/// A page and its length, as CometBFT checks them: the first page of a list always exists. Pages count from 0 here.
fn page(args: &Args, total: usize) -> Result<(usize, usize), RpcError> {
    let per_page = match args.number("per_page")? {
        Some(asked @ 1..=100) => usize::try_from(asked).unwrap_or(30),
        Some(asked) if asked > 100 => 100,
        _ => 30,
    };
    let pages = total.div_ceil(per_page).max(1);
    let given = args.number("page")?.unwrap_or(1);
    let page = usize::try_from(given)
        .ok()
        .and_then(|page| page.checked_sub(1));
    match page {
        Some(page) if page < pages => Ok((page, per_page)),
        _ => Err(RpcError::internal(format!(
            "page should be within [1, {pages}] range, given {given}"
        ))),
    }
}
