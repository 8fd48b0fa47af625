//! Questions to the service `cosmos.base.tendermint.v1beta1`: the node and its blocks, as cw-orch and others ask for them.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageResponse;
use cosmos_sdk_proto::cosmos::base::tendermint::v1beta1::{
    Block as SdkBlock, GetBlockByHeightRequest, GetBlockByHeightResponse, GetLatestBlockRequest,
    GetLatestBlockResponse, GetLatestValidatorSetRequest, GetLatestValidatorSetResponse,
    GetNodeInfoRequest, GetNodeInfoResponse, GetSyncingRequest, GetSyncingResponse,
    GetValidatorSetByHeightRequest, GetValidatorSetByHeightResponse, Header as SdkHeader,
    Validator, VersionInfo,
};
use cosmos_sdk_proto::cosmos::crypto::ed25519::PubKey;
use prost::Message as _;
use tendermint_proto::p2p::{DefaultNodeInfo, DefaultNodeInfoOther, ProtocolVersion};
use tendermint_proto::types::{Block, BlockId, Commit, Data, EvidenceList};

use super::{Answer, Asked, QueryFailure, ask};
use crate::COMETBFT_VERSION;
use crate::commit;

pub(super) fn answer(asked: &Asked<'_>, method: &str, request: &[u8]) -> Option<Answer> {
    match method {
        "GetNodeInfo" => ask(asked, request, info),
        "GetSyncing" => ask(asked, request, |_, _: GetSyncingRequest| {
            Ok(GetSyncingResponse { syncing: false })
        }),
        "GetLatestBlock" => ask(asked, request, latest),
        "GetBlockByHeight" => ask(asked, request, by_height),
        "GetLatestValidatorSet" => ask(asked, request, latest_validators),
        "GetValidatorSetByHeight" => ask(asked, request, validators_at),
        _ => None,
    }
}

