//! Spending rules (R9): what may be spent in a period, before the waterfall says how much of it is there.

use cosmwasm_std::Uint128;

use crate::{MathError, share};

/// What one period brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Yield {
    /// Realised income in base units, gross: what went to restore a loss counts (R3).
    pub realised: Uint128,
    /// Losses recognised, base units (R4).
    pub losses: Uint128,
}

/// `AvgRealised`: `bps` of the sum of realised incomes less recognised losses over `periods`, never below 0, floored
/// (AS 37.13.140(a)). The caller hands over as many of the last periods as the rule looks back and as there are.
///
/// # Errors
/// `Overflow`.
pub fn avg_realised(bps: u16, periods: &[Yield]) -> Result<Uint128, MathError> {
    let mut realised = Uint128::zero();
    let mut losses = Uint128::zero();
    for period in periods {
        realised = realised.checked_add(period.realised)?;
        losses = losses.checked_add(period.losses)?;
    }
    share(realised.saturating_sub(losses), bps)
}
