//! Methods about the node, its validator and the parameters of the chain.

use commons_node::BlockRecord;
use serde_json::{Value, json};

use super::args::Args;
use super::{RpcError, coming_height, page, shown};
use crate::answer::base64;
use crate::answer::node::{
    AbciInfoAnswer, AbciInfoJson, ConsensusParamsAnswer, GenesisAnswer, GenesisJson, NetInfoAnswer,
    StatusAnswer, SyncInfoJson, ValidatorInfoJson, ValidatorJson, ValidatorsAnswer,
};
use crate::commit;
use crate::query::Asked;

/// Bytes of one piece of a genesis, as in CometBFT.
const CHUNK: usize = 16 << 20;

fn validator<'a>(asked: &Asked<'a>) -> Result<&'a tendermint::validator::Info, RpcError> {
    let validators = commit::validators(asked.view);
    let missing = || RpcError::internal("this node has no validator");
    validators.first().ok_or_else(missing)
}

pub(super) fn status(asked: &Asked<'_>) -> Result<Value, RpcError> {
    let view = asked.view;
    let first = view.block(1)?;
    let first_id = first.as_ref().map(BlockRecord::block_id);
    let header = first.as_ref().map(|record| &record.header);
    let last = view.block(view.height())?;
    let last_header = last.as_ref().map(|record| &record.header);
    let hash =
        |id: Option<tendermint::block::Id>| id.map(|id| id.hash.to_string()).unwrap_or_default();
    shown(&StatusAnswer {
        node_info: asked.shared.node_info(),
        sync_info: SyncInfoJson {
            latest_block_hash: hash(view.block_id()),
            latest_app_hash: hex::encode_upper(view.root()),
            latest_block_height: view.height().to_string(),
            latest_block_time: last_header
                .map(|header| header.time.to_rfc3339())
                .unwrap_or_default(),
            earliest_block_hash: hash(first_id),
            earliest_app_hash: header
                .map(|header| hex::encode_upper(header.app_hash.as_bytes()))
                .unwrap_or_default(),
            earliest_block_height: "1".to_owned(),
            earliest_block_time: header
                .map(|header| header.time.to_rfc3339())
                .unwrap_or_default(),
            catching_up: false,
        },
        validator_info: ValidatorInfoJson::from(validator(asked)?),
    })
}

pub(super) fn abci(asked: &Asked<'_>) -> Result<Value, RpcError> {
    shown(&AbciInfoAnswer {
        response: AbciInfoJson {
            data: "commons".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            app_version: Some(asked.view.origin().app_version())
                .filter(|version| *version > 0)
                .map(|version| version.to_string()),
            last_block_height: asked.view.height().to_string(),
            last_block_app_hash: base64(&asked.view.root()),
        },
    })
}

pub(super) fn genesis(asked: &Asked<'_>) -> Result<Value, RpcError> {
    let genesis = asked.view.genesis();
    let time = i128::from(genesis.time);
    let time = time::OffsetDateTime::from_unix_timestamp_nanos(time);
    let time = time.ok().and_then(|time| {
        let form = &time::format_description::well_known::Rfc3339;
        time.format(form).ok()
    });
    shown(&GenesisAnswer {
        genesis: GenesisJson {
            genesis_time: time.unwrap_or_default(),
            chain_id: genesis.chain_id.clone(),
            initial_height: "1".to_owned(),
            consensus_params: asked.view.origin().into(),
            validators: vec![(validator(asked)?).into()],
            app_hash: String::new(),
            app_state: shown(genesis)?,
        },
    })
}

pub(super) fn consensus_params(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    shown(&ConsensusParamsAnswer {
        block_height: coming_height(asked, args)?.to_string(),
        consensus_params: asked.view.origin().into(),
    })
}

pub(super) fn validators(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let height = coming_height(asked, args)?;
    page(args, 1)?;
    shown(&ValidatorsAnswer {
        block_height: height.to_string(),
        validators: vec![ValidatorJson {
            info: (validator(asked)?).into(),
            proposer_priority: "0".to_owned(),
        }],
        count: "1".to_owned(),
        total: "1".to_owned(),
    })
}

/// How far the next block is: it has not begun, since blocks are made in one go.
pub(super) fn consensus_state(asked: &Asked<'_>) -> Result<Value, RpcError> {
    let validator = validator(asked)?;
    let last = asked.view.block(asked.view.height())?;
    let power = validator.power.value();
    let no_votes = format!("BA{{1:_}} 0/{power} = 0.00");
    let next = asked.view.height().saturating_add(1);
    Ok(json!({ "round_state": {
        "height/round/step": format!("{next}/0/1"),
        "start_time": last.map(|record| record.header.time.to_rfc3339()).unwrap_or_default(),
        "proposal_block_hash": "",
        "locked_block_hash": "",
        "valid_block_hash": "",
        "height_vote_set": [{
            "round": 0,
            "prevotes": ["nil-Vote"],
            "prevotes_bit_array": no_votes,
            "precommits": ["nil-Vote"],
            "precommits_bit_array": no_votes,
        }],
        "proposer": { "address": hex::encode_upper(validator.address.as_bytes()), "index": 0 },
    } }))
}

/// The genesis in pieces of base64.
pub(super) fn genesis_chunked(asked: &Asked<'_>, args: &Args) -> Result<Value, RpcError> {
    let whole = genesis(asked)?;
    let text = whole
        .get("genesis")
        .cloned()
        .unwrap_or_default()
        .to_string();
    let chunks: Vec<&[u8]> = text.as_bytes().chunks(CHUNK).collect();
    let chunk = args.number("chunk")?.unwrap_or_default();
    let data = usize::try_from(chunk)
        .ok()
        .and_then(|chunk| chunks.get(chunk));
    let data = data.ok_or_else(|| {
        let last = chunks.len().saturating_sub(1);
        RpcError::internal(format!("there are {last} chunks, {chunk} is invalid"))
    })?;
    Ok(json!({
        "chunk": chunk.to_string(),
        "total": chunks.len().to_string(),
        "data": base64(data),
    }))
}

pub(super) fn net(asked: &Asked<'_>) -> Result<Value, RpcError> {
    shown(&NetInfoAnswer {
        listening: true,
        listeners: vec![asked.shared.rpc_address()],
        n_peers: "0".to_owned(),
        peers: Vec::new(),
    })
}
