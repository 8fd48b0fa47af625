//! Owns a table whose past is kept for a while: what each block replaced, found by key and height. It never knows what
//! the keys and values mean, nor how long is a while.
//!
//! The entries of now lie flat in one table, so that the latest state costs one look-up and nothing else. Beside it
//! stands what was replaced: the value of a key at a height is the one that the next change after it replaced, or the
//! one of now if there was no such change. A list of the keys that a block changed finds what to drop when its height
//! leaves the window, and what to put back.

use std::ops::Bound;

use redb::{
    ReadOnlyTable, ReadTransaction, ReadableTable, Table, TableDefinition, WriteTransaction,
};

use crate::{Entries, StoreError};

type Key = (&'static [u8], u64);
pub(crate) type Now = TableDefinition<'static, &'static [u8], &'static [u8]>;

/// The three tables of something with a past.
#[derive(Clone, Copy)]
pub(crate) struct Versions {
    /// Key to value.
    pub(crate) now: Now,
    /// Key and height of a block to the value which that block replaced, none where there was no value.
    pub(crate) past: TableDefinition<'static, Key, Option<&'static [u8]>>,
    /// Height of a block to the keys that it changed, packed.
    pub(crate) replaced: TableDefinition<'static, u64, &'static [u8]>,
}

impl Versions {
    /// Writes the changes of the block of `height`; what they replace stays, and what is needed only below `first`
    /// goes.
    pub(crate) fn write<'c>(
        &self,
        write: &WriteTransaction,
        height: u64,
        first: u64,
        changes: impl Iterator<Item = (&'c [u8], Option<&'c [u8]>)>,
    ) -> Result<(), StoreError> {
        let mut now = write.open_table(self.now)?;
        if first < height {
            let mut past = write.open_table(self.past)?;
            let mut keys = Vec::new();
            for (key, value) in changes {
                let old = put(&mut now, key, value)?;
                if old.as_deref() != value {
                    past.insert((key, height), old.as_deref())?;
                    pack(&mut keys, key);
                }
            }
            let mut replaced = write.open_table(self.replaced)?;
            replaced.insert(height, keys.as_slice())?;
        } else {
            for (key, value) in changes {
                match value {
                    Some(value) => drop(now.insert(key, value)?),
                    None => drop(now.remove(key)?),
                }
            }
        }
        self.prune(write, first)
    }

    /// Drops what only heights below `first` need.
    pub(crate) fn prune(&self, write: &WriteTransaction, first: u64) -> Result<(), StoreError> {
        let mut replaced = write.open_table(self.replaced)?;
        let mut past = write.open_table(self.past)?;
        while let Some((height, keys)) = oldest(&replaced, first)? {
            for key in unpack(&keys) {
                past.remove((key?, height))?;
            }
            replaced.remove(height)?;
        }
        Ok(())
    }

    /// Puts back what the blocks above `height` replaced.
    pub(crate) fn rewind(&self, write: &WriteTransaction, height: u64) -> Result<(), StoreError> {
        let mut now = write.open_table(self.now)?;
        let mut past = write.open_table(self.past)?;
        let mut replaced = write.open_table(self.replaced)?;
        while let Some((above, keys)) = newest(&replaced, height)? {
            for key in unpack(&keys) {
                let key = key?;
                let old = past
                    .remove((key, above))?
                    .map(|old| old.value().map(<[u8]>::to_vec))
                    .ok_or(StoreError::Incomplete("a value of the past"))?;
                put(&mut now, key, old.as_deref())?;
            }
            replaced.remove(above)?;
        }
        Ok(())
    }

    /// Empties all three tables.
    pub(crate) fn clear(&self, write: &WriteTransaction) -> Result<(), StoreError> {
        write.delete_table(self.now)?;
        write.delete_table(self.past)?;
        write.delete_table(self.replaced)?;
        Ok(())
    }

    /// The entries of now, for reading.
    pub(crate) fn now(&self, read: &ReadTransaction) -> Result<View, StoreError> {
        Ok(View {
            now: read.open_table(self.now)?,
            past: None,
        })
    }

    /// The entries after the block of `height`, which the window must reach.
    pub(crate) fn at(&self, read: &ReadTransaction, height: u64) -> Result<View, StoreError> {
        let past = read.open_table(self.past)?;
        Ok(View {
            past: Some((past, height.saturating_add(1))),
            ..self.now(read)?
        })
    }
}

