//! Owns which compiled contracts stay in memory: the pinned ones, and of the rest the most recently used up to a number of bytes.
//! It must never know what it holds, nor make an outcome depend on what it holds.

use std::collections::BTreeMap;

use super::statistics::Held;
use crate::checksum::Checksum;

/// Values with a size, found by checksum.
pub(super) struct Memory<V> {
    /// Bytes that the values which are not pinned may have together.
    limit: u64,
    pinned: BTreeMap<Checksum, Sized<V>>,
    recent: BTreeMap<Checksum, Recent<V>>,
    recent_bytes: u64,
    /// Who was used when; the first is the next to go.
    order: BTreeMap<u64, Checksum>,
    /// The time of this memory: it counts uses.
    uses: u64,
}

struct Sized<V> {
    value: V,
    bytes: u64,
}

struct Recent<V> {
    sized: Sized<V>,
    used: u64,
}

/// A value that was found, and where.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found<V> {
    Pinned(V),
    Recent(V),
}

impl<V: Clone> Memory<V> {
    pub(super) fn new(limit: u64) -> Self {
        Self {
            limit,
            pinned: BTreeMap::new(),
            recent: BTreeMap::new(),
            recent_bytes: 0,
            order: BTreeMap::new(),
            uses: 0,
        }
    }

    /// Finds a value and counts the use.
    pub(super) fn find(&mut self, checksum: &Checksum) -> Option<Found<V>> {
        if let Some(pinned) = self.pinned.get(checksum) {
            return Some(Found::Pinned(pinned.value.clone()));
        }
        let now = self.tick();
        let recent = self.recent.get_mut(checksum)?;
        self.order.remove(&recent.used);
        self.order.insert(now, *checksum);
        recent.used = now;
        Some(Found::Recent(recent.sized.value.clone()))
    }

    /// Takes a value in as the most recently used and returns how many others had to go. One that is larger than the limit, or
    /// pinned already, is not taken.
    pub(super) fn insert(&mut self, checksum: Checksum, value: V, bytes: u64) -> u64 {
        if bytes > self.limit || self.pinned.contains_key(&checksum) {
            return 0;
        }
        self.take_recent(&checksum);
        let evicted = self.make_room(bytes);
        let used = self.tick();
        self.order.insert(used, checksum);
        self.recent_bytes = self.recent_bytes.saturating_add(bytes);
        let sized = Sized { value, bytes };
        self.recent.insert(checksum, Recent { sized, used });
        evicted
    }

    /// Counts a value anew that may have grown since. Returns how many values had to go, this one among them if it is larger
    /// than the limit now.
    pub(super) fn measure(&mut self, checksum: &Checksum, bytes: u64) -> u64 {
        if let Some(pinned) = self.pinned.get_mut(checksum) {
            pinned.bytes = bytes;
            return 0;
        }
        match self.recent.get(checksum) {
            Some(recent) if recent.sized.bytes != bytes => {}
            _ => return 0,
        }
        let Some(Sized { value, .. }) = self.take_recent(checksum) else {
            return 0;
        };
        match bytes > self.limit {
            true => 1,
            false => self.insert(*checksum, value, bytes),
        }
    }

    /// Keeps a value until it is unpinned, beside the limit.
    pub(super) fn pin(&mut self, checksum: Checksum, value: V, bytes: u64) {
        if self.pinned.contains_key(&checksum) {
            return;
        }
        self.take_recent(&checksum);
        self.pinned.insert(checksum, Sized { value, bytes });
    }

    /// Makes a pinned value one like the others, the most recently used. Returns how many of those had to go.
    pub(super) fn unpin(&mut self, checksum: &Checksum) -> u64 {
        let Some(Sized { value, bytes }) = self.pinned.remove(checksum) else {
            return 0;
        };
        self.insert(*checksum, value, bytes)
    }

    pub(super) fn pinned(&self) -> Held {
        let bytes = self.pinned.values().map(|pinned| pinned.bytes);
        Held::new(self.pinned.len(), bytes.fold(0, u64::saturating_add))
    }

    pub(super) fn recent(&self) -> Held {
        Held::new(self.recent.len(), self.recent_bytes)
    }

    fn make_room(&mut self, bytes: u64) -> u64 {
        let mut evicted = 0_u64;
        while !self.has_room(bytes) {
            let Some((_, oldest)) = self.order.pop_first() else {
                break;
            };
            self.take_recent(&oldest);
            evicted = evicted.saturating_add(1);
        }
        evicted
    }

    fn has_room(&self, bytes: u64) -> bool {
        let sum = self.recent_bytes.checked_add(bytes);
        sum.is_some_and(|sum| sum <= self.limit)
    }

    fn take_recent(&mut self, checksum: &Checksum) -> Option<Sized<V>> {
        let Recent { sized, used } = self.recent.remove(checksum)?;
        self.order.remove(&used);
        self.recent_bytes = self.recent_bytes.saturating_sub(sized.bytes);
        Some(sized)
    }

