//! A ledger from before blocks were signed (a process of that program was killed and left it): it opens, verifies, and goes
//! on with signed blocks.

use std::fs::File;
use std::io;

use commons_node::{Node, Parent, verify_links};
use tempfile::TempDir;

use crate::accounts::{account, next_block, vm};

fn unpacked() -> TempDir {
    let bytes = include_bytes!("../data/format-1.redb.gz");
    let dir = tempfile::tempdir().unwrap();
    let mut file = File::create(dir.path().join("ledger.redb")).unwrap();
    io::copy(
        &mut flate2::read::GzDecoder::new(bytes.as_slice()),
        &mut file,
    )
    .unwrap();
    dir
}

/// Verifies every link from the genesis and executes every block again; answers the heights of unsigned blocks.
fn verified(node: &Node) -> Vec<u64> {
    let mut again = Node::in_memory(vm(), node.genesis()).unwrap();
    let mut parent = Parent::genesis(node.origin(), again.root()).unwrap();
    let mut unsigned = Vec::new();
    for height in 1..=node.height() {
        let record = node.block(height).unwrap().unwrap();
        verify_links(&record, &parent).unwrap();
        parent = Parent::of(&record).unwrap();
        let time = record.time_nanos().unwrap();
        assert_eq!(
            again.apply(&record.txs, time).unwrap().record.root,
            record.root
        );
        if record.commit.is_none() {
            unsigned.push(height);
        }
    }
    unsigned
}

#[test]
fn s6_ledger_of_unsigned_blocks_opens_and_goes_on_signed() {
    let dir = unpacked();
    let mut node = Node::open(vm(), dir.path()).unwrap();
    let before = node.height();
    assert!(before >= 2);
    let all: Vec<u64> = (1..=before).collect();
    assert_eq!(verified(&node), all);
    for _ in 0..2 {
        let one = account(0);
        let sequence = node.account(&one.address).unwrap().unwrap().sequence;
        node.broadcast(one.send(sequence, &account(1), 1)).unwrap();
        assert!(next_block(&mut node).record.commit.is_some());
    }
    drop(node);
    let node = Node::open(vm(), dir.path()).unwrap();
    assert_eq!(node.height(), before + 2);
    assert_eq!(verified(&node), all);
}
