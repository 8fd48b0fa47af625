//! Owns the log file: the block log of a chain as one stream that can be carried elsewhere. It never reads inside a
//! record and never allocates by a length that the stream merely claims.
//!
//! ```text
//! header  magic "COMMONSLOG" · format u16 · length of the chain id u16 · chain id (UTF-8)
//! record  0x01 · height u64 · length u64 · bytes · digest (32 bytes)
//! end     0x02 · number of records u64 · digest (32 bytes)
//! ```
//!
//! Integers are big-endian. Heights start at 0 (the genesis record) and rise by one. Each digest is the SHA-256 of the
//! digest before it and of everything between the two; the first one follows the header in place of a digest. So a
//! flipped byte, a missing, moved or foreign record is found at the record where it stands, and a file cut off between
//! two records is found by the missing end.

use std::io::{self, Read, Write};

use sha2::{Digest, Sha256};

use crate::{MAX_RECORD_BYTES, Store, StoreError};

/// Number of the log format.
pub const LOG_FORMAT: u16 = 1;

const MAGIC: &[u8; 10] = b"COMMONSLOG";
const RECORD: u8 = 1;
const END: u8 = 2;
/// Longest chain id, in bytes, as CometBFT has it.
const MAX_CHAIN_ID_BYTES: usize = 50;

