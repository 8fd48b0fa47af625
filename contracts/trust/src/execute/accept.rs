//! `Accept`: the payee takes on what the appropriation is for.

use commons_common::id::AppropriationId;
use cosmwasm_std::Response;

use super::{Context, save};
use crate::error::TrustError;
use crate::{event, state};

/// The payee only, once, before it lapses.
pub fn accept(ctx: &mut Context<'_>, id: AppropriationId) -> Result<Response, TrustError> {
    let mut appropriation = state::appropriation(ctx.deps.storage, id)?;
    if *ctx.sender != appropriation.payee {
        return Err(TrustError::NotPayee {
            payee: appropriation.payee,
        });
    }
    ctx.only_open(&appropriation)?;
    if appropriation.accepted {
        return Err(TrustError::AlreadyAccepted);
    }
    appropriation.accepted = true;
    save(ctx, &appropriation)?;
    Ok(Response::new().add_event(event::accepted(id)))
}
