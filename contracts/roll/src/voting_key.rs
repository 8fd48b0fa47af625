//! Which ed25519 voting keys are refused (R49): verifiers that follow ZIP-215 accept any encoding of any point, so a
//! roll must itself refuse keys under which one signature passes for every text. Verifies no signature.

use cosmwasm_std::HexBinary;

/// y-coordinates, little-endian, of the eight points whose order divides 8: 0 (order 4), 1 (the identity), p - 1
/// (order 2) and the two of order 8. Each stands for both signs of x; where x is 0 the second is no proper encoding.
const SMALL_ORDER: [[u8; 32]; 5] = [
    [0; 32],
    one(),
    minus_one(),
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98,
        0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53,
        0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67,
        0x0f, 0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac,
        0x03, 0x7a,
    ],
];

const fn one() -> [u8; 32] {
    let mut y = [0; 32];
    y[0] = 1;
    y
}

// p - 1 = 2^255 - 20.
const fn minus_one() -> [u8; 32] {
    let mut y = [0xff; 32];
    y[0] = 0xec;
    y[31] = 0x7f;
    y
}

/// The key, if it has 32 bytes, its y-coordinate is below p and its order is not small. Whether it is a point at
/// all, its proof of possession shows.
pub fn well_formed(key: &HexBinary) -> Option<[u8; 32]> {
    let key: [u8; 32] = key.as_slice().try_into().ok()?;
    let [rest @ .., last] = key;
    let mut y = [0; 32];
    let [y_rest @ .., y_last] = &mut y;
    *y_rest = rest;
    // The top bit is the sign of x.
    *y_last = last & 0x7f;
    (below_p(&y) && !SMALL_ORDER.contains(&y)).then_some(key)
}

// p = 2^255 - 19: y is at least p only if every bit above the lowest byte is set and that byte is 0xed or more.
fn below_p(y: &[u8; 32]) -> bool {
    let [low, middle @ .., high] = y;
    *low < 0xed || *high != 0x7f || middle.iter().any(|b| *b != 0xff)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use std::collections::BTreeSet;

    use ed25519_dalek::{SigningKey, VerifyingKey};

    use super::*;

    fn with_sign(y: [u8; 32], sign: u8) -> [u8; 32] {
        let mut key = y;
        key[31] |= sign << 7;
        key
    }

    /// R49: the list is complete: its proper encodings are eight, and each is of small order.
    #[test]
    fn w20_all_eight_torsion_points_are_refused() {
        let mut points = BTreeSet::new();
        for y in SMALL_ORDER {
            for sign in [0, 1] {
                let key = with_sign(y, sign);
                assert_eq!(well_formed(&HexBinary::from(key)), None, "{key:02x?}");
                let point = VerifyingKey::from_bytes(&key).unwrap();
                assert!(point.is_weak(), "{key:02x?}");
                points.insert(point.to_edwards().compress().to_bytes());
            }
        }
        assert_eq!(points.len(), 8);
    }

    /// R49: y from p to 2^255 - 1, either sign, is another spelling of a smaller y.
    #[test]
    fn w20_non_canonical_keys_are_refused() {
        for low in 0xed..=0xff_u8 {
            let mut y = [0xff; 32];
            y[0] = low;
            y[31] = 0x7f;
            for sign in [0, 1] {
                assert_eq!(well_formed(&HexBinary::from(with_sign(y, sign))), None);
            }
        }
    }

    #[test]
    fn keys_just_below_p_pass_the_bound() {
        let mut y = [0xff; 32];
        y[0] = 0xeb;
        y[31] = 0x7f;
        assert!(below_p(&y));
        y[0] = 0xec;
        assert!(below_p(&y));
        y[0] = 0xed;
        assert!(!below_p(&y));
    }

    #[test]
    fn other_lengths_are_refused() {
        for length in [0, 31, 33, 64] {
            assert_eq!(well_formed(&HexBinary::from(vec![7; length])), None);
        }
    }

    #[test]
    fn generated_keys_are_accepted() {
        for seed in 0..64_u8 {
            let key = SigningKey::from_bytes(&[seed; 32])
                .verifying_key()
                .to_bytes();
            assert_eq!(well_formed(&HexBinary::from(key)), Some(key));
        }
    }
}
