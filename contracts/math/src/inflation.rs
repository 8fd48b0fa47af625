//! Inflation-proofing (R6): which part of a reading counts, and what then falls due. Knows no ledger and no survey.

use cosmwasm_std::Uint128;

use crate::{MathError, WHOLE, ratio};

/// The index that counts under the form `Ratchet`: `reading` as far as it lies above `last`, the highest so far, and
/// within the bound of `rise_bps` a period. A fall counts as no change, so that its recovery is not paid twice.
///
/// # Errors
/// `ZeroIndex` if `last` is 0; `Overflow`.
pub fn ratchet(last: Uint128, reading: Uint128, rise_bps: u16) -> Result<Uint128, MathError> {
    Ok(yearly(last, reading, rise_bps)?.max(last))
}

/// The index that counts under the form `Yearly`: `reading`, which may lie below `last`, within the bound of
/// `rise_bps` a period; what lies above the bound follows at the next close. Never 0.
///
/// # Errors
/// `ZeroIndex` if `last` is 0; `Overflow`.
pub fn yearly(last: Uint128, reading: Uint128, rise_bps: u16) -> Result<Uint128, MathError> {
    if last.is_zero() {
        return Err(MathError::ZeroIndex);
    }
    let bound = ratio(last, WHOLE + Uint128::from(rise_bps), WHOLE)?;
    Ok(reading.min(bound).max(Uint128::one()))
}

/// The index to assume when no reading came: `last` times the last ratio `to / from`, floored; never 0.
///
/// # Errors
/// `ZeroIndex` if `from` is 0; `Overflow`.
pub fn assumed(last: Uint128, from: Uint128, to: Uint128) -> Result<Uint128, MathError> {
    Ok(ratio(last, to, from)?.max(Uint128::one()))
}

/// The proofing that falls due on a duty of `F + S`: `floor(duty * max(0, to - from) / from)`, as AS 37.13.145(c)
/// takes it from two yearly averages.
///
/// Without a rise nothing falls due, and no ratio is taken: so before there is an index, from 0 to 0.
///
/// # Errors
/// `ZeroIndex` if `from` is 0 and `to` is not; `Overflow`.
pub fn due(duty: Uint128, from: Uint128, to: Uint128) -> Result<Uint128, MathError> {
    if to <= from {
        return Ok(Uint128::zero());
    }
    ratio(duty, to.saturating_sub(from), from)
}
