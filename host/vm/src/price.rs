//! Owns the price list of the VM (CosmWasm 3.0 gas schedule); it must never change under a running chain.

use crate::gas::Gas;

/// One wasm operator that is neither a branch nor the end of one.
pub(crate) const OPERATOR: u64 = 115;
/// One operator at which gas is taken: branches, their targets, calls and returns.
pub(crate) const ACCOUNTING_OPERATOR: u64 = OPERATOR * 14;
/// Declared locals up to this number are free at function entry.
pub(crate) const FREE_LOCALS: u64 = 29;
/// Entering any import.
pub(crate) const HOST_CALL: Gas = Gas(18_000);

/// One microsecond at the target of 10^12 gas a second.
const MICROSECOND: u64 = 1_000_000;

pub(crate) const SECP256K1_VERIFY: Gas = Gas(96 * MICROSECOND);
pub(crate) const SECP256K1_RECOVER: Gas = Gas(194 * MICROSECOND);
pub(crate) const SECP256R1_VERIFY: Gas = Gas(279 * MICROSECOND);
pub(crate) const SECP256R1_RECOVER: Gas = Gas(592 * MICROSECOND);
pub(crate) const ED25519_VERIFY: Gas = Gas(35 * MICROSECOND);
pub(crate) const BLS_HASH_TO_G1: Gas = Gas(563 * MICROSECOND);
pub(crate) const BLS_HASH_TO_G2: Gas = Gas(871 * MICROSECOND);

pub(crate) const ED25519_BATCH: Linear = Linear::new(24 * MICROSECOND, 21 * MICROSECOND);
pub(crate) const ED25519_BATCH_ONE_KEY: Linear = Linear::new(36 * MICROSECOND, 10 * MICROSECOND);
pub(crate) const BLS_AGGREGATE_G1: Linear = Linear::new(68 * MICROSECOND, 12 * MICROSECOND);
pub(crate) const BLS_AGGREGATE_G2: Linear =
    Linear::new(207 * MICROSECOND / 2, 49 * MICROSECOND / 2);
pub(crate) const BLS_PAIRING: Linear = Linear::new(2_112 * MICROSECOND, 163 * MICROSECOND);

/// Writing bytes into a region, per byte.
pub(crate) const WRITE_REGION: Linear = Linear::new(230_000, 570);
/// Checking that bytes are text, per byte.
pub(crate) const STRING_FROM_BYTES: Linear = Linear::new(28_700, 1_400);

const READ_REGION_SMALL: Linear = Linear::new(200_000, 115);
const READ_REGION_LARGE: Linear = Linear::new(0, 520);
/// Regions above this many bytes are read at the large price.
const READ_REGION_THRESHOLD: u64 = 8_000_000;

/// A price with a fixed part and a part for each item.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Linear {
    base: u64,
    per_item: u64,
}

impl Linear {
    const fn new(base: u64, per_item: u64) -> Self {
        Self { base, per_item }
    }

    /// The price of `items`; beyond 64 bits it is [`Gas::MAX`], which no call can pay.
    pub(crate) fn of(self, items: usize) -> Gas {
        let items = u64::try_from(items).unwrap_or(u64::MAX);
        Gas(self
            .base
            .saturating_add(self.per_item.saturating_mul(items)))
    }
}

/// The price of copying a region of `length` bytes out of the contract.
pub(crate) fn read_region(length: u32) -> Gas {
    let items = usize::try_from(length).unwrap_or(usize::MAX);
    if u64::from(length) <= READ_REGION_THRESHOLD {
        READ_REGION_SMALL.of(items)
    } else {
        READ_REGION_LARGE.of(items)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_large_price_starts_above_eight_million_bytes() {
        assert_eq!(read_region(0), Gas(200_000));
        assert_eq!(read_region(8_000_000), Gas(200_000 + 115 * 8_000_000));
        assert_eq!(read_region(8_000_001), Gas(520 * 8_000_001));
    }

    #[test]
    fn a_price_beyond_64_bits_saturates() {
        assert_eq!(Linear::new(1, u64::MAX).of(2), Gas::MAX);
    }
}
