//! Receipts held against logs: kept, open, dropped, and a history that was rewritten.

use commons_audit::promise::{Verdict, examine, examine_home};
use commons_ledger::Genesis;
use commons_node::{Node, Receipt, Signer, TxHash, tx_hash};

use crate::chain_log::{genesis, vm};

const SECOND: u64 = 1_000_000_000;

fn log(node: &Node) -> Vec<u8> {
    let mut log = Vec::new();
    node.export_log(&mut log).unwrap();
    log
}

fn node() -> Node {
    Node::in_memory(vm(), &genesis()).unwrap()
}

fn block(node: &mut Node, txs: &[&[u8]]) {
    let txs: Vec<Vec<u8>> = txs.iter().map(|tx| tx.to_vec()).collect();
    node.apply(&txs, node.time_nanos() + SECOND).unwrap();
}

/// What the node signed for bytes, as it would on accepting them.
fn receipt(node: &Node, tx: &[u8]) -> Receipt {
    let time = node.time_nanos() + 1;
    node.receipt(TxHash(tx_hash(tx)), time).unwrap()
}

#[test]
fn a_transaction_in_a_later_block_keeps_the_promise_and_none_breaks_it() {
    let mut node = node();
    // The same bytes in a block before do not count.
    block(&mut node, &[b"one", b"two"]);
    let (kept, dropped) = (receipt(&node, b"two"), receipt(&node, b"one"));
    assert_eq!(
        examine(log(&node).as_slice(), &dropped).unwrap(),
        Verdict::Open { last: 1 }
    );
    block(&mut node, &[b"three", b"two"]);
    block(&mut node, &[]);
    let log = log(&node);
    assert_eq!(
        examine(log.as_slice(), &kept).unwrap(),
        Verdict::Kept {
            height: 2,
            index: 1
        }
    );
    assert_eq!(
        examine(log.as_slice(), &dropped).unwrap(),
        Verdict::Dropped { last: 3, blocks: 2 }
    );
}

#[test]
fn a_block_that_was_signed_otherwise_before_is_a_rewritten_history() {
    let mut first = node();
    block(&mut first, &[b"one"]);
    let receipt = receipt(&first, b"two");
    let mut second = node();
    block(&mut second, &[]);
    block(&mut second, &[b"two"]);
    let Verdict::Rewritten {
        height: 1,
        promised,
        found,
    } = examine(log(&second).as_slice(), &receipt).unwrap()
    else {
        panic!("not noticed");
    };
    assert_ne!(promised, found);
}

#[test]
fn a_receipt_of_another_chain_or_key_binds_nobody_here() {
    let mut node = node();
    block(&mut node, &[]);
    let other = Genesis {
        chain_id: "other-1".to_owned(),
        ..genesis()
    };
    let other = Node::in_memory(vm(), &other).unwrap();
    let keyed = Signer::in_memory(&[8; 32]).unwrap();
    let keyed = Node::in_memory_signed(vm(), &genesis(), keyed).unwrap();
    let mut forged = receipt(&node, b"tx");
    forged.height = 0;
    for receipt in [receipt(&other, b"tx"), receipt(&keyed, b"tx"), forged] {
        let verdict = examine(log(&node).as_slice(), &receipt).unwrap();
        assert!(
            matches!(verdict, Verdict::NotOfThisChain { .. }),
            "{verdict:?}"
        );
    }
}

#[test]
fn a_directory_is_read_like_a_log_and_no_log_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Node::create(vm(), dir.path(), &genesis()).unwrap();
    let receipt = receipt(&node, b"tx");
    block(&mut node, &[b"tx"]);
    drop(node);
    assert_eq!(
        examine_home(dir.path(), &receipt).unwrap(),
        Verdict::Kept {
            height: 1,
            index: 0
        }
    );
    assert!(examine(&b"no log"[..], &receipt).is_err());
}
