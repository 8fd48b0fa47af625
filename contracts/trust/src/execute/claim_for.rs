//! `ClaimFor`: anyone pushes dividends to registered accounts. Entries are refused one by one, and an account that
//! cannot receive blocks nobody (R14).

use commons_common::id::{DeclarationId, PersonId};
use commons_common::page::MAX_BATCH;
use commons_common::roll::{BatchReport, Refused, Standing};
use commons_common::trust::{ClaimRefusal, Declaration};
use cosmwasm_std::{Addr, Reply, Response, SubMsg, Uint128, from_json, to_json_binary};
use serde::{Deserialize, Serialize};

use super::Context;
use super::claim::{claimable, has_claimed, has_share, pay_out};
use crate::error::TrustError;
use crate::{event, ledger, sibling, state};

/// The reply of a pushed payment that failed.
const PUSHED: u64 = 1;

/// What has to be undone if a pushed payment fails.
#[derive(Serialize, Deserialize)]
struct Pushed {
    declaration: DeclarationId,
    person: PersonId,
    amount: Uint128,
}

/// `B-per D-per` for each of `persons` who has a share, has not claimed and has an account.
pub fn claim_for(
    ctx: &mut Context<'_>,
    id: DeclarationId,
    persons: Vec<PersonId>,
) -> Result<Response, TrustError> {
    if persons.is_empty() || persons.len() > MAX_BATCH {
        return Err(TrustError::BatchSize {
            max: MAX_BATCH,
            got: persons.len(),
        });
    }
    let mut declaration = claimable(ctx, id)?;
    let standings = sibling::standings(
        ctx.deps.querier,
        ctx.config,
        persons.clone(),
        declaration.height,
    )?;
    let mut response = Response::new();
    let mut report = BatchReport {
        accepted: 0,
        refused: Vec::new(),
    };
    for (index, person) in (0_u32..).zip(persons) {
        let standing = usize::try_from(index)
            .ok()
            .and_then(|index| standings.get(index));
        match payable(ctx, &declaration, person, standing) {
            Ok(account) => {
                pay_out(ctx, &mut declaration, person)?;
                let pushed = Pushed {
                    declaration: id,
                    person,
                    amount: declaration.per,
                };
                let payment = SubMsg::reply_on_error(ctx.send(account, pushed.amount), PUSHED)
                    .with_payload(to_json_binary(&pushed)?);
                response = response
                    .add_submessage(payment)
                    .add_event(event::claimed(id, person));
                report.accepted += 1;
            }
            Err(reason) => {
                response = response.add_event(event::refused(index, reason)?);
                report.refused.push(Refused { index, reason });
            }
        }
    }
    state::DECLARATIONS.save(ctx.deps.storage, id.get(), &declaration)?;
    Ok(response.set_data(to_json_binary(&report)?))
}

/// The account to pay, or why there is nothing to pay.
fn payable<'a>(
    ctx: &Context<'_>,
    declaration: &Declaration,
    person: PersonId,
    standing: Option<&'a Option<Standing>>,
) -> Result<&'a Addr, ClaimRefusal> {
    if has_claimed(ctx, declaration.id, person) {
        return Err(ClaimRefusal::AlreadyClaimed);
    }
    if !has_share(standing, declaration) {
        return Err(ClaimRefusal::NoShare);
    }
    standing
        .and_then(Option::as_ref)
        .and_then(|standing| standing.account.as_ref())
        .ok_or(ClaimRefusal::NoAccount)
}

/// A pushed payment failed: the share is back in `D` and can be claimed.
pub fn unreceived(ctx: &mut Context<'_>, reply: &Reply) -> Result<Response, TrustError> {
    if reply.id != PUSHED || reply.result.is_ok() {
        return Err(TrustError::UnknownReply(reply.id));
    }
    let pushed: Pushed = from_json(&reply.payload)?;
    let mut declaration = state::declaration(ctx.deps.storage, pushed.declaration)?;
    ledger::add(&mut ctx.ledgers.declared, pushed.amount)?;
    declaration.claimed = declaration.claimed.saturating_sub(1);
    state::DECLARATIONS.save(ctx.deps.storage, pushed.declaration.get(), &declaration)?;
    let key = (pushed.declaration.get(), pushed.person.get());
    state::CLAIMS.remove(ctx.deps.storage, key);
    Ok(Response::new().add_event(event::unreceived(pushed.declaration, pushed.person)))
}
