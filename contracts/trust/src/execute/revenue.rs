//! `Revenue`: what the commons earned (R3, R7).

use commons_common::trust::RevenueSource;
use cosmwasm_std::Response;

use super::Context;
use crate::error::TrustError;
use crate::{event, ledger};

/// From a stock that renews itself `B+a I+a`, realised; from one that does not `B+a F+a`, whole (R7).
pub fn revenue(ctx: &mut Context<'_>, source: RevenueSource) -> Result<Response, TrustError> {
    let amount = ctx.received;
    let name = match source {
        RevenueSource::Renewable => {
            ledger::add(&mut ctx.ledgers.income, amount)?;
            ctx.realise(amount)?;
            "income"
        }
        RevenueSource::Exhaustible => {
            ledger::add(&mut ctx.ledgers.floor, amount)?;
            "floor"
        }
    };
    Ok(Response::new().add_event(event::received(name, amount)))
}
