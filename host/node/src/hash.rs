//! Owns the hashes that a header makes of a block's content, as CometBFT 0.38 defines them. It never reads a header.

use prost::Message;
use sha2::{Digest, Sha256};
use tendermint::merkle::simple_hash_from_byte_vectors;
use tendermint::{Hash, block};
use tendermint_proto::v0_38::abci::ExecTxResult;
use tendermint_proto::v0_38::types::{Block as RawBlock, CommitSig as RawCommitSig};

use crate::record::{BlockRecord, ResultDigest};

/// Bytes of a part of a block as CometBFT gossips it (`BlockPartSizeBytes`).
const PART_BYTES: usize = 65_536;

/// `data_hash`: Merkle root over the SHA-256 hashes of the transactions, in the order of the block.
#[must_use]
pub fn data_hash(txs: &[Vec<u8>]) -> [u8; 32] {
    let hashes: Vec<[u8; 32]> = txs.iter().map(|tx| tx_hash(tx)).collect();
    simple_hash_from_byte_vectors::<Sha256>(&hashes)
}

/// `last_results_hash`: Merkle root over the deterministic part of each result (code, data, gas wanted, gas used), in
/// protobuf; log, events and codespace are not part of it.
#[must_use]
pub fn last_results_hash(results: &[ResultDigest]) -> [u8; 32] {
    let encoded: Vec<Vec<u8>> = results.iter().map(encode_result).collect();
    simple_hash_from_byte_vectors::<Sha256>(&encoded)
}

/// Hash of a header, which names its block.
#[must_use]
pub fn header_hash(header: &block::Header) -> [u8; 32] {
    match header.hash() {
        Hash::Sha256(hash) => hash,
        Hash::None => merkle_of_nothing(),
    }
}

/// Hash under which a transaction is known: SHA-256 of its bytes.
#[must_use]
pub fn tx_hash(tx: &[u8]) -> [u8; 32] {
    Sha256::digest(tx).into()
}

/// Merkle root of an empty list: no transactions, no signatures, no evidence.
#[must_use]
pub fn merkle_of_nothing() -> [u8; 32] {
    Sha256::digest([]).into()
}

/// `last_commit_hash`: Merkle root over the signatures of the commit that a block carries.
pub(crate) fn commit_hash(commit: &block::Commit) -> [u8; 32] {
    let signatures: Vec<Vec<u8>> = commit
        .signatures
        .iter()
        .map(|signature| RawCommitSig::from(signature.clone()).encode_to_vec())
        .collect();
    simple_hash_from_byte_vectors::<Sha256>(&signatures)
}

/// The id by which the next block names this one: header hash, and number and Merkle root of the parts of the block as
/// CometBFT sends it, with the commit of the block before in it.
pub(crate) fn block_id(header: &block::Header, txs: &[Vec<u8>], last: &block::Commit) -> block::Id {
    let mut raw = raw_block(header, txs, last);
    if let Some(header) = &mut raw.header {
        // Go writes the absent id of the first header as an empty one.
        let absent = || block::Id::default().into();
        header.last_block_id.get_or_insert_with(absent);
    }
    parted(header, &raw)
}

/// The id of a block of format 1, which is not signed.
pub(crate) fn unsigned_block_id(record: &BlockRecord) -> block::Id {
    let before = record.header.last_block_id;
    let height = record.height().saturating_sub(1);
    let last = before.map_or_else(block::Commit::default, |id| no_signature(height, id));
    parted(
        &record.header,
        &raw_block(&record.header, &record.txs, &last),
    )
}

/// What stands for the commit of a block that nobody signed.
pub(crate) fn no_signature(height: u64, block_id: block::Id) -> block::Commit {
    block::Commit {
        height: height.try_into().unwrap_or_default(),
        round: block::Round::default(),
        block_id,
        signatures: Vec::new(),
    }
}

fn raw_block(header: &block::Header, txs: &[Vec<u8>], last: &block::Commit) -> RawBlock {
    block::Block::new(
        header.clone(),
        txs.to_vec(),
        tendermint::evidence::List::default(),
        Some(last.clone()),
    )
    .into()
}

fn parted(header: &block::Header, raw: &RawBlock) -> block::Id {
    let bytes = raw.encode_to_vec();
    let parts: Vec<&[u8]> = bytes.chunks(PART_BYTES).collect();
    block::Id {
        hash: Hash::Sha256(header_hash(header)),
        part_set_header: part_set(&parts),
    }
}

/// Number of parts and the Merkle root over them.
fn part_set(parts: &[&[u8]]) -> block::parts::Header {
    let root = Hash::Sha256(simple_hash_from_byte_vectors::<Sha256>(parts));
    // INVARIANT: a block has at least one part (its header is not empty) and far fewer than 2^32.
    let total = u32::try_from(parts.len()).unwrap_or(u32::MAX);
    block::parts::Header::new(total, root).unwrap_or_default()
}

fn encode_result(result: &ResultDigest) -> Vec<u8> {
    ExecTxResult {
        code: result.code,
        data: result.data.clone().into(),
        // The Go code converts the same way; gas above 2^63 - 1 is refused before a transaction runs.
        gas_wanted: result.gas_wanted.cast_signed(),
        gas_used: result.gas_used.cast_signed(),
        ..ExecTxResult::default()
    }
    .encode_to_vec()
}
