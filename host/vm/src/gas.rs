//! Owns the unit of work, cosmwasm gas; it must never wrap around.

use std::fmt;

/// An amount of cosmwasm gas; the price list aims at 10^12 a second.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Gas(pub u64);

impl Gas {
    /// No gas.
    pub const ZERO: Gas = Gas(0);
    /// The largest amount that can be named.
    pub const MAX: Gas = Gas(u64::MAX);

    /// The sum, at most [`Gas::MAX`].
    #[must_use]
    pub fn saturating_add(self, other: Gas) -> Gas {
        Gas(self.0.saturating_add(other.0))
    }

    /// The difference, at least [`Gas::ZERO`].
    #[must_use]
    pub fn saturating_sub(self, other: Gas) -> Gas {
        Gas(self.0.saturating_sub(other.0))
    }

    /// The sum, or nothing when it exceeds 64 bits.
    #[must_use]
    pub fn checked_add(self, other: Gas) -> Option<Gas> {
        self.0.checked_add(other.0).map(Gas)
    }
}

impl fmt::Display for Gas {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What one backend operation costs, both parts in cosmwasm gas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GasInfo {
    /// Work done for the contract that nobody else has charged yet.
    pub cost: Gas,
    /// Gas that the chain has already counted on its own meter, converted to cosmwasm gas.
    pub externally_used: Gas,
}

impl GasInfo {
    /// An operation without a price.
    #[must_use]
    pub const fn free() -> Self {
        Self {
            cost: Gas::ZERO,
            externally_used: Gas::ZERO,
        }
    }

    /// An operation the VM has to charge for.
    #[must_use]
    pub const fn with_cost(cost: Gas) -> Self {
        Self {
            cost,
            externally_used: Gas::ZERO,
        }
    }

    /// An operation the chain has charged for.
    #[must_use]
    pub const fn with_externally_used(externally_used: Gas) -> Self {
        Self {
            cost: Gas::ZERO,
            externally_used,
        }
    }
}
