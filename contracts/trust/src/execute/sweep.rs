//! `Sweep`: what was not claimed in time goes where the charter says, once (R14).

use commons_common::charter::Unclaimed;
use commons_common::id::DeclarationId;
use cosmwasm_std::{Response, Uint128};

use super::Context;
use crate::error::TrustError;
use crate::{event, ledger, state};

/// `D-rest`, and `I+rest` or `F+rest`. Anyone, from `claim_until`.
pub fn sweep(ctx: &mut Context<'_>, id: DeclarationId) -> Result<Response, TrustError> {
    let mut declaration = state::declaration(ctx.deps.storage, id)?;
    if declaration.swept.is_some() {
        return Err(TrustError::AlreadySwept(id));
    }
    if ctx.now() < declaration.claim_until {
        return Err(TrustError::ClaimsOpen {
            declaration: id,
            claim_until: declaration.claim_until,
        });
    }
    let open = declaration.n.saturating_sub(declaration.claimed);
    let rest = declaration.per.checked_mul(Uint128::from(open))?;
    ledger::take(&mut ctx.ledgers.declared, rest)?;
    let name = match ctx.config.money.unclaimed {
        Unclaimed::Income => {
            ledger::add(&mut ctx.ledgers.income, rest)?;
            "income"
        }
        Unclaimed::Principal => {
            ledger::add(&mut ctx.ledgers.floor, rest)?;
            "floor"
        }
    };
    declaration.swept = Some(rest);
    state::DECLARATIONS.save(ctx.deps.storage, id.get(), &declaration)?;
    Ok(Response::new().add_event(event::swept(id, name, rest)))
}
