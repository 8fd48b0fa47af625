//! Amounts as transactions write them: whole numbers of up to 256 bits, signed, in the notation of Go's `math/big`; it knows no coin.
//!
//! Nobody holds more than 128 bits of anything, because the genesis gives out no more and nothing is ever made. A message may still name more,
//! and is then refused by the bank for want of funds, as on a real chain.

use cosmwasm_std::{Uint256, Uint512};

/// Bits of the largest amount (`cosmossdk.io/math`).
const MAX_BITS: usize = 256;

/// The one decimal text of an amount. `0x`, `0o`, `0b`, a leading zero (octal) and `_` between digits are read as Go reads them.
pub(crate) fn canonical(text: &str) -> Result<String, String> {
    let malformed = || format!("math/big: cannot unmarshal {text:?} into a *big.Int");
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (base, digits) = notation(digits);
    let value = read(digits, base).ok_or_else(malformed)?;
    let number = value.ok_or_else(|| format!("integer out of range; max: {MAX_BITS}"))?;
    let bits = bits(number);
    if bits > MAX_BITS {
        return Err(format!(
            "integer out of range; got: {bits}, max: {MAX_BITS}"
        ));
    }
    if number.is_zero() {
        return Ok("0".to_owned());
    }
    Ok(format!("{sign}{number}"))
}

/// Base and digits of a number without its sign. What stands between the prefix and the digits may be a `_`, so that one is put in front.
fn notation(text: &str) -> (u32, &str) {
    let lower = text.get(..2).map(str::to_ascii_lowercase);
    let rest = |from: usize| text.get(from..).unwrap_or_default();
    match lower.as_deref() {
        Some("0x") => (16, rest(2)),
        Some("0o") => (8, rest(2)),
        Some("0b") => (2, rest(2)),
        Some(two) if two.starts_with('0') => (8, rest(1)),
        _ => (10, text),
    }
}

/// The number of some digits; the inner `None` if it passes 512 bits, the outer if they are no digits.
fn read(digits: &str, base: u32) -> Option<Option<Uint512>> {
    let mut value = Some(Uint512::zero());
    let mut after_digit = base != 10;
    for c in digits.chars() {
        if c == '_' && after_digit {
            after_digit = false;
            continue;
        }
        let digit = c.to_digit(base)?;
        after_digit = true;
        value = value.and_then(|value| {
            let shifted = value.checked_mul(Uint512::from(base)).ok()?;
            shifted.checked_add(Uint512::from(digit)).ok()
        });
    }
    let some = digits.bytes().any(|byte| byte != b'_');
    (some && after_digit).then_some(value)
}

fn bits(number: Uint512) -> usize {
    let bytes = number.to_be_bytes();
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    let first = bytes.get(zeros).map_or(0, |byte| byte.leading_zeros());
    // INVARIANT: a byte has at most 8 leading zeros.
    let first = usize::try_from(first).unwrap_or(0);
    (bytes.len() - zeros) * 8 - first
}

/// The number of a canonical text; `None` if it is negative.
pub(crate) fn whole(text: &str) -> Option<Uint256> {
    text.parse().ok()
}

/// Whether a canonical text is above zero.
pub(crate) fn is_positive(text: &str) -> bool {
    text != "0" && !text.starts_with('-')
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn amounts_are_read_as_go_reads_them() {
        let cases = [
            ("0", "0"),
            ("-0", "0"),
            ("+7", "7"),
            ("-7", "-7"),
            ("007", "7"),
            ("010", "8"),
            ("0x1F", "31"),
            ("0b11", "3"),
            ("0o17", "15"),
            ("1_000", "1000"),
            ("0x_1", "1"),
            ("0_7", "7"),
        ];
        for (text, expected) in cases {
            assert_eq!(canonical(text).unwrap(), expected, "{text}");
        }
        for text in [
            "", "-", "08", "1_", "_1", "1__0", "0x", "1.0", " 1", "1e3", "--1", "0x_", "ä",
        ] {
            assert!(canonical(text).is_err(), "{text}");
        }
    }

    #[test]
    fn amounts_of_256_bits_pass_and_longer_ones_do_not() {
        let largest = Uint256::MAX.to_string();
        assert_eq!(canonical(&largest).unwrap(), largest);
        assert_eq!(
            canonical(&format!("-{largest}")).unwrap(),
            format!("-{largest}")
        );
        let next = (Uint512::from(Uint256::MAX) + Uint512::one()).to_string();
        assert_eq!(
            canonical(&next).unwrap_err(),
            "integer out of range; got: 257, max: 256"
        );
        assert!(canonical(&"9".repeat(100_000)).is_err());
        assert_eq!(whole("-1"), None);
        assert!(is_positive("1") && !is_positive("0") && !is_positive("-1"));
    }
}
