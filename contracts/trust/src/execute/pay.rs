//! `Pay`: a third trustee pays the next milestone (R30). Comes from the operating ledger and from no other (I13).

use commons_common::id::AppropriationId;
use commons_common::trust::Appropriation;
use cosmwasm_std::{Response, Uint128};

use super::{Context, save};
use crate::error::TrustError;
use crate::{event, ledger, purse, state};

/// `B-a O-a`. Another trustee than the two before, without interest. Purses are used up in the order they were drawn on.
pub fn pay(ctx: &mut Context<'_>, id: AppropriationId) -> Result<Response, TrustError> {
    let mut appropriation = state::appropriation(ctx.deps.storage, id)?;
    ctx.only_open(&appropriation)?;
    ctx.only_trustee(&appropriation.payee)?;
    only_third(ctx, &appropriation)?;
    let amount = next_milestone(&appropriation)?;
    ledger::take(&mut ctx.ledgers.operating, amount)?;
    ledger::take(&mut appropriation.reserved, amount)?;
    let paid = purse::parts(&appropriation.from, amount);
    purse::take(&mut appropriation.from, &paid)?;
    appropriation.paid += 1;
    appropriation.submission = None;
    save(ctx, &appropriation)?;
    Ok(Response::new()
        .add_message(ctx.send(&appropriation.payee, amount))
        .add_event(event::paid(id, amount)))
}

/// The payment that is next.
pub fn next_milestone(appropriation: &Appropriation) -> Result<Uint128, TrustError> {
    usize::try_from(appropriation.paid)
        .ok()
        .and_then(|paid| appropriation.milestones.get(paid))
        .copied()
        .ok_or(TrustError::AllPaid)
}

fn only_third(ctx: &Context<'_>, appropriation: &Appropriation) -> Result<(), TrustError> {
    let Some(submission) = &appropriation.submission else {
        return Err(TrustError::NotSubmitted);
    };
    let Some(approved_by) = &submission.approved_by else {
        return Err(TrustError::NotApproved);
    };
    if [&submission.by, approved_by].contains(&ctx.sender) {
        return Err(TrustError::SameTrustee(ctx.sender.clone()));
    }
    Ok(())
}
