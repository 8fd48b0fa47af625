//! Where replay gets its records from: a log file, or the log of a ledger directory. Checks digests; never reads inside a
//! record.

use std::cell::RefCell;
use std::io::{self, Read};
use std::rc::Rc;

use commons_store::log::{LogError, Reader};
use commons_store::{Store, StoreError};

use crate::error::AuditError;

/// Tag, height and length before the bytes of a record in a log file.
const HEAD: usize = 17;
/// Digest behind them.
const DIGEST: usize = 32;

/// Records in order of height, the genesis first.
pub(crate) trait Records {
    fn chain_id(&self) -> &str;
    fn next_record(&mut self) -> Result<Option<(u64, Vec<u8>)>, AuditError>;
    /// Height of the last record, where it is known.
    fn last(&self) -> Option<u64>;
    /// After an error: the bytes of the record whose digest does not fit.
    fn damaged(&self) -> Option<Vec<u8>>;
}

/// A log file. What was read of the current record is kept, to be able to say what was altered in it.
pub(crate) struct FromLog<R> {
    reader: Reader<Kept<R>>,
    seen: Rc<RefCell<Vec<u8>>>,
    altered: bool,
}

impl<R: Read> FromLog<R> {
    pub(crate) fn new(input: R) -> Result<Self, AuditError> {
        let seen = Rc::new(RefCell::new(Vec::new()));
        let kept = Kept {
            input,
            seen: Rc::clone(&seen),
        };
        Ok(Self {
            reader: Reader::new(kept)?,
            seen,
            altered: false,
        })
    }
}

impl<R: Read> Records for FromLog<R> {
    fn chain_id(&self) -> &str {
        self.reader.chain_id()
    }

    fn next_record(&mut self) -> Result<Option<(u64, Vec<u8>)>, AuditError> {
        self.seen.borrow_mut().clear();
        let record = self.reader.record();
        self.altered = matches!(record, Err(LogError::Digest { .. }));
        Ok(record?)
    }

    fn last(&self) -> Option<u64> {
        None
    }

    fn damaged(&self) -> Option<Vec<u8>> {
        let seen = self.seen.borrow();
        let end = seen.len().checked_sub(DIGEST).filter(|_| self.altered)?;
        seen.get(HEAD..end).map(<[u8]>::to_vec)
    }
}

/// A stream that keeps what passed since it was last emptied.
struct Kept<R> {
    input: R,
    seen: Rc<RefCell<Vec<u8>>>,
}

impl<R: Read> Read for Kept<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.seen
            .borrow_mut()
            .extend_from_slice(buffer.get(..read).unwrap_or_default());
        Ok(read)
    }
}

/// The log of a ledger directory; the store checks each record.
pub(crate) struct FromStore {
    store: Store,
    next: u64,
    last: u64,
}

impl FromStore {
    pub(crate) fn new(store: Store) -> Result<Self, AuditError> {
        let last = store.height()?;
        Ok(Self {
            store,
            next: 0,
            last,
        })
    }
}

impl Records for FromStore {
    fn chain_id(&self) -> &str {
        self.store.chain_id()
    }

    fn next_record(&mut self) -> Result<Option<(u64, Vec<u8>)>, AuditError> {
        let height = self.next;
        if height > self.last {
            return Ok(None);
        }
        let record = self.store.record(height)?;
        let record = record.ok_or(StoreError::DamagedBlock {
            height,
            what: "it is missing",
        })?;
        self.next = height.saturating_add(1);
        Ok(Some((height, record)))
    }

    fn last(&self) -> Option<u64> {
        Some(self.last)
    }

    fn damaged(&self) -> Option<Vec<u8>> {
        None
    }
}
