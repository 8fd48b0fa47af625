//! Owns every way the node can refuse or fail. It never mixes the two: [`NodeError::is_fault`] tells them apart.

use commons_ledger::{Fault, QueryError, Reject};
use commons_store::StoreError;

use crate::guard::SignError;
use crate::link::LinkError;
use crate::record::RecordError;

/// A transaction that may not wait for a block; it is never in one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the transaction is refused ({codespace}/{code}): {log}")]
pub struct Refused {
    /// Code in the codespace, never 0.
    pub code: u32,
    /// Codespace of the code, as on a real chain.
    pub codespace: String,
    /// Why, for people.
    pub log: String,
}

/// Why the node did not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum NodeError {
    /// The check on arrival failed.
    #[error(transparent)]
    Refused(#[from] Refused),
    /// A query was wrong, or its contract answered with an error.
    #[error("{0}")]
    Query(QueryError),
    /// The genesis is wrong.
    #[error("the genesis is refused: {0}")]
    Genesis(#[from] Reject),
    /// The genesis record is not the JSON that this program writes.
    #[error("the genesis record is not readable: {0}")]
    GenesisRecord(String),
    /// A block's time does not lie after that of the block before.
    #[error(
        "block {height} cannot have time {given}: the time of the block before is {last} (nanoseconds since 1970), and block time only rises; \
         give a later time, or check the clock"
    )]
    Time {
        /// Height the block would have had.
        height: u64,
        /// Time that was given, in nanoseconds.
        given: u64,
        /// Time of the last block, or of the genesis.
        last: u64,
    },
    /// There is no such block yet.
    #[error("there is no block {height} yet; the last one is {last}")]
    NoBlock {
        /// Height that was asked for.
        height: u64,
        /// Height of the last block.
        last: u64,
    },
    /// The transactions of a block are too long together.
    #[error("the transactions of block {height} have {bytes} bytes, at most {limit} fit")]
    BlockTooLong {
        /// Height the block would have had.
        height: u64,
        /// Bytes of all its transactions.
        bytes: usize,
        /// The bound, [`crate::Origin::max_block_bytes`].
        limit: usize,
    },
    /// No header can be made.
    #[error(transparent)]
    Link(#[from] LinkError),
    /// A record in the ledger is not readable.
    #[error(
        "block {height} in the ledger is not readable: {reason}; restore the directory from a copy"
    )]
    Record {
        /// Height of the record.
        height: u64,
        /// What is wrong with it.
        reason: RecordError,
    },
    /// The last record and the state do not belong together.
    #[error(
        "block {height} in the ledger states another root than the state has; restore the directory from a copy"
    )]
    RootMismatch {
        /// Height of the record.
        height: u64,
    },
    /// The chain is another validator's.
    #[error(
        "the blocks of this chain are signed by validator {chain}, the key that is given belongs to validator {given}; give the chain's key"
    )]
    OtherKey {
        /// Address of the chain's validator.
        chain: String,
        /// Address of the key.
        given: String,
    },
    /// The chain is not for development.
    #[error(
        "{chain_id} is not a chain for development, and no block of it is ever taken back: those have an id that ends in -dev"
    )]
    NotDevelopment {
        /// Chain id.
        chain_id: String,
    },
    /// A block is not signed; nothing was committed.
    #[error(transparent)]
    Sign(#[from] SignError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger failed; nothing was committed.
    #[error("execution failed, nothing was committed: {0}")]
    Fault(#[from] Fault),
    /// The virtual machine did not start.
    #[error("the virtual machine does not start: {0}")]
    Vm(#[from] commons_vm::Fault),
    /// No thread could be started for execution.
    #[error("no thread for execution: {0}")]
    Thread(#[source] std::io::Error),
    /// The thread of an execution broke down; nothing was committed.
    #[error("execution broke down, nothing was committed; this is a defect of this program")]
    Panicked,
}

impl NodeError {
    /// Whether the host is broken and the node should stop; everything else is the asker's to mend.
    #[must_use]
    pub fn is_fault(&self) -> bool {
        !matches!(
            self,
            Self::Refused(_)
                | Self::Query(_)
                | Self::Genesis(_)
                | Self::GenesisRecord(_)
                | Self::Time { .. }
                | Self::NoBlock { .. }
                | Self::BlockTooLong { .. }
                | Self::Link(_)
                | Self::OtherKey { .. }
                | Self::NotDevelopment { .. }
                | Self::Store(StoreError::NotKept { .. } | StoreError::Unprovable(_))
        )
    }
}
