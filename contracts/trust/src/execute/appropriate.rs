//! `Appropriate`: an executed act reserves money of the operating ledger for a payee. Nothing moves.

use commons_common::id::ProposalId;
use commons_common::trust::{Appropriation, AppropriationKind};
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::{Response, Uint128};

use super::{Context, save};
use crate::error::TrustError;
use crate::{event, ledger, purse, state};

/// What the act asks for.
pub struct Request {
    /// The act's proposal.
    pub proposal: ProposalId,
    /// What for, in kind.
    pub kind: AppropriationKind,
    /// The payee's account.
    pub payee: String,
    /// Payments, in order; base units.
    pub milestones: Vec<Uint128>,
    /// Hash of what the payee is to do.
    pub purpose_hash: Hash,
    /// What is not paid by then is free again.
    pub lapses_at: UnixTime,
}

/// The assembly only. Each kind draws on its own purses, gifts last, so that a sponsor's money stays longest. While the
/// trust is wounded nothing but maintenance is possible, and not beyond what is set aside for it or given (R5).
pub fn appropriate(ctx: &mut Context<'_>, request: Request) -> Result<Response, TrustError> {
    ctx.only_assembly()?;
    let payee = ctx.deps.api.addr_validate(&request.payee)?;
    if request.lapses_at <= ctx.now() {
        return Err(TrustError::LapsesInPast {
            lapses_at: request.lapses_at,
            now: ctx.now(),
        });
    }
    let whole = only_whole(ctx, request.kind)?;
    let amount = total(&request.milestones)?;
    let mut free = state::FREE.load(ctx.deps.storage)?;
    let drawn_on = purse::open_to(free, request.kind, whole);
    let available = purse::total(&drawn_on)?;
    if amount > available {
        return Err(TrustError::AboveOperating {
            amount,
            free: available,
            operating: ctx.ledgers.operating,
        });
    }
    let from = purse::parts(&drawn_on, amount);
    purse::take(&mut free, &from)?;
    state::FREE.save(ctx.deps.storage, &free)?;

    let appropriation = Appropriation {
        id: state::next_appropriation(ctx.deps.storage)?,
        proposal: request.proposal,
        kind: request.kind,
        payee,
        accepted: false,
        milestones: request.milestones,
        paid: 0,
        reserved: amount,
        from,
        purpose_hash: request.purpose_hash,
        submission: None,
        lapses_at: request.lapses_at,
        closed: false,
    };
    save(ctx, &appropriation)?;
    Ok(Response::new().add_event(event::appropriated(appropriation.id, amount)))
}

/// Whether the trust is whole; if not, only maintenance goes on.
fn only_whole(ctx: &Context<'_>, kind: AppropriationKind) -> Result<bool, TrustError> {
    let (loss, shortfall) = (ctx.ledgers.loss, ctx.ledgers.shortfall);
    let whole = loss.is_zero() && shortfall.is_zero();
    if whole || kind == AppropriationKind::Maintenance {
        return Ok(whole);
    }
    Err(TrustError::RestoreFirst { loss, shortfall })
}

fn total(milestones: &[Uint128]) -> Result<Uint128, TrustError> {
    let payments = (1..=32).contains(&milestones.len());
    if !payments || milestones.iter().any(Uint128::is_zero) {
        return Err(TrustError::Milestones);
    }
    let mut total = Uint128::zero();
    for milestone in milestones {
        ledger::add(&mut total, *milestone)?;
    }
    Ok(total)
}
