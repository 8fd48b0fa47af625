//! Owns reading at one height. A snapshot never sees another block, however long it is held.

use redb::{ReadTransaction, ReadableTable};

use crate::keep::Kept;
use crate::tables::{BLOCKS, META, STATE};
use crate::versions::View;
use crate::{Entries, Root, StoreError, blocks};

/// The state after one block: the last one when the snapshot was taken, or one before it.
pub struct Snapshot {
    height: u64,
    root: Root,
    state: View,
}

impl Snapshot {
    pub(crate) fn new(read: &ReadTransaction) -> Result<Self, StoreError> {
        let (height, root) = last(read)?;
        Ok(Self {
            height,
            root,
            state: STATE.now(read)?,
        })
    }

    /// The state after the block of `height`, if it is kept.
    pub(crate) fn at(read: &ReadTransaction, height: u64) -> Result<Self, StoreError> {
        let newest = Self::new(read)?;
        if height == newest.height {
            return Ok(newest);
        }
        let kept = Kept::read(&read.open_table(META)?, newest.height)?;
        let first = kept.history.first(newest.height);
        within("state", height, (first, newest.height))?;
        let log = read.open_table(BLOCKS)?;
        let entry = log.get(height)?.ok_or(StoreError::DamagedBlock {
            height,
            what: "it is missing",
        })?;
        Ok(Self {
            height,
            root: blocks::decode(height, entry.value())?.root,
            state: STATE.at(read, height)?,
        })
    }

    /// Height of the block whose state this is; 0 before the first block.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.height
    }

    /// Root of the state that is read here.
    #[must_use]
    pub fn root(&self) -> Root {
        self.root
    }

    /// Value of `key`, if it is in the state.
    pub fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.state.get(key)
    }

    /// Up to `limit` entries with `start <= key < end` (no upper bound without `end`), from the smallest key up or,
    /// with `ascending` false, from the largest down. A range whose end does not lie after its start is empty.
    pub fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        ascending: bool,
        limit: usize,
    ) -> Result<Entries, StoreError> {
        self.state.range(start, end, ascending, limit)
    }
}

/// Height and root of the last block.
pub(crate) fn last(read: &ReadTransaction) -> Result<(u64, Root), StoreError> {
    let log = read.open_table(BLOCKS)?;
    let (height, entry) = log
        .last()?
        .ok_or(StoreError::Incomplete("its genesis record"))?;
    let height = height.value();
    Ok((height, blocks::decode(height, entry.value())?.root))
}

/// Refuses a height outside of what is kept.
pub(crate) fn within(
    what: &'static str,
    height: u64,
    (first, last): (u64, u64),
) -> Result<(), StoreError> {
    if (first..=last).contains(&height) {
        return Ok(());
    }
    Err(StoreError::NotKept {
        what,
        height,
        first,
        last,
    })
}
