//! `Submit`: a trustee puts the next milestone up for payment (R30).

use commons_common::id::AppropriationId;
use commons_common::trust::Submission;
use commons_common::units::Hash;
use cosmwasm_std::Response;

use super::pay::next_milestone;
use super::{Context, save};
use crate::error::TrustError;
use crate::{event, state};

/// A trustee without interest, once the payee has accepted. Stands until it is paid: an approval is given for this
/// evidence and no other.
pub fn submit(
    ctx: &mut Context<'_>,
    id: AppropriationId,
    evidence_hash: Hash,
) -> Result<Response, TrustError> {
    let mut appropriation = state::appropriation(ctx.deps.storage, id)?;
    ctx.only_open(&appropriation)?;
    ctx.only_trustee(&appropriation.payee)?;
    if !appropriation.accepted {
        return Err(TrustError::NotAccepted {
            payee: appropriation.payee,
        });
    }
    next_milestone(&appropriation)?;
    if let Some(submission) = appropriation.submission {
        return Err(TrustError::AlreadySubmitted { by: submission.by });
    }
    appropriation.submission = Some(Submission {
        by: ctx.sender.clone(),
        evidence_hash,
        approved_by: None,
    });
    save(ctx, &appropriation)?;
    Ok(Response::new().add_event(event::submitted(id)))
}