/// Why a log file could not be written or is not accepted. `offset` counts bytes from the start of the file.
#[derive(Debug, thiserror::Error)]
pub enum LogError {
    /// The stream does not start as a log file does.
    #[error("this is not a block log: it does not start with the letters COMMONSLOG")]
    NotALog,
    /// A log of another format.
    #[error(
        "the block log is in format {0}, this program reads format {LOG_FORMAT}; use the release that wrote it"
    )]
    Format(u16),
    /// The chain id is not text of at most 50 bytes.
    #[error("the block log's chain id is not text of 1 to {MAX_CHAIN_ID_BYTES} bytes")]
    ChainId,
    /// The stream ends too early.
    #[error("the block log is cut off at byte {offset}, in {within}; get the file again")]
    Truncated {
        /// Where the next byte was expected.
        offset: u64,
        /// `the header`, `block 7`, or `the end mark`.
        within: String,
    },
    /// A byte that starts neither a record nor the end.
    #[error(
        "the block log is damaged at byte {offset}: neither a block nor the end follows block {after:?}"
    )]
    Tag {
        /// Where the byte stands.
        offset: u64,
        /// Last height read before it.
        after: Option<u64>,
    },
    /// Heights do not rise by one from 0.
    #[error("the block log has block {found} at byte {offset} where block {expected} belongs")]
    Order {
        /// Where the record starts.
        offset: u64,
        /// Height that is next.
        expected: u64,
        /// Height found.
        found: u64,
    },
    /// A record claims more than [`MAX_RECORD_BYTES`].
    #[error(
        "block {height} at byte {offset} of the block log claims {length} bytes, at most {MAX_RECORD_BYTES} are read"
    )]
    TooLong {
        /// Where the record starts.
        offset: u64,
        /// Its height.
        height: u64,
        /// The length it claims.
        length: u64,
    },
    /// A digest does not fit what stands before it.
    #[error("{what} of the block log, at byte {offset}, was altered: its digest does not fit")]
    Digest {
        /// Where the record or the end mark starts.
        offset: u64,
        /// `block 7` or `the end mark`.
        what: String,
    },
    /// The end mark counts another number of records.
    #[error("the block log has {found} records, its end mark at byte {offset} says {stated}")]
    Count {
        /// Where the end mark starts.
        offset: u64,
        /// Number in the end mark.
        stated: u64,
        /// Number of records read.
        found: u64,
    },
    /// Something follows the end mark.
    #[error("the block log goes on after its end mark, at byte {0}")]
    Trailing(u64),
    /// The stream could not be read or written.
    #[error("the block log could not be read or written: {0}")]
    Io(#[from] io::Error),
    /// The store could not be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Writes the log of `store`, from the genesis record to the last block, to `out`; returns the number of records.
pub fn export(store: &Store, out: impl Write) -> Result<u64, LogError> {
    let last = store.height()?;
    let mut writer = Writer::new(out, store.chain_id())?;
    for height in 0..=last {
        let record = store.record(height)?.ok_or(StoreError::DamagedBlock {
            height,
            what: "it is missing",
        })?;
        writer.append(&record)?;
    }
    writer.finish()
}

/// Writes a log file record by record.
pub struct Writer<W> {
    out: W,
    digest: [u8; 32],
    next: u64,
}

impl<W: Write> Writer<W> {
    /// Writes the header of the log of `chain_id`.
    pub fn new(mut out: W, chain_id: &str) -> Result<Self, LogError> {
        let length = u16::try_from(chain_id.len()).map_err(|_| LogError::ChainId)?;
        if chain_id.is_empty() || chain_id.len() > MAX_CHAIN_ID_BYTES {
            return Err(LogError::ChainId);
        }
        let header = [
            MAGIC.as_slice(),
            &LOG_FORMAT.to_be_bytes(),
            &length.to_be_bytes(),
            chain_id.as_bytes(),
        ]
        .concat();
        out.write_all(&header)?;
        Ok(Self {
            out,
            digest: Sha256::digest(&header).into(),
            next: 0,
        })
    }

    /// Writes the record of the next height, starting with 0.
    pub fn append(&mut self, record: &[u8]) -> Result<(), LogError> {
        let length = u64::try_from(record.len()).unwrap_or(u64::MAX);
        if record.len() > MAX_RECORD_BYTES {
            return Err(LogError::TooLong {
                offset: 0,
                height: self.next,
                length,
            });
        }
        let head = record_head(self.next, length);
        self.digest = chained(&self.digest, &[&head, record]);
        self.out.write_all(&head)?;
        self.out.write_all(record)?;
        self.out.write_all(&self.digest)?;
        self.next = self.next.saturating_add(1);
        Ok(())
    }

    /// Writes the end mark and flushes; returns the number of records.
    pub fn finish(mut self) -> Result<u64, LogError> {
        let end = end_head(self.next);
        self.out.write_all(&end)?;
        self.out.write_all(&chained(&self.digest, &[&end]))?;
        self.out.flush()?;
        Ok(self.next)
    }
}

/// Reads a log file record by record, checking order and digests on the way.
pub struct Reader<R> {
    input: R,
    chain_id: String,
    offset: u64,
    digest: [u8; 32],
    next: u64,
    done: bool,
}

impl<R: Read> Reader<R> {
    /// Reads the header.
    pub fn new(input: R) -> Result<Self, LogError> {
        let mut reader = Self {
            input,
            chain_id: String::new(),
            offset: 0,
            digest: [0; 32],
            next: 0,
            done: false,
        };
        let within = || "the header".to_owned();
        let magic = reader.exact::<10>(within).map_err(|error| match error {
            LogError::Truncated { .. } => LogError::NotALog,
            other => other,
        })?;
        if &magic != MAGIC {
            return Err(LogError::NotALog);
        }
        let format = reader.exact::<2>(within)?;
        if u16::from_be_bytes(format) != LOG_FORMAT {
            return Err(LogError::Format(u16::from_be_bytes(format)));
        }
        let length = reader.exact::<2>(within)?;
        if !(1..=MAX_CHAIN_ID_BYTES).contains(&usize::from(u16::from_be_bytes(length))) {
            return Err(LogError::ChainId);
        }
        let id = reader.bytes(u64::from(u16::from_be_bytes(length)), within)?;
        reader.digest = Sha256::digest([magic.as_slice(), &format, &length, &id].concat()).into();
        reader.chain_id = String::from_utf8(id).map_err(|_| LogError::ChainId)?;
        Ok(reader)
    }

    /// Chain id in the header.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    /// The next height and record, or `None` after a correct end. After an error nothing more is read.
    pub fn record(&mut self) -> Result<Option<(u64, Vec<u8>)>, LogError> {
        if self.done {
            return Ok(None);
        }
        let read = self.read_record();
        self.done = !matches!(read, Ok(Some(_)));
        read
    }

    fn read_record(&mut self) -> Result<Option<(u64, Vec<u8>)>, LogError> {
        let (offset, height) = (self.offset, self.next);
        let [tag] = self.exact::<1>(|| "the end mark, which is missing".to_owned())?;
        match tag {
            RECORD => self
                .read_block(offset, height)
                .map(|record| Some((height, record))),
            END => self.read_end(offset).map(|()| None),
            _ => Err(LogError::Tag {
                offset,
                after: height.checked_sub(1),
            }),
        }
    }

    fn read_block(&mut self, offset: u64, height: u64) -> Result<Vec<u8>, LogError> {
        let within = || format!("block {height}");
        let found = u64::from_be_bytes(self.exact(within)?);
        if found != height {
            return Err(LogError::Order {
                offset,
                expected: height,
                found,
            });
        }
        let length = u64::from_be_bytes(self.exact(within)?);
        if usize::try_from(length).map_or(true, |length| length > MAX_RECORD_BYTES) {
            return Err(LogError::TooLong {
                offset,
                height,
                length,
            });
        }
        let record = self.bytes(length, within)?;
        self.digest = chained(&self.digest, &[&record_head(height, length), &record]);
        if self.exact::<32>(within)? != self.digest {
            return Err(LogError::Digest {
                offset,
                what: within(),
            });
        }
        self.next = height.saturating_add(1);
        Ok(record)
    }

    fn read_end(&mut self, offset: u64) -> Result<(), LogError> {
        let within = || "the end mark".to_owned();
        let stated = u64::from_be_bytes(self.exact(within)?);
        if self.exact::<32>(within)? != chained(&self.digest, &[&end_head(stated)]) {
            return Err(LogError::Digest {
                offset,
                what: within(),
            });
        }
        if stated != self.next {
            return Err(LogError::Count {
                offset,
                stated,
                found: self.next,
            });
        }
        match self.exact::<1>(within) {
            Err(LogError::Truncated { .. }) => Ok(()),
            Err(other) => Err(other),
            Ok(_) => Err(LogError::Trailing(self.offset.saturating_sub(1))),
        }
    }

    fn exact<const N: usize>(&mut self, within: impl Fn() -> String) -> Result<[u8; N], LogError> {
        let mut bytes = [0; N];
        let mut filled = 0;
        while let Some(rest) = bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.input.read(rest) {
                Ok(0) => {
                    return Err(LogError::Truncated {
                        offset: self.offset,
                        within: within(),
                    });
                }
                Ok(read) => {
                    filled = filled.saturating_add(read);
                    self.offset = self
                        .offset
                        .saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(bytes)
    }

    /// Reads `length` bytes; memory grows with what arrives, not with what is claimed.
    fn bytes(&mut self, length: u64, within: impl Fn() -> String) -> Result<Vec<u8>, LogError> {
        let mut bytes = Vec::new();
        let read = self.input.by_ref().take(length).read_to_end(&mut bytes)?;
        let read = u64::try_from(read).unwrap_or(u64::MAX);
        self.offset = self.offset.saturating_add(read);
        if read < length {
            return Err(LogError::Truncated {
                offset: self.offset,
                within: within(),
            });
        }
        Ok(bytes)
    }
}

impl<R: Read> Iterator for Reader<R> {
    type Item = Result<(u64, Vec<u8>), LogError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.record().transpose()
    }
}

fn record_head(height: u64, length: u64) -> Vec<u8> {
    [
        [RECORD].as_slice(),
        &height.to_be_bytes(),
        &length.to_be_bytes(),
    ]
    .concat()
}

fn end_head(count: u64) -> Vec<u8> {
    [[END].as_slice(), &count.to_be_bytes()].concat()
}

fn chained(before: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    parts
        .iter()
        .fold(Sha256::new().chain_update(before), |hash, part| {
            hash.chain_update(part)
        })
        .finalize()
        .into()
}
