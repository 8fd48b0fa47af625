//! A chain on disk: going on with it, reading it, carrying it elsewhere.

use commons_node::{BlockRecord, Node, NodeError, Origin};
use commons_store::{Store, StoreError, log::Reader};

use crate::accounts::{account, deploy, execute, genesis, next_block, vm};

#[test]
fn chain_goes_on_where_it_stopped() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Node::create(vm(), dir.path(), &genesis()).unwrap();
    let contract = deploy(&mut node);
    let (root, time, last) = (node.root(), node.time_nanos(), node.block(2).unwrap());
    drop(node);
    let mut node = Node::open(vm(), dir.path()).unwrap();
    assert_eq!(
        (node.height(), node.root(), node.time_nanos()),
        (2, root, time)
    );
    assert_eq!((node.block(2).unwrap(), node.genesis()), (last, &genesis()));
    assert_eq!(node.query_smart(&contract, b"{}").unwrap(), b"\"kept\"");
    node.broadcast(execute(&account(0), 2, &contract, "{}"))
        .unwrap();
    let block = next_block(&mut node);
    assert_eq!((block.record.height(), block.results[0].code), (3, 0));
}

#[test]
fn second_node_on_a_directory_is_refused_with_the_process_id() {
    let dir = tempfile::tempdir().unwrap();
    let _node = Node::create(vm(), dir.path(), &genesis()).unwrap();
    let error = Node::open(vm(), dir.path()).map(|_| ()).unwrap_err();
    assert!(
        matches!(&error, NodeError::Store(StoreError::Locked { .. })),
        "{error}"
    );
    assert!(error.to_string().contains(&std::process::id().to_string()));
}

#[test]
fn chain_opened_for_reading_answers_and_makes_no_block() {
    let dir = tempfile::tempdir().unwrap();
    let mut node = Node::create(vm(), dir.path(), &genesis()).unwrap();
    let contract = deploy(&mut node);
    let root = node.root();
    drop(node);
    let mut node = Node::open_read_only(vm(), dir.path()).unwrap();
    assert_eq!(node.query_smart(&contract, b"{}").unwrap(), b"\"kept\"");
    let error = node.make_block(node.time_nanos() + 1).unwrap_err();
    assert!(
        matches!(error, NodeError::Store(StoreError::ReadOnly)),
        "{error}"
    );
    assert_eq!((node.root(), node.height()), (root, 2));
}

#[test]
fn exported_log_holds_genesis_and_records() {
    let mut node = crate::accounts::node();
    deploy(&mut node);
    let mut bytes = Vec::new();
    assert_eq!(node.export_log(&mut bytes).unwrap(), 3);
    let records: Vec<_> = Reader::new(bytes.as_slice())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(
        Origin::decode(&records[0].1).unwrap(),
        Origin::new(genesis())
    );
    for (height, record) in &records[1..] {
        assert_eq!(
            Some(BlockRecord::decode(record).unwrap()),
            node.block(*height).unwrap()
        );
    }
}

#[test]
fn genesis_record_has_one_encoding() {
    let origin = Origin::new(genesis());
    let record = origin.encode().unwrap();
    assert_eq!(Origin::decode(&record).unwrap(), origin);
    for other in [
        [record.as_slice(), b" "].concat(),
        b"{}".to_vec(),
        b"\xff\x00".to_vec(),
        Vec::new(),
    ] {
        assert!(matches!(
            Origin::decode(&other),
            Err(NodeError::GenesisRecord(_))
        ));
    }
}

/// A record that is whole for the store but is no block is named with its height.
#[test]
fn last_record_that_is_no_block_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    drop(Node::create(vm(), dir.path(), &genesis()).unwrap());
    let store = Store::open(dir.path()).unwrap();
    store
        .commit(1, &commons_store::Changes::new(), |_| b"no block".to_vec())
        .unwrap();
    drop(store);
    let error = Node::open(vm(), dir.path()).map(|_| ()).unwrap_err();
    assert!(
        matches!(error, NodeError::Record { height: 1, .. }),
        "{error}"
    );
}
