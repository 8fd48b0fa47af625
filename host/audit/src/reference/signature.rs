//! ed25519 as the second reader checks it: which keys may vote (R49), and by the rules of ZIP-215, which are the chain's,
//! whether a key signed a text. Never decides who may sign.

use cosmwasm_std::HexBinary;
use curve25519_dalek::edwards::CompressedEdwardsY;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest, Sha512};

/// Whether `bytes` are a key that may vote: 32 bytes, on the curve, canonical, not of small order (R49).
pub(super) fn acceptable_key(bytes: &HexBinary) -> bool {
    let Ok(key) = <[u8; 32]>::try_from(bytes.as_slice()) else {
        return false;
    };
    VerifyingKey::from_bytes(&key)
        .is_ok_and(|point| !point.is_weak() && point.to_edwards().compress().0 == key)
}

/// Whether `signature` over `text` is by `key`. The equation is multiplied by the cofactor, so that a key with a part of
/// small order gets the same answer here as on the chain.
pub(super) fn signed(key: &HexBinary, text: &str, signature: &HexBinary) -> bool {
    check(key.as_slice(), text.as_bytes(), signature.as_slice()).unwrap_or(false)
}

fn check(key: &[u8], text: &[u8], signature: &[u8]) -> Option<bool> {
    let key = <[u8; 32]>::try_from(key).ok()?;
    let (r, s) = signature.split_first_chunk::<32>()?;
    let s = Option::<Scalar>::from(Scalar::from_canonical_bytes(<[u8; 32]>::try_from(s).ok()?))?;
    let hash = Sha512::new()
        .chain_update(r)
        .chain_update(key)
        .chain_update(text);
    let k = Scalar::from_bytes_mod_order_wide(&hash.finalize().into());
    let a = CompressedEdwardsY(key).decompress()?;
    let r = CompressedEdwardsY(*r).decompress()?;
    let expected = EdwardsPoint::vartime_double_scalar_mul_basepoint(&k, &-a, &s);
    let rest = (expected - r).mul_by_cofactor();
    Some(rest == EdwardsPoint::default())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;
    use curve25519_dalek::constants::{ED25519_BASEPOINT_TABLE, EIGHT_TORSION};
    use ed25519_dalek::{Signer, SigningKey, Verifier};

    #[test]
    fn small_order_and_non_canonical_keys_are_refused() {
        let mut identity = [0; 32];
        identity[0] = 1;
        assert!(!acceptable_key(&HexBinary::from(identity)));
        // p + n and n encode the same y; only the latter is canonical.
        let pair = |n: u8| {
            let (mut above, mut below) = ([0xff; 32], [0; 32]);
            (above[0], above[31], below[0]) = (0xed + n, 0x7f, n);
            (above, below)
        };
        let on_curve = |(_, key): &([u8; 32], [u8; 32])| VerifyingKey::from_bytes(key).is_ok();
        let (above, below) = (2..19).map(pair).find(on_curve).unwrap();
        assert!(VerifyingKey::from_bytes(&above).is_ok());
        assert!(!acceptable_key(&HexBinary::from(above)));
        assert!(acceptable_key(&HexBinary::from(below)));
        assert!(!acceptable_key(&HexBinary::from([7; 31])));
    }

    #[test]
    fn a_signature_holds_for_its_text_and_no_other() {
        let secret = SigningKey::from_bytes(&[9; 32]);
        let key = HexBinary::from(secret.verifying_key().to_bytes());
        let signature = HexBinary::from(secret.sign(b"yes\n").to_bytes());
        assert!(signed(&key, "yes\n", &signature));
        assert!(!signed(&key, "no\n", &signature));
        assert!(!signed(&key, "yes\n", &HexBinary::from([0; 63])));
    }

    #[test]
    fn a_key_with_a_part_of_small_order_is_judged_as_the_chain_judges_it() {
        let secret = Scalar::from(1_234_567_u64);
        let public = &secret * ED25519_BASEPOINT_TABLE + EIGHT_TORSION[1];
        let key = public.compress().0;
        let nonce = Scalar::from(89_u64);
        let r = (&nonce * ED25519_BASEPOINT_TABLE).compress().0;
        // A text whose challenge is no multiple of eight: the two equations differ.
        let (text, k) = (0..64_u8)
            .map(|n| {
                let hash = Sha512::new()
                    .chain_update(r)
                    .chain_update(key)
                    .chain_update([n]);
                (
                    n,
                    Scalar::from_bytes_mod_order_wide(&hash.finalize().into()),
                )
            })
            .find(|(_, k)| k.as_bytes()[0] % 8 != 0)
            .unwrap();
        let s = nonce + k * secret;
        let signature = [r, s.to_bytes()].concat();
        let strict = ed25519_dalek::Signature::from_slice(&signature).unwrap();
        assert!(
            VerifyingKey::from_bytes(&key)
                .unwrap()
                .verify(&[text], &strict)
                .is_err()
        );
        assert_eq!(check(&key, &[text], &signature), Some(true));
    }
}
