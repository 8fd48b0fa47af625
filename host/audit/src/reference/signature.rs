//! ed25519 as the second reader checks it. Owns the question "did this key sign this text"; never decides who may sign.

use cosmwasm_std::HexBinary;
use ed25519_dalek::{Signature, Verifier, VerifyingKey};

/// The prime of the field, little-endian: a canonical key's y is below it.
const PRIME: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xed;
    bytes[31] = 0x7f;
    bytes
};

/// Whether `bytes` are a key that may vote: 32 bytes, on the curve, canonical, not of small order (R49).
pub(super) fn acceptable_key(bytes: &HexBinary) -> bool {
    let Ok(key) = <[u8; 32]>::try_from(bytes.as_slice()) else {
        return false;
    };
    let mut y = key;
    y[31] &= 0x7f;
    let canonical = y.iter().rev().lt(PRIME.iter().rev());
    canonical && VerifyingKey::from_bytes(&key).is_ok_and(|key| !key.is_weak())
}

/// Whether `signature` over `text` is by `key`.
pub(super) fn signed(key: &HexBinary, text: &str, signature: &HexBinary) -> bool {
    let (Ok(key), Ok(signature)) = (
        <[u8; 32]>::try_from(key.as_slice()),
        <[u8; 64]>::try_from(signature.as_slice()),
    ) else {
        return false;
    };
    VerifyingKey::from_bytes(&key).is_ok_and(|key| {
        key.verify(text.as_bytes(), &Signature::from_bytes(&signature))
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_order_and_non_canonical_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(!acceptable_key(&HexBinary::from(identity)));
        // y = p + 3 encodes the same point as y = 3.
        let mut above = PRIME;
        above[0] = 0xf0;
        assert!(!acceptable_key(&HexBinary::from(above)));
        assert!(!acceptable_key(&HexBinary::from([7; 31])));
        // The base point.
        let mut base = [0x66; 32];
        base[0] = 0x58;
        assert!(acceptable_key(&HexBinary::from(base)));
    }
}
