//! Logs that are whole in themselves and wrong: each falsification is named.

use commons_audit::AuditError;
use commons_audit::replay::{Divergence, Options, run};
use commons_audit::tamper::flip_transaction_byte_and_reseal;
use commons_node::{BlockRecord, CommitField, LinkError, Node, Origin, Parent, Signer, seal};
use commons_store::log::{Reader, Writer};

use crate::chain_log::{Chain, genesis, played, vm};

fn difference(log: &[u8]) -> Divergence {
    let report = run(log, Options::default(), &mut |_| {}).unwrap();
    assert!(!report.is_equal());
    report.difference.expect("the falsification is noticed")
}

/// Copies a log, lets `change` falsify records, and makes headers and digests anew if asked to.
fn falsified(log: &[u8], resealed: bool, change: impl Fn(&mut BlockRecord)) -> Vec<u8> {
    let mut reader = Reader::new(log).unwrap();
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, reader.chain_id()).unwrap();
    let (_, genesis) = reader.record().unwrap().unwrap();
    writer.append(&genesis).unwrap();
    let origin = Origin::decode(&genesis).unwrap();
    let root = Node::replaying(vm(), &origin).unwrap().root();
    let mut parent = Parent::genesis(&origin, root).unwrap();
    while let Some((_, bytes)) = reader.record().unwrap() {
        let mut record = BlockRecord::decode(&bytes).unwrap();
        change(&mut record);
        if resealed {
            seal(&mut record, &parent).unwrap();
        }
        writer.append(&record.encode()).unwrap();
        parent = Parent::of(&record).unwrap().signed_by(&origin.validator);
    }
    writer.finish().unwrap();
    out
}

#[test]
fn a_message_altered_under_its_signature_is_named_although_every_hash_was_made_anew() {
    let log = played().log();
    let mut sealed = Vec::new();
    let what = flip_transaction_byte_and_reseal(log.as_slice(), &mut sealed, 2).unwrap();
    assert!(
        what.contains("of transaction 0 of block 6 (AddNumber to commons1"),
        "{what}"
    );
    assert!(what.contains("was '4' and is '5'"), "{what}");
    let said = difference(&sealed).to_string();
    assert!(
        said.starts_with("block 6, transaction 0 (AddNumber to commons1"),
        "{said}"
    );
    assert!(
        said.contains("the log says it succeeded, replay refuses it: "),
        "{said}"
    );
    assert!(said.contains("signature verification failed"), "{said}");
}

#[test]
fn a_falsifier_that_finds_nothing_says_so() {
    let log = played().log();
    let error = flip_transaction_byte_and_reseal(log.as_slice(), Vec::new(), 7).unwrap_err();
    assert!(matches!(
        error,
        AuditError::NothingToAlter { height: 7, .. }
    ));
}

#[test]
fn an_altered_amount_of_gas_or_answer_is_named() {
    let log = played().log();
    let gas = falsified(&log, true, |record| {
        if record.height() == 5 {
            record.results[0].gas_used += 1;
        }
    });
    let said = difference(&gas).to_string();
    assert!(
        said.starts_with("block 5, transaction 0 (InstantiateContract, hash "),
        "{said}"
    );
    assert!(said.contains("gas, replay uses"), "{said}");
    let data = falsified(&log, true, |record| {
        if record.height() == 6 {
            record.results[1].data.push(0);
        }
    });
    let said = difference(&data).to_string();
    assert!(
        said.contains("block 6, transaction 1 (AddNumber to"),
        "{said}"
    );
    assert!(said.contains("the log says it answered"), "{said}");
}

#[test]
fn a_failure_told_as_success_is_named() {
    let told = falsified(&played().log(), true, |record| {
        if record.height() == 2 {
            record.results[1].code = 0;
        }
    });
    let said = difference(&told).to_string();
    assert!(
        said.starts_with("block 2, transaction 1 (Send, hash "),
        "{said}"
    );
    assert!(
        said.contains("the log says it succeeded, replay refuses it: "),
        "{said}"
    );
    assert!(said.contains("insufficient funds"), "{said}");
}

#[test]
fn an_altered_root_is_named_with_its_block() {
    let rooted = falsified(&played().log(), true, |record| {
        if record.height() == 3 {
            record.root[0] ^= 1;
        }
    });
    let divergence = difference(&rooted);
    assert_eq!(divergence.height(), 3);
    assert!(matches!(
        divergence,
        Divergence::State {
            transactions: 0,
            ..
        }
    ));
}

