//! S3: `kill -9` under load.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use commons_store::Store;

use crate::oracle;
use crate::support::{apply, block_changes, block_record, commit_block, create, plain_state};

/// Directory on which the child works; without it the child does nothing.
pub const CHILD_DIR: &str = "COMMONS_STORE_CHILD_DIR";

/// Number of rounds of the kill loop.
const ROUNDS: &str = "COMMONS_KILL_ROUNDS";

/// Not a test of its own: commits blocks for ever and writes each height once it is durable.
#[test]
#[ignore = "run by the crash tests as a process to kill"]
#[allow(
    clippy::disallowed_methods,
    reason = "the parent names the directory in the environment"
)]
fn child_commits_until_killed() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else {
        return;
    };
    let store = Store::open(Path::new(&dir)).unwrap();
    let mut out = std::io::stdout();
    for height in store.height().unwrap() + 1.. {
        commit_block(&store, height);
        writeln!(out, "committed {height}").unwrap();
        out.flush().unwrap();
    }
}

/// Takes the plain state on to `height`.
fn advance(state: &mut BTreeMap<Vec<u8>, Vec<u8>>, reached: &mut u64, height: u64) {
    while *reached < height {
        *reached += 1;
        apply(state, &block_changes(*reached));
    }
}

/// Starts the child and waits until it has committed at least one block.
pub fn child(dir: &Path) -> Child {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "crash::child_commits_until_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILD_DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(child.stdout.take().unwrap());
    read_height(&mut out).expect("the child commits");
    child.stdout = Some(out.into_inner());
    child
}

/// Next height on the child's output; lines of the test harness are passed over.
fn read_height(out: &mut impl BufRead) -> Option<u64> {
    let mut line = String::new();
    while out.read_line(&mut line).unwrap() > 0 {
        // The harness may leave its own words before the first line of the child.
        if let Some((_, height)) = line.trim_end().split_once("committed ") {
            return Some(height.parse().unwrap());
        }
        line.clear();
    }
    None
}

/// How often the child is killed: 25 times, or as `scripts/kill-loop` says.
#[allow(
    clippy::disallowed_methods,
    reason = "the script names the number in the environment"
)]
fn rounds() -> u64 {
    std::env::var(ROUNDS).map_or(25, |rounds| rounds.parse().unwrap())
}

/// No acknowledged block is lost, no block is there in part, and the state equals that of an undisturbed run.
#[test]
#[allow(
    clippy::disallowed_methods,
    reason = "the child is killed after a while"
)]
fn s3_killed_again_and_again_the_ledger_keeps_every_acknowledged_block() {
    let dir = tempfile::tempdir().unwrap();
    create(dir.path(), 0);
    let (mut state, mut reached) = (plain_state(0), 0);
    for round in 0..rounds() {
        let mut child = child(dir.path());
        // Another point of the commit each round.
        std::thread::sleep(Duration::from_micros(round * 731 % 40_000));
        child.kill().unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut acknowledged = 0;
        while let Some(height) = read_height(&mut out) {
            acknowledged = height;
        }
        child.wait().unwrap();

        let store = Store::open(dir.path()).unwrap();
        let height = store.height().unwrap();
        assert!(
            height >= acknowledged,
            "round {round}: block {acknowledged} was lost, {height} is the last"
        );
        advance(&mut state, &mut reached, height);
        let root = oracle::root(&state);
        assert_eq!(
            store.root().unwrap(),
            root,
            "round {round}, height {height}"
        );
        let snapshot = store.snapshot().unwrap();
        let stored = snapshot.range(b"", None, true, usize::MAX).unwrap();
        assert_eq!(
            stored,
            state.clone().into_iter().collect::<Vec<_>>(),
            "round {round}"
        );
        assert_eq!(
            store.record(height).unwrap(),
            Some(block_record(height, root))
        );
        assert_eq!(store.record(height + 1).unwrap(), None);
    }
}
