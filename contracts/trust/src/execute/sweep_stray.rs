//! `SweepStray`: coins that came without a message become principal (R8).

use commons_math::MathError;
use cosmwasm_std::{Response, Uint128};

use super::Context;
use crate::error::TrustError;
use crate::{event, ledger};

/// `G-a F+a`. Anyone.
pub fn sweep_stray(ctx: &mut Context<'_>) -> Result<Response, TrustError> {
    let stray = ledger::stray(&ctx.ledgers, ctx.balance()?)?;
    if stray.is_zero() {
        return Err(TrustError::NothingStray);
    }
    let stray = Uint128::try_from(stray).map_err(|_| MathError::Overflow)?;
    ledger::add(&mut ctx.ledgers.floor, stray)?;
    Ok(Response::new().add_event(event::stray_swept(stray)))
}
