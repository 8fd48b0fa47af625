//! The node, its blocks and its validator in the SDK's JSON: hashes in base64, and every block a second time as the SDK writes it, with the
//! proposer as an address. It reads no block itself.

use cosmos_sdk_proto::cosmos::base::tendermint::v1beta1::{
    Block as SdkBlock, GetBlockByHeightRequest, GetBlockByHeightResponse, GetLatestBlockRequest,
    GetLatestBlockResponse, GetLatestValidatorSetRequest, GetLatestValidatorSetResponse,
    GetNodeInfoRequest, GetNodeInfoResponse, GetSyncingRequest, GetSyncingResponse,
};
use serde_json::{Value, json};
use tendermint_proto::types::{Block, BlockId, Commit, Data, Header};

use super::{RestError, ask, base, message};
use crate::answer::base64;
use crate::query::Asked;

const SERVICE: &str = "/cosmos.base.tendermint.v1beta1.Service";

pub(super) fn answer(asked: &Asked<'_>, path: &[&str]) -> Result<Value, RestError> {
    match path {
        ["node_info"] => node_info(asked),
        ["syncing"] => {
            let path = format!("{SERVICE}/GetSyncing");
            let answer: GetSyncingResponse = ask(asked, &path, &GetSyncingRequest {})?;
            Ok(json!({ "syncing": answer.syncing }))
        }
        ["blocks", "latest"] => {
            let path = format!("{SERVICE}/GetLatestBlock");
            let answer: GetLatestBlockResponse = ask(asked, &path, &GetLatestBlockRequest {})?;
            Ok(whole(answer.block_id, answer.block, answer.sdk_block))
        }
        ["blocks", height] => {
            let height: i64 = height.parse().map_err(|_| {
                RestError::invalid(format!(
                    "type mismatch, parameter: height, error: strconv.ParseInt: parsing {height:?}: invalid syntax"
                ))
            })?;
            let path = format!("{SERVICE}/GetBlockByHeight");
            let request = GetBlockByHeightRequest { height };
            let answer: GetBlockByHeightResponse = ask(asked, &path, &request)?;
            Ok(whole(answer.block_id, answer.block, answer.sdk_block))
        }
        ["validatorsets", "latest"] => validators(asked),
        _ => Err(RestError::unimplemented()),
    }
}

fn node_info(asked: &Asked<'_>) -> Result<Value, RestError> {
    let path = format!("{SERVICE}/GetNodeInfo");
    let answer: GetNodeInfoResponse = ask(asked, &path, &GetNodeInfoRequest {})?;
    let node = answer.default_node_info.unwrap_or_default();
    let protocol = node.protocol_version.unwrap_or_default();
    let other = node.other.unwrap_or_default();
    let version = answer.application_version.unwrap_or_default();
    Ok(json!({
        "default_node_info": {
            "protocol_version": {
                "p2p": protocol.p2p.to_string(),
                "block": protocol.block.to_string(),
                "app": protocol.app.to_string(),
            },
            "default_node_id": node.default_node_id,
            "listen_addr": node.listen_addr,
            "network": node.network,
            "version": node.version,
            "channels": base64(&node.channels),
            "moniker": node.moniker,
            "other": { "tx_index": other.tx_index, "rpc_address": other.rpc_address },
        },
        "application_version": {
            "name": version.name,
            "app_name": version.app_name,
            "version": version.version,
            "git_commit": version.git_commit,
            "build_tags": version.build_tags,
            "go_version": version.go_version,
            "build_deps": [],
            "cosmos_sdk_version": version.cosmos_sdk_version,
        },
    }))
}

/// A time as RFC 3339 with what nanoseconds there are.
pub(super) fn time(seconds: i64, nanos: i32) -> String {
    let nanos = u32::try_from(nanos).unwrap_or_default();
    let time = tendermint::Time::from_unix_timestamp(seconds, nanos);
    time.map(|time| time.to_rfc3339()).unwrap_or_default()
}

