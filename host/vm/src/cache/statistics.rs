//! Owns the counters of the compiled contracts; they must never influence anything, and never overflow.

/// What became of the contracts that were asked for, and how many are held. Counters stop at `u64::MAX`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CacheStatistics {
    /// Found among the pinned ones.
    pub hits_pinned: u64,
    /// Found in memory, or made by another thread while this one waited.
    pub hits_memory: u64,
    /// Found on disk and loaded.
    pub hits_disk: u64,
    /// Compiled, with or without success.
    pub compilations: u64,
    /// Dropped from memory to make room.
    pub evictions: u64,
    /// Files that were doubted, removed as far as possible, and compiled again.
    pub discarded: u64,
    /// Times that the directory could not be used; each cost a compilation, now or later.
    pub disk_failures: u64,
    /// Held until unpinned.
    pub pinned: Held,
    /// Held as long as there is room.
    pub recent: Held,
}

/// How much is held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Number of contracts.
    pub codes: u64,
    /// Bytes of their compiled images and their wasm.
    pub bytes: u64,
}

impl Held {
    pub(super) fn new(codes: usize, bytes: u64) -> Self {
        let codes = u64::try_from(codes).unwrap_or(u64::MAX);
        Self { codes, bytes }
    }
}

/// Adds one, up to the largest number.
pub(super) fn count(counter: &mut u64) {
    add(counter, 1);
}

/// Adds several, up to the largest number.
pub(super) fn add(counter: &mut u64, several: u64) {
    *counter = counter.saturating_add(several);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// W18 (CWA-2023-001).
    #[test]
    fn w18_a_full_counter_stays_full() {
        let mut counter = u64::MAX - 1;
        count(&mut counter);
        count(&mut counter);
        add(&mut counter, u64::MAX);
        assert_eq!(counter, u64::MAX);
    }
}
