//! `kill -9` of a node that makes blocks.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use commons_node::{Node, Signer};

use crate::accounts::{account, genesis, next_block, node, vm};

const CHILD_DIR: &str = "COMMONS_NODE_CHILD_DIR";
const CHILD_KEY: &str = "COMMONS_NODE_CHILD_KEY";
/// Seed of the key of a chain that has its own.
const SEED: u8 = 42;

/// Opens the chain, with its own key if there is one.
fn open(dir: &Path, key: Option<&Path>) -> Node {
    match key {
        None => Node::open(vm(), dir).unwrap(),
        Some(key) => Node::open_signed(vm(), dir, Signer::open(key).unwrap()).unwrap(),
    }
}

/// Not a test of its own: makes blocks for ever and writes each height once it is durable.
#[test]
#[ignore = "run by the crash test as a process to kill"]
fn child_makes_blocks_until_killed() {
    let Some(dir) = std::env::var_os(CHILD_DIR) else {
        return;
    };
    let key = std::env::var_os(CHILD_KEY);
    let mut node = open(Path::new(&dir), key.as_deref().map(Path::new));
    let (one, other) = (account(0), account(1));
    let mut out = std::io::stdout();
    loop {
        let sequence = node.account(&one.address).unwrap().unwrap().sequence;
        node.broadcast(one.send(sequence, &other, 1)).unwrap();
        node.broadcast(one.send(sequence + 1, &other, 1)).unwrap();
        next_block(&mut node);
        writeln!(out, "made {}", node.height()).unwrap();
        out.flush().unwrap();
    }
}

/// Kills the child after a few blocks; returns the last height it reported.
fn run_and_kill(dir: &Path, key: Option<&Path>, round: u64) -> u64 {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .envs(key.map(|key| (CHILD_KEY, key)))
        .args([
            "--exact",
            "crash::child_makes_blocks_until_killed",
            "--ignored",
            "--nocapture",
        ])
        .env(CHILD_DIR, dir)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut reported = 0;
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    for _ in 0..2 {
        reported = reported.max(next_height(&mut lines).expect("the child makes blocks"));
    }
    std::thread::sleep(Duration::from_micros(round * 977));
    child.kill().unwrap();
    while let Some(height) = next_height(&mut lines) {
        reported = height;
    }
    child.wait().unwrap();
    reported
}

fn next_height(lines: &mut impl Iterator<Item = std::io::Result<String>>) -> Option<u64> {
    lines.find_map(|line| {
        line.unwrap()
            .split_once("made ")
            .map(|(_, height)| height.parse().unwrap())
    })
}

/// S3: the last block reported is there, whole, and the chain executed again from its records has the same root.
#[test]
fn killed_node_keeps_every_reported_block_and_goes_on() {
    let dir = tempfile::tempdir().unwrap();
    drop(Node::create(vm(), dir.path(), &genesis()).unwrap());
    kill_again_and_again(dir.path(), None, 6);
}

/// S3 with a key of the chain's own: wherever the process ends between signature and commit, the chain goes on, and under
/// the signature that was made.
#[test]
fn killed_node_with_a_key_of_its_own_goes_on() {
    let place = tempfile::tempdir().unwrap();
    let (dir, key) = (place.path().join("chain"), place.path().join("key.json"));
    crate::guard::write_key(&key, SEED);
    let signer = Signer::open(&key).unwrap();
    drop(Node::create_signed(vm(), &dir, &genesis(), signer).unwrap());
    kill_again_and_again(&dir, Some(&key), 19);
}

fn kill_again_and_again(dir: &Path, key: Option<&Path>, rounds: u64) {
    for round in 0..rounds {
        let reported = run_and_kill(dir, key, round);
        let kept = open(dir, key);
        assert!(
            kept.height() >= reported,
            "round {round}: block {reported} was lost, {} is the last",
            kept.height()
        );
        let mut again = match key {
            None => node(),
            Some(_) => {
                let signer = Signer::in_memory(&[SEED; 32]).unwrap();
                Node::in_memory_signed(vm(), &genesis(), signer).unwrap()
            }
        };
        for height in 1..=kept.height() {
            let record = kept.block(height).unwrap().unwrap();
            let block = again
                .apply(&record.txs, record.time_nanos().unwrap())
                .unwrap();
            assert_eq!(block.record, record, "round {round}, block {height}");
        }
        assert_eq!(again.root(), kept.root());
    }
}
