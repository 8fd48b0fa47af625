//! `Contribute`: anyone gives. The only coins taken before ratification.

use commons_common::trust::GiftLedger;
use cosmwasm_std::Response;

use super::Context;
use crate::error::TrustError;
use crate::{event, ledger, state};

/// `B+a`, and `F+a`, `I+a`, `P+a` or `O+a`. A gift is not realised income (R3); one to operating stays there.
pub fn contribute(ctx: &mut Context<'_>, to: GiftLedger) -> Result<Response, TrustError> {
    let amount = ctx.received;
    let ledgers = &mut ctx.ledgers;
    let name = match to {
        GiftLedger::Principal => {
            ledger::add(&mut ledgers.floor, amount)?;
            "floor"
        }
        GiftLedger::Income => {
            ledger::add(&mut ledgers.income, amount)?;
            "income"
        }
        GiftLedger::Dividend => {
            ledger::add(&mut ledgers.gifts, amount)?;
            "gifts"
        }
        GiftLedger::Operating => {
            ledger::add(&mut ledgers.operating, amount)?;
            let mut free = state::FREE.load(ctx.deps.storage)?;
            ledger::add(&mut free.gifts, amount)?;
            state::FREE.save(ctx.deps.storage, &free)?;
            "operating"
        }
    };
    Ok(Response::new().add_event(event::received(name, amount)))
}
