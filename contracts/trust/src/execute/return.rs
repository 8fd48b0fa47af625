//! `Return`: money comes back from a custodian, with a gain or a loss (R3, R4).

use commons_common::id::PlacementId;
use commons_common::units::UnixTime;
use cosmwasm_std::{Response, Uint128};

use super::Context;
use crate::error::TrustError;
use crate::{event, ledger, state};

/// `B+r X-c`: `r - c` above is a gain, which restores `L` before it is income; `c - r` below is a loss, taken from `I`
/// first.
pub fn take_back(
    ctx: &mut Context<'_>,
    id: PlacementId,
    book: Uint128,
) -> Result<Response, TrustError> {
    let mut placement = state::placement(ctx.deps.storage, id)?;
    if *ctx.sender != placement.custodian {
        return Err(TrustError::NotCustodian {
            placement: id,
            custodian: placement.custodian,
        });
    }
    if book > placement.book {
        return Err(TrustError::AboveBook {
            asked: book,
            book: placement.book,
        });
    }
    if book.is_zero() && ctx.received.is_zero() {
        return Err(TrustError::ZeroAmount);
    }
    ledger::take(&mut ctx.ledgers.placed, book)?;
    ledger::take(&mut placement.book, book)?;
    if !book.is_zero() {
        ledger::add(&mut placement.returned, book)?;
        state::save_moved(ctx.deps.storage, &placement, UnixTime::now(ctx.env))?;
    }

    let mut response = Response::new().add_event(event::returned(id, book));
    let gain = ctx.received.saturating_sub(book);
    let loss = book.saturating_sub(ctx.received);
    if !gain.is_zero() {
        ledger::gain(&mut ctx.ledgers, gain)?;
        ctx.realise(gain)?;
        response = response.add_event(event::gain(id, gain));
    }
    if !loss.is_zero() {
        ctx.lose(loss)?;
        response = response.add_event(event::loss(id, loss));
    }
    Ok(response)
}
