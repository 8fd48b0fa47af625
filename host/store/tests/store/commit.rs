//! Committing and reading.

use commons_store::{Changes, MAX_RECORD_BYTES, Store, StoreError};

use crate::support::{CHAIN, GENESIS, block_changes, block_record, changes, create, in_memory};

#[test]
fn genesis_is_height_0() {
    let store = in_memory(0);
    assert_eq!(store.height().unwrap(), 0);
    assert_eq!(store.genesis().unwrap(), GENESIS);
    assert_eq!(store.record(0).unwrap().as_deref(), Some(GENESIS));
    assert_eq!(store.record(1).unwrap(), None);
    assert_eq!(store.chain_id(), CHAIN);
}

#[test]
fn record_is_made_from_the_new_root() {
    let store = in_memory(0);
    let before = store.root().unwrap();
    let root = store
        .commit(1, &block_changes(1), |root| block_record(1, root))
        .unwrap();
    assert_ne!(root, before);
    assert_eq!(store.root().unwrap(), root);
    assert_eq!(store.root_at(0).unwrap(), Some(before));
    assert_eq!(store.record(1).unwrap(), Some(block_record(1, root)));
}

/// L5: a reader sees one height, whatever is committed meanwhile.
#[test]
fn snapshot_stays_at_its_height() {
    let store = in_memory(3);
    let snapshot = store.snapshot().unwrap();
    let (root, counter) = (snapshot.root(), snapshot.get(b"counter").unwrap());
    let all = snapshot.range(b"", None, true, usize::MAX).unwrap();
    store
        .commit(4, &changes(&[("counter", "four"), ("new", "key")]), |_| {
            Vec::new()
        })
        .unwrap();
    assert_eq!((snapshot.height(), snapshot.root()), (3, root));
    assert_eq!(snapshot.get(b"counter").unwrap(), counter);
    assert_eq!(snapshot.get(b"new").unwrap(), None);
    assert_eq!(snapshot.range(b"", None, true, usize::MAX).unwrap(), all);
    assert_eq!(
        store.snapshot().unwrap().get(b"new").unwrap().as_deref(),
        Some(b"key".as_slice())
    );
}

#[test]
fn height_out_of_order_is_refused_and_changes_nothing() {
    let store = in_memory(3);
    let root = store.root().unwrap();
    for given in [0, 3, 5, u64::MAX] {
        let refused = store.commit(given, &changes(&[("x", "y")]), |_| {
            panic!("no record is asked for")
        });
        assert!(
            matches!(refused, Err(StoreError::Height { expected: 4, given: g }) if g == given),
            "{refused:?}"
        );
    }
    assert_eq!((store.height().unwrap(), store.root().unwrap()), (3, root));
    assert_eq!(store.snapshot().unwrap().get(b"x").unwrap(), None);
}

#[test]
fn empty_key_is_refused_and_changes_nothing() {
    let store = in_memory(1);
    let root = store.root().unwrap();
    let bad: Changes = [(b"x".to_vec(), Some(vec![1])), (Vec::new(), Some(vec![2]))].into();
    assert!(matches!(
        store.commit(2, &bad, |_| Vec::new()),
        Err(StoreError::EmptyKey)
    ));
    assert_eq!((store.height().unwrap(), store.root().unwrap()), (1, root));
    assert!(matches!(
        Store::in_memory(CHAIN, GENESIS, &bad),
        Err(StoreError::EmptyKey)
    ));
}

#[test]
fn record_above_the_bound_is_refused_and_changes_nothing() {
    let store = in_memory(1);
    let root = store.root().unwrap();
    let refused = store.commit(2, &changes(&[("x", "y")]), |_| {
        vec![0; MAX_RECORD_BYTES + 1]
    });
    assert!(matches!(
        refused,
        Err(StoreError::RecordTooLong { height: 2, .. })
    ));
    assert_eq!((store.height().unwrap(), store.root().unwrap()), (1, root));
    assert_eq!(store.snapshot().unwrap().get(b"x").unwrap(), None);
}

/// A caller that panics while it makes the record takes the whole block with it, and the store goes on.
#[test]
fn panic_in_the_record_leaves_the_last_block() {
    let store = in_memory(1);
    let root = store.root().unwrap();
    let attempt = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        store.commit(2, &changes(&[("x", "y")]), |_| panic!("the caller fails"))
    }));
    assert!(attempt.is_err());
    assert_eq!((store.height().unwrap(), store.root().unwrap()), (1, root));
    store
        .commit(2, &block_changes(2), |root| block_record(2, root))
        .unwrap();
    assert_eq!(store.root().unwrap(), in_memory(2).root().unwrap());
}

#[test]
fn what_was_committed_is_there_after_reopening() {
    let dir = tempfile::tempdir().unwrap();
    let store = create(dir.path(), 25);
    let (root, all) = (
        store.root().unwrap(),
        store
            .snapshot()
            .unwrap()
            .range(b"", None, true, usize::MAX)
            .unwrap(),
    );
    drop(store);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!((store.height().unwrap(), store.root().unwrap()), (25, root));
    assert_eq!(
        store
            .snapshot()
            .unwrap()
            .range(b"", None, true, usize::MAX)
            .unwrap(),
        all
    );
    assert_eq!(
        store.record(7).unwrap(),
        Some(block_record(7, store.root_at(7).unwrap().unwrap()))
    );
    assert_eq!(store.chain_id(), CHAIN);
    assert_eq!(store.genesis().unwrap(), GENESIS);
}

#[test]
fn memory_and_disk_agree() {
    let dir = tempfile::tempdir().unwrap();
    assert_eq!(
        create(dir.path(), 30).root().unwrap(),
        in_memory(30).root().unwrap()
    );
}
