//! Owns the border between the store and a state tree. It never says how nodes are stored or hashed.

use std::collections::{BTreeMap, BTreeSet};

use ics23::CommitmentProof;

use crate::{Changes, Root, StoreError};

/// Where a tree finds its nodes: the nodes of one version, by path.
pub trait NodeRead {
    /// The node stored under `path`, if there is one.
    fn node(&self, path: &[u8]) -> Result<Option<Vec<u8>>, StoreError>;
}

/// What a tree asks the store to write for one block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeUpdate {
    /// Root after the block.
    pub root: Root,
    /// Nodes to write: path to bytes; a node already at the path is replaced.
    pub put: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Paths at which no node remains.
    pub removed: BTreeSet<Vec<u8>>,
}

/// Gives the value of a key, if it has one.
pub type Values<'a> = dyn Fn(&[u8]) -> Result<Option<Vec<u8>>, StoreError> + 'a;

/// A Merkle tree over state keys and values whose nodes lie in the store as bytes.
///
/// The root depends on the keys and values alone, never on the order in which they came. Versions are block heights:
/// 0 for the initial state, then one more for each block, also when the block changes nothing.
pub trait StateTree {
    /// Name of the kind of tree, kept in the store: files of one kind are refused by a program with another.
    const KIND: &'static str;

    /// Applies `changes` to the tree of version `version - 1` (to the empty tree for version 0).
    fn update(
        &self,
        nodes: &dyn NodeRead,
        version: u64,
        changes: &Changes,
    ) -> Result<TreeUpdate, StoreError>;

    /// A tree of `version` over `state` alone, from nothing.
    fn build(&self, version: u64, state: &Changes) -> Result<TreeUpdate, StoreError>;

    /// Root of the stored tree, which must be of `version`.
    fn root(&self, nodes: &dyn NodeRead, version: u64) -> Result<Root, StoreError>;

    /// ICS-23 proof that `key` has its value, or has none, in the stored tree of `version`; `values` gives the value
    /// of a key at that version.
    fn prove(
        &self,
        nodes: &dyn NodeRead,
        values: &Values<'_>,
        version: u64,
        key: &[u8],
    ) -> Result<CommitmentProof, StoreError>;
}