#[test]
fn a_transaction_left_out_is_noticed_by_what_follows() {
    let shorter = falsified(&played().log(), true, |record| {
        if record.height() == 1 {
            record.txs.clear();
            record.results.clear();
        }
    });
    // Block 1 then has another state than it states.
    assert!(matches!(
        difference(&shorter),
        Divergence::State { height: 1, .. }
    ));
}

#[test]
fn a_header_that_was_not_made_anew_is_named_by_its_field() {
    let late = falsified(&played().log(), false, |record| {
        if record.height() == 4 {
            record.header.proposer_address = tendermint_address();
        }
    });
    let divergence = difference(&late);
    assert!(matches!(divergence, Divergence::Header { height: 4, .. }));
    assert!(
        divergence.to_string().contains("proposer_address"),
        "{divergence}"
    );
}

fn tendermint_address() -> tendermint::account::Id {
    tendermint::account::Id::new([9; 20])
}

#[test]
fn a_log_of_another_chain_is_refused() {
    let log = played().log();
    let mut reader = Reader::new(log.as_slice()).unwrap();
    let mut out = Vec::new();
    let mut writer = Writer::new(&mut out, "another-chain").unwrap();
    while let Some((_, record)) = reader.record().unwrap() {
        writer.append(&record).unwrap();
    }
    writer.finish().unwrap();
    let error = run(out.as_slice(), Options::default(), &mut |_| {})
        .err()
        .unwrap();
    assert!(matches!(error, AuditError::ChainId { .. }), "{error:?}");
}

/// A chain with a key of its own, which the falsifier has not.
fn played_with_a_key() -> Vec<u8> {
    let signer = Signer::in_memory(&[42; 32]).unwrap();
    let node = Node::in_memory_signed(vm(), &genesis(), signer).unwrap();
    let mut chain = Chain::begin(node);
    chain.play();
    chain.log()
}

fn link(log: &[u8]) -> LinkError {
    match difference(log) {
        Divergence::Header { reason, .. } => reason,
        other => panic!("something else differs: {other}"),
    }
}

#[test]
fn a_chain_with_a_key_of_its_own_is_replayed() {
    let report = run(
        played_with_a_key().as_slice(),
        Options::default(),
        &mut |_| {},
    )
    .unwrap();
    assert!(report.is_equal(), "{:?}", report.difference);
    assert_eq!(report.blocks, 6);
}

/// Execution comes to the same results at another time of an empty block: nothing but the signature tells.
#[test]
fn a_block_time_moved_and_sealed_anew_is_found_by_the_signature_alone() {
    let later = |record: &mut BlockRecord| {
        if record.height() == 3 {
            let time = record.header.time;
            record.header.time = time
                .checked_add(std::time::Duration::from_nanos(1))
                .unwrap();
        }
    };
    let wanted = LinkError::Commit {
        height: 1,
        field: CommitField::Signature,
        stated: String::new(),
        computed: String::new(),
    };
    let found = link(&falsified(&played_with_a_key(), true, later));
    assert_eq!(
        std::mem::discriminant(&found),
        std::mem::discriminant(&wanted)
    );
    assert!(
        found
            .to_string()
            .starts_with("block 1: signature in its commit is "),
        "{found}"
    );
    // Who has the development key can do it on a chain of that key: everybody.
    let log = falsified(&played().log(), true, later);
    assert!(
        run(log.as_slice(), Options::default(), &mut |_| {})
            .unwrap()
            .is_equal()
    );
}

#[test]
fn a_signature_altered_moved_or_taken_away_is_named() {
    let log = played_with_a_key();
    let mut reader = Reader::new(log.as_slice()).unwrap();
    let records: Vec<_> = std::iter::from_fn(|| reader.record().unwrap()).collect();
    let second = BlockRecord::decode(&records[2].1).unwrap().commit;
    let moved = falsified(&log, false, |record| {
        if record.height() == 6 {
            record.commit.clone_from(&second);
        }
    });
    let found = link(&moved);
    assert!(
        matches!(
            found,
            LinkError::Commit {
                height: 6,
                field: CommitField::Height,
                ..
            }
        ),
        "{found}"
    );
    let taken = falsified(&log, false, |record| {
        if record.height() == 6 {
            record.commit = None;
        }
    });
    assert_eq!(link(&taken), LinkError::Unsigned { height: 6 });
}