fn block_id(id: Option<BlockId>) -> Value {
    let id = id.unwrap_or_default();
    let parts = id.part_set_header.unwrap_or_default();
    json!({
        "hash": base64(&id.hash),
        "part_set_header": { "total": parts.total, "hash": base64(&parts.hash) },
    })
}

fn header(header: Header, proposer: &Value) -> Value {
    let version = header.version.unwrap_or_default();
    let at = header.time.unwrap_or_default();
    json!({
        "version": { "block": version.block.to_string(), "app": version.app.to_string() },
        "chain_id": header.chain_id,
        "height": header.height.to_string(),
        "time": time(at.seconds, at.nanos),
        "last_block_id": block_id(header.last_block_id),
        "last_commit_hash": base64(&header.last_commit_hash),
        "data_hash": base64(&header.data_hash),
        "validators_hash": base64(&header.validators_hash),
        "next_validators_hash": base64(&header.next_validators_hash),
        "consensus_hash": base64(&header.consensus_hash),
        "app_hash": base64(&header.app_hash),
        "last_results_hash": base64(&header.last_results_hash),
        "evidence_hash": base64(&header.evidence_hash),
        "proposer_address": proposer,
    })
}

/// What both forms of a block share.
fn content(header: &Value, data: Option<Data>, last_commit: Option<Commit>) -> Value {
    let txs = data.unwrap_or_default().txs;
    let txs: Vec<String> = txs.iter().map(|tx| base64(tx)).collect();
    json!({
        "header": header,
        "data": { "txs": txs },
        "evidence": { "evidence": [] },
        "last_commit": last_commit.map(commit),
    })
}

fn commit(commit: Commit) -> Value {
    let signatures = commit.signatures.into_iter().map(|signature| {
        let at = signature.timestamp.unwrap_or_default();
        let flag = match signature.block_id_flag {
            1 => "BLOCK_ID_FLAG_ABSENT",
            2 => "BLOCK_ID_FLAG_COMMIT",
            3 => "BLOCK_ID_FLAG_NIL",
            _ => "BLOCK_ID_FLAG_UNKNOWN",
        };
        json!({
            "block_id_flag": flag,
            "validator_address": base64(&signature.validator_address),
            "timestamp": time(at.seconds, at.nanos),
            "signature": base64(&signature.signature),
        })
    });
    json!({
        "height": commit.height.to_string(),
        "round": commit.round,
        "block_id": block_id(commit.block_id),
        "signatures": signatures.collect::<Vec<_>>(),
    })
}

fn whole(id: Option<BlockId>, block: Option<Block>, sdk: Option<SdkBlock>) -> Value {
    let (block, sdk) = (block.unwrap_or_default(), sdk.unwrap_or_default());
    let own = block.header.unwrap_or_default();
    let address = base64(&own.proposer_address);
    let proposer = sdk.header.unwrap_or_default().proposer_address;
    let (data, last_commit) = (block.data, block.last_commit);
    json!({
        "block_id": block_id(id),
        "block": content(&header(own.clone(), &address.into()), data.clone(), last_commit.clone()),
        "sdk_block": content(&header(own, &proposer.into()), data, last_commit),
    })
}

fn validators(asked: &Asked<'_>) -> Result<Value, RestError> {
    let path = format!("{SERVICE}/GetLatestValidatorSet");
    let request = GetLatestValidatorSetRequest::default();
    let answer: GetLatestValidatorSetResponse = ask(asked, &path, &request)?;
    let validators = answer.validators.iter().map(|validator| {
        json!({
            "address": validator.address,
            "pub_key": validator.pub_key.as_ref().map(message::any),
            "voting_power": validator.voting_power.to_string(),
            "proposer_priority": validator.proposer_priority.to_string(),
        })
    });
    Ok(json!({
        "block_height": answer.block_height.to_string(),
        "validators": validators.collect::<Vec<_>>(),
        "pagination": base::page(answer.pagination),
    }))
}
