//! Owns what the chain keeps of a block and its one encoding. It never judges whether a record fits its chain.

use prost::Message;
use tendermint::block::{self, Commit, Header};
use tendermint_proto::Protobuf;
use tendermint_proto::v0_38::types::{Commit as RawCommit, Header as RawHeader};

use crate::hash::unsigned_block_id;

/// Number of the encoding that is written, the first byte of a record.
pub const RECORD_FORMAT: u8 = 2;
/// Number of the encoding without a commit, which is still read.
const UNSIGNED_FORMAT: u8 = 1;

/// What is kept of a block: enough to execute it again and to compare every result that headers commit to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockRecord {
    /// The header, which names the block before it.
    pub header: Header,
    /// The transactions in order, as they were sent.
    pub txs: Vec<Vec<u8>>,
    /// One result for each transaction, in the same order; the next block's header commits to them.
    pub results: Vec<ResultDigest>,
    /// State root after this block; the next block's header has it as `app_hash`.
    pub root: [u8; 32],
    /// The validator's commit of this very block, which the next block carries; absent in a record of format 1.
    pub commit: Option<Commit>,
}

/// The part of a transaction's result that headers commit to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResultDigest {
    /// 0 for success, else the code in the result's codespace.
    pub code: u32,
    /// Data of the result, empty for a failed transaction.
    pub data: Vec<u8>,
    /// Gas limit of the transaction.
    pub gas_wanted: u64,
    /// Gas it used.
    pub gas_used: u64,
}

/// Why bytes are not a record. `offset` counts from the start of the record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A record of another format.
    #[error("the block record is in format {0}, this program reads formats 1 and {RECORD_FORMAT}")]
    Format(u8),
    /// The bytes end too early, or a length in them claims more than there is.
    #[error("the block record is cut off at byte {offset}, in its {within}")]
    Truncated {
        /// Where more was expected.
        offset: usize,
        /// Part of the record.
        within: &'static str,
    },
    /// The header is not one.
    #[error("the header in the block record is malformed: {0}")]
    Header(String),
    /// The header has another encoding than this one: one block has one record.
    #[error("the header in the block record is not encoded as it should be")]
    Encoding,
    /// The commit is not one.
    #[error("the commit in the block record is malformed: {0}")]
    Commit(String),
    /// The commit has another encoding than this one.
    #[error("the commit in the block record is not encoded as it should be")]
    CommitEncoding,
    /// The header's time cannot be told in nanoseconds since 1970 in 64 bits.
    #[error("the time in the block record lies outside 1970 to 2554")]
    Time,
    /// Bytes follow the record.
    #[error("{0} bytes follow the block record")]
    Trailing(usize),
}

impl BlockRecord {
    /// Height of the block, from its header.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.header.height.value()
    }

    /// Time of the block in nanoseconds since 1970, from its header.
    pub fn time_nanos(&self) -> Result<u64, RecordError> {
        u64::try_from(self.header.time.unix_timestamp_nanos()).map_err(|_| RecordError::Time)
    }

    /// Hash of the header and parts of the block, as the next block names it; of a signed block as its commit has it.
    #[must_use]
    pub fn block_id(&self) -> block::Id {
        let signed = self.commit.as_ref().map(|commit| commit.block_id);
        signed.unwrap_or_else(|| unsigned_block_id(self))
    }

    /// The record in bytes (`schema/block-record.md`).
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = vec![match self.commit {
            Some(_) => RECORD_FORMAT,
            None => UNSIGNED_FORMAT,
        }];
        put_bytes(
            &mut bytes,
            &Protobuf::<RawHeader>::encode_vec(self.header.clone()),
        );
        bytes.extend_from_slice(&self.root);
        put_length(&mut bytes, self.txs.len());
        for tx in &self.txs {
            put_bytes(&mut bytes, tx);
        }
        put_length(&mut bytes, self.results.len());
        for result in &self.results {
            bytes.extend_from_slice(&result.code.to_be_bytes());
            bytes.extend_from_slice(&result.gas_wanted.to_be_bytes());
            bytes.extend_from_slice(&result.gas_used.to_be_bytes());
            put_bytes(&mut bytes, &result.data);
        }
        if let Some(commit) = &self.commit {
            put_bytes(&mut bytes, &encode_commit(commit));
        }
        bytes
    }

    /// Reads a record; only bytes that [`BlockRecord::encode`] gives are one.
    pub fn decode(bytes: &[u8]) -> Result<Self, RecordError> {
        let mut cursor = Cursor { bytes, offset: 0 };
        let [format] = cursor.array("format")?;
        if !(UNSIGNED_FORMAT..=RECORD_FORMAT).contains(&format) {
            return Err(RecordError::Format(format));
        }
        let header = decode_header(cursor.bytes("header")?)?;
        let root = cursor.array("root")?;
        let txs = cursor.list("transactions", |cursor| {
            cursor.bytes("transactions").map(<[u8]>::to_vec)
        })?;
        let results = cursor.list("results", decode_result)?;
        let commit = if format == RECORD_FORMAT {
            Some(decode_commit(cursor.bytes("commit")?)?)
        } else {
            None
        };
        let rest = bytes.len().saturating_sub(cursor.offset);
        if rest > 0 {
            return Err(RecordError::Trailing(rest));
        }
        let record = Self {
            header,
            txs,
            results,
            root,
            commit,
        };
        record.time_nanos()?;
        Ok(record)
    }
}

