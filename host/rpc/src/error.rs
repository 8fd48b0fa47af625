//! Owns every way the server can refuse to start or stop by itself. It never hides what the system, the node or the index said.

use std::net::SocketAddr;
use std::path::PathBuf;

use commons_node::NodeError;

/// Why a chain is not served, or no longer.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The chain failed, or its directory is not usable.
    #[error(transparent)]
    Node(#[from] NodeError),
    /// There is no chain and no genesis to start one from.
    #[error("there is no chain in {0}, and no genesis was given to start one")]
    NoGenesis(PathBuf),
    /// The directory holds a chain with another beginning.
    #[error(
        "{dir} holds the chain {found}, whose genesis is not the one that was given; leave the parameters of the genesis out to go on with it, or choose another directory"
    )]
    OtherGenesis {
        /// The directory.
        dir: PathBuf,
        /// Chain id found.
        found: String,
    },
    /// No block can ever be made.
    #[error(
        "blocks by hand need a chain whose id ends in `-dev`, and this one is {0}; choose another block time or chain id"
    )]
    NeverABlock(String),
    /// The clock gives no time for the first block: the genesis lies ahead of it.
    #[error("{0}")]
    NoFirstBlock(String),
    /// An address is taken, or is not this machine's.
    #[error(
        "cannot listen on {address}: {source}; stop whoever listens there, or choose another address"
    )]
    Listen {
        /// Which.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A thread or the signals of the process cannot be had.
    #[error("cannot {doing}: {source}")]
    System {
        /// What was being done.
        doing: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The index cannot be used.
    #[error("the index of results failed: {0}")]
    Index(#[from] IndexError),
    /// A thread broke down.
    #[error("a thread of the node broke down; this is a defect of this program")]
    Panicked,
}

/// Why the index does not work.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// The database refused.
    #[error("{0}; the file `index.redb` may be deleted: it is made again from the blocks")]
    Database(#[source] Box<redb::Error>),
    /// An entry is not readable.
    #[error(
        "its entry for {0} is damaged; the file `index.redb` may be deleted: it is made again from the blocks"
    )]
    Damaged(String),
    /// A file cannot be removed.
    #[error("cannot remove {path}: {source}")]
    Remove {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Executing the blocks anew gave something else than they state.
    #[error("block {0}, executed again, has other results than it states")]
    Differs(u64),
}

macro_rules! from_database {
    ($($error:ty),+) => {
        $(impl From<$error> for IndexError {
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