fn put(
    now: &mut Table<'_, &'static [u8], &'static [u8]>,
    key: &[u8],
    value: Option<&[u8]>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let old = match value {
        Some(value) => now.insert(key, value)?,
        None => now.remove(key)?,
    };
    Ok(old.map(|old| old.value().to_vec()))
}

type Replaced<'a> = Table<'a, u64, &'static [u8]>;

fn oldest(replaced: &Replaced<'_>, first: u64) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    let entry = replaced
        .first()?
        .map(|(height, keys)| (height.value(), keys));
    Ok(entry
        .filter(|(height, _)| *height <= first)
        .map(|(height, keys)| (height, keys.value().to_vec())))
}

fn newest(replaced: &Replaced<'_>, above: u64) -> Result<Option<(u64, Vec<u8>)>, StoreError> {
    let entry = replaced
        .last()?
        .map(|(height, keys)| (height.value(), keys));
    Ok(entry
        .filter(|(height, _)| *height > above)
        .map(|(height, keys)| (height, keys.value().to_vec())))
}

/// Appends a key: its length in 8 bytes, big-endian, then its bytes.
fn pack(keys: &mut Vec<u8>, key: &[u8]) {
    // INVARIANT: a length in memory is below 2^64.
    let length = u64::try_from(key.len()).unwrap_or(u64::MAX);
    keys.extend_from_slice(&length.to_be_bytes());
    keys.extend_from_slice(key);
}

/// The keys of a packed list.
pub(crate) fn unpack(mut keys: &[u8]) -> impl Iterator<Item = Result<&[u8], StoreError>> {
    std::iter::from_fn(move || {
        if keys.is_empty() {
            return None;
        }
        let split = keys.split_first_chunk::<8>().and_then(|(length, rest)| {
            rest.split_at_checked(usize::try_from(u64::from_be_bytes(*length)).ok()?)
        });
        let Some((key, rest)) = split else {
            keys = &[];
            return Some(Err(StoreError::Incomplete("a list of changed keys")));
        };
        keys = rest;
        Some(Ok(key))
    })
}

/// A key and its value.
type Entry = (Vec<u8>, Vec<u8>);

/// What blocks replaced.
type Past = ReadOnlyTable<Key, Option<&'static [u8]>>;

/// Entries as of one height.
pub(crate) struct View {
    now: ReadOnlyTable<&'static [u8], &'static [u8]>,
    /// What was replaced, and the first height that counts as later.
    past: Option<(Past, u64)>,
}

impl View {
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        if let Some(replaced) = self.replaced(key)? {
            return Ok(replaced);
        }
        Ok(self.now.get(key)?.map(|value| value.value().to_vec()))
    }

    /// What a later block replaced under `key`; the outer `None` if no later block changed it.
    fn replaced(&self, key: &[u8]) -> Result<Option<Option<Vec<u8>>>, StoreError> {
        let Some((past, later)) = &self.past else {
            return Ok(None);
        };
        let mut changes = past.range::<KeyAt<'_>>((key, *later)..=(key, u64::MAX))?;
        Ok(match changes.next() {
            Some(change) => Some(change?.1.value().map(<[u8]>::to_vec)),
            None => None,
        })
    }

    /// Up to `limit` entries from `start` to before `end`, up or down.
    pub(crate) fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        ascending: bool,
        limit: usize,
    ) -> Result<Entries, StoreError> {
        let mut entries = Entries::new();
        if end.is_some_and(|end| end <= start) {
            return Ok(entries);
        }
        if self.past.is_none() {
            return self.range_now(start, end, ascending, limit);
        }
        let mut walk = Walk::new(self, start, end, ascending)?;
        while entries.len() < limit {
            let Some(key) = walk.next_key()? else { break };
            let value = match self.replaced(&key)? {
                Some(replaced) => replaced,
                None => walk.value_now(&key),
            };
            if let Some(value) = value {
                entries.push((key, value));
            }
        }
        Ok(entries)
    }

    fn range_now(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        ascending: bool,
        limit: usize,
    ) -> Result<Entries, StoreError> {
        let mut range = self.now.range::<&[u8]>(bounds(start, end))?;
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

fn bounds<'a>(start: &'a [u8], end: Option<&'a [u8]>) -> (Bound<&'a [u8]>, Bound<&'a [u8]>) {
    (
        Bound::Included(start),
        end.map_or(Bound::Unbounded, Bound::Excluded),
    )
}

