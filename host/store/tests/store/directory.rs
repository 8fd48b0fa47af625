//! Opening, locking, and files that are not what they should be.

use std::fs;
use std::process::{Command, Stdio};

use commons_store::{Store, StoreError};
use redb::{Database, ReadableDatabase, TableDefinition};

use crate::crash::{CHILD_DIR, child};
use crate::support::{CHAIN, GENESIS, block_changes, changes, commit_block, create};

const META: TableDefinition<'static, &'static str, &'static [u8]> = TableDefinition::new("meta");

fn refusal(result: Result<Store, StoreError>) -> StoreError {
    result
        .map(|store| store.height())
        .expect_err("the store is refused")
}

#[test]
fn missing_directory_is_refused_by_name() {
    let dir = tempfile::tempdir().unwrap();
    let absent = dir.path().join("absent");
    for error in [
        refusal(Store::open(&absent)),
        refusal(Store::open_read_only(&absent)),
        refusal(Store::open(dir.path())),
    ] {
        assert!(matches!(error, StoreError::Missing(_)), "{error}");
    }
    assert!(refusal(Store::open(&absent)).to_string().contains("absent"));
    assert!(!absent.exists(), "asking creates nothing");
}

#[test]
fn creating_over_a_ledger_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let root = create(dir.path(), 2).root().unwrap();
    let error = refusal(Store::create(dir.path(), CHAIN, GENESIS, &block_changes(0)));
    assert!(matches!(error, StoreError::Exists(_)), "{error}");
    assert_eq!(Store::open(dir.path()).unwrap().root().unwrap(), root);
}

#[test]
fn s2_creation_interrupted_half_way_is_repeated() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(
        dir.path().join("ledger.redb.new"),
        b"left by a process that was killed",
    )
    .unwrap();
    assert!(matches!(
        refusal(Store::open(dir.path())),
        StoreError::Missing(_)
    ));
    create(dir.path(), 1);
    assert_eq!(Store::open(dir.path()).unwrap().height().unwrap(), 1);
    assert!(!dir.path().join("ledger.redb.new").exists());
}

/// S5, within one process.
#[test]
fn s5_second_opening_is_refused_with_the_process_id() {
    let dir = tempfile::tempdir().unwrap();
    let store = create(dir.path(), 1);
    let id = format!("process {}", std::process::id());
    for error in [
        refusal(Store::open(dir.path())),
        refusal(Store::open_read_only(dir.path())),
    ] {
        assert!(
            matches!(&error, StoreError::Locked { holder, .. } if *holder == id),
            "{error}"
        );
    }
    drop(store);
    Store::open(dir.path()).unwrap();
}

/// S5, with two processes; the lock of a killed process does not block the next one.
#[test]
fn s5_second_process_is_refused_until_the_first_is_killed() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path(), 1);
    let mut holder: std::process::Child = child(dir.path());
    let error = refusal(Store::open(dir.path()));
    let id = format!("process {}", holder.id());
    assert!(
        matches!(&error, StoreError::Locked { holder, .. } if *holder == id),
        "{error}"
    );
    holder.kill().unwrap();
    holder.wait().unwrap();
    assert_eq!(
        fs::read_to_string(dir.path().join("lock")).unwrap(),
        holder.id().to_string()
    );
    Store::open(dir.path()).unwrap();
}

/// Removing the lock file by hand does not let a second writer in: the database file is locked too.
#[test]
fn s5_removed_lock_file_does_not_admit_a_second_writer() {
    let dir = tempfile::tempdir().unwrap();
    let _store = create(dir.path(), 1);
    fs::remove_file(dir.path().join("lock")).unwrap();
    let error = refusal(Store::open_read_only(dir.path()));
    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    let error = refusal(Store::open(dir.path()));
    assert!(matches!(error, StoreError::Database(_)), "{error}");
}

#[test]
fn auditors_read_side_by_side_and_write_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let root = create(dir.path(), 4).root().unwrap();
    let before = fs::read(dir.path().join("ledger.redb")).unwrap();
    let one = Store::open_read_only(dir.path()).unwrap();
    let other = Store::open_read_only(dir.path()).unwrap();
    assert_eq!((one.root().unwrap(), other.height().unwrap()), (root, 4));
    assert!(matches!(
        one.commit(5, &changes(&[("a", "b")]), |_| Vec::new()),
        Err(StoreError::ReadOnly)
    ));
    assert!(matches!(
        refusal(Store::open(dir.path())),
        StoreError::Locked { .. }
    ));
    drop((one, other));
    assert_eq!(fs::read(dir.path().join("ledger.redb")).unwrap(), before);
    assert_eq!(
        commit_block(&Store::open(dir.path()).unwrap(), 5).0.len(),
        32
    );
}

