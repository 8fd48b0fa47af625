//! S1, S2 and S4: crashes, damaged files and a failing disk.

use std::panic::{AssertUnwindSafe, catch_unwind};

use commons_store::{Root, Store, StoreError};

use crate::disk::{Crashed, Disk, Failure, crash_at_every_sync};
use crate::support::{
    Seeded, beginning, block_changes, block_record, commit_block, commit_to, everything, in_memory,
    keep, plain_states,
};

/// Small windows, so that something leaves them in nearly every commit.
const HISTORY: u64 = 12;
const PROOFS: u64 = 5;

/// States and roots of an undisturbed run.
struct Expected {
    states: Vec<Vec<(Vec<u8>, Vec<u8>)>>,
    roots: Vec<Root>,
}

impl Expected {
    fn up_to(height: u64) -> Self {
        let states = plain_states(height);
        Self {
            roots: states.iter().map(crate::oracle::root).collect(),
            states: (states.into_iter())
                .map(|state| state.into_iter().collect())
                .collect(),
        }
    }

    /// The ledger is at one of the heights, whole, with its past, and goes on.
    fn check(&self, store: &mut Store, heights: [u64; 2], case: &str) {
        let height = store.height().unwrap();
        assert!(heights.contains(&height), "{case}: height {height}");
        for at in [
            height,
            height.saturating_sub(PROOFS),
            height.saturating_sub(HISTORY),
        ] {
            let index = usize::try_from(at).unwrap();
            let snapshot = store.snapshot_at(at).unwrap();
            assert_eq!(snapshot.root(), self.roots[index], "{case}: root of {at}");
            assert_eq!(
                everything(&snapshot),
                self.states[index],
                "{case}: state of {at}"
            );
        }
        let record = store.record(height).unwrap().unwrap();
        if height > 0 {
            let root = self.roots[usize::try_from(height).unwrap()];
            assert_eq!(record, block_record(height, root), "{case}");
        }
        assert_eq!(store.record(height + 1).unwrap(), None, "{case}");
        store
            .prove(height.saturating_sub(PROOFS), b"counter")
            .unwrap();
    }
}

fn ledger(blocks: u64) -> (Disk, Store) {
    let disk = Disk::default();
    let store = Store::begin_on(
        disk.clone(),
        &beginning(&block_changes(0), keep(HISTORY, PROOFS)),
    )
    .unwrap();
    commit_to(&store, blocks);
    (disk, store)
}

/// S1: whatever of the unsynced writes reaches the disk, the ledger is at the height that was acknowledged or the next,
/// with that height's root and state, and goes on. There is no third state.
#[test]
fn s1_crash_at_every_sync_of_200_blocks_leaves_the_last_block_or_the_one_before() {
    let expected = Expected::up_to(201);
    let (disk, store) = ledger(0);
    let start = disk.bytes();
    disk.keep_journal();
    for height in 1..=200 {
        commit_block(&store, height);
        disk.acknowledge(height);
    }
    drop(store);
    let mut seen = [0, 0];
    let syncs = crash_at_every_sync(start, &disk.journal(), |crashed| {
        let Crashed {
            sync,
            how,
            bytes,
            acknowledged,
        } = crashed;
        let case = format!("sync {sync}, unsynced writes {how}");
        let mut store =
            Store::open_on(Disk::of(bytes)).unwrap_or_else(|error| panic!("{case}: {error}"));
        expected.check(&mut store, [acknowledged, acknowledged + 1], &case);
        let height = store.height().unwrap();
        seen[usize::from(height > acknowledged)] += 1;
        if height <= 200 {
            let root = commit_block(&store, height + 1);
            let index = usize::try_from(height + 1).unwrap();
            assert_eq!(root, expected.roots[index], "{case}: the next block");
        }
        if sync % 40 == 0 {
            assert_eq!(store.check().unwrap(), [], "{case}");
        }
    });
    assert!(syncs >= 400, "two phases make two syncs a block: {syncs}");
    assert!(
        seen[0] > 200 && seen[1] > 200,
        "both sides of a commit were met: {seen:?}"
    );
}

/// S1 for going back: the ledger is at the height before or at the one gone back to.
#[test]
fn s1_crash_while_going_back_leaves_one_of_the_two_heights() {
    let expected = Expected::up_to(30);
    let (disk, store) = ledger(30);
    let start = disk.bytes();
    disk.keep_journal();
    store.rewind(27).unwrap();
    drop(store);
    let syncs = crash_at_every_sync(start, &disk.journal(), |crashed| {
        let case = format!("sync {}, unsynced writes {}", crashed.sync, crashed.how);
        let store = Store::open_on(Disk::of(crashed.bytes)).unwrap();
        let height = store.height().unwrap();
        assert!([27, 30].contains(&height), "{case}: height {height}");
        let index = usize::try_from(height).unwrap();
        assert_eq!(
            everything(&store.snapshot().unwrap()),
            expected.states[index],
            "{case}"
        );
        commit_to(&store, 30);
        assert_eq!(store.root().unwrap(), expected.roots[30], "{case}");
    });
    assert!(syncs >= 2);
}

