//! `Withdraw`: what an appropriation has not paid is free again. Nothing moves.

use commons_common::id::AppropriationId;
use cosmwasm_std::Response;

use super::{Context, save};
use crate::error::TrustError;
use crate::{event, ledger, state};

/// The payee at any time, anyone from `lapses_at`. Each part returns to where it was reserved from.
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
    let from_income = std::mem::take(&mut appropriation.from_income);
    let mut free = state::FREE.load(ctx.deps.storage)?;
    ledger::add(&mut free.from_income, from_income)?;
    ledger::add(&mut free.from_gifts, rest.saturating_sub(from_income))?;
    state::FREE.save(ctx.deps.storage, &free)?;
    appropriation.submission = None;
    appropriation.closed = true;
    save(ctx, &appropriation)?;
    Ok(Response::new().add_event(event::withdrawn(id, rest)))
}
