//! `Place`: a trustee puts principal to work with a custodian, within the act, the charter and what is here (R2, R38).
//! The only message that moves principal.

use commons_common::id::{PeriodId, PlacementId, ProposalId};
use commons_common::trust::{Authorisation, Placement};
use commons_common::units::UnixTime;
use commons_math::MathError;
use cosmwasm_std::{Addr, Response, StdResult, Uint128, Uint256};

use super::{Context, revalue};
use crate::error::TrustError;
use crate::{event, ledger, state};

/// `B-x X+x`. Money already with the same custodian is topped up.
pub fn place(
    ctx: &mut Context<'_>,
    act: ProposalId,
    amount: Uint128,
) -> Result<Response, TrustError> {
    let mut authorisation = state::AUTHORISATIONS
        .may_load(ctx.deps.storage, act.get())?
        .ok_or(TrustError::NotFound(
            "executed act to place money, of proposal",
            act.get(),
        ))?;
    ctx.only_trustee(&authorisation.custodian)?;
    within_act(ctx, &authorisation, amount)?;
    within_charter(ctx, amount)?;
    within_principal(ctx, amount)?;
    only_disclosed(ctx)?;
    let mut placement = with_custodian(ctx, &authorisation.custodian)?;
    revalue::only_fresh(ctx, &placement)?;

    ledger::add(&mut authorisation.used, amount)?;
    ledger::add(&mut ctx.ledgers.placed, amount)?;
    ledger::add(&mut placement.placed, amount)?;
    ledger::add(&mut placement.book, amount)?;
    state::AUTHORISATIONS.save(ctx.deps.storage, act.get(), &authorisation)?;
    state::save_moved(ctx.deps.storage, &placement, UnixTime::now(ctx.env))?;
    Ok(Response::new()
        .add_message(ctx.send(&placement.custodian, amount))
        .add_event(event::placed(placement.id, amount)))
}

fn within_act(
    ctx: &Context<'_>,
    authorisation: &Authorisation,
    amount: Uint128,
) -> Result<(), TrustError> {
    if ctx.now() >= authorisation.until {
        return Err(TrustError::AuthorisationEnded {
            proposal: authorisation.proposal,
            until: authorisation.until,
        });
    }
    if amount.is_zero() {
        return Err(TrustError::ZeroAmount);
    }
    if amount > authorisation.max.saturating_sub(authorisation.used) {
        return Err(TrustError::AboveAuthorised {
            amount,
            used: authorisation.used,
            max: authorisation.max,
        });
    }
    Ok(())
}

fn within_charter(ctx: &Context<'_>, amount: Uint128) -> Result<(), TrustError> {
    let principal = ledger::principal(&ctx.ledgers)?;
    let bound = ctx.config.money.max_placed_bps.floor_of(principal);
    let placed = ctx.ledgers.placed;
    if amount > bound.saturating_sub(placed) {
        return Err(TrustError::AbovePlacedBound {
            amount,
            placed,
            bound,
        });
    }
    Ok(())
}

fn within_principal(ctx: &Context<'_>, amount: Uint128) -> Result<(), TrustError> {
    let available = ctx.balance()?.saturating_sub(ledger::owed(&ctx.ledgers));
    if Uint256::from(amount) > available {
        return Err(TrustError::AbovePrincipal {
            amount,
            available: Uint128::try_from(available).map_err(|_| MathError::Overflow)?,
        });
    }
    Ok(())
}

/// After a period that a missing value left without a declaration, nothing new is placed until it is there (R34).
fn only_disclosed(ctx: &Context<'_>) -> Result<(), TrustError> {
    let open = state::life(ctx.deps.storage)?;
    let last = PeriodId(open.period.get().saturating_sub(1));
    match state::PERIODS.may_load(ctx.deps.storage, last.get())? {
        Some(report) if report.unvalued => {
            let began = UnixTime(open.began.0.saturating_sub(ctx.config.period.0));
            revalue::only_valued(ctx, last, began)
        }
        _ => Ok(()),
    }
}

/// The placement with `custodian`, or a new one.
fn with_custodian(ctx: &Context<'_>, custodian: &Addr) -> StdResult<Placement> {
    let placements = state::placements(ctx.deps.storage)?;
    let next = placements.last().map_or(1, |last| last.id.get() + 1);
    let known = placements
        .into_iter()
        .find(|placement| placement.custodian == *custodian);
    Ok(known.unwrap_or_else(|| Placement {
        id: PlacementId(next),
        custodian: custodian.clone(),
        placed: Uint128::zero(),
        returned: Uint128::zero(),
        book: Uint128::zero(),
    }))
}
