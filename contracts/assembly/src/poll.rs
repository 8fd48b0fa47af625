//! The poll's hash: what a signed ballot names beside the proposal's number, so that no ballot counts for another act,
//! another electorate, another window, another trust or a chain that was begun anew (R49).
//!
//! ```text
//! poll_hash = sha256("commons/poll/1" ‖ len64(act) ‖ act as JSON ‖ be64(electorate height) ‖ be64(opens)
//!                    ‖ be64(closes) ‖ journal head after the Propose)
//! ```

use commons_common::assembly::Act;
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::{StdResult, to_json_vec};
use sha2::{Digest, Sha256};

const DOMAIN: &[u8] = b"commons/poll/1";

/// What a poll is about.
#[derive(Clone, Copy, Debug)]
pub struct Poll<'a> {
    /// What is decided.
    pub act: &'a Act,
    /// Whose roll counts: the one at the start of this block.
    pub electorate_height: u64,
    /// First second of the poll.
    pub opens: UnixTime,
    /// First second after it.
    pub closes: UnixTime,
    /// The assembly's journal with the proposing message as last entry.
    pub journal_head: &'a Hash,
}

impl Poll<'_> {
    /// The poll's hash.
    ///
    /// # Errors
    /// Serialisation errors of cosmwasm-std.
    pub fn hash(&self) -> StdResult<Hash> {
        let act = to_json_vec(self.act)?;
        // A usize is at most 64 bits wide on every target we build for, so the length is exact.
        let length = u64::try_from(act.len()).unwrap_or(u64::MAX);
        let mut hasher = Sha256::new();
        hasher.update(DOMAIN);
        hasher.update(length.to_be_bytes());
        hasher.update(&act);
        hasher.update(self.electorate_height.to_be_bytes());
        hasher.update(self.opens.0.to_be_bytes());
        hasher.update(self.closes.0.to_be_bytes());
        hasher.update(self.journal_head.0);
        Ok(Hash(hasher.finalize().into()))
    }
}
