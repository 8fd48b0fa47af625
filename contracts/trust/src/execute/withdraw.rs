//! `Withdraw`: what an appropriation has not paid is free again. Nothing moves.

use commons_common::id::AppropriationId;
use cosmwasm_std::Response;

use super::{Context, save};
use crate::error::TrustError;
use crate::{event, purse, state};

/// The payee at any time, anyone from `lapses_at`. Each part returns to the purse it was drawn from.
pub fn withdraw(ctx: &mut Context<'_>, id: AppropriationId) -> Result<Response, TrustError> {
    let mut appropriation = state::appropriation(ctx.deps.storage, id)?;
    if appropriation.closed {
        return Err(TrustError::Closed);
    }
    if appropriation.reserved.is_zero() {
        return Err(TrustError::AllPaid);
    }
    if ctx.now() < appropriation.lapses_at && *ctx.sender != appropriation.payee {
        return Err(TrustError::NotLapsed {
            payee: appropriation.payee,
            lapses_at: appropriation.lapses_at,
        });
    }
    let rest = std::mem::take(&mut appropriation.reserved);
    let from = std::mem::take(&mut appropriation.from);
    let mut free = state::FREE.load(ctx.deps.storage)?;
    purse::add(&mut free, &from)?;
    state::FREE.save(ctx.deps.storage, &free)?;
    appropriation.submission = None;
    appropriation.closed = true;
    save(ctx, &appropriation)?;
    Ok(Response::new().add_event(event::withdrawn(id, rest)))
}