/// A key of the table of replaced values, borrowed.
type KeyAt<'a> = (&'a [u8], u64);

/// The keys of a range in order: those of now and those that were replaced later.
struct Walk<'v> {
    view: &'v View,
    now: redb::Range<'static, &'static [u8], &'static [u8]>,
    ascending: bool,
    /// Next entry of now.
    entry: Option<(Vec<u8>, Vec<u8>)>,
    /// Next key that was replaced.
    gone: Option<Vec<u8>>,
    start: Vec<u8>,
    end: Option<Vec<u8>>,
    /// The entry of now under the key that was given last.
    given: Option<(Vec<u8>, Vec<u8>)>,
}

impl<'v> Walk<'v> {
    fn new(
        view: &'v View,
        start: &[u8],
        end: Option<&[u8]>,
        ascending: bool,
    ) -> Result<Self, StoreError> {
        let mut walk = Self {
            view,
            now: view.now.range::<&[u8]>(bounds(start, end))?,
            ascending,
            entry: None,
            gone: None,
            start: start.to_vec(),
            end: end.map(<[u8]>::to_vec),
            given: None,
        };
        walk.entry = walk.step()?;
        walk.gone = walk.seek(None)?;
        Ok(walk)
    }

    /// The next key of either kind.
    fn next_key(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        let key = match (&self.entry, &self.gone) {
            (None, None) => return Ok(None),
            (Some((key, _)), None) | (None, Some(key)) => key,
            (Some((one, _)), Some(other)) if (one <= other) == self.ascending => one,
            (Some((one, _)), Some(other)) if one == other => one,
            (Some(_), Some(other)) => other,
        }
        .clone();
        self.given = None;
        if self.entry.as_ref().is_some_and(|(now, _)| *now == key) {
            self.given = self.entry.take();
            self.entry = self.step()?;
        }
        if self.gone.as_ref() == Some(&key) {
            self.gone = self.seek(Some(&key))?;
        }
        Ok(Some(key))
    }

    /// The value of now under the key that was given last.
    fn value_now(&mut self, key: &[u8]) -> Option<Vec<u8>> {
        let (given, value) = self.given.take()?;
        (given == key).then_some(value)
    }

    fn step(&mut self) -> Result<Option<Entry>, StoreError> {
        let next = if self.ascending {
            self.now.next()
        } else {
            self.now.next_back()
        };
        let Some(entry) = next else { return Ok(None) };
        let (key, value) = entry?;
        Ok(Some((key.value().to_vec(), value.value().to_vec())))
    }

    /// The next replaced key behind `after`, or the first of the range.
    fn seek(&self, after: Option<&[u8]>) -> Result<Option<Vec<u8>>, StoreError> {
        let Some((past, _)) = &self.view.past else {
            return Ok(None);
        };
        let mut lower = Bound::Included((self.start.as_slice(), 0));
        // Heights start at 1, so that (end, 0) lies before every change of the key `end`.
        let mut upper =
            (self.end.as_deref()).map_or(Bound::Unbounded, |end| Bound::Excluded((end, 0)));
        match after {
            Some(key) if self.ascending => lower = Bound::Excluded((key, u64::MAX)),
            Some(key) => upper = Bound::Excluded((key, 0)),
            None => {}
        }
        let mut range = past.range::<KeyAt<'_>>((lower, upper))?;
        let next = if self.ascending {
            range.next()
        } else {
            range.next_back()
        };
        let Some(entry) = next else { return Ok(None) };
        let key = entry?.0;
        Ok(Some(key.value().0.to_vec()))
    }
}
