//! What the node says of itself, of its validator, and of the parameters of the chain, in JSON.

use std::collections::BTreeMap;

use commons_node::Origin;
use serde::Serialize;
use tendermint::validator;

use super::base64;

/// What `status` answers.
#[derive(Debug, Serialize)]
pub(crate) struct StatusAnswer {
    pub(crate) node_info: NodeInfoJson,
    pub(crate) sync_info: SyncInfoJson,
    pub(crate) validator_info: ValidatorInfoJson,
}

/// The node.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NodeInfoJson {
    pub(crate) protocol_version: ProtocolVersionJson,
    pub(crate) id: String,
    pub(crate) listen_addr: String,
    pub(crate) network: String,
    pub(crate) version: String,
    pub(crate) channels: String,
    pub(crate) moniker: String,
    pub(crate) other: BTreeMap<String, String>,
}

/// Versions of the protocols.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct ProtocolVersionJson {
    pub(crate) p2p: String,
    pub(crate) block: String,
    pub(crate) app: String,
}

/// How far the chain is.
#[derive(Debug, Serialize)]
pub(crate) struct SyncInfoJson {
    pub(crate) latest_block_hash: String,
    pub(crate) latest_app_hash: String,
    pub(crate) latest_block_height: String,
    pub(crate) latest_block_time: String,
    pub(crate) earliest_block_hash: String,
    pub(crate) earliest_app_hash: String,
    pub(crate) earliest_block_height: String,
    pub(crate) earliest_block_time: String,
    pub(crate) catching_up: bool,
}

/// A public key.
#[derive(Debug, Serialize)]
pub(crate) struct PublicKeyJson {
    r#type: &'static str,
    value: String,
}

/// The validator that the node is.
#[derive(Debug, Serialize)]
pub(crate) struct ValidatorInfoJson {
    pub(crate) address: String,
    pub(crate) pub_key: PublicKeyJson,
    pub(crate) voting_power: String,
}

impl From<&validator::Info> for ValidatorInfoJson {
    fn from(info: &validator::Info) -> Self {
        Self {
            address: hex::encode_upper(info.address.as_bytes()),
            pub_key: PublicKeyJson {
                r#type: "tendermint/PubKeyEd25519",
                value: base64(&info.pub_key.to_bytes()),
            },
            voting_power: info.power.to_string(),
        }
    }
}

/// What `validators` answers.
#[derive(Debug, Serialize)]
pub(crate) struct ValidatorsAnswer {
    pub(crate) block_height: String,
    pub(crate) validators: Vec<ValidatorJson>,
    pub(crate) count: String,
    pub(crate) total: String,
}

/// One of a set.
#[derive(Debug, Serialize)]
pub(crate) struct ValidatorJson {
    #[serde(flatten)]
    pub(crate) info: ValidatorInfoJson,
    pub(crate) proposer_priority: String,
}

/// What `abci_info` answers.
#[derive(Debug, Serialize)]
pub(crate) struct AbciInfoAnswer {
    pub(crate) response: AbciInfoJson,
}

/// The application.
#[derive(Debug, Serialize)]
pub(crate) struct AbciInfoJson {
    pub(crate) data: String,
    pub(crate) version: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) app_version: Option<String>,
    pub(crate) last_block_height: String,
    pub(crate) last_block_app_hash: String,
}

/// What `consensus_params` answers.
#[derive(Debug, Serialize)]
pub(crate) struct ConsensusParamsAnswer {
    pub(crate) block_height: String,
    pub(crate) consensus_params: ConsensusParamsJson,
}

/// Parameters of the chain.
#[derive(Debug, Serialize)]
pub(crate) struct ConsensusParamsJson {
    block: BlockParamsJson,
    evidence: EvidenceParamsJson,
    validator: ValidatorParamsJson,
    version: VersionParamsJson,
    abci: AbciParamsJson,
}

#[derive(Debug, Serialize)]
struct BlockParamsJson {
    max_bytes: String,
    max_gas: String,
}

#[derive(Debug, Serialize)]
struct EvidenceParamsJson {
    max_age_num_blocks: String,
    max_age_duration: String,
    max_bytes: String,
}

#[derive(Debug, Serialize)]
struct ValidatorParamsJson {
    pub_key_types: Vec<&'static str>,
}

#[derive(Debug, Serialize)]
struct VersionParamsJson {
    app: String,
}

#[derive(Debug, Serialize)]
struct AbciParamsJson {
    vote_extensions_enable_height: String,
}

impl From<&Origin> for ConsensusParamsJson {
    /// The parameters that headers commit to, and CometBFT's defaults for what this chain has no use for.
    fn from(origin: &Origin) -> Self {
        let params = origin.consensus_params();
        Self {
            block: BlockParamsJson {
                max_bytes: params.max_bytes.to_string(),
                max_gas: params.max_gas.to_string(),
            },
            evidence: EvidenceParamsJson {
                max_age_num_blocks: "100000".to_owned(),
                max_age_duration: "172800000000000".to_owned(),
                max_bytes: "1048576".to_owned(),
            },
            validator: ValidatorParamsJson {
                pub_key_types: vec!["ed25519"],
            },
            version: VersionParamsJson {
                app: origin.app_version().to_string(),
            },
            abci: AbciParamsJson {
                vote_extensions_enable_height: "0".to_owned(),
            },
        }
    }
}

/// What `genesis` answers.
#[derive(Debug, Serialize)]
pub(crate) struct GenesisAnswer {
    pub(crate) genesis: GenesisJson,
}

/// The beginning of the chain. Its state is this program's own genesis, not that of the modules of the SDK.
#[derive(Debug, Serialize)]
pub(crate) struct GenesisJson {
    pub(crate) genesis_time: String,
    pub(crate) chain_id: String,
    pub(crate) initial_height: String,
    pub(crate) consensus_params: ConsensusParamsJson,
    pub(crate) validators: Vec<GenesisValidatorJson>,
    pub(crate) app_hash: String,
    pub(crate) app_state: serde_json::Value,
}

/// A validator from the start.
#[derive(Debug, Serialize)]
pub(crate) struct GenesisValidatorJson {
    pub(crate) address: String,
    pub(crate) pub_key: PublicKeyJson,
    pub(crate) power: String,
    pub(crate) name: String,
}

impl From<&validator::Info> for GenesisValidatorJson {
    fn from(info: &validator::Info) -> Self {
        let ValidatorInfoJson {
            address,
            pub_key,
            voting_power,
        } = info.into();
        Self {
            address,
            pub_key,
            power: voting_power,
            name: "validator".to_owned(),
        }
    }
}

/// What `unconfirmed_txs` and `num_unconfirmed_txs` answer; only the former has transactions.
#[derive(Debug, Serialize)]
pub(crate) struct WaitingAnswer {
    pub(crate) n_txs: String,
    pub(crate) total: String,
    pub(crate) total_bytes: String,
    pub(crate) txs: Option<Vec<String>>,
}

/// What `net_info` answers: this node has no peers.
#[derive(Debug, Serialize)]
pub(crate) struct NetInfoAnswer {
    pub(crate) listening: bool,
    pub(crate) listeners: Vec<String>,
    pub(crate) n_peers: String,
    pub(crate) peers: Vec<()>,
}
