//! Answers. Reads only; every list is bounded.

use commons_common::assembly::{
    Proposal, ProposalResponse, QueryMsg, Seat, TrusteeResponse, VoteInfo,
};
use commons_common::id::{PersonId, ProposalId};
use commons_common::units::UnixTime;
use commons_common::{journal, page};
use cosmwasm_std::{Addr, Binary, Deps, Env, Order, StdResult, to_json_binary};
use cw_storage_plus::Bound;

use crate::error::ContractError;
use crate::execute::{in_office, interested};
use crate::state::{INTERESTS, MOTIONS, Motion, RULES, SEATS, VOTES, may_load_proposal, with_poll};
use crate::tally;

/// The answer to one question, as JSON.
///
/// # Errors
/// `NoSuchProposal`; storage and serialisation errors of cosmwasm-std.
pub fn answer(deps: Deps<'_>, env: &Env, msg: QueryMsg) -> Result<Binary, ContractError> {
    let now = UnixTime::now(env);
    let answer = match msg {
        QueryMsg::Rules {} => to_json_binary(&RULES.load(deps.storage)?),
        QueryMsg::Proposal { proposal } => to_json_binary(&one(deps, now, proposal)?),
        QueryMsg::ListProposals { start_after, limit } => {
            let after = start_after.map(|id| Bound::exclusive(id.get()));
            let range = MOTIONS.range(deps.storage, after, None, Order::Ascending);
            to_json_binary(&proposals(deps, range, now, limit)?)
        }
        QueryMsg::ReverseProposals {
            start_before,
            limit,
        } => {
            let before = start_before.map(|id| Bound::exclusive(id.get()));
            let range = MOTIONS.range(deps.storage, None, before, Order::Descending);
            to_json_binary(&proposals(deps, range, now, limit)?)
        }
        QueryMsg::Vote { proposal, person } => {
            to_json_binary(&VOTES.may_load(deps.storage, (proposal.get(), person.get()))?)
        }
        QueryMsg::ListVotes {
            proposal,
            start_after,
            limit,
        } => to_json_binary(&votes(deps, proposal, start_after, limit)?),
        QueryMsg::Seats {} => to_json_binary(&seats(deps)?),
        QueryMsg::Interests { trustee } => to_json_binary(&interests(deps, &trustee)?),
        QueryMsg::Trustee { account, subject } => {
            to_json_binary(&trustee(deps, now, &account, &subject)?)
        }
        QueryMsg::Journal {} => to_json_binary(&journal::load(deps.storage)?),
    };
    Ok(answer?)
}

fn one(deps: Deps<'_>, now: UnixTime, id: ProposalId) -> Result<ProposalResponse, ContractError> {
    let proposal = may_load_proposal(deps.storage, id)?
        .ok_or(ContractError::NoSuchProposal { proposal: id })?;
    Ok(with_status(proposal, now))
}

fn with_status(proposal: Proposal, now: UnixTime) -> ProposalResponse {
    ProposalResponse {
        status: tally::status(&proposal, now),
        proposal,
    }
}

fn proposals(
    deps: Deps<'_>,
    range: impl Iterator<Item = StdResult<(u64, Motion)>>,
    now: UnixTime,
    limit: Option<u32>,
) -> StdResult<Vec<ProposalResponse>> {
    range
        .take(page::limit(limit))
        .map(|entry| {
            let (id, motion) = entry?;
            let proposal = with_poll(deps.storage, ProposalId(id), motion)?;
            Ok(with_status(proposal, now))
        })
        .collect()
}

fn votes(
    deps: Deps<'_>,
    proposal: ProposalId,
    start_after: Option<PersonId>,
    limit: Option<u32>,
) -> StdResult<Vec<VoteInfo>> {
    let after = start_after.map(|person| Bound::exclusive(person.get()));
    VOTES
        .prefix(proposal.get())
        .range(deps.storage, after, None, Order::Ascending)
        .take(page::limit(limit))
        .map(|entry| entry.map(|(_, vote)| vote))
        .collect()
}

fn seats(deps: Deps<'_>) -> StdResult<Vec<Seat>> {
    SEATS
        .range(deps.storage, None, None, Order::Ascending)
        .map(|entry| entry.map(|(_, seat)| seat))
        .collect()
}

fn interests(deps: Deps<'_>, trustee: &str) -> StdResult<Vec<Addr>> {
    let trustee = deps.api.addr_validate(trustee)?;
    INTERESTS
        .prefix(&trustee)
        .keys(deps.storage, None, None, Order::Ascending)
        .collect()
}

fn trustee(
    deps: Deps<'_>,
    now: UnixTime,
    account: &str,
    subject: &str,
) -> StdResult<TrusteeResponse> {
    let account = deps.api.addr_validate(account)?;
    let subject = deps.api.addr_validate(subject)?;
    Ok(TrusteeResponse {
        in_office: in_office(deps.storage, &account, now)?,
        interested: interested(deps.storage, &account, &subject),
    })
}
