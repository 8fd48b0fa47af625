//! Bounds of every list, so that no query grows with the trust (CWA-2023-003).

/// Entries in an answer that asked for no particular number.
pub const DEFAULT_LIMIT: u32 = 30;
/// Entries in any answer at most.
pub const MAX_LIMIT: u32 = 100;
/// Items in one batch message or one batch query at most: what one `ed25519_batch_verify` call takes.
pub const MAX_BATCH: usize = 256;

/// The number of entries to answer with.
#[must_use]
pub fn limit(asked: Option<u32>) -> usize {
    let entries = asked.unwrap_or(DEFAULT_LIMIT).min(MAX_LIMIT);
    usize::try_from(entries).unwrap_or(usize::MAX)
}
