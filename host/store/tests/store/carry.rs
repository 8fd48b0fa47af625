//! S8: dumps, and copies made while the chain goes on.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};

use commons_store::{Keep, Store, StoreError};

use crate::oracle;
use crate::support::{
    CHAIN, commit_block, commit_to, create, everything, in_memory, keep, plain_state,
};

const DUMP_DIR: &str = "COMMONS_STORE_DUMP_DIR";

fn load(dir: &Path, dump: &Path) -> Result<Store, StoreError> {
    Store::load(dir, dump, Some(CHAIN), Keep::default())
}

#[test]
fn s8_loaded_dump_is_the_same_chain_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("chain.dump");
    let store = create(&dir.path().join("one"), 25);
    assert_eq!(store.dump(&dump).unwrap(), 25);
    let mut loaded = load(&dir.path().join("other"), &dump).unwrap();
    for height in 0..=25 {
        assert_eq!(
            loaded.record(height).unwrap(),
            store.record(height).unwrap()
        );
        assert_eq!(
            loaded.root_at(height).unwrap(),
            store.root_at(height).unwrap()
        );
    }
    assert_eq!(
        everything(&loaded.snapshot().unwrap()),
        everything(&store.snapshot().unwrap())
    );
    assert_eq!(loaded.first_kept().unwrap(), (25, 25));
    loaded.prove(25, b"never").unwrap();
    assert_eq!(loaded.check().unwrap(), []);
    assert_eq!(commit_block(&loaded, 26), oracle::root(&plain_state(26)));
    assert_eq!(loaded.check().unwrap(), []);
    // The same chain gives the same dump, byte by byte, wherever it comes from.
    loaded.rewind(25).unwrap();
    loaded.dump(&dir.path().join("again.dump")).unwrap();
    assert_eq!(
        fs::read(&dump).unwrap(),
        fs::read(dir.path().join("again.dump")).unwrap()
    );
}

#[test]
fn s8_dump_of_height_0_is_loaded() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("chain.dump");
    in_memory(0).dump(&dump).unwrap();
    let loaded = load(&dir.path().join("loaded"), &dump).unwrap();
    assert_eq!(loaded.root().unwrap(), in_memory(0).root().unwrap());
}

/// Cut off anywhere, with any byte altered, or with something behind it, nothing is loaded and nothing stays behind.
#[test]
fn s8_truncated_or_altered_dump_is_refused_and_leaves_no_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("chain.dump");
    in_memory(2).dump(&dump).unwrap();
    let whole = fs::read(&dump).unwrap();
    let target = dir.path().join("loaded");
    let refused = |bytes: &[u8], case: &str| {
        fs::write(&dump, bytes).unwrap();
        let error = load(&target, &dump).map(|_| ()).expect_err(case);
        assert!(
            matches!(
                error,
                StoreError::Dump { .. } | StoreError::OtherChain { .. }
            ),
            "{case}: {error}"
        );
        assert!(!target.join("ledger.redb").exists(), "{case}");
        assert!(!target.join("ledger.redb.new").exists(), "{case}");
    };
    for length in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        refused(&whole[..length], &format!("cut off at {length}"));
    }
    for at in (0..whole.len()).step_by(5) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        refused(&bytes, &format!("byte {at} altered"));
    }
    refused(&[whole.as_slice(), b"\0"].concat(), "a byte behind it");
    refused(b"PK\x03\x04 some archive or other", "another file");
    fs::write(&dump, &whole).unwrap();
    load(&target, &dump).unwrap();
}

/// A length that is merely claimed reserves no memory (A3).
#[test]
fn s8_claimed_length_reserves_no_memory() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("chain.dump");
    in_memory(0).dump(&dump).unwrap();
    let whole = fs::read(&dump).unwrap();
    // magic, format, length, chain id, height, root, tag, root
    let at = 11 + 2 + 2 + CHAIN.len() + 8 + 32 + 1 + 32;
    for claim in [u64::MAX, 1 << 40, 1 << 26] {
        let mut bytes = whole.clone();
        bytes[at..at + 8].copy_from_slice(&claim.to_be_bytes());
        fs::write(&dump, &bytes).unwrap();
        let error = load(&dir.path().join("loaded"), &dump)
            .map(|_| ())
            .unwrap_err();
        assert!(matches!(error, StoreError::Dump { .. }), "{error}");
    }
}

#[test]
fn s8_dump_of_another_chain_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("chain.dump");
    in_memory(1).dump(&dump).unwrap();
    let target = dir.path().join("loaded");
    let error = Store::load(&target, &dump, Some("elsewhere-1"), Keep::LAST);
    let error = error.map(|_| ()).unwrap_err().to_string();
    assert!(
        error.contains(CHAIN) && error.contains("elsewhere-1"),
        "{error}"
    );
    assert!(!target.exists());
    Store::load(&target, &dump, None, Keep::LAST).unwrap();
    let error = load(&target, &dump).map(|_| ()).unwrap_err();
    assert!(
        matches!(error, StoreError::Exists(_) | StoreError::Locked { .. }),
        "{error}"
    );
}

