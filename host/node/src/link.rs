//! Owns how a header follows from its block's content and the block before: one function makes it, for honest blocks
//! and for checking. It never executes a transaction.

use std::fmt;

use prost::Message;
use sha2::{Digest, Sha256};
use tendermint::block::{self, Header};
use tendermint::{AppHash, Hash, Time, chain};
use tendermint_proto::v0_38::types::HashedParams;

use crate::genesis::{ConsensusParams, Origin};
use crate::hash::{
    block_id, commit_hash, data_hash, last_results_hash, merkle_of_nothing, no_signature,
};
use crate::record::{BlockRecord, RecordError};
use crate::signer::Signer;
use crate::validator::Validator;
use crate::vote::{self, CommitField};

/// Block version of CometBFT 0.38 (`version.BlockProtocol`).
const BLOCK_VERSION: u64 = 11;

/// Most bytes of transactions in a block, whatever the genesis says: CometBFT's default for a whole block.
pub const MAX_BLOCK_BYTES: usize = 22_020_096;

/// What a block needs to know of the one before it, or of the genesis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    chain_id: chain::Id,
    height: u64,
    time_nanos: u64,
    root: [u8; 32],
    results_hash: [u8; 32],
    id: Option<block::Id>,
    /// What the next block carries as the commit of this one.
    commit: block::Commit,
    signed: bool,
    validator: Validator,
    /// `version.app` of every header, and what every header says of the consensus parameters: those of the first block.
    app_version: u64,
    consensus_hash: Hash,
}

impl Parent {
    /// The beginning of a chain: `root` is the state root of the genesis.
    pub fn genesis(origin: &Origin, root: [u8; 32]) -> Result<Self, LinkError> {
        let genesis = &origin.genesis;
        let chain_id = genesis.chain_id.parse();
        Ok(Self {
            chain_id: chain_id.map_err(|_| LinkError::ChainId(genesis.chain_id.clone()))?,
            height: 0,
            time_nanos: genesis.time,
            root,
            results_hash: merkle_of_nothing(),
            id: None,
            commit: block::Commit::default(),
            signed: false,
            validator: origin.validator.clone(),
            app_version: origin.app_version(),
            consensus_hash: consensus_hash(origin.consensus_params()),
        })
    }

    /// The block of `record`, taken as it stands, in a chain of the development validator.
    pub fn of(record: &BlockRecord) -> Result<Self, RecordError> {
        let id = record.block_id();
        let commit = record.commit.clone();
        Ok(Self {
            chain_id: record.header.chain_id.clone(),
            height: record.height(),
            time_nanos: record.time_nanos()?,
            root: record.root,
            results_hash: last_results_hash(&record.results),
            id: Some(id),
            signed: commit.is_some(),
            commit: commit.unwrap_or_else(|| no_signature(record.height(), id)),
            validator: Validator::development(),
            app_version: record.header.version.app,
            consensus_hash: record.header.consensus_hash,
        })
    }

    /// The same block in a chain of another validator, as the genesis names it.
    #[must_use]
    pub fn signed_by(self, validator: &Validator) -> Self {
        Self {
            validator: validator.clone(),
            ..self
        }
    }

    /// The same block once its root is known.
    pub(crate) fn with_root(self, root: [u8; 32]) -> Self {
        Self { root, ..self }
    }

    /// Who signs the chain.
    #[must_use]
    pub fn validator(&self) -> &Validator {
        &self.validator
    }

