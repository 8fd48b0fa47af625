//! `Revalue`: a settled reading below book value is a loss; one above is nothing until it is realised (R3, R4).

use commons_common::id::{PeriodId, PlacementId};
use commons_common::survey::Effective;
use commons_common::text::Name;
use commons_common::trust::Placement;
use cosmwasm_std::{Event, Response, Uint128};

use super::Context;
use crate::error::TrustError;
use crate::{event, ledger, sibling, state};

/// Anyone: `X-d`, and `d` from `I` first, the rest `L+`.
pub fn revalue(ctx: &mut Context<'_>, id: PlacementId) -> Result<Response, TrustError> {
    let placement = state::placement(ctx.deps.storage, id)?;
    let Some(value) = value(ctx, &placement, PeriodId(0))? else {
        return Err(missing(ctx, &placement)?);
    };
    if value >= placement.book {
        return Err(TrustError::NotBelowBook {
            value,
            book: placement.book,
        });
    }
    Ok(Response::new().add_event(write_down(ctx, placement, value)?))
}

/// Revalues every placement on readings for `period` or later. Whether one has no such reading, and what happened.
pub fn all(ctx: &mut Context<'_>, period: PeriodId) -> Result<(bool, Vec<Event>), TrustError> {
    let mut unvalued = false;
    let mut events = Vec::new();
    for placement in held(ctx)? {
        match value(ctx, &placement, period)? {
            None => unvalued = true,
            Some(value) if value < placement.book => {
                events.push(write_down(ctx, placement, value)?);
            }
            Some(_) => {}
        }
    }
    Ok((unvalued, events))
}

/// Refuses while a placement has no reading for `period` or later (R34).
pub fn only_valued(ctx: &Context<'_>, period: PeriodId) -> Result<(), TrustError> {
    for placement in held(ctx)? {
        if value(ctx, &placement, period)?.is_none() {
            return Err(missing(ctx, &placement)?);
        }
    }
    Ok(())
}

/// Placements that hold something; the others need no reading.
fn held(ctx: &Context<'_>) -> Result<Vec<Placement>, TrustError> {
    let mut placements = state::placements(ctx.deps.storage)?;
    placements.retain(|placement| !placement.book.is_zero());
    Ok(placements)
}

/// The settled value that counts: for `period` or later, and reported after the placement's last move (else money could
/// be paid out between a reading and its use).
fn value(
    ctx: &Context<'_>,
    placement: &Placement,
    period: PeriodId,
) -> Result<Option<Uint128>, TrustError> {
    let subject = subject(ctx, placement)?;
    let effective = sibling::effective(ctx.deps.querier, ctx.config, &subject)?;
    Ok(match effective {
        Effective::Settled {
            period: of,
            value,
            reported_at,
            ..
        } if of >= period && reported_at > placement.moved_at => Some(value),
        _ => None,
    })
}

/// The subject that values what the placement's custodian holds.
fn subject(ctx: &Context<'_>, placement: &Placement) -> Result<Name, TrustError> {
    ctx.config
        .money
        .custodians
        .iter()
        .find(|custodian| custodian.account == placement.custodian.as_str())
        .map(|custodian| custodian.subject.clone())
        .ok_or_else(|| TrustError::UnknownCustodian(placement.custodian.clone()))
}

fn missing(ctx: &Context<'_>, placement: &Placement) -> Result<TrustError, TrustError> {
    Ok(TrustError::ValueMissing {
        placement: placement.id,
        subject: subject(ctx, placement)?,
        moved_at: placement.moved_at,
    })
}

fn write_down(
    ctx: &mut Context<'_>,
    mut placement: Placement,
    value: Uint128,
) -> Result<Event, TrustError> {
    let fall = placement.book.saturating_sub(value);
    placement.book = value;
    ledger::take(&mut ctx.ledgers.placed, fall)?;
    ctx.lose(fall)?;
    state::PLACEMENTS.save(ctx.deps.storage, placement.id.get(), &placement)?;
    Ok(event::loss(placement.id, fall))
}
