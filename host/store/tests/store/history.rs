//! Reading at earlier heights.

use std::collections::BTreeMap;

use commons_store::{Changes, Keep, Store, StoreError, Window};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

use crate::disk::Disk;
use crate::support::{
    apply, beginning, block_changes, changes, commit_to, create, everything, keep, plain_states,
};

pub fn keeping(initial: &Changes, keep: Keep) -> Store {
    Store::begin_on(Disk::default(), &beginning(initial, keep)).unwrap()
}

fn block() -> impl Strategy<Value = Changes> {
    let key = vec(0u8..5, 1..3);
    let value = proptest::option::weighted(0.6, vec(any::<u8>(), 0..4));
    btree_map(key, value, 0..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// At every height that is kept, single keys and ranges in both directions are those of a plain map of that height.
    #[test]
    fn every_kept_height_reads_as_a_plain_map(
        blocks in vec(block(), 2..9),
        window in 0u64..9,
        start in vec(0u8..5, 0..3),
        end in proptest::option::of(vec(0u8..5, 0..3)),
        limit in 0usize..30,
    ) {
        let store = keeping(&blocks[0], keep(window, 0));
        let mut states = vec![BTreeMap::<Vec<u8>, Vec<u8>>::new()];
        apply(&mut states[0], &blocks[0]);
        for (height, changes) in (1..).zip(&blocks[1..]) {
            store.commit(height, changes, |_| Vec::new()).unwrap();
            let mut state = states.last().unwrap().clone();
            apply(&mut state, changes);
            states.push(state);
        }
        let last = blocks.len() as u64 - 1;
        let first = last.saturating_sub(window);
        for (height, state) in (0..).zip(&states) {
            let read = store.snapshot_at(height);
            if height < first {
                let refused = matches!(read, Err(StoreError::NotKept { first: f, last: l, .. }) if (f, l) == (first, last));
                prop_assert!(refused);
                continue;
            }
            let snapshot = read.unwrap();
            prop_assert_eq!(snapshot.height(), height);
            prop_assert_eq!(snapshot.root(), crate::oracle::root(state));
            for key in states.iter().flat_map(BTreeMap::keys) {
                prop_assert_eq!(snapshot.get(key).unwrap(), state.get(key).cloned());
            }
            let inside = |key: &Vec<u8>| *key >= start && end.as_ref().is_none_or(|end| key < end);
            let mut expected: Vec<_> = state.clone().into_iter().filter(|(key, _)| inside(key)).collect();
            let up = expected.iter().take(limit).cloned().collect::<Vec<_>>();
            prop_assert_eq!(snapshot.range(&start, end.as_deref(), true, limit).unwrap(), up);
            expected.reverse();
            expected.truncate(limit);
            prop_assert_eq!(snapshot.range(&start, end.as_deref(), false, limit).unwrap(), expected);
        }
    }
}

#[test]
fn height_outside_of_what_is_kept_is_refused_with_both_ends() {
    let store = keeping(&block_changes(0), keep(10, 0));
    commit_to(&store, 50);
    for height in [0, 39, 51, u64::MAX] {
        let error = store.snapshot_at(height).map(|_| ()).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("from height 40 to 50"), "{text}");
    }
    assert_eq!(store.first_kept().unwrap(), (40, 50));
    store.snapshot_at(40).unwrap();
}

#[test]
fn archive_reads_every_height() {
    let store = keeping(&block_changes(0), Keep::ALL);
    commit_to(&store, 150);
    for (height, state) in (0..).zip(plain_states(150)) {
        let read = everything(&store.snapshot_at(height).unwrap());
        assert_eq!(read, state.into_iter().collect::<Vec<_>>(), "{height}");
    }
    assert_eq!(store.first_kept().unwrap(), (0, 0));
}

/// L5 for the past: a reader keeps its height also when that leaves the window meanwhile.
#[test]
fn snapshot_of_the_past_outlives_its_window() {
    let store = keeping(&block_changes(0), keep(5, 0));
    commit_to(&store, 10);
    let snapshot = store.snapshot_at(6).unwrap();
    let before = everything(&snapshot);
    commit_to(&store, 30);
    assert!(store.snapshot_at(6).is_err());
    assert_eq!(everything(&snapshot), before);
}

#[test]
fn other_window_holds_from_the_opening_on() {
    let dir = tempfile::tempdir().unwrap();
    drop(create(dir.path(), 30));
    let store = Store::open_keeping(dir.path(), keep(10, 4)).unwrap();
    assert_eq!(store.first_kept().unwrap(), (20, 26));
    drop(store);
    let mut store = Store::open(dir.path()).unwrap();
    assert_eq!(store.keep().unwrap(), keep(10, 4));
    assert_eq!(store.check().unwrap(), []);
    drop(store);
    // What is gone does not come back; what comes stays.
    let mut store = Store::open_keeping(dir.path(), Keep::ALL).unwrap();
    assert_eq!(store.first_kept().unwrap(), (20, 26));
    commit_to(&store, 60);
    assert_eq!(store.first_kept().unwrap(), (20, 26));
    assert_eq!(store.check().unwrap(), []);
    let state = plain_states(60);
    for height in 20..=60 {
        let read = everything(&store.snapshot_at(height).unwrap());
        let index = usize::try_from(height).unwrap();
        assert_eq!(read, state[index].clone().into_iter().collect::<Vec<_>>());
    }
}

/// The root says nothing about how much is kept.
#[test]
fn same_blocks_have_the_same_roots_whatever_is_kept() {
    let roots: Vec<_> = [Keep::LAST, Keep::default(), Keep::ALL, keep(3, 7)]
        .into_iter()
        .map(|keep| {
            let store = keeping(&block_changes(0), keep);
            commit_to(&store, 60);
            store.root().unwrap()
        })
        .collect();
    assert!(roots.iter().all(|root| *root == roots[0]), "{roots:?}");
}

#[test]
fn writing_the_same_value_again_leaves_nothing_to_keep() {
    let store = keeping(&changes(&[("a", "1")]), Keep::ALL);
    store
        .commit(1, &changes(&[("a", "1"), ("b", "")]), |_| Vec::new())
        .unwrap();
    let snapshot = store.snapshot_at(0).unwrap();
    assert_eq!(
        snapshot.get(b"a").unwrap().as_deref(),
        Some(b"1".as_slice())
    );
    assert_eq!(everything(&snapshot).len(), 1);
}

#[test]
fn windows_of_a_new_ledger_are_those_documented() {
    let keep = Keep::default();
    assert_eq!(keep.history, Window::Heights(362_880));
    assert_eq!(keep.proofs, Window::Heights(1_000));
}
