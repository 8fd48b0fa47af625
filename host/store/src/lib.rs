//! Owns the ledger on disk: flat state, its root, and the log of blocks. It never interprets a record or a state key,
//! and never lets one commit become visible in part.
//!
//! # Design
//!
//! One directory holds one chain. In it, `ledger.redb` is a [redb](https://docs.rs/redb) file with four tables, and
//! `lock` is held (an advisory lock of the operating system, which a killed process cannot leave behind) by whoever
//! has the directory open.
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | name | format number, chain id, kind of state tree |
//! | `state` | state key, at least one byte | value: the state after the last block, and only that |
//! | `tree` | nibble path of a tree node | version of the node and the node |
//! | `blocks` | height | state root after the block, checksum, record |
//!
//! A block is one write transaction, made durable before [`Store::commit`] returns: state, tree and log move together
//! or not at all. The commit is two-phase and saves the allocator state with it, so a file left by a killed process is
//! whole and opens at once; opened for reading only, the few writes of that repair stay in memory.
//!
//! The tree sits behind [`StateTree`]: bytes of nodes in, bytes of nodes out, so that another tree can take its place.
//! A node is stored under its path alone and a newer version overwrites it in place: the tree of the last block is kept
//! and nothing else, which saves the deletion of every replaced node. A window of older nodes, for proofs at past
//! heights, is a further table beside this one.
//!
//! [`log`] is the block log as a stream, for carrying a chain elsewhere. `schema/store-format.md` has both formats
//! byte by byte.

#![deny(clippy::float_arithmetic)]

mod blocks;
mod error;
mod jmt_tree;
mod lock;
pub mod log;
mod overlay;
mod root;
mod snapshot;
mod store;
mod tree;

use std::collections::BTreeMap;

pub use blocks::MAX_RECORD_BYTES;
pub use error::StoreError;
pub use jmt_tree::JmtTree;
pub use root::Root;
pub use snapshot::Snapshot;
pub use store::{FORMAT, Store};
pub use tree::{NodeRead, StateTree, TreeUpdate};

/// What a block does to the state: key to new value, or to `None` where the key is removed. Keys are not empty.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// State keys and their values, in the order of a range read.
pub type Entries = Vec<(Vec<u8>, Vec<u8>)>;
