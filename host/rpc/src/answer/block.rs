//! Blocks, headers and commits in JSON.

use commons_node::{BlockRecord, Commit};
use serde::Serialize;
use tendermint::block::Header;
use tendermint::{Hash, block};

use super::base64;
use crate::commit;

/// The id of a block.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct BlockIdJson {
    hash: String,
    parts: PartsJson,
}

#[derive(Debug, Clone, Serialize)]
struct PartsJson {
    total: u32,
    hash: String,
}

impl BlockIdJson {
    /// The id, or the empty one before the first block.
    pub(crate) fn of(id: Option<block::Id>) -> Self {
        let parts = id.map(|id| id.part_set_header);
        Self {
            hash: id.map(|id| id.hash.to_string()).unwrap_or_default(),
            parts: PartsJson {
                total: parts.map_or(0, |parts| parts.total),
                hash: parts
                    .map(|parts| parts.hash.to_string())
                    .unwrap_or_default(),
            },
        }
    }
}

/// A header.
#[derive(Debug, Serialize)]
pub(crate) struct HeaderJson {
    version: VersionJson,
    chain_id: String,
    height: String,
    time: String,
    last_block_id: BlockIdJson,
    last_commit_hash: String,
    data_hash: String,
    validators_hash: String,
    next_validators_hash: String,
    consensus_hash: String,
    app_hash: String,
    last_results_hash: String,
    evidence_hash: String,
    proposer_address: String,
}

#[derive(Debug, Serialize)]
struct VersionJson {
    block: String,
    /// CometBFT leaves 0 out.
    #[serde(skip_serializing_if = "Option::is_none")]
    app: Option<String>,
}

impl From<&Header> for HeaderJson {
    fn from(header: &Header) -> Self {
        let hash = |hash: Option<Hash>| hash.map(|hash| hash.to_string()).unwrap_or_default();
        Self {
            version: VersionJson {
                block: header.version.block.to_string(),
                app: (header.version.app > 0).then(|| header.version.app.to_string()),
            },
            chain_id: header.chain_id.to_string(),
            height: header.height.to_string(),
            time: header.time.to_rfc3339(),
            last_block_id: BlockIdJson::of(header.last_block_id),
            last_commit_hash: hash(header.last_commit_hash),
            data_hash: hash(header.data_hash),
            validators_hash: header.validators_hash.to_string(),
            next_validators_hash: header.next_validators_hash.to_string(),
            consensus_hash: header.consensus_hash.to_string(),
            app_hash: hex::encode_upper(header.app_hash.as_bytes()),
            last_results_hash: hash(header.last_results_hash),
            evidence_hash: hash(header.evidence_hash),
            proposer_address: hex::encode_upper(header.proposer_address.as_bytes()),
        }
    }
}

/// The signatures under a block.
#[derive(Debug, Serialize)]
pub(crate) struct CommitJson {
    pub(crate) height: String,
    pub(crate) round: i32,
    pub(crate) block_id: BlockIdJson,
    pub(crate) signatures: Vec<SignatureJson>,
}

/// One signature.
#[derive(Debug, Serialize)]
pub(crate) struct SignatureJson {
    pub(crate) block_id_flag: u8,
    pub(crate) validator_address: String,
    pub(crate) timestamp: String,
    pub(crate) signature: Option<String>,
}

/// A block without its id.
#[derive(Debug, Serialize)]
pub(crate) struct BlockJson {
    header: HeaderJson,
    data: DataJson,
    evidence: EvidenceJson,
    last_commit: CommitJson,
}

#[derive(Debug, Serialize)]
struct DataJson {
    txs: Vec<String>,
}

#[derive(Debug, Default, Serialize)]
struct EvidenceJson {
    evidence: Vec<()>,
}

impl BlockJson {
    fn of(record: &BlockRecord, last_commit: &Commit) -> Self {
        Self {
            header: (&record.header).into(),
            data: DataJson {
                txs: record.txs.iter().map(|tx| base64(tx)).collect(),
            },
            evidence: EvidenceJson::default(),
            last_commit: last_commit.into(),
        }
    }
}

/// What `block` answers.
#[derive(Debug, Serialize)]
pub(crate) struct BlockAnswer {
    block_id: BlockIdJson,
    block: BlockJson,
}

impl BlockAnswer {
    /// A block with the commit of the one before, which it carries.
    pub(crate) fn of(record: &BlockRecord, last_commit: &Commit) -> Self {
        Self {
            block_id: BlockIdJson::of(Some(record.block_id())),
            block: BlockJson::of(record, last_commit),
        }
    }
}

/// What `commit` answers.
#[derive(Debug, Serialize)]
pub(crate) struct CommitAnswer {
    signed_header: SignedHeaderJson,
    canonical: bool,
}

#[derive(Debug, Serialize)]
struct SignedHeaderJson {
    header: HeaderJson,
    commit: CommitJson,
}

impl From<&BlockRecord> for CommitAnswer {
    fn from(record: &BlockRecord) -> Self {
        Self {
            signed_header: SignedHeaderJson {
                header: (&record.header).into(),
                commit: (&commit::of(record).unwrap_or_default()).into(),
            },
            canonical: true,
        }
    }
}

/// What `header` and `header_by_hash` answer.
#[derive(Debug, Serialize)]
pub(crate) struct HeaderAnswer {
    pub(crate) header: HeaderJson,
}

/// What `blockchain` answers.
#[derive(Debug, Serialize)]
pub(crate) struct BlockchainAnswer {
    pub(crate) last_height: String,
    pub(crate) block_metas: Vec<MetaJson>,
}

/// A block in a list.
#[derive(Debug, Serialize)]
pub(crate) struct MetaJson {
    block_id: BlockIdJson,
    block_size: String,
    header: HeaderJson,
    num_txs: String,
}

impl From<&BlockRecord> for MetaJson {
    fn from(record: &BlockRecord) -> Self {
        Self {
            block_id: BlockIdJson::of(Some(record.block_id())),
            block_size: record.encode().len().to_string(),
            header: (&record.header).into(),
            num_txs: record.txs.len().to_string(),
        }
    }
}
