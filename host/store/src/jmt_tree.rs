//! Owns the Jellyfish Merkle tree as the store's state tree: SHA-256 of keys and of values, nodes stored under their
//! path, leaves with their key. It never stores a value (the flat state has them) and never chooses how long a node
//! stays.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use borsh::BorshDeserialize;
use ics23::CommitmentProof;
use jmt::storage::{HasPreimage, LeafNode, NibblePath, Node, NodeKey, TreeReader};
use jmt::{KeyHash, OwnedValue, Sha256Jmt};
use sha2::Sha256;

use crate::{Changes, NodeRead, Root, StateTree, StoreError, TreeUpdate, Values};

/// Bytes of the version in front of a stored node.
const VERSION_BYTES: usize = 8;

/// Path of the root node as a table key.
const ROOT: &[u8] = &[0];

/// Root of a tree without a key.
const EMPTY_ROOT: Root = Root(*b"SPARSE_MERKLE_PLACEHOLDER_HASH__");

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
        let reader = Reader::new(nodes);
        let mut set = BTreeMap::new();
        for (key, value) in changes {
            // Sorted by key hash, neighbouring updates share the nodes they touch.
            let hash = KeyHash::with::<Sha256>(key);
            set.insert(hash, value.clone());
            if value.is_some() {
                reader.keys.borrow_mut().insert(hash, key.clone());
            }
        }
        let (root, batch) = Sha256Jmt::new(&reader)
            .put_value_set(set, version)
            .map_err(damaged)?;

        let keys = reader.keys.into_inner();
        let mut put = BTreeMap::new();
        for (key, node) in batch.node_batch.nodes() {
            let bytes = node_bytes(version, node, &keys)?;
            put.insert(path_bytes(key.nibble_path()), bytes);
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

    fn build(&self, version: u64, state: &Changes) -> Result<TreeUpdate, StoreError> {
        // A version above 0 follows one without a key.
        let mut null = version.saturating_sub(1).to_be_bytes().to_vec();
        borsh::to_writer(&mut null, &Node::Null).map_err(|error| damaged(error.into()))?;
        let before = |path: &[u8]| (version > 0 && path == ROOT).then(|| null.clone());
        self.update(&Nothing(before), version, state)
    }

    fn root(&self, nodes: &dyn NodeRead, version: u64) -> Result<Root, StoreError> {
        let reader = Reader::new(nodes);
        let root = Sha256Jmt::new(&reader)
            .get_root_hash(version)
            .map_err(damaged)?;
        Ok(Root(root.0))
    }

    fn prove(
        &self,
        nodes: &dyn NodeRead,
        values: &Values<'_>,
        version: u64,
        key: &[u8],
    ) -> Result<CommitmentProof, StoreError> {
        if self.root(nodes, version)? == EMPTY_ROOT {
            return Err(StoreError::Unprovable("the state has no key at all"));
        }
        let reader = Reader {
            values: Some(values),
            ..Reader::new(nodes)
        };
        let (_, proof) = Sha256Jmt::new(&reader)
            .get_with_ics23_proof(key.to_vec(), version)
            .map_err(damaged)?;
        Ok(proof)
    }
}

/// Adds its key to every leaf that has none, as format 1 left them; `keys` are those of the state.
pub(crate) fn named_leaf(
    stored: &[u8],
    keys: &BTreeMap<KeyHash, Vec<u8>>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let (_, node, key) = parse(stored).map_err(damaged)?;
    match node {
        Node::Leaf(leaf) if key.is_empty() => keys
            .get(&leaf.key_hash())
            .map(|key| Some([stored, key].concat()))
            .ok_or_else(|| StoreError::Tree("a leaf has no key in the state".to_owned())),
        _ => Ok(None),
    }
}

/// Walks the tree of `version` and checks that every node is there, has the hash and version that its parent states, and
/// that every leaf has its own key; returns how many nodes were met. Below a node older than `since` nothing is looked at.
pub(crate) fn walk(nodes: &dyn NodeRead, version: u64, since: u64) -> Result<u64, StoreError> {
    let wrong = |path: &[u8], what| {
        let path: Vec<String> = path.iter().map(|nibble| format!("{nibble:x}")).collect();
        StoreError::Tree(format!("the node at /{} {what}", path.concat()))
    };
    let mut met: u64 = 0;
    let mut open = vec![(Vec::new(), version, None)];
    while let Some((path, stated, hash)) = open.pop() {
        let stored = nodes.node(&packed(path.iter().copied()))?;
        let stored = stored.ok_or_else(|| wrong(&path, "is missing"))?;
        let (version, node, key) = parse(&stored).map_err(damaged)?;
        if version != stated {
            return Err(wrong(&path, "has another version than its parent says"));
        }
        let found = match &node {
            Node::Null => EMPTY_ROOT.0,
            Node::Leaf(leaf) => leaf.hash::<Sha256>(),
            Node::Internal(inner) => inner.hash::<Sha256>(),
        };
        if hash.is_some_and(|hash| hash != found) {
            return Err(wrong(&path, "has another hash than its parent says"));
        }
        met = met.saturating_add(1);
        match node {
            Node::Internal(inner) if version >= since => {
                for (nibble, child) in inner.children_sorted() {
                    let below = [path.as_slice(), &[u8::from(nibble)]].concat();
                    open.push((below, child.version, Some(child.hash)));
                }
            }
            // Leaves of format 1 have no key.
            Node::Leaf(leaf) if !key.is_empty() && key_hash(key) != leaf.key_hash() => {
                return Err(wrong(&path, "is a leaf with another's key"));
            }
            _ => {}
        }
    }
    Ok(met)
}

