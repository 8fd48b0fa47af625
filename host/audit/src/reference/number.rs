//! Whole-number arithmetic of the second reader. Owns no rule; never wraps, and rounds down where it divides.

use cosmwasm_std::Uint256;

use super::Objection;

/// `a + b`.
pub(super) fn add(a: u128, b: u128) -> Result<u128, Objection> {
    a.checked_add(b)
        .ok_or_else(|| Objection::new(format!("{a} + {b} is more than a ledger can hold")))
}

/// `a - b`, naming the ledger that would fall below zero.
pub(super) fn sub(a: u128, b: u128, ledger: &str) -> Result<u128, Objection> {
    a.checked_sub(b)
        .ok_or_else(|| Objection::new(format!("{b} is taken from {ledger}, which holds {a}")))
}

/// `floor(a * b / c)` with the product in 256 bits.
pub(super) fn ratio(a: u128, b: u128, c: u128) -> Result<u128, Objection> {
    let product = Uint256::from(a)
        .checked_mul(Uint256::from(b))
        .map_err(|_| Objection::new("a product is more than 256 bits hold"))?;
    let quotient = product
        .checked_div(Uint256::from(c))
        .map_err(|_| Objection::new("a ratio over zero"))?;
    cosmwasm_std::Uint128::try_from(quotient)
        .map(|quotient| quotient.u128())
        .map_err(|_| Objection::new(format!("{a} * {b} / {c} is more than a ledger can hold")))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn ratios_round_down_and_hold_large_products() {
        assert_eq!(ratio(7, 3, 2).unwrap(), 10);
        assert_eq!(ratio(u128::MAX, 10_000, 10_000).unwrap(), u128::MAX);
        assert!(ratio(u128::MAX, 3, 2).is_err());
        assert!(ratio(1, 1, 0).is_err());
    }
}
