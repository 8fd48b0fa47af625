//! What the ledgers owe and what a loss or a gain does to them. Reads the bank once a message, stores nothing.

use commons_common::trust::Ledgers;
use commons_math::MathError;
use cosmwasm_std::{Addr, QuerierWrapper, StdResult, Uint128, Uint256};

use crate::error::TrustError;

/// Adds to a ledger.
///
/// # Errors
/// `Overflow`.
pub fn add(ledger: &mut Uint128, amount: Uint128) -> Result<(), MathError> {
    *ledger = ledger.checked_add(amount)?;
    Ok(())
}

/// Takes from a ledger.
///
/// # Errors
/// `Negative` if there is less.
pub fn take(ledger: &mut Uint128, amount: Uint128) -> Result<(), MathError> {
    *ledger = ledger.checked_sub(amount)?;
    Ok(())
}

/// A gain on a placement restores `L` before it is income (R4).
///
/// # Errors
/// `Overflow`.
pub fn gain(ledgers: &mut Ledgers, amount: Uint128) -> Result<(), MathError> {
    let restored = amount.min(ledgers.loss);
    take(&mut ledgers.loss, restored)?;
    add(&mut ledgers.income, amount.saturating_sub(restored))
}

/// A loss on a placement is taken from `I` first, the rest is recorded as `L` (R4).
///
/// # Errors
/// `Overflow`.
pub fn lose(ledgers: &mut Ledgers, amount: Uint128) -> Result<(), MathError> {
    let borne = amount.min(ledgers.income);
    take(&mut ledgers.income, borne)?;
    add(&mut ledgers.loss, amount.saturating_sub(borne))
}

/// `F - L`: the principal there is, here or placed.
///
/// # Errors
/// `Negative` if `L > F`.
pub fn principal(ledgers: &Ledgers) -> Result<Uint128, MathError> {
    Ok(ledgers.floor.checked_sub(ledgers.loss)?)
}

/// `I + P + D + O`: what is owed to others and must lie in the bank (R2).
pub fn owed(ledgers: &Ledgers) -> Uint256 {
    Uint256::from(ledgers.income)
        + Uint256::from(ledgers.gifts)
        + Uint256::from(ledgers.declared)
        + Uint256::from(ledgers.operating)
}

/// The bank balance of `account`.
///
/// # Errors
/// Query errors of cosmwasm-std.
pub fn balance(querier: QuerierWrapper<'_>, account: &Addr, denom: &str) -> StdResult<Uint256> {
    Ok(querier.query_balance(account, denom)?.amount)
}

/// `G`, what the bank holds beyond the ledgers (R8): `B + X - (F - L) - I - P - D - O`. This is the ledger identity
/// (I10): it fails if that is below 0, or if `0 <= L <= F` or `X <= F - L` does not hold; the backing line
/// `B >= I + P + D + O` follows from the two.
///
/// # Errors
/// `IdentityBroken`.
pub fn stray(ledgers: &Ledgers, balance: Uint256) -> Result<Uint256, TrustError> {
    let held = balance
        .checked_add(ledgers.placed.into())
        .unwrap_or(Uint256::MAX);
    let broken = |owed: Uint256| TrustError::IdentityBroken {
        held: held.to_string(),
        owed: owed.to_string(),
    };
    let principal = principal(ledgers).map_err(|_| broken(owed(ledgers)))?;
    let total = owed(ledgers) + Uint256::from(principal);
    if ledgers.placed > principal {
        return Err(broken(total));
    }
    held.checked_sub(total).map_err(|_| broken(total))
}
