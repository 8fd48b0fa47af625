//! Owns the validator set that headers of a local chain name. It never signs: blocks carry no commit signatures yet.
//!
//! The set has one member, the same for every local chain and known to everybody. Its Ed25519 key has the seed
//! SHA-256(`commons development validator`): a header that names it claims no more than that it was made by this
//! program.

use tendermint::{Hash, PublicKey, account, validator, vote};

/// Public key of the development validator.
pub const DEVELOPMENT_KEY: [u8; 32] = [
    0x81, 0xe3, 0x8c, 0x28, 0xa9, 0x43, 0x7d, 0x37, 0x10, 0x0e, 0xf1, 0x3a, 0x79, 0x08, 0xcd, 0xaf,
    0x45, 0xb8, 0x34, 0x9a, 0x74, 0x95, 0xe2, 0x27, 0x66, 0x36, 0xbf, 0x3e, 0xe4, 0xa5, 0x37, 0x33,
];

/// Voting power of the development validator; with one member any positive number means the same.
const POWER: u32 = 10;

/// The validator set, or `None` if the constant above is no key.
fn set() -> Option<validator::Set> {
    let key = PublicKey::from_raw_ed25519(&DEVELOPMENT_KEY)?;
    Some(validator::Set::without_proposer(vec![
        validator::Info::new(key, vote::Power::from(POWER)),
    ]))
}

/// Hash of the validator set, for `validators_hash` and `next_validators_hash`.
pub(crate) fn validators_hash() -> Hash {
    // INVARIANT: the constant is a key; a test holds it.
    set().map(|set| set.hash()).unwrap_or_default()
}

/// Address of the only validator, for `proposer_address`: the first 20 bytes of SHA-256 of its key.
pub(crate) fn proposer() -> account::Id {
    // INVARIANT: the constant is a key; a test holds it.
    PublicKey::from_raw_ed25519(&DEVELOPMENT_KEY)
        .map_or(account::Id::new([0; 20]), account::Id::from)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// Address as computed apart from this program.
    #[test]
    fn development_key_is_a_key_with_the_known_address() {
        assert_eq!(set().unwrap().validators().len(), 1);
        assert_eq!(
            proposer().to_string(),
            "79B039AA6D7445CCB8F2956E8B9ABA777FC58FC7"
        );
    }
}
