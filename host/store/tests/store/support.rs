//! Builders for tests: change sets, stores with blocks in them, one rule for the changes of a numbered block.

use std::collections::BTreeMap;
use std::path::Path;

use commons_store::{Beginning, Changes, Keep, Root, Store, Window};

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

/// Windows of so many heights.
pub fn keep(history: u64, proofs: u64) -> Keep {
    Keep {
        history: Window::Heights(history),
        proofs: Window::Heights(proofs),
    }
}

/// What a ledger of these tests starts with.
pub fn beginning(initial: &Changes, keep: Keep) -> Beginning<'_> {
    Beginning {
        chain_id: CHAIN,
        genesis: GENESIS,
        initial,
        keep,
    }
}

/// The blocks that follow up to `height`.
pub fn commit_to(store: &Store, height: u64) {
    for height in store.height().unwrap() + 1..=height {
        commit_block(store, height);
    }
}

/// Everything in the state, in order.
pub fn everything(snapshot: &commons_store::Snapshot) -> Vec<(Vec<u8>, Vec<u8>)> {
    snapshot.range(b"", None, true, usize::MAX).unwrap()
}

/// The plain states after blocks 0 to `height`.
pub fn plain_states(height: u64) -> Vec<BTreeMap<Vec<u8>, Vec<u8>>> {
    let mut state = BTreeMap::new();
    (0..=height)
        .map(|height| {
            apply(&mut state, &block_changes(height));
            state.clone()
        })
        .collect()
}

/// A small generator, the same on every machine.
pub struct Seeded(pub u64);

impl Seeded {
    pub fn next(&mut self, below: usize) -> usize {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % below as u64).unwrap()
    }
}
