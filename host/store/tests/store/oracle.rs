//! A second computation of the state root: from the whole state, by the definition, with nothing kept between calls.

use std::collections::BTreeMap;

use commons_store::Root;
use sha2::{Digest, Sha256};

const EMPTY: [u8; 32] = *b"SPARSE_MERKLE_PLACEHOLDER_HASH__";

/// Root of a sparse Merkle tree of 256 levels in which a subtree of one leaf is that leaf.
pub fn root(state: &BTreeMap<Vec<u8>, Vec<u8>>) -> Root {
    let mut leaves: Vec<([u8; 32], [u8; 32])> = state
        .iter()
        .map(|(key, value)| (hash(&[key]), hash(&[value])))
        .collect();
    leaves.sort_unstable();
    Root(subtree(&leaves, 0))
}

fn subtree(leaves: &[([u8; 32], [u8; 32])], level: usize) -> [u8; 32] {
    match leaves {
        [] => EMPTY,
        [(key, value)] => hash(&[b"JMT::LeafNode", key, value]),
        _ => {
            let bit = |key: &[u8; 32]| key[level / 8] >> (7 - level % 8) & 1;
            let split = leaves.partition_point(|(key, _)| bit(key) == 0);
            let (left, right) = leaves.split_at(split);
            hash(&[
                b"JMT::IntrnalNode",
                &subtree(left, level + 1),
                &subtree(right, level + 1),
            ])
        }
    }
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    parts
        .iter()
        .fold(Sha256::new(), Sha256::chain_update)
        .finalize()
        .into()
}