    /// Height of the block, 0 for the genesis.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.height
    }

    /// Time of the block, or of the genesis, in nanoseconds since 1970.
    #[must_use]
    pub fn time_nanos(&self) -> u64 {
        self.time_nanos
    }

    /// State root after the block.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.root
    }

    /// The id under which the next block names this one; none for the genesis.
    #[must_use]
    pub fn id(&self) -> Option<block::Id> {
        self.id
    }

    /// What the next block carries as the commit of this one.
    #[must_use]
    pub fn commit(&self) -> &block::Commit {
        &self.commit
    }

    /// The header of the next block with these transactions at this time.
    pub fn next_header(&self, txs: &[Vec<u8>], time_nanos: u64) -> Result<Header, LinkError> {
        let time = time(time_nanos).map_err(|reason| LinkError::Record {
            height: self.height.saturating_add(1),
            reason,
        })?;
        self.header(txs, time)
    }

    fn header(&self, txs: &[Vec<u8>], time: Time) -> Result<Header, LinkError> {
        let height = self
            .height
            .checked_add(1)
            .and_then(|height| height.try_into().ok());
        let validators_hash = self.validator.hash();
        Ok(Header {
            version: block::header::Version {
                block: BLOCK_VERSION,
                app: self.app_version,
            },
            chain_id: self.chain_id.clone(),
            height: height.ok_or(LinkError::TooHigh(self.height))?,
            time,
            last_block_id: self.id,
            last_commit_hash: Some(Hash::Sha256(commit_hash(&self.commit))),
            data_hash: Some(Hash::Sha256(data_hash(txs))),
            validators_hash,
            next_validators_hash: validators_hash,
            consensus_hash: self.consensus_hash,
            app_hash: app_hash(&self.root),
            last_results_hash: Some(Hash::Sha256(self.results_hash)),
            evidence_hash: Some(Hash::Sha256(merkle_of_nothing())),
            proposer_address: self.validator.address(),
        })
    }

    /// The id of the next block with this header and these transactions.
    pub(crate) fn next_id(&self, header: &Header, txs: &[Vec<u8>]) -> block::Id {
        block_id(header, txs, &self.commit)
    }
}

/// A part of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names are CometBFT's field names.
pub enum HeaderField {
    Version,
    ChainId,
    Height,
    LastBlockId,
    LastCommitHash,
    DataHash,
    ValidatorsHash,
    NextValidatorsHash,
    ConsensusHash,
    AppHash,
    LastResultsHash,
    EvidenceHash,
    ProposerAddress,
}

impl fmt::Display for HeaderField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Version => "version",
            Self::ChainId => "chain_id",
            Self::Height => "height",
            Self::LastBlockId => "last_block_id",
            Self::LastCommitHash => "last_commit_hash",
            Self::DataHash => "data_hash",
            Self::ValidatorsHash => "validators_hash",
            Self::NextValidatorsHash => "next_validators_hash",
            Self::ConsensusHash => "consensus_hash",
            Self::AppHash => "app_hash",
            Self::LastResultsHash => "last_results_hash",
            Self::EvidenceHash => "evidence_hash",
            Self::ProposerAddress => "proposer_address",
        })
    }
}

/// Why a block does not follow another.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// A header says something else than what follows from the block's content and the block before.
    #[error(
        "block {height}: {field} in the header is {stated}, its content and the block before give {computed}"
    )]
    Field {
        /// Height that the block should have.
        height: u64,
        /// Which field; the first that differs, in the order of the header.
        field: HeaderField,
        /// As the header has it.
        stated: String,
        /// As it should be.
        computed: String,
    },
    /// Time does not rise.
    #[error(
        "block {height}: its time {given} does not lie after {last}, the time of the block before (nanoseconds since 1970)"
    )]
    Time {
        /// Height of the block.
        height: u64,
        /// Its time in nanoseconds.
        given: u64,
        /// Time of the block before in nanoseconds.
        last: u64,
    },
    /// The number of results is not that of the transactions.
    #[error("block {height} has {txs} transactions and {results} results")]
    Results {
        /// Height of the block.
        height: u64,
        /// Number of transactions.
        txs: usize,
        /// Number of results.
        results: usize,
    },
    /// The block has no commit where it must have one.
    #[error("block {height} is not signed, and blocks of this chain are")]
    Unsigned {
        /// Height of the block.
        height: u64,
    },
    /// The commit is not one of this block by the chain's validator.
    #[error("block {height}: {field} in its commit is {stated}, it should be {computed}")]
    Commit {
        /// Height of the block.
        height: u64,
        /// Which field; the first that is wrong, the signature after all others.
        field: CommitField,
        /// As the commit has it.
        stated: String,
        /// As it should be.
        computed: String,
    },
    /// The time cannot be told in a record.
    #[error("block {height}: {reason}")]
    Record {
        /// Height of the block.
        height: u64,
        /// What is wrong.
        reason: RecordError,
    },
    /// Not a chain id for headers.
    #[error("`{0}` is no chain id: 1 to 50 letters, digits, `-`, `_` or `.` are")]
    ChainId(String),
    /// No block can follow.
    #[error("no block can follow height {0}")]
    TooHigh(u64),
}

/// Gives `record` the header that follows from its transactions, its time and `parent`; results and root stay. If it had
/// a commit, it gets one that is signed with the development key, which everybody has: nobody can do more without a
/// chain's own key.
pub fn seal(record: &mut BlockRecord, parent: &Parent) -> Result<(), LinkError> {
    record.header = parent.header(&record.txs, record.header.time)?;
    if record.commit.is_some() {
        let id = parent.next_id(&record.header, &record.txs);
        record.commit = Some(Signer::development().commit(&record.header, id));
    }
    Ok(())
}