/// S4: whichever write fails, and however, the ledger says so, stops, and is whole when it is opened again.
#[test]
fn s4_full_or_failing_disk_at_any_write_stops_the_ledger_and_harms_nothing() {
    const ENOSPC: i32 = 28;
    const EIO: i32 = 5;
    const EROFS: i32 = 30;
    const BLOCKS: u64 = 22;
    let expected = Expected::up_to(BLOCKS + 1);
    let (disk, store) = ledger(16);
    drop(store);
    let start = disk.bytes();
    for (errno, for_ever) in [(ENOSPC, true), (EIO, true), (EIO, false), (EROFS, true)] {
        let mut refused = 0;
        for at in 0.. {
            let case = format!("error {errno} at write {at}, for ever: {for_ever}");
            let disk = Disk::failing(
                start.clone(),
                Failure {
                    at,
                    errno,
                    for_ever,
                },
            );
            let (acknowledged, error) = run(&disk, BLOCKS);
            if disk.done() <= at {
                assert!(error.is_none(), "{case}: it never came to that");
                break;
            }
            match error {
                Some(error) => assert!(matches!(error, StoreError::Database(_)), "{case}: {error}"),
                // Closing failed, after everything was acknowledged.
                None => assert_eq!(acknowledged, BLOCKS, "{case}"),
            }
            refused += 1;
            let mut again = Store::open_on(Disk::of(disk.bytes()))
                .unwrap_or_else(|error| panic!("{case}: {error}"));
            expected.check(&mut again, [acknowledged, acknowledged + 1], &case);
            let height = again.height().unwrap() + 1;
            let root = commit_block(&again, height);
            assert_eq!(
                root,
                expected.roots[usize::try_from(height).unwrap()],
                "{case}"
            );
        }
        assert!(refused > 50, "many writes were refused: {refused}");
    }
}

/// Opens the ledger on the disk and makes blocks until one fails; returns the last that did not, and the failure.
fn run(disk: &Disk, last: u64) -> (u64, Option<StoreError>) {
    let store = match Store::open_on(disk.clone()) {
        Ok(store) => store,
        Err(error) => return (16, Some(error)),
    };
    for height in 17..=last {
        let made = store.commit(height, &block_changes(height), |root| {
            block_record(height, root)
        });
        if let Err(error) = made {
            // The disk may work again; the ledger must be opened anew first, or be at the height it says.
            return (height - 1, Some(error));
        }
    }
    // The last writes are those of closing, after which nothing can be said.
    (last, None)
}

/// S2: a page that is torn, zeroed or altered, a tail that is lost or there twice: opening or checking says so, or the
/// ledger is as it was. Never is it silently wrong.
#[test]
fn s2_damaged_pages_and_tails_are_found_or_do_no_harm() {
    const PAGE: usize = 4096;
    let (disk, store) = ledger(40);
    drop(store);
    let whole = disk.bytes();
    let older = {
        let (disk, store) = ledger(31);
        drop(store);
        disk.bytes()
    };
    let expected = Expected::up_to(40);
    let mut tally = [0, 0];
    let mut see = |bytes: Vec<u8>, case: &str| {
        let found = examine(bytes, &expected, case);
        tally[usize::from(found)] += 1;
    };
    for start in (0..whole.len()).step_by(PAGE) {
        let page = start / PAGE;
        let end = (start + PAGE).min(whole.len());
        let mut altered = |case: &str, change: &dyn Fn(&mut [u8])| {
            let mut bytes = whole.clone();
            change(&mut bytes[start..end]);
            if bytes != whole {
                see(bytes, &format!("page {page} {case}"));
            }
        };
        altered("zeroed", &|page| page.fill(0));
        altered("torn", &|page| {
            let half = page.len() / 2;
            let before = older.get(start + half..end);
            match before {
                Some(before) => page[half..].copy_from_slice(before),
                None => page[half..].fill(0),
            }
        });
        altered("with a bit flipped", &|page| {
            let mut seeded = Seeded(start as u64);
            // Near the start of a page there is always something.
            page[seeded.next(64)] ^= 1 << seeded.next(8);
        });
        see(
            whole[..start].to_vec(),
            &format!("tail lost from page {page}"),
        );
        let twice = [&whole, &whole[start..]].concat();
        see(twice, &format!("tail from page {page} there twice"));
    }
    let [harmless, found] = tally;
    assert!(
        found > 100 && harmless > 0,
        "{harmless} without harm, {found} found"
    );
}

/// Opens and checks a damaged file; whether the damage was found. Otherwise everything must be as it was.
fn examine(bytes: Vec<u8>, expected: &Expected, case: &str) -> bool {
    let opened = catch_unwind(AssertUnwindSafe(|| Store::open_on(Disk::of(bytes))));
    let opened = opened.unwrap_or_else(|_| panic!("{case}: opening panics"));
    let Ok(mut store) = opened else { return true };
    let checked = catch_unwind(AssertUnwindSafe(|| store.check()));
    let checked = checked.unwrap_or_else(|_| panic!("{case}: checking panics"));
    if checked.map_or(true, |findings| !findings.is_empty()) {
        return true;
    }
    expected.check(&mut store, [40, 39], case);
    false
}

/// A whole ledger has nothing to find, with a past and without.
#[test]
fn check_finds_nothing_in_a_whole_ledger() {
    assert_eq!(in_memory(30).check().unwrap(), []);
    assert_eq!(ledger(30).1.check().unwrap(), []);
    let (_, mut store) = ledger(30);
    store.rewind(25).unwrap();
    assert_eq!(store.check().unwrap(), []);
    commit_to(&store, 40);
    assert_eq!(store.check().unwrap(), []);
}

/// Someone who still reads is not cut off.
#[test]
fn check_and_compact_wait_for_nobody_and_say_so() {
    let (_, mut store) = ledger(3);
    let snapshot = store.snapshot().unwrap();
    assert!(matches!(store.compact(), Err(StoreError::InUse)));
    assert!(matches!(store.check(), Err(StoreError::InUse)));
    drop(snapshot);
    store.compact().unwrap();
    assert_eq!(store.check().unwrap(), []);
}
