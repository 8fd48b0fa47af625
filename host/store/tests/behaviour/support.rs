//! Builders for tests: change sets, stores with blocks in them, one rule for the changes of a numbered block.

use std::collections::BTreeMap;
use std::path::Path;

use commons_store::{Changes, Root, Store};

pub const CHAIN: &str = "commons-test";
pub const GENESIS: &[u8] = b"genesis record";

/// Changes from pairs; an empty value stands for a removal.
pub fn changes(pairs: &[(&str, &str)]) -> Changes {
    pairs
        .iter()
        .map(|(key, value)| {
            let value = (!value.is_empty()).then(|| value.as_bytes().to_vec());
            (key.as_bytes().to_vec(), value)
        })
        .collect()
}

/// Changes of block `height`: a counter, some keys that come and some that go, the same in every run.
pub fn block_changes(height: u64) -> Changes {
    let mut changes = changes(&[("counter", &height.to_string())]);
    for n in 0..20 {
        let slot = (height * 7 + n * 13) % 101;
        let gone = (height + n).is_multiple_of(3);
        let value = (!gone).then(|| format!("value {height}/{n}").into_bytes());
        changes.insert(format!("slot/{slot:03}").into_bytes(), value);
    }
    changes
}

/// Record of block `height`: it contains the root, as real records do.
pub fn block_record(height: u64, root: Root) -> Vec<u8> {
    format!("block {height} leads to {root}").into_bytes()
}

pub fn commit_block(store: &Store, height: u64) -> Root {
    store
        .commit(height, &block_changes(height), |root| {
            block_record(height, root)
        })
        .unwrap()
}

pub fn create(dir: &Path, blocks: u64) -> Store {
    let store = Store::create(dir, CHAIN, GENESIS, &block_changes(0)).unwrap();
    for height in 1..=blocks {
        commit_block(&store, height);
    }
    store
}

pub fn in_memory(blocks: u64) -> Store {
    let store = Store::in_memory(CHAIN, GENESIS, &block_changes(0)).unwrap();
    for height in 1..=blocks {
        commit_block(&store, height);
    }
    store
}

/// The plain state after blocks 0 to `height`.
pub fn plain_state(height: u64) -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut state = BTreeMap::new();
    for height in 0..=height {
        apply(&mut state, &block_changes(height));
    }
    state
}

pub fn apply(state: &mut BTreeMap<Vec<u8>, Vec<u8>>, changes: &Changes) {
    for (key, value) in changes {
        match value {
            Some(value) => state.insert(key.clone(), value.clone()),
            None => state.remove(key),
        };
    }
}
