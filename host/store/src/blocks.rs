//! Owns the encoding of one entry of the block log table: root, checksum, record. It never reads inside a record.

use sha2::{Digest, Sha256};

use crate::{Root, StoreError};

/// Longest record the store keeps, in bytes: above the largest block a CometBFT chain may set (100 MiB).
pub const MAX_RECORD_BYTES: usize = 128 << 20;

/// A decoded entry of the table `blocks`.
pub(crate) struct Entry<'a> {
    pub(crate) root: Root,
    pub(crate) record: &'a [u8],
}

/// The value stored for `height`: root (32 bytes), checksum (32 bytes), record.
pub(crate) fn encode(height: u64, root: &Root, record: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(64 + record.len());
    bytes.extend_from_slice(&root.0);
    bytes.extend_from_slice(&checksum(height, root, record));
    bytes.extend_from_slice(record);
    bytes
}

/// Reads an entry back and checks its checksum.
pub(crate) fn decode(height: u64, bytes: &[u8]) -> Result<Entry<'_>, StoreError> {
    let damaged = |what| StoreError::DamagedBlock { height, what };
    let (root, rest) = bytes
        .split_first_chunk::<32>()
        .ok_or_else(|| damaged("its entry is cut off"))?;
    let (sum, record) = rest
        .split_first_chunk::<32>()
        .ok_or_else(|| damaged("its entry is cut off"))?;
    let root = Root(*root);
    if *sum != checksum(height, &root, record) {
        return Err(damaged("its checksum does not fit"));
    }
    Ok(Entry { root, record })
}

/// SHA-256 of height (8 bytes, big-endian), root and record; only the last has a variable length.
fn checksum(height: u64, root: &Root, record: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update(height.to_be_bytes())
        .chain_update(root.0)
        .chain_update(record)
        .finalize()
        .into()
}
