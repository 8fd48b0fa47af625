//! Carrying out a passed act, once (I7), after its delay (I8), before it expires (R39). Hands typed messages to the
//! siblings; when one of them refuses, nothing happened and the act stays executable.

use commons_common::assembly::{Act, ProposalStatus};
use commons_common::id::ProposalId;
use commons_common::units::UnixTime;
use cosmwasm_std::{DepsMut, Env, Response};

use crate::error::ContractError;
use crate::state::{EXECUTED, RATIFIED_BY, RULES, may_load_proposal};
use crate::{act, event, tally};

/// Marks the proposal executed and sends the act on.
///
/// # Errors
/// `NoSuchProposal`, `NotExecutable`, `AlreadyRatified`.
pub fn run(deps: DepsMut<'_>, env: &Env, id: ProposalId) -> Result<Response, ContractError> {
    let now = UnixTime::now(env);
    let proposal = may_load_proposal(deps.storage, id)?
        .ok_or(ContractError::NoSuchProposal { proposal: id })?;
    let status = tally::status(&proposal, now);
    if status != ProposalStatus::Executable {
        return Err(ContractError::NotExecutable {
            proposal: id,
            status,
            from: proposal.executable_from,
            until: proposal.expires,
        });
    }
    if matches!(proposal.act, Act::Ratify { .. }) {
        // Two founding votes may have passed side by side; the second has nothing left to do.
        if let Some(by) = RATIFIED_BY.may_load(deps.storage)? {
            return Err(ContractError::AlreadyRatified { by });
        }
        RATIFIED_BY.save(deps.storage, &id)?;
    }
    let rules = RULES.load(deps.storage)?;

    EXECUTED.save(deps.storage, id.get(), &now)?;
    Ok(Response::new()
        .add_messages(act::messages(proposal, &rules)?)
        .add_event(event::execute(id)))
}
