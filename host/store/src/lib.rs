//! Owns the ledger on disk: flat state, its root, and the log of blocks. It never interprets a record or a state key,
//! and never lets one commit become visible in part.
//!
//! # Design
//!
//! One directory holds one chain. In it, `ledger.redb` is a [redb](https://docs.rs/redb) file with these tables, and
//! `lock` is held (an advisory lock of the operating system, which a killed process cannot leave behind) by whoever
//! has the directory open.
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | name | format number, chain id, kind of state tree, how much of the past is kept |
//! | `state` | state key, at least one byte | value: the state after the last block, and only that |
//! | `tree` | nibble path of a tree node | version of the node, the node, and the key of a leaf |
//! | `blocks` | height | state root after the block, checksum, record |
//! | `state_past`, `tree_past` | key (or path) and height of a block | what that block replaced |
//! | `state_replaced`, `tree_replaced` | height of a block | the keys (or paths) that it changed |
//!
//! A block is one write transaction, made durable before [`Store::commit`] returns: state, tree, log and what is kept of
//! the past move together or not at all. The commit is two-phase and saves the allocator state with it, so a file left
//! by a killed process is whole and opens at once; opened for reading only, the few writes of that repair stay in memory.
//!
//! The past is beside the present, never in its way: the latest state and tree are flat, and a read at an earlier height
//! asks first whether a later block replaced the key ([`Store::snapshot_at`]). [`Keep`] says for how many heights that
//! stays; what leaves its window is removed in the very commit in which it leaves. [`Store::rewind`] puts back what later
//! blocks replaced.
//!
//! The tree sits behind [`StateTree`]: bytes of nodes in, bytes of nodes out, so that another tree can take its place.
//! A node is stored under its path alone and a newer version takes its place; the older one stays while keys can be
//! proved at its heights ([`Store::prove`]).
//!
//! [`log`] is the block log as a stream, for carrying a chain elsewhere; [`Store::dump`] has the state with it.
//! `schema/store-format.md` has all formats byte by byte.

#![deny(clippy::float_arithmetic)]

mod backup;
mod blocks;
mod check;
mod commit;
mod dump;
mod error;
mod jmt_tree;
mod keep;
mod lock;
pub mod log;
mod open;
mod overlay;
mod proof;
mod root;
mod snapshot;
mod store;
mod tables;
mod tree;
mod versions;

use std::collections::BTreeMap;

pub use blocks::MAX_RECORD_BYTES;
pub use check::Finding;
pub use error::StoreError;
pub use jmt_tree::JmtTree;
pub use keep::{Keep, Window};
pub use open::{Beginning, FORMAT};
pub use proof::{PROOF_OP, Proof, proof_spec};
pub use redb::StorageBackend;
pub use root::Root;
pub use snapshot::Snapshot;
pub use store::Store;
pub use tree::{NodeRead, StateTree, TreeUpdate, Values};

/// What a block does to the state: key to new value, or to `None` where the key is removed. Keys are not empty.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// State keys and their values, in the order of a range read.
pub type Entries = Vec<(Vec<u8>, Vec<u8>)>;