/// An auditor's copy: no lock file, no right to write.
#[test]
fn copy_without_a_lock_file_is_read() {
    let dir = tempfile::tempdir().unwrap();
    let root = create(dir.path(), 4).root().unwrap();
    fs::remove_file(dir.path().join("lock")).unwrap();
    let file = dir.path().join("ledger.redb");
    let mut rights = fs::metadata(&file).unwrap().permissions();
    rights.set_readonly(true);
    fs::set_permissions(&file, rights).unwrap();
    assert_eq!(
        Store::open_read_only(dir.path()).unwrap().root().unwrap(),
        root
    );
    assert!(!dir.path().join("lock").exists());
}

/// A process killed while it had the ledger open leaves a file that can be read without repair.
#[test]
fn ledger_of_a_killed_process_is_readable_at_once() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path(), 1);
    let mut writer = child(dir.path());
    writer.kill().unwrap();
    writer.wait().unwrap();
    let before = fs::read(dir.path().join("ledger.redb")).unwrap();
    let audited = Store::open_read_only(dir.path()).unwrap();
    let (height, root) = (audited.height().unwrap(), audited.root().unwrap());
    assert!(height >= 2);
    assert_eq!(
        root,
        crate::oracle::root(&crate::support::plain_state(height))
    );
    drop(audited);
    assert_eq!(fs::read(dir.path().join("ledger.redb")).unwrap(), before);
    assert_eq!(Store::open(dir.path()).unwrap().root().unwrap(), root);
}

#[test]
fn other_format_is_refused_with_both_numbers() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path(), 1);
    set_meta(dir.path(), "format", b"3");
    let error = refusal(Store::open(dir.path()));
    assert!(
        matches!(&error, StoreError::Format { found, expected: 2 } if found == "3"),
        "{error}"
    );
    assert!(error.to_string().contains('3') && error.to_string().contains('2'));
}

#[test]
fn other_kind_of_tree_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path(), 1);
    set_meta(dir.path(), "tree", b"iavl");
    let error = refusal(Store::open(dir.path()));
    assert!(
        matches!(&error, StoreError::TreeKind { found, .. } if found == "iavl"),
        "{error}"
    );
}

#[test]
fn file_of_something_else_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("ledger.redb"), b"not a database at all").unwrap();
    assert!(matches!(
        refusal(Store::open(dir.path())),
        StoreError::Database(_)
    ));
    let empty = tempfile::tempdir().unwrap();
    drop(Database::create(empty.path().join("ledger.redb")).unwrap());
    assert!(matches!(
        refusal(Store::open(empty.path())),
        StoreError::Database(_)
    ));
}

/// S2, for the log: a record that was altered on disk is named, the others are still readable.
#[test]
fn s2_altered_record_is_named() {
    let dir = tempfile::tempdir().unwrap();
    let store = create(dir.path(), 9);
    let record = store.record(5).unwrap().unwrap();
    drop(store);
    let file = dir.path().join("ledger.redb");
    let mut bytes = fs::read(&file).unwrap();
    let places: Vec<usize> = bytes
        .windows(record.len())
        .enumerate()
        .filter(|(_, window)| *window == record)
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty());
    for at in places {
        bytes[at + 3] ^= 1;
    }
    fs::write(&file, bytes).unwrap();
    let store = Store::open(dir.path()).unwrap();
    let error = store.record(5).expect_err("the record is damaged");
    assert!(
        matches!(error, StoreError::DamagedBlock { height: 5, .. }),
        "{error}"
    );
    assert!(store.record(4).unwrap().is_some());
}

/// S2: a tree whose root is not the logged one is refused at opening.
#[test]
fn s2_tree_of_another_height_is_refused() {
    const TREE: TableDefinition<'static, &'static [u8], &'static [u8]> =
        TableDefinition::new("tree");
    let dir = tempfile::tempdir().unwrap();
    create(dir.path(), 3);
    let database = Database::open(dir.path().join("ledger.redb")).unwrap();
    let stored = database.begin_read().unwrap().open_table(TREE).unwrap();
    let mut node = stored
        .get([0].as_slice())
        .unwrap()
        .unwrap()
        .value()
        .to_vec();
    drop(stored);
    let last = node.len() - 30;
    node[last] ^= 1;
    let write = database.begin_write().unwrap();
    write
        .open_table(TREE)
        .unwrap()
        .insert([0].as_slice(), node.as_slice())
        .unwrap();
    write.commit().unwrap();
    drop(database);
    let error = refusal(Store::open(dir.path()));
    assert!(
        matches!(
            error,
            StoreError::RootMismatch { height: 3, .. } | StoreError::Tree(_)
        ),
        "{error}"
    );
}

/// A child that was started without a directory ends at once: the test below is only ever run as a child.
#[test]
fn child_without_a_directory_does_nothing() {
    let status = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "crash::child_commits_until_killed", "--ignored"])
        .env_remove(CHILD_DIR)
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success());
}

fn set_meta(dir: &std::path::Path, name: &str, value: &[u8]) {
    let database = Database::open(dir.join("ledger.redb")).unwrap();
    let write = database.begin_write().unwrap();
    write.open_table(META).unwrap().insert(name, value).unwrap();
    write.commit().unwrap();
}
