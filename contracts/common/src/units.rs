//! Units: basis points, seconds, instants, hashes. Integers only; nothing here rounds without saying which way.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Env, HexBinary, Uint128};

/// Hundredths of a percent; 10,000 is the whole.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Default)]
pub struct Bps(pub u16);

impl Bps {
    /// The whole: 100 %.
    pub const WHOLE: Self = Self(10_000);

    /// `floor(amount * self / 10,000)`. Cannot overflow: the product is taken in 256 bits, and a share above the
    /// whole saturates at `Uint128::MAX`.
    #[must_use]
    pub fn floor_of(self, amount: Uint128) -> Uint128 {
        amount
            .checked_multiply_ratio(self.0, Self::WHOLE.0)
            .unwrap_or(Uint128::MAX)
    }

    /// `floor(count * self / 10,000)`: how many of `count` it may be at most.
    #[must_use]
    pub fn floor_of_count(self, count: u64) -> u64 {
        let product = u128::from(count) * u128::from(self.0);
        u64::try_from(product / u128::from(Self::WHOLE.0)).unwrap_or(u64::MAX)
    }

    /// `ceil(count * self / 10,000)`: how many of `count` it takes.
    #[must_use]
    pub fn ceil_of_count(self, count: u64) -> u64 {
        let product = u128::from(count) * u128::from(self.0);
        u64::try_from(product.div_ceil(u128::from(Self::WHOLE.0))).unwrap_or(u64::MAX)
    }
}

/// A length of time in seconds.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Default)]
pub struct Seconds(pub u64);

impl Seconds {
    /// `days` days of 86,400 seconds.
    #[must_use]
    pub const fn days(days: u64) -> Self {
        Self(days * 86_400)
    }
}

/// An instant in seconds since 1970-01-01T00:00:00Z: block time with its fraction cut off.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord, Default)]
pub struct UnixTime(pub u64);

impl UnixTime {
    /// The time of the block being made.
    #[must_use]
    pub fn now(env: &Env) -> Self {
        Self(env.block.time.seconds())
    }

    /// The instant `span` later; stays at the end of time rather than wrapping.
    #[must_use]
    pub const fn after(self, span: Seconds) -> Self {
        Self(self.0.saturating_add(span.0))
    }
}

impl std::fmt::Display for UnixTime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

/// A SHA-256 hash, 64 lower-case hex digits on the wire.
#[cw_serde]
#[derive(Eq, PartialOrd, Ord)]
#[serde(try_from = "HexBinary", into = "HexBinary")]
#[schemars(with = "HexBinary")]
#[schemaifier(mute_warnings, type = cosmwasm_schema::cw_schema::NodeType::HexBinary)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        use sha2::{Digest, Sha256};
        Self(Sha256::digest(bytes).into())
    }
}

impl TryFrom<HexBinary> for Hash {
    type Error = String;

    fn try_from(value: HexBinary) -> Result<Self, Self::Error> {
        let length = value.len();
        value
            .to_array()
            .map(Self)
            .map_err(|_| format!("a hash is 32 bytes (64 hex digits), this has {length} bytes"))
    }
}

impl From<Hash> for HexBinary {
    fn from(value: Hash) -> Self {
        Self::from(value.0)
    }
}

impl std::fmt::Display for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
