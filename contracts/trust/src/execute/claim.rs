//! `Claim`: a person takes what was declared for them, once (R10).

use commons_common::id::{DeclarationId, PersonId};
use commons_common::roll::Standing;
use commons_common::trust::Declaration;
use cosmwasm_std::{Empty, Response};

use super::Context;
use crate::error::TrustError;
use crate::{event, ledger, sibling, state};

/// `B-per D-per`, to the sender's account.
pub fn claim(ctx: &mut Context<'_>, id: DeclarationId) -> Result<Response, TrustError> {
    let mut declaration = claimable(ctx, id)?;
    let person = sibling::person_of(ctx.deps.querier, ctx.config, ctx.sender)?
        .ok_or_else(|| TrustError::NoPerson(ctx.sender.clone()))?;
    let standings = sibling::standings(
        ctx.deps.querier,
        ctx.config,
        vec![person],
        declaration.height,
    )?;
    if has_claimed(ctx, id, person) {
        return Err(TrustError::AlreadyClaimed {
            person,
            declaration: id,
        });
    }
    if !has_share(standings.first(), &declaration) {
        return Err(TrustError::NoShare {
            person,
            declaration: id,
            height: declaration.height,
        });
    }
    pay_out(ctx, &mut declaration, person)?;
    state::DECLARATIONS.save(ctx.deps.storage, id.get(), &declaration)?;
    Ok(Response::new()
        .add_message(ctx.send(ctx.sender, declaration.per))
        .add_event(event::claimed(id, person)))
}

/// The declaration, while claims count (R14).
pub fn claimable(ctx: &Context<'_>, id: DeclarationId) -> Result<Declaration, TrustError> {
    let declaration = state::declaration(ctx.deps.storage, id)?;
    if ctx.now() >= declaration.claim_until {
        return Err(TrustError::ClaimsOver {
            declaration: id,
            claim_until: declaration.claim_until,
        });
    }
    Ok(declaration)
}

/// Whether the person got what was declared.
pub fn has_claimed(ctx: &Context<'_>, id: DeclarationId, person: PersonId) -> bool {
    state::CLAIMS.has(ctx.deps.storage, (id.get(), person.get()))
}

/// Whether a standing at the record height is one with a share. Never more shares than were counted there.
pub fn has_share(standing: Option<&Option<Standing>>, declaration: &Declaration) -> bool {
    let shares = matches!(standing, Some(Some(standing)) if standing.shares);
    shares && declaration.claimed < declaration.n
}

/// Takes one share from `D` and marks the claim.
pub fn pay_out(
    ctx: &mut Context<'_>,
    declaration: &mut Declaration,
    person: PersonId,
) -> Result<(), TrustError> {
    ledger::take(&mut ctx.ledgers.declared, declaration.per)?;
    declaration.claimed += 1;
    let key = (declaration.id.get(), person.get());
    state::CLAIMS.save(ctx.deps.storage, key, &Empty {})?;
    Ok(())
}