fn decode_header(bytes: &[u8]) -> Result<Header, RecordError> {
    let header = <Header as Protobuf<RawHeader>>::decode_vec(bytes)
        .map_err(|error| RecordError::Header(error.to_string()))?;
    // Protobuf admits other encodings of the same header, unknown fields among them.
    if Protobuf::<RawHeader>::encode_vec(header.clone()) != bytes {
        return Err(RecordError::Encoding);
    }
    Ok(header)
}

fn encode_commit(commit: &Commit) -> Vec<u8> {
    RawCommit::from(commit.clone()).encode_to_vec()
}

fn decode_commit(bytes: &[u8]) -> Result<Commit, RecordError> {
    let raw = RawCommit::decode(bytes).map_err(|error| RecordError::Commit(error.to_string()))?;
    let commit = Commit::try_from(raw).map_err(|error| RecordError::Commit(error.to_string()))?;
    if encode_commit(&commit) != bytes {
        return Err(RecordError::CommitEncoding);
    }
    Ok(commit)
}

fn decode_result(cursor: &mut Cursor<'_>) -> Result<ResultDigest, RecordError> {
    Ok(ResultDigest {
        code: u32::from_be_bytes(cursor.array("results")?),
        gas_wanted: u64::from_be_bytes(cursor.array("results")?),
        gas_used: u64::from_be_bytes(cursor.array("results")?),
        data: cursor.bytes("results")?.to_vec(),
    })
}

fn put_length(bytes: &mut Vec<u8>, length: usize) {
    // INVARIANT: a length in memory fits 64 bits.
    bytes.extend_from_slice(&u64::try_from(length).unwrap_or(u64::MAX).to_be_bytes());
}

fn put_bytes(bytes: &mut Vec<u8>, content: &[u8]) {
    put_length(bytes, content.len());
    bytes.extend_from_slice(content);
}

/// Reads from the front; every length is checked against what is left.
struct Cursor<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize, within: &'static str) -> Result<&'a [u8], RecordError> {
        let end = self.offset.checked_add(length);
        let part = end.and_then(|end| self.bytes.get(self.offset..end));
        let part = part.ok_or(RecordError::Truncated {
            offset: self.offset,
            within,
        })?;
        self.offset = self.offset.saturating_add(length);
        Ok(part)
    }

    fn array<const N: usize>(&mut self, within: &'static str) -> Result<[u8; N], RecordError> {
        let offset = self.offset;
        let part = self.take(N, within)?;
        part.try_into()
            .map_err(|_| RecordError::Truncated { offset, within })
    }

    fn length(&mut self, within: &'static str) -> Result<usize, RecordError> {
        let offset = self.offset;
        let length = u64::from_be_bytes(self.array(within)?);
        usize::try_from(length).map_err(|_| RecordError::Truncated { offset, within })
    }

    fn bytes(&mut self, within: &'static str) -> Result<&'a [u8], RecordError> {
        let length = self.length(within)?;
        self.take(length, within)
    }

    /// A count and that many items; memory grows with the items read, not with the count.
    fn list<T>(
        &mut self,
        within: &'static str,
        item: impl Fn(&mut Self) -> Result<T, RecordError>,
    ) -> Result<Vec<T>, RecordError> {
        let count = self.length(within)?;
        let mut items = Vec::new();
        for _ in 0..count {
            items.push(item(self)?);
        }
        Ok(items)
    }
}
