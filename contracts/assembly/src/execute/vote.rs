//! A vote by transaction of the registered account (R49). It replaces whatever the person chose before, and only
//! another such vote replaces it: a relayed ballot that was held back cannot undo it.

use commons_common::assembly::{Choice, VoteInfo, VotePath};
use commons_common::id::ProposalId;
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, DepsMut, Env, Response};

use super::{is_interested_trustee, load_open};
use crate::error::ContractError;
use crate::roll::Roll;
use crate::state::{POLLS, RULES, VOTES};
use crate::{event, tally};

/// Stores the vote.
///
/// # Errors
/// `NoSuchProposal`, `PollNotOpen`, `NotAPerson`, `NoVote`, `Recused`.
pub fn run(
    deps: DepsMut<'_>,
    env: &Env,
    sender: &Addr,
    id: ProposalId,
    choice: Choice,
) -> Result<Response, ContractError> {
    let now = UnixTime::now(env);
    let mut poll = load_open(deps.storage, id, now)?;
    let rules = RULES.load(deps.storage)?;
    let roll = Roll::new(deps.querier, &rules.roll);
    let person = roll
        .person_of(sender)?
        .ok_or_else(|| ContractError::NotAPerson {
            account: sender.to_string(),
        })?
        .id;
    let height = poll.electorate_height;
    let standings = roll.standings(vec![person], height)?;
    if !standings.iter().flatten().any(|standing| standing.votes) {
        return Err(ContractError::NoVote { height });
    }
    // Also those who declared their interest after the proposal was made.
    let subject = poll.subject.as_ref();
    if poll.recused.contains(&person) || is_interested_trustee(deps.storage, sender, subject, now)?
    {
        return Err(ContractError::Recused {});
    }

    let key = (id.get(), person.get());
    let before = VOTES.may_load(deps.storage, key)?.map(|vote| vote.choice);
    let vote = VoteInfo {
        person,
        choice,
        path: VotePath::Direct {},
        at: now,
        height: env.block.height,
    };
    poll.tally = tally::replace(poll.tally, before, choice);

    VOTES.save(deps.storage, key, &vote)?;
    POLLS.save(deps.storage, id.get(), &poll)?;
    Ok(Response::new().add_event(event::vote(id, &vote)))
}