/// Where a dump cannot be written, nothing stays, and an older dump of that name does.
#[test]
fn s8_dump_that_fails_leaves_the_older_one() {
    let dir = tempfile::tempdir().unwrap();
    let dump = dir.path().join("chain.dump");
    in_memory(1).dump(&dump).unwrap();
    let before = fs::read(&dump).unwrap();
    fs::create_dir(dir.path().join("chain.dump.partial")).unwrap();
    let error = in_memory(2).dump(&dump).unwrap_err();
    assert!(matches!(error, StoreError::Io { .. }), "{error}");
    assert_eq!(fs::read(&dump).unwrap(), before);
    let nowhere = dir.path().join("absent/chain.dump");
    assert!(matches!(
        in_memory(1).dump(&nowhere),
        Err(StoreError::Io { .. })
    ));
}

/// Not a test of its own: writes one dump after the other.
#[test]
#[ignore = "run by the test below as a process to kill"]
#[allow(
    clippy::disallowed_methods,
    reason = "the parent names the directory in the environment"
)]
fn child_dumps_until_killed() {
    let Some(dir) = std::env::var_os(DUMP_DIR) else {
        return;
    };
    let store = in_memory(60);
    let mut out = std::io::stdout();
    for number in 0.. {
        store
            .dump(&Path::new(&dir).join(format!("{number}.dump")))
            .unwrap();
        writeln!(out, "dumped {number}").unwrap();
        out.flush().unwrap();
    }
}

/// Interrupted at any moment, what has the name of a dump is a whole one.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the child is killed after a while"
)]
fn s8_interrupted_dump_leaves_no_partial_file_under_its_name() {
    for round in 0..6 {
        let dir = tempfile::tempdir().unwrap();
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "carry::child_dumps_until_killed",
                "--ignored",
                "--nocapture",
            ])
            .env(DUMP_DIR, dir.path())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let first = lines.find(|line| line.as_ref().unwrap().contains("dumped "));
        assert!(first.is_some(), "the child writes dumps");
        std::thread::sleep(std::time::Duration::from_micros(round * 1_337));
        child.kill().unwrap();
        child.wait().unwrap();
        let mut whole = 0;
        for file in fs::read_dir(dir.path()).unwrap() {
            let path = file.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "dump")
            {
                let target = dir.path().join(format!("loaded-{whole}"));
                let loaded = load(&target, &path).unwrap();
                assert_eq!(loaded.root().unwrap(), oracle::root(&plain_state(60)));
                whole += 1;
            }
        }
        assert!(whole > 0, "round {round}");
    }
}

/// A copy made while blocks come is that of one height, with its past, and a ledger like any other.
#[allow(clippy::disallowed_methods, reason = "a test may use threads")]
#[test]
fn copy_made_while_the_chain_goes_on_is_whole() {
    let dir = tempfile::tempdir().unwrap();
    let store = create(&dir.path().join("live"), 10);
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for height in 11.. {
                commit_block(&store, height);
                if stop.load(Ordering::Relaxed) {
                    break;
                }
            }
        });
        for number in 0..5 {
            let target = dir.path().join(format!("copy-{number}"));
            let height = store.backup(&target).unwrap();
            let mut copy = Store::open(&target).unwrap();
            assert_eq!(copy.height().unwrap(), height);
            assert_eq!(copy.root().unwrap(), oracle::root(&plain_state(height)));
            assert_eq!(copy.first_kept().unwrap(), (0, 0));
            assert_eq!(copy.check().unwrap(), []);
            let early = everything(&copy.snapshot_at(3).unwrap());
            assert_eq!(early, plain_state(3).into_iter().collect::<Vec<_>>());
            copy.prove(3, b"never").unwrap();
            commit_to(&copy, height + 3);
            assert_eq!(copy.root().unwrap(), oracle::root(&plain_state(height + 3)));
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn copy_over_a_ledger_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let store = create(&dir.path().join("one"), 2);
    drop(create(&dir.path().join("other"), 3));
    let error = store.backup(&dir.path().join("other")).unwrap_err();
    assert!(matches!(error, StoreError::Exists(_)), "{error}");
    // Nor onto itself.
    let error = store.backup(&dir.path().join("one")).unwrap_err();
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert_eq!(
        Store::open(&dir.path().join("other"))
            .unwrap()
            .height()
            .unwrap(),
        3
    );
}

/// A ledger opened for reading can be copied and dumped: nothing of it is written.
#[test]
fn ledger_opened_for_reading_is_copied_and_dumped() {
    let dir = tempfile::tempdir().unwrap();
    drop(Store::open_keeping(create_at(&dir.path().join("one")), keep(5, 5)).unwrap());
    let store = Store::open_read_only(&dir.path().join("one")).unwrap();
    store.backup(&dir.path().join("copy")).unwrap();
    store.dump(&dir.path().join("chain.dump")).unwrap();
    assert!(matches!(
        Store::open_read_only(&dir.path().join("one")).map(|mut store| store.compact()),
        Ok(Err(StoreError::ReadOnly))
    ));
    let copy = Store::open(&dir.path().join("copy")).unwrap();
    assert_eq!(copy.keep().unwrap(), keep(5, 5));
}

fn create_at(dir: &Path) -> &Path {
    drop(create(dir, 8));
    dir
}
