//! Owns the hashes that a header makes of a block's content, as CometBFT 0.38 defines them. It never reads a header.

use prost::Message;
use sha2::{Digest, Sha256};
use tendermint::merkle::simple_hash_from_byte_vectors;
use tendermint::{Hash, block};
use tendermint_proto::Protobuf;
use tendermint_proto::v0_38::abci::ExecTxResult;
use tendermint_proto::v0_38::types::Block as RawBlock;

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

/// The id by which the next block names this one: header hash, and number and Merkle root of the block's parts.
#[must_use]
pub fn block_id(record: &BlockRecord) -> block::Id {
    let last_block_id = record.header.last_block_id;
    let last_commit = last_block_id.map_or_else(block::Commit::default, |block_id| block::Commit {
        height: record
            .header
            .height
            .value()
            .checked_sub(1)
            .and_then(|below| below.try_into().ok())
            .unwrap_or_default(),
        round: block::Round::default(),
        block_id,
        signatures: Vec::new(),
    });
    let block = block::Block::new(
        record.header.clone(),
        record.txs.clone(),
        tendermint::evidence::List::default(),
        Some(last_commit),
    );
    let bytes = Protobuf::<RawBlock>::encode_vec(block);
    let parts: Vec<&[u8]> = bytes.chunks(PART_BYTES).collect();
    block::Id {
        hash: Hash::Sha256(header_hash(&record.header)),
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
