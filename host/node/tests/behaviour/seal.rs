//! Blocks with nothing in them, and when they appear.

use commons_node::{NodeError, TxHash};

use crate::accounts::{account, next_block, node};
use crate::support::SECOND;

/// A proof at height h is checked against the header h + 1: it exists after this, with the root of h in it.
#[test]
fn header_after_the_last_block_is_made_on_demand() {
    let mut node = node();
    node.broadcast(account(0).send(0, &account(1), 1)).unwrap();
    next_block(&mut node);
    let (root, time) = (node.root(), node.time_nanos() + SECOND);
    let sealed = node.seal_above(1, time).unwrap().expect("it was needed");
    assert_eq!(sealed.record.txs, Vec::<Vec<u8>>::new());
    assert_eq!(sealed.record.header.app_hash.as_bytes(), root);
    assert_eq!(node.height(), 2);
    assert!(sealed.record.commit.is_some());
}

#[test]
fn header_that_exists_is_not_made_again() {
    let mut node = node();
    next_block(&mut node);
    next_block(&mut node);
    for height in [0, 1] {
        assert_eq!(node.seal_above(height, u64::MAX).unwrap(), None);
    }
    assert_eq!(node.height(), 2);
}

#[test]
fn what_waits_is_not_drawn_into_a_sealing_block() {
    let mut node = node();
    let tx = account(0).send(0, &account(1), 1);
    let hash: TxHash = node.broadcast(tx.clone()).unwrap();
    assert_eq!(hash.0, commons_node::tx_hash(&tx));
    let sealed = node.seal_above(0, node.time_nanos() + SECOND).unwrap();
    assert!(sealed.unwrap().record.txs.is_empty());
    assert_eq!(node.waiting(), 1);
    assert_eq!(next_block(&mut node).record.txs, [tx]);
}

#[test]
fn block_that_does_not_exist_is_not_sealed() {
    let mut node = node();
    let error = node.seal_above(1, node.time_nanos() + 1).unwrap_err();
    assert!(
        matches!(error, NodeError::NoBlock { height: 1, last: 0 }) && !error.is_fault(),
        "{error}"
    );
    let error = node.seal_above(0, node.time_nanos()).unwrap_err();
    assert!(matches!(error, NodeError::Time { .. }), "{error}");
    assert_eq!(node.height(), 0);
}
