//! Making blocks, checks on arrival, queries.

use commons_node::{
    HeaderField, LinkError, MAX_BLOCK_BYTES, Node, NodeError, Parent, Refused, TxHash, seal,
    tx_hash, verify_links,
};

use crate::accounts::{
    BALANCE, DENOM, account, deploy, execute, genesis, log, next_block, node, vm,
};
use crate::support::{CHAIN, SECOND, START};

fn refused(result: Result<TxHash, NodeError>) -> Refused {
    match result {
        Err(NodeError::Refused(refused)) => refused,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn new_chain_stands_at_its_genesis() {
    let node = node();
    assert_eq!(
        (node.height(), node.time_nanos(), node.chain_id()),
        (0, START, CHAIN)
    );
    assert_eq!(node.genesis(), &genesis());
    assert_eq!(node.balance(&account(1).address, DENOM).unwrap(), BALANCE);
    let first = node.account(&account(1).address).unwrap().unwrap();
    assert_eq!((first.number, first.sequence), (1, 0));
    assert_eq!(node.block(0).unwrap(), None);
    assert_eq!(node.block(1).unwrap(), None);
}

#[test]
fn block_carries_out_what_waits_in_order_of_arrival() {
    let (one, other) = (account(0), account(1));
    let mut node = node();
    let txs = [
        one.send(0, &other, 10),
        other.send(0, &one, 3),
        one.send(1, &other, 5),
    ];
    for tx in &txs {
        assert_eq!(node.broadcast(tx.clone()).unwrap(), TxHash(tx_hash(tx)));
    }
    assert_eq!(node.waiting(), 3);
    let block = next_block(&mut node);
    assert_eq!(log(&block), "");
    assert_eq!(block.record.txs, txs);
    assert_eq!(node.waiting(), 0);
    assert_eq!(node.balance(&other.address, DENOM).unwrap(), BALANCE + 12);
    assert_eq!(node.account(&one.address).unwrap().unwrap().sequence, 2);
    assert_eq!(node.block(1).unwrap(), Some(block.record.clone()));
    assert_eq!(node.root(), block.record.root);
    assert_eq!((node.height(), node.time_nanos()), (1, START + SECOND));
    for (digest, result) in block.record.results.iter().zip(&block.results) {
        assert_eq!(
            (digest.code, digest.gas_used, &digest.data),
            (0, result.gas_used, &result.data)
        );
    }
}

/// Headers of a node follow from one another, the empty block and the failed transaction included.
#[test]
fn blocks_of_a_node_are_linked() {
    let (one, other) = (account(0), account(1));
    let mut node = node();
    let mut parent = Parent::genesis(node.origin(), node.root()).unwrap();
    let contents = [
        vec![],
        vec![one.send(0, &other, 10), one.send(1, &other, BALANCE * 2)],
        vec![],
        vec![one.send(2, &other, 1)],
    ];
    for txs in contents {
        for tx in txs {
            node.broadcast(tx).unwrap();
        }
        let record = next_block(&mut node).record;
        verify_links(&record, &parent).unwrap();
        parent = Parent::of(&record).unwrap();
    }
    let failed = &node.block(2).unwrap().unwrap().results[1];
    assert_ne!(failed.code, 0);
    assert!(failed.data.is_empty());
}

/// L1: same transaction again, other chain id, gap in the sequence: refused on arrival, never in a block.
#[test]
fn refused_transactions_are_never_in_a_block() {
    let (one, other) = (account(0), account(1));
    let mut node = node();
    let good = one.send(0, &other, 10);
    node.broadcast(good.clone()).unwrap();
    assert_eq!(refused(node.broadcast(good.clone())).code, 19);
    assert_eq!(refused(node.broadcast(one.send(5, &other, 1))).code, 32);
    let foreign = one.tx_for(
        "another-chain",
        1,
        "/cosmos.bank.v1beta1.MsgSend",
        &one.transfer(&other, 1),
    );
    assert_eq!(refused(node.broadcast(foreign)).code, 4);
    assert_eq!(refused(node.broadcast(b"no transaction".to_vec())).code, 2);
    let mut trailing = one.send(1, &other, 1);
    trailing.push(0);
    assert_eq!(refused(node.broadcast(trailing)).codespace, "sdk");
    let block = next_block(&mut node);
    assert_eq!(block.record.txs, std::slice::from_ref(&good));
    assert_eq!(refused(node.broadcast(good)).code, 32);
    assert_eq!(next_block(&mut node).record.txs, Vec::<Vec<u8>>::new());
}

/// L3: what waits is bounded by one block.
#[test]
fn waiting_transactions_are_bounded() {
    let mut node = node();
    assert_eq!(
        refused(node.broadcast(vec![0; MAX_BLOCK_BYTES + 1])).code,
        21
    );
    let error = node
        .apply(&[vec![0; MAX_BLOCK_BYTES], vec![0]], START + 1)
        .unwrap_err();
    assert!(
        matches!(error, NodeError::BlockTooLong { height: 1, .. }),
        "{error}"
    );
    assert_eq!(node.height(), 0);
}

/// L7: time that stands still or goes back makes no block and loses no transaction; a jump ahead is the operator's to make.
#[test]
fn block_time_only_rises() {
    let (one, other) = (account(0), account(1));
    let mut node = node();
    next_block(&mut node);
    node.broadcast(one.send(0, &other, 10)).unwrap();
    let root = node.root();
    for given in [node.time_nanos(), node.time_nanos() - 1, START, 0] {
        let error = node.make_block(given).unwrap_err();
        assert!(
            matches!(error, NodeError::Time { height: 2, last, .. } if last == START + SECOND),
            "{error}"
        );
        assert!(!error.is_fault());
    }
    assert_eq!((node.height(), node.root(), node.waiting()), (1, root, 1));
    assert_eq!(
        refused(node.broadcast(one.send(0, &other, 99))).code,
        32,
        "the checks still count what waits"
    );
    let block = node.make_block(START + 366 * 86_400 * SECOND).unwrap();
    assert_eq!(block.results.len(), 1);
}

/// A block's content is what it is: unchecked transactions are in it, with their failures.
#[test]
fn applied_transactions_are_not_checked_first() {
    let (one, other) = (account(0), account(1));
    let mut node = node();
    let txs = [
        b"no transaction".to_vec(),
        one.send(7, &other, 1),
        one.send(0, &other, 10),
    ];
    let block = node.apply(&txs, START + 1).unwrap();
    let codes: Vec<u32> = block.results.iter().map(|result| result.code).collect();
    assert_eq!(codes, [2, 32, 0]);
    assert_eq!(node.balance(&other.address, DENOM).unwrap(), BALANCE + 10);
}

#[test]
fn what_waits_is_checked_again_after_an_applied_block() {
    let (one, other) = (account(0), account(1));
    let mut node = node();
    node.broadcast(one.send(0, &other, 1)).unwrap();
    node.broadcast(other.send(0, &one, 1)).unwrap();
    node.apply(&[one.send(0, &other, 10)], START + 1).unwrap();
    assert_eq!(node.waiting(), 1);
    assert_eq!(next_block(&mut node).record.txs, [other.send(0, &one, 1)]);
}

/// L4: the same transactions at the same times give the same records, bytes and all.
#[test]
fn recorded_chain_executed_again_gives_the_same_records() {
    let mut first = node();
    let contract = deploy(&mut first);
    for n in 0..5u64 {
        first
            .broadcast(execute(
                &account(0),
                n + 2,
                &contract,
                &format!("{{\"n\":{n}}}"),
            ))
            .unwrap();
        first.broadcast(account(1).send(n, &account(2), 1)).unwrap();
        next_block(&mut first);
    }
    let mut again = node();
    for height in 1..=first.height() {
        let record = first.block(height).unwrap().unwrap();
        let block = again
            .apply(&record.txs, record.time_nanos().unwrap())
            .unwrap();
        assert_eq!(block.record.encode(), record.encode(), "block {height}");
    }
    assert_eq!(again.root(), first.root());
}

#[test]
fn contract_is_called_and_asked() {
    let mut node = node();
    let contract = deploy(&mut node);
    node.broadcast(execute(&account(0), 2, &contract, "{\"keep\":1}"))
        .unwrap();
    let block = next_block(&mut node);
    assert_eq!(log(&block), "");
    assert_eq!(block.results[0].calls.len(), 1);
    assert_eq!(node.query_smart(&contract, b"{}").unwrap(), b"\"kept\"");
    assert_eq!(
        node.query_raw(&contract, b"last").unwrap().as_deref(),
        Some(b"{\"keep\":1}".as_slice())
    );
    assert_eq!(
        node.contract_state(&contract).unwrap(),
        [(b"last".to_vec(), b"{\"keep\":1}".to_vec())]
    );
    assert_eq!(node.contract_info(&contract).unwrap().unwrap().code_id, 1);
    assert_eq!(
        node.code_info(1).unwrap().unwrap().creator,
        account(0).address
    );
    assert!(node.code_info(2).unwrap().is_none());
    let error = node.query_smart(&account(1).address, b"{}").unwrap_err();
    assert!(
        matches!(error, NodeError::Query(_)) && !error.is_fault(),
        "{error}"
    );
}

#[test]
fn simulation_tells_gas_and_changes_nothing() {
    let mut node = node();
    let tx = account(0).send(0, &account(1), 10);
    let root = node.root();
    let simulated = node.simulate(&tx).unwrap();
    assert_eq!(simulated.code, 0, "{}", simulated.log);
    assert_eq!((node.root(), node.height(), node.waiting()), (root, 0, 0));
    node.broadcast(tx).unwrap();
    let used = next_block(&mut node).results[0].gas_used;
    assert!(simulated.gas_used > 0 && used > 0);
}

/// A rewritten transaction, sealed again block by block, passes the links: only executing again finds it.
#[test]
fn resealed_chain_has_right_links_and_wrong_roots() {
    let (one, other) = (account(0), account(1));
    let mut node = node();
    let genesis_root = node.root();
    for n in 0..3 {
        node.broadcast(one.send(n, &other, 10)).unwrap();
        next_block(&mut node);
    }
    let mut records: Vec<_> = (1..=3)
        .map(|height| node.block(height).unwrap().unwrap())
        .collect();
    records[1].txs[0] = one.send(1, &other, 11);
    let mut parent = Parent::genesis(node.origin(), genesis_root).unwrap();
    let error = records.iter().try_fold(parent.clone(), |parent, record| {
        verify_links(record, &parent).map(|()| Parent::of(record).unwrap())
    });
    assert!(matches!(
        error,
        Err(LinkError::Field {
            height: 2,
            field: HeaderField::DataHash,
            ..
        })
    ));
    let mut replayed = Node::in_memory(vm(), &genesis()).unwrap();
    let mut differing = Vec::new();
    for record in &mut records {
        seal(record, &parent).unwrap();
        verify_links(record, &parent).unwrap();
        parent = Parent::of(record).unwrap();
        let block = replayed
            .apply(&record.txs, record.time_nanos().unwrap())
            .unwrap();
        if block.record.root != record.root {
            differing.push(record.height());
        }
    }
    assert_eq!(differing, [2, 3]);
}

#[test]
fn genesis_that_no_header_can_name_is_refused() {
    let mut bad = genesis();
    bad.chain_id = "with space".to_owned();
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(
        Node::create(vm(), dir.path(), &bad).map(|_| ()),
        Err(NodeError::Link(LinkError::ChainId(_)))
    ));
    bad.chain_id = CHAIN.to_owned();
    bad.accounts[0].address = "nobody".to_owned();
    assert!(matches!(
        Node::create(vm(), dir.path(), &bad).map(|_| ()),
        Err(NodeError::Genesis(_))
    ));
    Node::create(vm(), dir.path(), &genesis()).unwrap();
}
