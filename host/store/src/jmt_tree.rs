//! Owns the Jellyfish Merkle tree as the store's state tree: SHA-256 of keys and of values, nodes stored under their
//! path. It never stores a value (the flat state has them) and never keeps a node of an earlier version.

use std::collections::{BTreeMap, BTreeSet};

use jmt::storage::{LeafNode, NibblePath, Node, NodeKey, TreeReader};
use jmt::{KeyHash, OwnedValue, Sha256Jmt};
use sha2::Sha256;

use crate::{Changes, NodeRead, Root, StateTree, StoreError, TreeUpdate};

/// Bytes of the version in front of a stored node.
const VERSION_BYTES: usize = 8;

/// The tree of the crate `jmt` with SHA-256, whose proofs follow ICS-23.
#[derive(Debug, Clone, Copy, Default)]
pub struct JmtTree;

impl StateTree for JmtTree {
    const KIND: &'static str = "jmt-sha256";

    fn update(
        &self,
        nodes: &dyn NodeRead,
        version: u64,
        changes: &Changes,
    ) -> Result<TreeUpdate, StoreError> {
        // Sorted by key hash, neighbouring updates share the nodes they touch.
        let set: BTreeMap<KeyHash, Option<Vec<u8>>> = changes
            .iter()
            .map(|(key, value)| (KeyHash::with::<Sha256>(key), value.clone()))
            .collect();
        let reader = Reader(nodes);
        let (root, batch) = Sha256Jmt::new(&reader)
            .put_value_set(set, version)
            .map_err(damaged)?;

        let mut put = BTreeMap::new();
        for (key, node) in batch.node_batch.nodes() {
            put.insert(path_bytes(key.nibble_path()), node_bytes(version, node)?);
        }
        let removed: BTreeSet<Vec<u8>> = batch
            .stale_node_index_batch
            .iter()
            .map(|stale| path_bytes(stale.node_key.nibble_path()))
            .filter(|path| !put.contains_key(path))
            .collect();
        Ok(TreeUpdate {
            root: Root(root.0),
            put,
            removed,
        })
    }

    fn root(&self, nodes: &dyn NodeRead, version: u64) -> Result<Root, StoreError> {
        let reader = Reader(nodes);
        let root = Sha256Jmt::new(&reader)
            .get_root_hash(version)
            .map_err(damaged)?;
        Ok(Root(root.0))
    }
}

/// The store's nodes as `jmt` asks for them.
struct Reader<'a>(&'a dyn NodeRead);

impl TreeReader for Reader<'_> {
    fn get_node_option(&self, key: &NodeKey) -> anyhow::Result<Option<Node>> {
        let Some(stored) = self.0.node(&path_bytes(key.nibble_path()))? else {
            return Ok(None);
        };
        let (version, node) = stored
            .split_first_chunk::<VERSION_BYTES>()
            .ok_or_else(|| anyhow::anyhow!("a tree node is cut off"))?;
        if u64::from_be_bytes(*version) != key.version() {
            return Ok(None);
        }
        Ok(Some(borsh::from_slice(node)?))
    }

    fn get_value_option(&self, _: u64, _: KeyHash) -> anyhow::Result<Option<OwnedValue>> {
        // Updates and roots need hashes only; values are read from the flat state.
        Err(anyhow::anyhow!("the state tree holds no values"))
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        Err(anyhow::anyhow!(
            "the state tree is never restored from leaves"
        ))
    }
}

/// A path as a table key: the number of nibbles (0 to 64), then two nibbles a byte, the last padded with zero.
fn path_bytes(path: &NibblePath) -> Vec<u8> {
    let mut bytes = vec![0];
    let mut count: u8 = 0;
    for nibble in path.nibbles() {
        let nibble = u8::from(nibble);
        match bytes.last_mut() {
            Some(last) if count % 2 == 1 => *last |= nibble,
            _ => bytes.push(nibble << 4),
        }
        count = count.saturating_add(1);
    }
    if let Some(first) = bytes.first_mut() {
        *first = count;
    }
    bytes
}

/// A node as stored: its version in 8 bytes, big-endian, then its borsh encoding.
fn node_bytes(version: u64, node: &Node) -> Result<Vec<u8>, StoreError> {
    let mut bytes = version.to_be_bytes().to_vec();
    borsh::to_writer(&mut bytes, node).map_err(|error| StoreError::Tree(error.to_string()))?;
    Ok(bytes)
}

// By value: the shape that `map_err` asks for.
#[allow(clippy::needless_pass_by_value)]
fn damaged(error: anyhow::Error) -> StoreError {
    StoreError::Tree(format!("{error:#}"))
}
