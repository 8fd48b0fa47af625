//! Builders for tests: records and chains of them.

use commons_ledger::{ChainParams, Genesis};
use commons_node::{BlockRecord, Commit, HeaderRules, Origin, Parent, ResultDigest, seal};

pub const CHAIN: &str = "commons-test";
/// 2026-01-01T00:00:00Z in nanoseconds.
pub const START: u64 = 1_767_225_600_000_000_000;
pub const SECOND: u64 = 1_000_000_000;

/// A chain as they were begun before headers followed the genesis: the recorded vectors are of it.
pub fn origin() -> Origin {
    Origin {
        headers: HeaderRules::Fixed,
        ..newer_origin(CHAIN, ChainParams::default())
    }
}

/// A chain as they are begun now.
pub fn newer_origin(chain_id: &str, params: ChainParams) -> Origin {
    Origin::new(Genesis {
        chain_id: chain_id.to_owned(),
        time: START,
        address_prefix: "commons".to_owned(),
        accounts: Vec::new(),
        params,
    })
}

pub fn genesis() -> Parent {
    Parent::genesis(&origin(), [7; 32]).unwrap()
}

/// A sealed and signed record after `parent`, one second later.
pub fn record_after(parent: &Parent, txs: &[&[u8]], root: [u8; 32]) -> BlockRecord {
    let txs: Vec<Vec<u8>> = txs.iter().map(|tx| tx.to_vec()).collect();
    let results = (0..).zip(&txs).map(|(n, tx)| digest(n, tx)).collect();
    let header = parent
        .next_header(&txs, parent.time_nanos() + SECOND)
        .unwrap();
    let mut record = BlockRecord {
        header,
        txs,
        results,
        root,
        commit: Some(Commit::default()),
    };
    seal(&mut record, parent).unwrap();
    record
}

/// The same block, as a chain of format 1 has it.
pub fn unsigned_after(parent: &Parent, txs: &[&[u8]], root: [u8; 32]) -> BlockRecord {
    BlockRecord {
        commit: None,
        ..record_after(parent, txs, root)
    }
}

/// A result that differs from transaction to transaction.
pub fn digest(n: u32, tx: &[u8]) -> ResultDigest {
    ResultDigest {
        code: n % 2,
        data: tx.to_vec(),
        gas_wanted: 200_000,
        gas_used: 100_000 + u64::from(n),
    }
}

/// Four sealed records: none, one, three and again no transactions.
pub fn chain() -> Vec<BlockRecord> {
    let blocks: [&[&[u8]]; 4] = [&[], &[b"one"], &[b"two", b"three", b"four"], &[]];
    let mut records: Vec<BlockRecord> = Vec::new();
    for (n, txs) in (1..).zip(blocks) {
        let parent = records
            .last()
            .map_or_else(genesis, |last| Parent::of(last).unwrap());
        records.push(record_after(&parent, txs, [n; 32]));
    }
    records
}