fn info(asked: &Asked<'_>, _: GetNodeInfoRequest) -> Result<GetNodeInfoResponse, QueryFailure> {
    let node = asked.shared.node_info();
    let default_node_info = DefaultNodeInfo {
        protocol_version: Some(ProtocolVersion {
            p2p: 8,
            block: 11,
            app: asked.view.origin().app_version(),
        }),
        default_node_id: node.id,
        listen_addr: node.listen_addr,
        network: node.network,
        version: COMETBFT_VERSION.to_owned(),
        channels: Vec::new(),
        moniker: node.moniker,
        other: Some(DefaultNodeInfoOther {
            tx_index: "on".to_owned(),
            rpc_address: asked.shared.rpc_address(),
        }),
    };
    let application_version = VersionInfo {
        name: "commons".to_owned(),
        app_name: "commons".to_owned(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        ..VersionInfo::default()
    };
    Ok(GetNodeInfoResponse {
        default_node_info: Some(default_node_info),
        application_version: Some(application_version),
    })
}

// `block` is the old field, which cw-orch reads.
fn latest(
    asked: &Asked<'_>,
    _: GetLatestBlockRequest,
) -> Result<GetLatestBlockResponse, QueryFailure> {
    let (block_id, block, sdk_block) = at(asked, asked.view.height())?;
    Ok(GetLatestBlockResponse {
        block_id,
        block,
        sdk_block,
    })
}

fn by_height(
    asked: &Asked<'_>,
    request: GetBlockByHeightRequest,
) -> Result<GetBlockByHeightResponse, QueryFailure> {
    let (block_id, block, sdk_block) = at(asked, checked(asked, request.height)?)?;
    Ok(GetBlockByHeightResponse {
        block_id,
        block,
        sdk_block,
    })
}

fn checked(asked: &Asked<'_>, height: i64) -> Result<u64, QueryFailure> {
    match u64::try_from(height) {
        Ok(given) if given > asked.view.height() => Err(QueryFailure::invalid(
            "requested block height is bigger then the chain length",
        )),
        Ok(given) if given > 0 => Ok(given),
        _ => Err(QueryFailure::plain(format!(
            "height must be greater than 0, but got {height}"
        ))),
    }
}

type Shown = (Option<BlockId>, Option<Block>, Option<SdkBlock>);

fn at(asked: &Asked<'_>, height: u64) -> Result<Shown, QueryFailure> {
    let missing = || QueryFailure::not_found(format!("block {height} not found"));
    let record = asked.view.block(height)?.ok_or_else(missing)?;
    let id: BlockId = record.block_id().into();
    let header: tendermint_proto::types::Header = record.header.clone().into();
    let data = Data {
        txs: record.txs.clone(),
    };
    let evidence = EvidenceList::default();
    // A commit at height 0 stands for none.
    let last_commit: Option<Commit> = Some(asked.view.last_commit(height)?.into());
    let sdk_header = SdkHeader {
        version: header.version,
        chain_id: header.chain_id.clone(),
        height: header.height,
        time: header.time,
        last_block_id: header.last_block_id.clone(),
        last_commit_hash: header.last_commit_hash.clone(),
        data_hash: header.data_hash.clone(),
        validators_hash: header.validators_hash.clone(),
        next_validators_hash: header.next_validators_hash.clone(),
        consensus_hash: header.consensus_hash.clone(),
        app_hash: header.app_hash.clone(),
        last_results_hash: header.last_results_hash.clone(),
        evidence_hash: header.evidence_hash.clone(),
        proposer_address: consensus_address(asked, record.header.proposer_address.as_bytes()),
    };
    let sdk_block = SdkBlock {
        header: Some(sdk_header),
        data: Some(data.clone()),
        evidence: Some(evidence.clone()),
        last_commit: last_commit.clone(),
    };
    let block = Block {
        header: Some(header),
        data: Some(data),
        evidence: Some(evidence),
        last_commit,
    };
    Ok((Some(id), Some(block), Some(sdk_block)))
}

/// The address of a validator as the SDK writes it: under a prefix of its own.
fn consensus_address(asked: &Asked<'_>, address: &[u8]) -> String {
    let prefix = format!("{}valcons", asked.view.genesis().address_prefix);
    let prefix = bech32::Hrp::parse(&prefix).ok();
    let text =
        prefix.and_then(|prefix| bech32::encode_lower::<bech32::Bech32>(prefix, address).ok());
    text.unwrap_or_default()
}

fn validators(asked: &Asked<'_>) -> Vec<Validator> {
    let validators = commit::validators(asked.view).iter();
    validators
        .map(|info| Validator {
            address: consensus_address(asked, info.address.as_bytes()),
            pub_key: Some(Any {
                type_url: "/cosmos.crypto.ed25519.PubKey".to_owned(),
                value: PubKey {
                    key: info.pub_key.to_bytes(),
                }
                .encode_to_vec(),
            }),
            voting_power: info.power.into(),
            proposer_priority: 0,
        })
        .collect()
}

fn latest_validators(
    asked: &Asked<'_>,
    _: GetLatestValidatorSetRequest,
) -> Result<GetLatestValidatorSetResponse, QueryFailure> {
    let height = asked.view.height();
    Ok(GetLatestValidatorSetResponse {
        block_height: i64::try_from(height).unwrap_or(i64::MAX),
        validators: validators(asked),
        pagination: Some(PageResponse {
            next_key: Vec::new(),
            total: 1,
        }),
    })
}

fn validators_at(
    asked: &Asked<'_>,
    request: GetValidatorSetByHeightRequest,
) -> Result<GetValidatorSetByHeightResponse, QueryFailure> {
    checked(asked, request.height)?;
    Ok(GetValidatorSetByHeightResponse {
        block_height: request.height,
        validators: validators(asked),
        pagination: Some(PageResponse {
            next_key: Vec::new(),
            total: 1,
        }),
    })
}