    /// The next moment. 2^64 uses are out of reach, so no two moments are the same.
    fn tick(&mut self) -> u64 {
        self.uses = self.uses.saturating_add(1);
        self.uses
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const GIB: u64 = 1 << 30;

    fn key(byte: u8) -> Checksum {
        Checksum([byte; 32])
    }

    fn filled(limit: u64, entries: &[(u8, u64)]) -> Memory<u8> {
        let mut memory = Memory::new(limit);
        for (name, bytes) in entries {
            memory.insert(key(*name), *name, *bytes);
        }
        memory
    }

    fn names(memory: &Memory<u8>) -> Vec<u8> {
        memory
            .order
            .values()
            .map(|checksum| checksum.0[0])
            .collect()
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let mut memory = filled(30, &[(1, 10), (2, 10), (3, 10)]);
        assert_eq!(memory.find(&key(1)), Some(Found::Recent(1)));
        assert_eq!(memory.insert(key(4), 4, 10), 1);
        assert_eq!(names(&memory), [3, 1, 4]);
        assert_eq!(memory.find(&key(2)), None);
        assert_eq!(memory.recent(), Held::new(3, 30));
    }

    #[test]
    fn bytes_count_and_not_entries() {
        let mut memory = filled(30, &[(1, 1), (2, 1), (3, 28)]);
        assert_eq!(memory.insert(key(4), 4, 29), 3);
        assert_eq!(names(&memory), [4]);
        assert_eq!(memory.insert(key(5), 5, 1), 0);
        assert_eq!(memory.recent(), Held::new(2, 30));
    }

    #[test]
    fn what_is_larger_than_the_limit_drives_nothing_out() {
        let mut memory = filled(30, &[(1, 10)]);
        assert_eq!(memory.insert(key(2), 2, 31), 0);
        assert_eq!(names(&memory), [1]);
        let mut none = filled(0, &[(1, 1)]);
        assert_eq!(none.find(&key(1)), None);
    }

    #[test]
    fn the_same_entry_twice_counts_once() {
        let memory = filled(30, &[(1, 10), (1, 12)]);
        assert_eq!(memory.recent(), Held::new(1, 12));
        assert_eq!(names(&memory), [1]);
    }

    #[test]
    fn what_has_grown_is_counted_anew() {
        let mut memory = filled(30, &[(1, 10), (2, 10)]);
        assert_eq!(memory.measure(&key(1), 10), 0);
        assert_eq!(names(&memory), [1, 2], "nothing has changed");
        assert_eq!(memory.measure(&key(1), 19), 0);
        assert_eq!(memory.recent(), Held::new(2, 29));
        assert_eq!(memory.measure(&key(2), 12), 1);
        assert_eq!(names(&memory), [2]);
        assert_eq!(memory.measure(&key(2), 31), 1);
        assert_eq!(memory.recent(), Held::default());
        assert_eq!(memory.measure(&key(9), 5), 0);
        memory.pin(key(3), 3, 5);
        assert_eq!(memory.measure(&key(3), 50), 0);
        assert_eq!(memory.pinned(), Held::new(1, 50));
    }

    #[test]
    fn what_is_pinned_stays_beside_the_limit() {
        let mut memory = filled(20, &[(1, 10), (2, 10)]);
        memory.pin(key(1), 1, 10);
        memory.pin(key(1), 1, 10);
        assert_eq!(memory.pinned(), Held::new(1, 10));
        assert_eq!(memory.recent(), Held::new(1, 10));
        for name in 3..9 {
            memory.insert(key(name), name, 20);
        }
        assert_eq!(memory.find(&key(1)), Some(Found::Pinned(1)));
        assert_eq!(memory.unpin(&key(1)), 1, "it is one of the others again");
        assert_eq!(memory.find(&key(1)), Some(Found::Recent(1)));
        assert_eq!(memory.pinned(), Held::default());
        assert_eq!(memory.unpin(&key(77)), 0);
    }

    /// W18 (CWA-2023-001): sizes beyond 32 bits are counted, and sizes beyond 64 bits stop at the largest number.
    #[test]
    fn w18_more_than_four_gib_are_counted_and_no_sum_overflows() {
        let mut memory = filled(64 * GIB, &[(1, 5 * GIB), (2, 6 * GIB)]);
        assert_eq!(memory.recent(), Held::new(2, 11 * GIB));
        memory.pin(key(3), 3, u64::MAX - 1);
        memory.pin(key(4), 4, u64::MAX);
        assert_eq!(memory.pinned(), Held::new(2, u64::MAX));
        memory.unpin(&key(4));
        assert_eq!(memory.pinned(), Held::new(1, u64::MAX - 1));
        memory.unpin(&key(3));
        assert_eq!(memory.recent(), Held::new(2, 11 * GIB));
        let mut unlimited = filled(u64::MAX, &[(1, u64::MAX), (2, u64::MAX)]);
        assert_eq!(unlimited.find(&key(1)), None);
        assert_eq!(unlimited.find(&key(2)), Some(Found::Recent(2)));
        assert_eq!(unlimited.recent(), Held::new(1, u64::MAX));
    }
}
