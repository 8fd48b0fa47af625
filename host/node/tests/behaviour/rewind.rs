//! Going back: durably, with the same blocks to be made again, and on chains for development alone.

use std::path::Path;

use commons_ledger::Genesis;
use commons_node::{Node, NodeError, SignError, Signer};
use commons_store::Keep;
use serde_json::Value;

use crate::accounts::{DENOM, account, genesis, next_block, vm};
use crate::guard::write_key;
use crate::support::SECOND;

const CHAIN: &str = "rewound-dev";

fn for_development() -> Genesis {
    Genesis {
        chain_id: CHAIN.to_owned(),
        ..genesis()
    }
}

/// A transfer of account 0.
fn transfer(sequence: u64, amount: u128) -> Vec<u8> {
    account(0).send_for(CHAIN, sequence, &account(1), amount)
}

fn sequence(node: &Node) -> u64 {
    node.account(&account(0).address).unwrap().unwrap().sequence
}

/// Makes blocks with a transfer each.
fn blocks(node: &mut Node, count: u64) {
    for _ in 0..count {
        node.broadcast(transfer(sequence(node), 1)).unwrap();
        next_block(node);
    }
}

fn received(node: &Node) -> u128 {
    node.balance(&account(1).address, DENOM).unwrap()
}

#[test]
fn chain_that_went_back_is_there_after_a_restart_and_makes_the_same_blocks_again() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Node::create(vm(), dir.path(), &for_development()).unwrap();
    blocks(&mut node, 6);
    let old: Vec<_> = (1..=6).map(|at| node.block(at).unwrap().unwrap()).collect();
    let before = node.view().unwrap();
    node.rewind(2).unwrap();
    assert_eq!((node.height(), node.root()), (2, old[1].root));
    assert_eq!((sequence(&node), received(&node)), (2, 1_000_002));
    assert_eq!(node.block(3).unwrap(), None);
    assert_eq!(before.height(), 6, "who reads goes on with what was there");
    drop((node, before));

    let mut node = Node::open(vm(), dir.path()).unwrap();
    assert_eq!((node.height(), node.root()), (2, old[1].root));
    for record in &old[2..] {
        let time = record.time_nanos().unwrap();
        assert_eq!(node.apply(&record.txs, time).unwrap().record, *record);
    }
    drop(node);
    let node = Node::open(vm(), dir.path()).unwrap();
    assert_eq!((node.height(), node.root()), (6, old[5].root));
}

#[test]
fn going_back_to_the_genesis_gives_the_beginning() {
    let keep = Keep::default();
    let mut node =
        Node::in_memory_keeping(vm(), &for_development(), Signer::development(), keep).unwrap();
    let (root, time) = (node.root(), node.time_nanos());
    blocks(&mut node, 3);
    let first = node.block(1).unwrap().unwrap();
    node.rewind(0).unwrap();
    assert_eq!(
        (node.height(), node.root(), node.time_nanos()),
        (0, root, time)
    );
    let time = first.time_nanos().unwrap();
    assert_eq!(node.apply(&first.txs, time).unwrap().record, first);
}

#[test]
fn what_waits_keeps_waiting_only_if_it_still_passes() {
    let keep = Keep::default();
    let mut node =
        Node::in_memory_keeping(vm(), &for_development(), Signer::development(), keep).unwrap();
    blocks(&mut node, 2);
    node.broadcast(transfer(2, 5)).unwrap();
    node.rewind(1).unwrap();
    assert_eq!(node.waiting(), 0, "its sequence is of a block that is gone");
    let other = account(2).send_for(CHAIN, 0, &account(1), 7);
    node.broadcast(other).unwrap();
    node.rewind(0).unwrap();
    assert_eq!(node.waiting(), 1);
}

#[test]
fn no_other_chain_goes_back_and_a_refusal_changes_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Node::create(vm(), dir.path(), &genesis()).unwrap();
    next_block(&mut node);
    next_block(&mut node);
    let root = node.root();
    let error = node.rewind(1).unwrap_err();
    assert!(matches!(error, NodeError::NotDevelopment { .. }), "{error}");
    assert!(!error.is_fault());
    assert_eq!((node.height(), node.root()), (2, root));

    let mut node = Node::in_memory(vm(), &for_development()).unwrap();
    blocks(&mut node, 2);
    for height in [1, 3, u64::MAX] {
        let error = node.rewind(height).unwrap_err();
        assert!(!error.is_fault(), "{error}");
    }
    assert_eq!(node.height(), 2);
    blocks(&mut node, 1);
}

fn remembered(key: &Path) -> Value {
    let memory = key.with_file_name("priv_validator_state.json");
    serde_json::from_slice(&std::fs::read(memory).unwrap()).unwrap()
}

/// The one case in which a key signs two blocks of a height: its file says so for ever, and no other chain gets its signature.
#[test]
fn key_of_a_chain_for_development_that_went_back_is_marked_for_ever() {
    let dir = tempfile::tempdir().unwrap();
    let (key, chain) = (
        dir.path().join("priv_validator_key.json"),
        dir.path().join("chain"),
    );
    write_key(&key, 42);
    let signer = || Signer::open(&key).unwrap();
    let mut node = Node::create_signed(vm(), &chain, &for_development(), signer()).unwrap();
    blocks(&mut node, 4);
    node.rewind(2).unwrap();
    assert_eq!(remembered(&key)["height"], "2");
    drop(node);
    let mut node = Node::open_signed(vm(), &chain, signer()).unwrap();
    assert_eq!(node.height(), 2);
    node.broadcast(transfer(2, 9)).unwrap();
    next_block(&mut node);
    assert_eq!(
        (
            &remembered(&key)["height"],
            &remembered(&key)["rewound_from"]
        ),
        (&Value::from("3"), &Value::from("4"))
    );
    node.rewind(0).unwrap();
    drop(node);

    let other = dir.path().join("other");
    let refused = Node::create_signed(vm(), &other, &genesis(), signer());
    let Err(NodeError::Sign(SignError::Behind { last: 4, .. })) = refused else {
        panic!("a key that signed began another chain");
    };
}

#[test]
fn key_that_was_taken_back_signs_for_no_chain_of_another_kind() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("priv_validator_key.json");
    write_key(&key, 42);
    let chain = dir.path().join("chain");
    let signer = || Signer::open(&key).unwrap();
    let mut node = Node::create_signed(vm(), &chain, &genesis(), signer()).unwrap();
    next_block(&mut node);
    drop(node);
    let mut memory = remembered(&key);
    memory["rewound_from"] = "9".into();
    let path = key.with_file_name("priv_validator_state.json");
    std::fs::write(&path, memory.to_string()).unwrap();
    let mut node = Node::open_signed(vm(), &chain, signer()).unwrap();
    let error = node.make_block(node.time_nanos() + SECOND).unwrap_err();
    assert!(
        matches!(error, NodeError::Sign(SignError::Rewound { last: 9 })),
        "{error}"
    );
    assert_eq!(node.height(), 1);
}
