//! The same blocks as CometBFT makes them: `tests/data/cometbft.json` is what its Go code (v0.38.21) came to from the same
//! transactions, results and roots; there its own `VerifyCommit` and light client accepted them.

use commons_node::{BlockRecord, Parent, header_hash, verify_links};
use serde_json::Value;
use tendermint::block::CommitSig;

use crate::support::{genesis, record_after};

/// A block of several parts among blocks of one.
fn blocks() -> Vec<BlockRecord> {
    let long = vec![0x5a; 150_000];
    let contents: [&[&[u8]]; 4] = [&[], &[b"one"], &[b"two", b"three", &long], &[]];
    let mut parent = genesis();
    let mut records = Vec::new();
    for (n, txs) in (1..).zip(contents) {
        let record = record_after(&parent, txs, [n; 32]);
        verify_links(&record, &parent).unwrap();
        parent = Parent::of(&record).unwrap();
        records.push(record);
    }
    records
}

#[test]
fn headers_parts_and_signatures_are_those_of_cometbft() {
    let golden: Vec<Value> = serde_json::from_str(include_str!("../data/cometbft.json")).unwrap();
    let records = blocks();
    assert_eq!(golden.len(), records.len());
    for (golden, record) in golden.iter().zip(&records) {
        let (header, commit) = (&record.header, record.commit.as_ref().unwrap());
        let [CommitSig::BlockIdFlagCommit { signature, .. }] = commit.signatures.as_slice() else {
            panic!("one signature")
        };
        let parts = commit.block_id.part_set_header;
        let ours = serde_json::json!({
            "height": header.height.value(),
            "hash": hex::encode_upper(header_hash(header)),
            "parts": parts.total,
            "parts_hash": parts.hash.to_string(),
            "last_commit_hash": header.last_commit_hash.unwrap().to_string(),
            "last_results_hash": header.last_results_hash.unwrap().to_string(),
            "data_hash": header.data_hash.unwrap().to_string(),
            "validators_hash": header.validators_hash.to_string(),
            "consensus_hash": header.consensus_hash.to_string(),
            "evidence_hash": header.evidence_hash.unwrap().to_string(),
            "proposer_address": header.proposer_address.to_string(),
            "signature": hex::encode_upper(signature.as_ref().unwrap().as_bytes()),
        });
        assert_eq!(golden, &ours);
    }
    assert_eq!(golden[2]["parts"], 3);
}
