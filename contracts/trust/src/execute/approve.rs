//! `Approve`: a second trustee agrees to the payment (R30).

use commons_common::id::AppropriationId;
use cosmwasm_std::Response;

use super::{Context, save};
use crate::error::TrustError;
use crate::{event, state};

/// Another trustee than the one who submitted, without interest.
pub fn approve(ctx: &mut Context<'_>, id: AppropriationId) -> Result<Response, TrustError> {
    let mut appropriation = state::appropriation(ctx.deps.storage, id)?;
    ctx.only_open(&appropriation)?;
    ctx.only_trustee(&appropriation.payee)?;
    let Some(submission) = &mut appropriation.submission else {
        return Err(TrustError::NotSubmitted);
    };
    if let Some(by) = &submission.approved_by {
        return Err(TrustError::AlreadyApproved { by: by.clone() });
    }
    if submission.by == *ctx.sender {
        return Err(TrustError::SameTrustee(ctx.sender.clone()));
    }
    submission.approved_by = Some(ctx.sender.clone());
    save(ctx, &appropriation)?;
    Ok(Response::new().add_event(event::approved(id)))
}
