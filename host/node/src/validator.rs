//! Owns who signs a chain: a validator set of one member, as headers name it. It holds public keys only and never signs.
//!
//! A chain whose genesis names no validator is signed by the development validator, the same for every such chain and
//! known to everybody: its Ed25519 key has the seed SHA-256(`commons development validator`). A header under that name
//! claims no more than that it was made by this program.

use tendermint::{Hash, PublicKey, account, validator, vote};

/// Public key of the development validator.
pub const DEVELOPMENT_KEY: [u8; 32] = [
    0x81, 0xe3, 0x8c, 0x28, 0xa9, 0x43, 0x7d, 0x37, 0x10, 0x0e, 0xf1, 0x3a, 0x79, 0x08, 0xcd, 0xaf,
    0x45, 0xb8, 0x34, 0x9a, 0x74, 0x95, 0xe2, 0x27, 0x66, 0x36, 0xbf, 0x3e, 0xe4, 0xa5, 0x37, 0x33,
];

/// Voting power of the only validator; with one member any positive number means the same.
const POWER: u32 = 10;

/// The only member of a chain's validator set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Validator {
    key: [u8; 32],
    set: validator::Set,
}

impl Validator {
    /// The validator with this Ed25519 public key, `None` if the bytes are none.
    #[must_use]
    pub fn new(key: [u8; 32]) -> Option<Self> {
        let info =
            validator::Info::new(PublicKey::from_raw_ed25519(&key)?, vote::Power::from(POWER));
        let set = validator::Set::new(vec![info.clone()], Some(info));
        Some(Self { key, set })
    }

    /// The validator that everybody can sign for.
    #[must_use]
    pub fn development() -> Self {
        // INVARIANT: the constant is a key; a test holds it.
        Self::new(DEVELOPMENT_KEY).unwrap_or_else(|| Self {
            key: DEVELOPMENT_KEY,
            set: validator::Set::without_proposer(Vec::new()),
        })
    }

    /// Whether everybody can sign for it.
    #[must_use]
    pub fn is_development(&self) -> bool {
        self.key == DEVELOPMENT_KEY
    }

    /// Its Ed25519 public key.
    #[must_use]
    pub fn key(&self) -> [u8; 32] {
        self.key
    }

    /// The set that it alone makes up, for light clients.
    #[must_use]
    pub fn set(&self) -> &validator::Set {
        &self.set
    }

    /// Hash of the set, for `validators_hash` and `next_validators_hash`.
    #[must_use]
    pub fn hash(&self) -> Hash {
        self.set.hash()
    }

    /// Its address, for `proposer_address` and commits: the first 20 bytes of SHA-256 of its key.
    #[must_use]
    pub fn address(&self) -> account::Id {
        let member = self.set.validators().first();
        member.map_or(account::Id::new([0; 20]), |member| member.address)
    }

    /// Its key as CometBFT's crypto library has it.
    pub(crate) fn public_key(&self) -> Option<PublicKey> {
        self.set.validators().first().map(|member| member.pub_key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Address as computed apart from this program.
    #[test]
    fn development_key_is_a_key_with_the_known_address() {
        let validator = Validator::development();
        assert_eq!(validator.set().validators().len(), 1);
        assert_eq!(
            validator.address().to_string(),
            "79B039AA6D7445CCB8F2956E8B9ABA777FC58FC7"
        );
    }
}
