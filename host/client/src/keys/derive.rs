//! Secrets from a seed text, for demonstrations and tests only: who knows the seed knows every key. Owns the
//! derivation; never used for a key that guards anything.
//!
//! ```text
//! secret[i] = sha256(domain ‖ len64(seed) ‖ seed ‖ len64(label) ‖ label ‖ be32(i))
//! ```
//!
//! The first `i` from 0 whose secret is valid for the curve is taken; for secp256k1 all but about one in 2^128 are.

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// The `attempt`-th secret of `label` under `seed`.
pub fn secret(domain: &[u8], seed: &str, label: &str, attempt: u32) -> Zeroizing<[u8; 32]> {
    let mut hasher = Sha256::new();
    hasher.update(domain);
    for text in [seed, label] {
        // A usize is at most 64 bits wide on every target we build for, so the length is exact.
        let length = u64::try_from(text.len()).unwrap_or(u64::MAX);
        hasher.update(length.to_be_bytes());
        hasher.update(text.as_bytes());
    }
    hasher.update(attempt.to_be_bytes());
    Zeroizing::new(hasher.finalize().into())
}
