//! The state root against its definition, and what is kept of the tree.

use std::cell::RefCell;
use std::collections::BTreeMap;

use commons_store::{Changes, JmtTree, NodeRead, Root, StateTree, Store, StoreError};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::oracle;
use crate::support::{CHAIN, GENESIS, apply, changes, in_memory, plain_state};

/// Nodes in a map.
#[derive(Default)]
struct MapNodes(RefCell<BTreeMap<Vec<u8>, Vec<u8>>>);

impl NodeRead for MapNodes {
    fn node(&self, path: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.borrow().get(path).cloned())
    }
}

impl MapNodes {
    fn apply(&self, version: u64, changes: &Changes) -> Root {
        let update = JmtTree.update(self, version, changes).unwrap();
        let mut nodes = self.0.borrow_mut();
        for path in &update.removed {
            assert!(
                nodes.remove(path).is_some(),
                "a path is removed at which nothing was"
            );
        }
        nodes.extend(update.put);
        update.root
    }
}

fn block() -> impl Strategy<Value = Changes> {
    // Few keys, so that they are overwritten and removed often.
    let key = vec(0u8..5, 1..3);
    let value = proptest::option::weighted(0.6, vec(any::<u8>(), 0..4));
    btree_map(key, value, 0..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    /// The root depends on the content alone: it equals a computation from scratch after every block.
    #[test]
    fn root_equals_the_definition_after_every_block(blocks in vec(block(), 1..12)) {
        let nodes = MapNodes::default();
        let mut state = BTreeMap::new();
        for (version, changes) in (0..).zip(&blocks) {
            let root = nodes.apply(version, changes);
            apply(&mut state, changes);
            prop_assert_eq!(root, oracle::root(&state));
            prop_assert_eq!(root, JmtTree.root(&nodes, version).unwrap());
        }
    }

    /// Only the nodes of the last version stay: as many as in a tree built from the state in one go, at the same paths.
    #[test]
    fn no_stale_node_is_kept(blocks in vec(block(), 1..12)) {
        let nodes = MapNodes::default();
        let mut state = BTreeMap::new();
        for (version, changes) in (0..).zip(&blocks) {
            nodes.apply(version, changes);
            apply(&mut state, changes);
            let fresh = MapNodes::default();
            let all: Changes = state.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
            fresh.apply(0, &all);
            let paths = |nodes: &MapNodes| nodes.0.borrow().keys().cloned().collect::<Vec<_>>();
            prop_assert_eq!(paths(&nodes), paths(&fresh));
        }
    }

    /// A store gives the roots of the definition, and range reads equal those of a plain map in both directions.
    #[test]
    fn store_equals_a_plain_map(
        blocks in vec(block(), 1..5),
        start in vec(0u8..5, 0..3),
        end in proptest::option::of(vec(0u8..5, 0..3)),
        limit in 0usize..30,
    ) {
        let store = Store::in_memory(CHAIN, GENESIS, &blocks[0]).unwrap();
        let mut state = BTreeMap::new();
        apply(&mut state, &blocks[0]);
        for (height, changes) in (1..).zip(&blocks[1..]) {
            let root = store.commit(height, changes, |_| Vec::new()).unwrap();
            apply(&mut state, changes);
            prop_assert_eq!(root, oracle::root(&state));
        }
        let snapshot = store.snapshot().unwrap();
        let inside = |key: &Vec<u8>| *key >= start && end.as_ref().is_none_or(|end| key < end);
        let mut expected: Vec<_> = state.into_iter().filter(|(key, _)| inside(key)).collect();
        let up = expected.iter().take(limit).cloned().collect::<Vec<_>>();
        prop_assert_eq!(snapshot.range(&start, end.as_deref(), true, limit).unwrap(), up);
        expected.reverse();
        expected.truncate(limit);
        prop_assert_eq!(snapshot.range(&start, end.as_deref(), false, limit).unwrap(), expected);
    }
}

/// The roots of the store follow the definition over many blocks that add, overwrite and remove.
#[test]
fn two_hundred_blocks_have_the_roots_of_the_definition() {
    let store = in_memory(200);
    for height in [0, 1, 2, 50, 199, 200] {
        assert_eq!(
            store.root_at(height).unwrap(),
            Some(oracle::root(&plain_state(height))),
            "height {height}"
        );
    }
}

/// An empty state has the placeholder as its root, again after everything was removed.
#[test]
fn removing_everything_gives_the_root_of_nothing() {
    let store = Store::in_memory(CHAIN, GENESIS, &Changes::new()).unwrap();
    let nothing = store.root().unwrap();
    assert_eq!(nothing, oracle::root(&BTreeMap::new()));
    store
        .commit(1, &changes(&[("a", "1"), ("b", "2")]), |_| Vec::new())
        .unwrap();
    assert_ne!(store.root().unwrap(), nothing);
    store
        .commit(
            2,
            &changes(&[("a", ""), ("b", ""), ("never there", "")]),
            |_| Vec::new(),
        )
        .unwrap();
    assert_eq!(store.root().unwrap(), nothing);
    store.commit(3, &Changes::new(), |_| Vec::new()).unwrap();
    assert_eq!(store.root().unwrap(), nothing);
}

/// A length that another field could have absorbed still changes the root (L6).
#[test]
fn moving_a_byte_from_key_to_value_changes_the_root() {
    let one = Store::in_memory(CHAIN, GENESIS, &changes(&[("ab", "c")])).unwrap();
    let other = Store::in_memory(CHAIN, GENESIS, &changes(&[("a", "bc")])).unwrap();
    assert_ne!(one.root().unwrap(), other.root().unwrap());
}
