//! `Revalue`: a settled reading below book value is a loss; one above is nothing until it is realised (R3, R4).

use commons_common::id::{PeriodId, PlacementId};
use commons_common::survey::Effective;
use commons_common::text::Name;
use commons_common::trust::Placement;
use commons_common::units::UnixTime;
use cosmwasm_std::{Event, Response, Uint128};

use super::Context;
use crate::error::TrustError;
use crate::state::Life;
use crate::{event, ledger, sibling, state};

/// What a placement is worth now, by the reading that counts.
struct Worth {
    /// Base units; what moved since the reading's window opened is added or taken off.
    now: Uint128,
    period: PeriodId,
    opened_at: UnixTime,
    fresh: bool,
}

impl Worth {
    /// Whether it is the value of a period that began at `began`: of that period or a later one, and not measured
    /// before there was anything of it to measure.
    fn values(&self, period: PeriodId, began: UnixTime) -> bool {
        self.period >= period && self.opened_at >= began
    }
}

/// Anyone: `X-d`, and `d` from `I` first, the rest `L+`.
pub fn revalue(ctx: &mut Context<'_>, id: PlacementId) -> Result<Response, TrustError> {
    let placement = state::placement(ctx.deps.storage, id)?;
    let Some(worth) = worth(ctx, &placement)? else {
        return Err(TrustError::NoValue {
            placement: id,
            subject: subject(ctx, &placement)?,
        });
    };
    if worth.now >= placement.book {
        return Err(TrustError::NotBelowBook {
            value: worth.now,
            book: placement.book,
        });
    }
    Ok(Response::new().add_event(write_down(ctx, placement, worth.now)?))
}

/// Revalues every placement at the close of the open period, on whatever reading counts. Whether one has none of this
/// period, which is refused for a further period; and what happened.
pub fn all(ctx: &mut Context<'_>, open: &Life) -> Result<(bool, Vec<Event>), TrustError> {
    let period = ctx.config.period;
    let unvalued_from = open.began.after(period).after(period);
    let mut unvalued = false;
    let mut events = Vec::new();
    for placement in held(ctx)? {
        let worth = worth(ctx, &placement)?;
        if !valued(worth.as_ref(), open.period, open.began) {
            if ctx.now() < unvalued_from {
                return Err(TrustError::ValueMissing {
                    placement: placement.id,
                    subject: subject(ctx, &placement)?,
                    period: open.period,
                    unvalued_from,
                });
            }
            unvalued = true;
        }
        if let Some(worth) = worth
            && worth.now < placement.book
        {
            events.push(write_down(ctx, placement, worth.now)?);
        }
    }
    Ok((unvalued, events))
}

/// Refuses while a placement has no value of `period`, which began at `began` (R34).
pub fn only_valued(ctx: &Context<'_>, period: PeriodId, began: UnixTime) -> Result<(), TrustError> {
    for placement in held(ctx)? {
        if !valued(worth(ctx, &placement)?.as_ref(), period, began) {
            return Err(TrustError::Undisclosed {
                placement: placement.id,
                subject: subject(ctx, &placement)?,
                period,
            });
        }
    }
    Ok(())
}

/// Refuses while what a custodian holds was last valued too long ago (R34). Nothing held, or nothing measured yet, is
/// not stale.
pub fn only_fresh(ctx: &Context<'_>, placement: &Placement) -> Result<(), TrustError> {
    if !placement.book.is_zero() && worth(ctx, placement)?.is_some_and(|worth| !worth.fresh) {
        return Err(TrustError::ValueStale {
            custodian: placement.custodian.clone(),
            subject: subject(ctx, placement)?,
        });
    }
    Ok(())
}

fn valued(worth: Option<&Worth>, period: PeriodId, began: UnixTime) -> bool {
    worth.is_some_and(|worth| worth.values(period, began))
}

/// Placements that hold something; the others need no reading.
fn held(ctx: &Context<'_>) -> Result<Vec<Placement>, TrustError> {
    let mut placements = state::placements(ctx.deps.storage)?;
    placements.retain(|placement| !placement.book.is_zero());
    Ok(placements)
}

/// The settled reading of the latest year, carried on to now. It holds for the instant its window opened; what moved in
/// that second cannot be in it, for a reading is put together before it is sent. So one that was applied takes nothing
/// twice, and no move makes it void. A value too large to add to stays the largest there is: no reporter can block a
/// close.
fn worth(ctx: &Context<'_>, placement: &Placement) -> Result<Option<Worth>, TrustError> {
    let subject = subject(ctx, placement)?;
    let effective = sibling::effective(ctx.deps.querier, ctx.config, &subject)?;
    let Effective::Settled {
        period,
        value,
        opened_at,
        fresh,
        ..
    } = effective
    else {
        return Ok(None);
    };
    let before = state::moved_before(ctx.deps.storage, placement.id, opened_at)?;
    let placed = placement.placed.checked_sub(before.placed)?;
    let returned = placement.returned.checked_sub(before.returned)?;
    Ok(Some(Worth {
        now: value.saturating_add(placed).saturating_sub(returned),
        period,
        opened_at,
        fresh,
    }))
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
