//! One transaction of a log, looked at again.

use commons_audit::replay::{Sought, TracedTransaction, Wanted, trace, trace_home};
use commons_audit::tamper::{flip_log_byte, flip_transaction_byte_and_reseal};
use commons_ledger::EntryPoint;
use commons_node::Node;

use crate::chain_log::{Chain, genesis, played, vm};

fn found(log: &[u8], wanted: &Wanted) -> TracedTransaction {
    match trace(log, wanted, vm(), &mut |_| ()).unwrap() {
        Sought::Found(found) => *found,
        Sought::Missing { height } => panic!("not in {height} blocks"),
        Sought::Differs(divergence) => panic!("{divergence}"),
    }
}

fn place(height: u64, index: usize) -> Wanted {
    Wanted::Place { height, index }
}

#[test]
fn a_transaction_is_found_by_place_and_by_hash_with_its_calls() {
    let chain = played();
    let log = chain.log();
    let record = chain.node.block(6).unwrap().unwrap();
    let by_place = found(&log, &place(6, 1));
    let hash = by_place.name.hash.to_string();
    let by_hash = found(&log, &hash[..8].parse().unwrap());
    for found in [by_place, by_hash] {
        assert_eq!((found.name.height, found.name.index), (6, 1));
        assert_eq!(found.time_nanos, record.time_nanos().unwrap());
        assert_eq!(found.trace.result.gas_used, record.results[1].gas_used);
        let [call] = found.trace.calls.as_slice() else {
            panic!("{:?}", found.trace.calls);
        };
        assert_eq!(call.entry, EntryPoint::Execute);
        assert_eq!(call.contract, chain.contract());
        assert_eq!(call.msg, br#"{"add_number":{"n":8}}"#);
    }
    let failed = found(&log, &place(2, 1));
    assert_eq!((failed.trace.result.code, failed.trace.calls.len()), (5, 0));
}

#[test]
fn what_is_not_in_the_log_is_not_found() {
    let log = played().log();
    for (wanted, read) in [
        (place(2, 2), 2),
        (place(3, 0), 3),
        (place(7, 0), 6),
        (place(0, 0), 0),
        ("00000000".parse().unwrap(), 6),
    ] {
        let sought = trace(log.as_slice(), &wanted, vm(), &mut |_| ()).unwrap();
        assert!(
            matches!(sought, Sought::Missing { height } if height == read),
            "{wanted:?}"
        );
    }
}

/// Whatever was altered before it or in it: the transaction is not shown as if the log were right.
#[test]
fn a_transaction_of_a_falsified_log_is_not_shown() {
    let log = played().log();
    let mut sealed = Vec::new();
    flip_transaction_byte_and_reseal(log.as_slice(), &mut sealed, 2).unwrap();
    assert_eq!(found(&sealed, &place(5, 0)).name.height, 5);
    let sought = trace(sealed.as_slice(), &place(6, 0), vm(), &mut |_| ()).unwrap();
    let Sought::Differs(divergence) = sought else {
        panic!("the falsification is not noticed");
    };
    let said = divergence.to_string();
    assert!(
        said.starts_with("block 6, transaction 0 (AddNumber"),
        "{said}"
    );
    let mut flipped = Vec::new();
    flip_log_byte(log.as_slice(), &mut flipped, 2).unwrap();
    assert!(trace(flipped.as_slice(), &place(5, 0), vm(), &mut |_| ()).is_err());
}

#[test]
fn a_home_is_looked_at_and_not_changed() {
    let directory = tempfile::tempdir().unwrap();
    let mut chain = Chain::begin(Node::create(vm(), directory.path(), &genesis()).unwrap());
    chain.play();
    drop(chain);
    let file = directory.path().join("ledger.redb");
    let before = std::fs::read(&file).unwrap();
    let sought = trace_home(directory.path(), &place(5, 0), vm(), &mut |_| ()).unwrap();
    let Sought::Found(found) = sought else {
        panic!("not found");
    };
    assert_eq!(found.trace.calls[0].entry, EntryPoint::Instantiate);
    assert_eq!(std::fs::read(&file).unwrap(), before);
}
