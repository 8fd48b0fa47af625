//! S7: the file stays in proportion to what is in it. What counts is how far it was ever written: redb doubles a file's
//! length when it grows, and the part that was never written is a hole, which takes no space.

use commons_store::{Changes, Store};

use crate::disk::Disk;
use crate::support::{beginning, keep};

const KEYS: u64 = 10_000;
const PER_BLOCK: u64 = 100;

/// Changes of a block that overwrites, and sometimes removes, some of the same keys again and again.
fn overwrites(height: u64) -> Changes {
    (0..PER_BLOCK)
        .map(|n| {
            let key = format!("key/{:06}", (height * 7919 + n * 104_729) % KEYS);
            let gone = (height + n).is_multiple_of(31);
            let value = (!gone).then(|| format!("value {height} {n:0120}").into_bytes());
            (key.into_bytes(), value)
        })
        .collect()
}

/// Overwrites keys so often in all; returns the disk and the ledger.
fn overwrite(count: u64) -> (Disk, Store) {
    let disk = Disk::default();
    let store = Store::begin_on(disk.clone(), &beginning(&overwrites(0), keep(4, 4))).unwrap();
    for height in 1..=count / PER_BLOCK {
        store
            .commit(height, &overwrites(height), |_| Vec::new())
            .unwrap();
    }
    (disk, store)
}

/// The file is at most three times as long as one that holds the same and nothing else; compacted, it is about that long.
fn stays_in_proportion(count: u64) {
    let (disk, mut store) = overwrite(count);
    let written = disk.written();
    let dir = tempfile::tempdir().unwrap();
    store.backup(dir.path()).unwrap();
    let mut copy = Store::open(dir.path()).unwrap();
    while copy.compact().unwrap() {}
    let (root, height) = (copy.root().unwrap(), copy.height().unwrap());
    drop(copy);
    let live = usize::try_from(dir.path().join("ledger.redb").metadata().unwrap().len()).unwrap();
    println!(
        "{count} overwrites: content {live} bytes, written as far as {written}, length {}",
        disk.length()
    );
    assert!(written <= 3 * live, "{written} bytes for {live} of content");
    while store.compact().unwrap() {}
    println!("compacted {}", disk.length());
    assert!(
        disk.length() <= live + live / 2,
        "compacted: {} for {live}",
        disk.length()
    );
    assert_eq!(
        (store.root().unwrap(), store.height().unwrap()),
        (root, height)
    );
    assert_eq!(store.check().unwrap(), []);
}

#[test]
fn s7_after_100_000_overwrites_the_file_is_at_most_three_times_its_content() {
    stays_in_proportion(100_000);
}

#[test]
#[ignore = "takes minutes: scripts/kill-loop runs it"]
fn s7_after_10_000_000_overwrites_the_file_is_at_most_three_times_its_content() {
    stays_in_proportion(10_000_000);
}