/// Hash under which the tree has a key.
pub(crate) fn key_hash(key: &[u8]) -> KeyHash {
    KeyHash::with::<Sha256>(key)
}

/// A stored node: version, node, and the key of a leaf (no bytes for other nodes).
fn parse(stored: &[u8]) -> anyhow::Result<(u64, Node, &[u8])> {
    let (version, mut rest) = stored
        .split_first_chunk::<VERSION_BYTES>()
        .ok_or_else(|| anyhow::anyhow!("a tree node is cut off"))?;
    let node = Node::deserialize(&mut rest)?;
    Ok((u64::from_be_bytes(*version), node, rest))
}

/// The store's nodes as `jmt` asks for them.
struct Reader<'a> {
    nodes: &'a dyn NodeRead,
    values: Option<&'a Values<'a>>,
    /// Keys behind the hashes that were met: of leaves that were read and of changes.
    keys: RefCell<BTreeMap<KeyHash, Vec<u8>>>,
}

impl<'a> Reader<'a> {
    fn new(nodes: &'a dyn NodeRead) -> Self {
        Self {
            nodes,
            values: None,
            keys: RefCell::default(),
        }
    }
}

impl TreeReader for Reader<'_> {
    fn get_node_option(&self, key: &NodeKey) -> anyhow::Result<Option<Node>> {
        let Some(stored) = self.nodes.node(&path_bytes(key.nibble_path()))? else {
            return Ok(None);
        };
        let (version, node, name) = parse(&stored)?;
        if version != key.version() {
            return Ok(None);
        }
        if let (Node::Leaf(leaf), false) = (&node, name.is_empty()) {
            let mut keys = self.keys.borrow_mut();
            keys.entry(leaf.key_hash()).or_insert_with(|| name.to_vec());
        }
        Ok(Some(node))
    }

    fn get_value_option(&self, _: u64, hash: KeyHash) -> anyhow::Result<Option<OwnedValue>> {
        // Updates and roots need hashes only; for proofs the values are those of the flat state.
        let values = (self.values).ok_or_else(|| anyhow::anyhow!("the tree holds no values"))?;
        match self.keys.borrow().get(&hash) {
            Some(key) => Ok(values(key)?),
            None => Ok(None),
        }
    }

    fn get_rightmost_leaf(&self) -> anyhow::Result<Option<(NodeKey, LeafNode)>> {
        Err(anyhow::anyhow!(
            "the state tree is never restored from leaves"
        ))
    }
}

impl HasPreimage for Reader<'_> {
    fn preimage(&self, hash: KeyHash) -> anyhow::Result<Option<Vec<u8>>> {
        Ok(self.keys.borrow().get(&hash).cloned())
    }
}

/// Nodes from a function.
struct Nothing<F>(F);

impl<F: Fn(&[u8]) -> Option<Vec<u8>>> NodeRead for Nothing<F> {
    fn node(&self, path: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok((self.0)(path))
    }
}

/// A path as a table key: the number of nibbles (0 to 64), then two nibbles a byte, the last padded with zero.
fn path_bytes(path: &NibblePath) -> Vec<u8> {
    packed(path.nibbles().map(u8::from))
}

fn packed(nibbles: impl Iterator<Item = u8>) -> Vec<u8> {
    let mut bytes = vec![0];
    let mut count: u8 = 0;
    for nibble in nibbles {
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

/// A node as stored: its version in 8 bytes, big-endian, its borsh encoding, and the key of a leaf.
fn node_bytes(
    version: u64,
    node: &Node,
    keys: &BTreeMap<KeyHash, Vec<u8>>,
) -> Result<Vec<u8>, StoreError> {
    let mut bytes = version.to_be_bytes().to_vec();
    borsh::to_writer(&mut bytes, node).map_err(|error| StoreError::Tree(error.to_string()))?;
    if let Node::Leaf(leaf) = node {
        let key = keys
            .get(&leaf.key_hash())
            .ok_or_else(|| StoreError::Tree("a leaf lacks its key".to_owned()))?;
        bytes.extend_from_slice(key);
    }
    Ok(bytes)
}

// By value: the shape that `map_err` asks for.
#[allow(clippy::needless_pass_by_value)]
fn damaged(error: anyhow::Error) -> StoreError {
    StoreError::Tree(format!("{error:#}"))
}
