//! Going back to an earlier height.

use commons_store::{Keep, Store, StoreError};

use crate::history::keeping;
use crate::oracle;
use crate::support::{
    block_changes, changes, commit_block, commit_to, create, everything, in_memory, keep,
    plain_state, plain_states,
};

/// Back to any height, everything is as it was when that height was the last, and the chain goes on from there.
#[test]
fn going_back_leads_to_the_state_of_that_height_and_the_chain_goes_on() {
    let states = plain_states(40);
    for height in [0, 1, 17, 39, 40] {
        let mut store = keeping(&block_changes(0), Keep::ALL);
        commit_to(&store, 40);
        let index = usize::try_from(height).unwrap();
        let root = oracle::root(&states[index]);
        assert_eq!(store.rewind(height).unwrap(), root);
        assert_eq!(
            (store.height().unwrap(), store.root().unwrap()),
            (height, root)
        );
        let state = everything(&store.snapshot().unwrap());
        assert_eq!(state, states[index].clone().into_iter().collect::<Vec<_>>());
        assert_eq!(store.record(height + 1).unwrap(), None);
        assert_eq!(store.check().unwrap(), []);
        commit_to(&store, 45);
        assert_eq!(store.root().unwrap(), oracle::root(&plain_state(45)));
        assert_eq!(store.check().unwrap(), []);
    }
}

/// The other future is as if the first had never been.
#[test]
fn another_future_leaves_no_trace_of_the_first() {
    let store = keeping(&block_changes(0), Keep::ALL);
    commit_to(&store, 20);
    store.rewind(10).unwrap();
    store
        .commit(
            11,
            &changes(&[("other", "future"), ("counter", "")]),
            |_| Vec::new(),
        )
        .unwrap();
    let mut expected = plain_state(10);
    expected.insert(b"other".to_vec(), b"future".to_vec());
    expected.remove(b"counter".as_slice());
    assert_eq!(store.root().unwrap(), oracle::root(&expected));
    let before = everything(&store.snapshot_at(10).unwrap());
    assert_eq!(before, plain_state(10).into_iter().collect::<Vec<_>>());
}

/// Where the nodes of the tree are gone, it is made anew from the state, with the same root.
#[test]
fn going_back_behind_the_proofs_makes_the_tree_anew() {
    let mut store = keeping(&block_changes(0), keep(100, 3));
    commit_to(&store, 50);
    assert_eq!(store.rewind(20).unwrap(), oracle::root(&plain_state(20)));
    assert_eq!(store.first_kept().unwrap(), (0, 20));
    assert_eq!(store.check().unwrap(), []);
    commit_to(&store, 50);
    assert_eq!(store.root().unwrap(), oracle::root(&plain_state(50)));
    assert_eq!(store.check().unwrap(), []);
}

/// After going back, the windows still end where the past was dropped.
#[test]
fn what_left_a_window_does_not_come_back() {
    let store = keeping(&block_changes(0), keep(10, 10));
    commit_to(&store, 50);
    store.rewind(45).unwrap();
    assert_eq!(store.first_kept().unwrap(), (40, 40));
    assert!(matches!(
        store.snapshot_at(39).map(|_| ()),
        Err(StoreError::NotKept {
            first: 40,
            last: 45,
            ..
        })
    ));
    let read = everything(&store.snapshot_at(40).unwrap());
    assert_eq!(read, plain_state(40).into_iter().collect::<Vec<_>>());
    assert!(store.prove(40, b"counter").is_ok() && store.prove(39, b"counter").is_err());
}

#[test]
fn height_that_is_not_kept_is_refused_and_nothing_changes() {
    let store = keeping(&block_changes(0), keep(10, 0));
    commit_to(&store, 30);
    let root = store.root().unwrap();
    for height in [0, 19, 31] {
        let error = store.rewind(height).unwrap_err();
        assert!(matches!(error, StoreError::NotKept { .. }), "{error}");
    }
    let forward = in_memory(5);
    assert!(matches!(forward.rewind(4), Err(StoreError::NotKept { .. })));
    assert_eq!((store.height().unwrap(), store.root().unwrap()), (30, root));
}

#[test]
fn going_back_is_durable_and_needs_the_right_to_write() {
    let dir = tempfile::tempdir().unwrap();
    let store = create(dir.path(), 12);
    store.rewind(7).unwrap();
    drop(store);
    let read = Store::open_read_only(dir.path()).unwrap();
    assert_eq!(read.height().unwrap(), 7);
    assert!(matches!(read.rewind(6), Err(StoreError::ReadOnly)));
    drop(read);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(commit_block(&store, 8), oracle::root(&plain_state(8)));
}
