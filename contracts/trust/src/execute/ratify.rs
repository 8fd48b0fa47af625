//! `Ratify`: the founding vote was executed, and period 1 begins.

use commons_common::id::PeriodId;
use cosmwasm_std::Response;

use super::Context;
use crate::error::TrustError;
use crate::event;
use crate::state::{self, Life};

/// The assembly only, once.
pub fn ratify(ctx: &mut Context<'_>) -> Result<Response, TrustError> {
    ctx.only_assembly()?;
    if state::LIFE.may_load(ctx.deps.storage)?.is_some() {
        return Err(TrustError::AlreadyRatified);
    }
    let life = Life {
        ratified_at: ctx.now(),
        period: PeriodId(1),
        began: ctx.now(),
    };
    state::LIFE.save(ctx.deps.storage, &life)?;
    Ok(Response::new().add_event(event::ratified()))
}
