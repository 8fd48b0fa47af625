//! Owns every way the store can refuse or fail. It never hides what the operating system or the database said.

use std::path::PathBuf;

use crate::Root;

/// Why the store did not do what was asked. Each message says what happened, why, and what to do next.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The directory holds no ledger.
    #[error(
        "no ledger in {0}: the directory or its file ledger.redb is missing; create one, or check the path"
    )]
    Missing(PathBuf),
    /// A ledger is already there, and creating another would destroy it.
    #[error("{0} already holds a ledger; open it, or choose an empty directory for a new one")]
    Exists(PathBuf),
    /// Another process has the directory open.
    #[error("{dir} is in use by {holder}; stop it first, or use another directory")]
    Locked {
        /// The directory that was asked for.
        dir: PathBuf,
        /// Who holds it, as it wrote into the lock file: `process 4711`, or words for an unknown holder.
        holder: String,
    },
    /// The files are of another format.
    #[error(
        "the ledger is in format {found}, this program reads format {expected}; use the release that wrote it"
    )]
    Format {
        /// Format number found, in decimal.
        found: String,
        /// Format number of this program.
        expected: u64,
    },
    /// The state tree in the files is of another kind.
    #[error(
        "the ledger's state tree is of kind `{found}`, this program has `{expected}`; use the release that wrote it"
    )]
    TreeKind {
        /// Kind found in the files.
        found: String,
        /// Kind of this program.
        expected: &'static str,
    },
    /// Something required is absent from the files.
    #[error(
        "the ledger lacks {0}: its file was altered or cut off; restore the directory from a copy"
    )]
    Incomplete(&'static str),
    /// The file is damaged so that its database cannot be read at all.
    #[error("the ledger's file is damaged and cannot be read; restore the directory from a copy")]
    Unreadable,
    /// A block's record fails its checksum, or is not there at all.
    #[error("block {height} in the ledger is damaged ({what}); restore the directory from a copy")]
    DamagedBlock {
        /// Height of the record.
        height: u64,
        /// What does not fit.
        what: &'static str,
    },
    /// The tree in the files does not have the root that the block log states.
    #[error(
        "the state tree has root {found}, the log says {logged} at height {height}; restore the directory from a copy"
    )]
    RootMismatch {
        /// Last height of the log.
        height: u64,
        /// Root in the log.
        logged: Root,
        /// Root of the tree.
        found: Root,
    },
    /// The state tree could not be read or updated.
    #[error("the state tree is damaged: {0}; restore the directory from a copy")]
    Tree(String),
    /// A commit out of order.
    #[error("the next block has height {expected}, not {given}; nothing was written")]
    Height {
        /// Height that follows the last block.
        expected: u64,
        /// Height that was given.
        given: u64,
    },
    /// A state key of no bytes, which no proof of absence could cover.
    #[error("a state key is empty; nothing was written")]
    EmptyKey,
    /// A record above [`crate::MAX_RECORD_BYTES`].
    #[error(
        "the record of block {height} has {length} bytes, at most {limit} are kept; nothing was written"
    )]
    RecordTooLong {
        /// Height of the block.
        height: u64,
        /// Its length in bytes.
        length: usize,
        /// The bound in bytes.
        limit: usize,
    },
    /// A height outside of what the ledger keeps.
    #[error(
        "the {what} of height {height} is not kept: this ledger has it from height {first} to {last}; ask for one of these, or \
         keep more heights from now on"
    )]
    NotKept {
        /// `state` or `proof`.
        what: &'static str,
        /// Height that was asked for.
        height: u64,
        /// First height that is kept.
        first: u64,
        /// Last height.
        last: u64,
    },
    /// A key that cannot be proved.
    #[error("there is no proof for this key: {0}; ask for another height, or without a proof")]
    Unprovable(&'static str),
    /// A dump that is not accepted.
    #[error(
        "{path} is not accepted at byte {offset}: {what}; nothing was loaded, get the file again"
    )]
    Dump {
        /// The file.
        path: PathBuf,
        /// Where reading stopped, in bytes from the start.
        offset: u64,
        /// What does not fit.
        what: String,
    },
    /// A dump of another chain.
    #[error("{path} is of chain `{found}`, not of `{expected}`; nothing was loaded")]
    OtherChain {
        /// The file.
        path: PathBuf,
        /// Chain id in the file.
        found: String,
        /// Chain id that was asked for.
        expected: String,
    },
    /// Something is still reading while the file is to be moved together.
    #[error(
        "the ledger cannot be compacted or checked while it is being read; let go of every snapshot first"
    )]
    InUse,
    /// A commit on a store that was opened for reading.
    #[error("the ledger was opened for reading only; nothing was written")]
    ReadOnly,
    /// The operating system refused.
    #[error("cannot {doing} {path}: {source}")]
    Io {
        /// What was being done, as a verb.
        doing: &'static str,
        /// On which path.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The database refused.
    #[error(
        "the ledger's database failed: {0}; if this persists, restore the directory from a copy"
    )]
    Database(#[source] Box<redb::Error>),
}

impl StoreError {
    /// Whether the system had no more room for what was to be written; nothing of it was kept.
    #[must_use]
    pub fn is_full(&self) -> bool {
        use std::io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let error = match self {
            Self::Io { source, .. } => source,
            Self::Database(error) => match error.as_ref() {
                redb::Error::Io(error) => error,
                _ => return false,
            },
            _ => return false,
        };
        matches!(error.kind(), FileTooLarge | QuotaExceeded | StorageFull)
    }
}

macro_rules! from_database {
    ($($error:ty),+) => {
        $(impl From<$error> for StoreError {
            fn from(error: $error) -> Self {
                Self::Database(Box::new(error.into()))
            }
        })+
    };
}

from_database!(
    redb::DatabaseError,
    redb::TransactionError,
    redb::TableError,
    redb::StorageError,
    redb::CommitError
);