/// Checks that `record` follows `parent`: every field of its header, its time, one result for each transaction, and the
/// commit with its signature. Only a chain of the development validator may begin with blocks that nobody signed.
///
/// Results and root of `record` itself are committed to by the next header only: that is checked with the next block.
pub fn verify_links(record: &BlockRecord, parent: &Parent) -> Result<(), LinkError> {
    let computed = parent.header(&record.txs, record.header.time)?;
    let height = computed.height.value();
    if let Some((field, stated, computed)) = difference(&record.header, &computed) {
        return Err(LinkError::Field {
            height,
            field,
            stated,
            computed,
        });
    }
    let given = record
        .time_nanos()
        .map_err(|reason| LinkError::Record { height, reason })?;
    if given <= parent.time_nanos {
        return Err(LinkError::Time {
            height,
            given,
            last: parent.time_nanos,
        });
    }
    let (txs, results) = (record.txs.len(), record.results.len());
    if txs != results {
        return Err(LinkError::Results {
            height,
            txs,
            results,
        });
    }
    verify_commit(record, parent, height)
}

fn verify_commit(record: &BlockRecord, parent: &Parent, height: u64) -> Result<(), LinkError> {
    let Some(commit) = &record.commit else {
        let may_be_missing = parent.validator.is_development() && !parent.signed;
        return if may_be_missing {
            Ok(())
        } else {
            Err(LinkError::Unsigned { height })
        };
    };
    let id = parent.next_id(&record.header, &record.txs);
    match vote::flaw(commit, &record.header, id, &parent.validator) {
        Some((field, stated, computed)) => Err(LinkError::Commit {
            height,
            field,
            stated,
            computed,
        }),
        None => Ok(()),
    }
}

/// The first field in which two headers of the same time differ, with both values.
fn difference(stated: &Header, computed: &Header) -> Option<(HeaderField, String, String)> {
    use HeaderField as F;
    let version = |header: &Header| format!("{}/{}", header.version.block, header.version.app);
    let last = |header: &Header| {
        let id = header.last_block_id.as_ref();
        id.map_or_else(|| "absent".to_owned(), vote::name)
    };
    let hash =
        |hash: Option<Hash>| hash.map_or_else(|| "absent".to_owned(), |hash| hash.to_string());
    let texts = |header: &Header| {
        [
            (F::Version, version(header)),
            (F::ChainId, header.chain_id.to_string()),
            (F::Height, header.height.to_string()),
            (F::LastBlockId, last(header)),
            (F::LastCommitHash, hash(header.last_commit_hash)),
            (F::DataHash, hash(header.data_hash)),
            (F::ValidatorsHash, header.validators_hash.to_string()),
            (
                F::NextValidatorsHash,
                header.next_validators_hash.to_string(),
            ),
            (F::ConsensusHash, header.consensus_hash.to_string()),
            (F::AppHash, header.app_hash.to_string()),
            (F::LastResultsHash, hash(header.last_results_hash)),
            (F::EvidenceHash, hash(header.evidence_hash)),
            (F::ProposerAddress, header.proposer_address.to_string()),
        ]
    };
    if stated == computed {
        return None;
    }
    let pairs = texts(stated).into_iter().zip(texts(computed));
    pairs
        .map(|((field, stated), (_, computed))| (field, stated, computed))
        .find(|(_, stated, computed)| stated != computed)
}

fn time(nanos: u64) -> Result<Time, RecordError> {
    const SECOND: u64 = 1_000_000_000;
    let seconds = i64::try_from(nanos / SECOND).map_err(|_| RecordError::Time)?;
    let rest = u32::try_from(nanos % SECOND).map_err(|_| RecordError::Time)?;
    Time::from_unix_timestamp(seconds, rest).map_err(|_| RecordError::Time)
}

fn app_hash(root: &[u8; 32]) -> AppHash {
    // INVARIANT: any bytes are an app hash.
    root.to_vec().try_into().unwrap_or_default()
}

/// SHA-256 of the hashed consensus parameters: block size and block gas.
fn consensus_hash(params: ConsensusParams) -> Hash {
    let params = HashedParams {
        block_max_bytes: params.max_bytes,
        block_max_gas: params.max_gas,
    };
    Hash::Sha256(Sha256::digest(params.encode_to_vec()).into())
}
