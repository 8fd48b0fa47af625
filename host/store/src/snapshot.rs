//! Owns reading at one height. A snapshot never sees a later block, however long it is held.

use std::ops::Bound;

use redb::{ReadOnlyTable, ReadTransaction, ReadableTable};

use crate::store::{BLOCKS, STATE};
use crate::{Entries, Root, StoreError, blocks};

/// The state as of the last block committed when the snapshot was taken.
pub struct Snapshot {
    height: u64,
    root: Root,
    state: ReadOnlyTable<&'static [u8], &'static [u8]>,
}

impl Snapshot {
    pub(crate) fn new(read: &ReadTransaction) -> Result<Self, StoreError> {
        let log = read.open_table(BLOCKS)?;
        let (height, entry) = log
            .last()?
            .ok_or(StoreError::Incomplete("its genesis record"))?;
        let height = height.value();
        let root = blocks::decode(height, entry.value())?.root;
        Ok(Self {
            height,
            root,
            state: read.open_table(STATE)?,
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
        Ok(self.state.get(key)?.map(|value| value.value().to_vec()))
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
        if end.is_some_and(|end| end <= start) {
            return Ok(Entries::new());
        }
        let bounds = (
            Bound::Included(start),
            end.map_or(Bound::Unbounded, Bound::Excluded),
        );
        let mut range = self.state.range::<&[u8]>(bounds)?;
        let mut entries = Entries::new();
        while entries.len() < limit {
            let next = if ascending {
                range.next()
            } else {
                range.next_back()
            };
            let Some(entry) = next else { break };
            let (key, value) = entry?;
            entries.push((key.value().to_vec(), value.value().to_vec()));
        }
        Ok(entries)
    }
}
