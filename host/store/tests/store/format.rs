//! S6: files of every format that ever was.

use std::fs;
use std::path::Path;

use commons_store::{FORMAT, Keep, Store, StoreError, Window};

use crate::disk::{Disk, crash_at_every_sync};
use crate::oracle;
use crate::support::{
    CHAIN, GENESIS, beginning, block_changes, block_record, commit_to, everything, plain_state,
};

/// Root after the 40 blocks of the fixtures, as the program that wrote format 1 printed it.
const ROOT: &str = "566c4085d972f2f9bfae490fccada8761a6fb988689a25458ebafb6f8dca4f83";

fn fixture(format: u64) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/data/format-{format}/ledger.redb"))
}

/// A copy of a fixture, which may be written.
fn copied(format: u64) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    fs::copy(fixture(format), dir.path().join("ledger.redb")).unwrap();
    dir
}

fn whole(store: &Store) {
    assert_eq!(store.height().unwrap(), 40);
    assert_eq!(store.root().unwrap().to_string(), ROOT);
    assert_eq!(
        (store.chain_id(), store.genesis().unwrap().as_slice()),
        (CHAIN, GENESIS)
    );
    let state = everything(&store.snapshot().unwrap());
    assert_eq!(state, plain_state(40).into_iter().collect::<Vec<_>>());
    for height in 1..=40 {
        let root = oracle::root(&plain_state(height));
        assert_eq!(
            store.record(height).unwrap(),
            Some(block_record(height, root))
        );
    }
}

#[test]
fn s6_every_older_format_opens_for_reading_and_stays_as_it_is() {
    for format in 1..=FORMAT {
        let dir = copied(format);
        let mut store = Store::open_read_only(dir.path()).unwrap();
        whole(&store);
        assert_eq!(store.check().unwrap(), []);
        drop(store);
        assert_eq!(
            fs::read(dir.path().join("ledger.redb")).unwrap(),
            fs::read(fixture(format)).unwrap()
        );
    }
}

#[test]
fn s6_every_older_format_opens_for_writing_and_goes_on() {
    for format in 1..=FORMAT {
        let dir = copied(format);
        let store = Store::open(dir.path()).unwrap();
        whole(&store);
        store.prove(40, b"counter").unwrap();
        store.prove(40, b"never").unwrap();
        commit_to(&store, 80);
        drop(store);
        let mut store = Store::open(dir.path()).unwrap();
        assert_eq!(store.root().unwrap(), oracle::root(&plain_state(80)));
        let first = if format == 1 { (40, 40) } else { (0, 72) };
        assert_eq!(store.first_kept().unwrap(), first);
        let early = everything(&store.snapshot_at(41).unwrap());
        assert_eq!(early, plain_state(41).into_iter().collect::<Vec<_>>());
        store.prove(75, b"never").unwrap();
        assert_eq!(store.check().unwrap(), []);
        store.rewind(40).unwrap();
        whole(&store);
    }
}

/// Format 1 kept nothing of the past, and says so.
#[test]
fn s6_what_format_1_did_not_keep_is_refused() {
    let dir = copied(1);
    let read = Store::open_read_only(dir.path()).unwrap();
    assert!(matches!(
        read.snapshot_at(39).map(|_| ()),
        Err(StoreError::NotKept {
            first: 40,
            last: 40,
            ..
        })
    ));
    let error = read.prove(40, b"never").unwrap_err();
    assert!(matches!(error, StoreError::Unprovable(_)), "{error}");
    drop(read);
    let store = Store::open(dir.path()).unwrap();
    assert_eq!(store.keep().unwrap(), Keep::default());
    assert!(matches!(store.rewind(39), Err(StoreError::NotKept { .. })));
}

/// The upgrade is one commit: cut off at any sync, the file is of one format or the other, and opens.
#[test]
fn s6_upgrade_that_is_cut_off_is_repeated() {
    let start = fs::read(fixture(1)).unwrap();
    let disk = Disk::of(start.clone());
    disk.keep_journal();
    drop(Store::open_on(disk.clone()).unwrap());
    let syncs = crash_at_every_sync(start, &disk.journal(), |crashed| {
        let mut store = Store::open_on(Disk::of(crashed.bytes)).unwrap();
        whole(&store);
        assert_eq!(
            store.check().unwrap(),
            [],
            "sync {}, {}",
            crashed.sync,
            crashed.how
        );
    });
    assert!(syncs >= 2);
}

/// Makes a fixture of the present format: `COMMONS_FIXTURE_DIR=… cargo test … -- --ignored make_fixture`.
#[test]
#[ignore = "only when there is a new format"]
#[allow(
    clippy::disallowed_methods,
    reason = "the directory is named in the environment"
)]
fn make_fixture() {
    let Some(dir) = std::env::var_os("COMMONS_FIXTURE_DIR") else {
        return;
    };
    let keep = Keep {
        history: Window::All,
        proofs: Window::Heights(8),
    };
    let mut store = Store::begin(Path::new(&dir), &beginning(&block_changes(0), keep)).unwrap();
    commit_to(&store, 40);
    while store.compact().unwrap() {}
}
