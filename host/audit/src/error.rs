//! Owns every way in which an audit cannot be carried out. A difference that an audit finds is no error: it is the
//! finding.

use commons_node::{LinkError, NodeError, RecordError};
use commons_store::StoreError;
use commons_store::log::LogError;

use crate::replay::Divergence;

/// Why a log or a ledger could not be audited to its end. Each message names what is damaged and where.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    /// The log file is damaged, and nothing can be said of what it holds there.
    #[error(transparent)]
    Log(#[from] LogError),
    /// A block of the log was altered; replay says what in it no longer fits.
    #[error("{reason} ({divergence})")]
    Altered {
        /// Where the log is damaged.
        reason: LogError,
        /// What the block says there, and what replay says.
        divergence: Box<Divergence>,
    },
    /// The log has no record at all.
    #[error("the block log is empty: it lacks even its genesis")]
    Empty,
    /// The genesis record cannot be used.
    #[error("block 0, the genesis: {0}")]
    Genesis(NodeError),
    /// Log and genesis are of different chains.
    #[error("the block log is of chain `{log}`, its genesis of `{genesis}`")]
    ChainId {
        /// Chain id in the log's header.
        log: String,
        /// Chain id in the genesis.
        genesis: String,
    },
    /// A record is not readable.
    #[error("block {height}: {reason}")]
    Record {
        /// Height of the block.
        height: u64,
        /// What is wrong, and at which byte of the record.
        reason: RecordError,
    },
    /// This machine could not re-execute a block; the log is not to blame.
    #[error("block {height} could not be executed here: {reason}")]
    Host {
        /// Height of the block.
        height: u64,
        /// What failed.
        reason: NodeError,
    },
    /// The ledger directory could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Headers could not be made again for an altered log.
    #[error(transparent)]
    Seal(#[from] LinkError),
    /// There is no block to alter.
    #[error("the block log has no {wanted} at or above height {height}")]
    NothingToAlter {
        /// What was looked for.
        wanted: &'static str,
        /// From which height on.
        height: u64,
    },
}
