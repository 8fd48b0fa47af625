//! Putting an act to the vote. Everything that will decide it is copied here, once (R38, R46).

use std::collections::BTreeSet;

use commons_common::assembly::{Act, DecisionClass, Proposal, RulesResponse, Tally};
use commons_common::id::{PersonId, ProposalId};
use commons_common::journal::Entry;
use commons_common::roll::Status;
use commons_common::text::Name;
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, DepsMut, Env, Response, Storage};

use super::{in_office, interested_trustees};
use crate::error::ContractError;
use crate::poll::Poll;
use crate::roll::Roll;
use crate::state::{LAST_PROPOSAL, RATIFIED_BY, RULES, save_new_proposal};
use crate::{act, event};

/// Persons with a vote that any decision takes: below it a trust accepts gifts and nothing else.
pub const LEAST_PERSONS: u64 = 7;

/// Stores the proposal.
///
/// # Errors
/// `MayNotPropose`, `ExpiriesDue`, `TooFewPersons`, `NotRatified`, `AlreadyRatified`, and what [`act::check`] refuses.
pub fn run(
    deps: DepsMut<'_>,
    env: &Env,
    proposer: Addr,
    title: Name,
    act: Act,
    journal: &Entry,
) -> Result<Response, ContractError> {
    let rules = RULES.load(deps.storage)?;
    let now = UnixTime::now(env);
    let height = env.block.height;
    let roll = Roll::new(deps.querier, &rules.roll);

    check_proposer(deps.storage, &roll, &proposer, now)?;
    let class = act::class(&act, &rules.decisions)?;
    check_stage(deps.storage, class)?;
    let active = check_roll(&roll, height)?;
    let window = Window::from(now, class, &rules);
    act::check(&act, &rules, now, window.expires, deps.api)?;

    // Checked by the chain in the line above.
    let subject = act::subject(&act).map(Addr::unchecked);
    let interested = interested_trustees(deps.storage, subject.as_ref(), now)?;
    let recused = recused(&roll, interested, height)?;
    // A vector's length fits 64 bits on every target we build for.
    let fewer = u64::try_from(recused.len()).unwrap_or(u64::MAX);
    let id = LAST_PROPOSAL.may_load(deps.storage)?.unwrap_or_default() + 1;
    let poll_hash = Poll {
        act: &act,
        electorate_height: height,
        opens: window.opens,
        closes: window.closes,
        journal_head: &journal.head,
    }
    .hash()?;
    let proposal = Proposal {
        id: ProposalId(id),
        title,
        proposer,
        act,
        class,
        rules: act::rules(class, &rules.decisions),
        electorate_height: height,
        electorate: active.saturating_sub(fewer),
        recused,
        opens: window.opens,
        closes: window.closes,
        executable_from: window.executable_from,
        expires: window.expires,
        poll_hash,
        tally: Tally::default(),
        executed_at: None,
    };

    let event = event::propose(&proposal);
    LAST_PROPOSAL.save(deps.storage, &id)?;
    save_new_proposal(deps.storage, subject, proposal)?;
    Ok(Response::new().add_event(event))
}

struct Window {
    opens: UnixTime,
    closes: UnixTime,
    executable_from: UnixTime,
    expires: UnixTime,
}

impl Window {
    fn from(now: UnixTime, class: DecisionClass, rules: &RulesResponse) -> Self {
        let lengths = act::rules(class, &rules.decisions);
        let opens = now.after(lengths.notice);
        let closes = opens.after(lengths.vote);
        let executable_from = closes.after(lengths.delay);
        Self {
            opens,
            closes,
            executable_from,
            expires: executable_from.after(rules.decisions.expiry),
        }
    }
}

fn check_proposer(
    storage: &dyn Storage,
    roll: &Roll<'_>,
    proposer: &Addr,
    now: UnixTime,
) -> Result<(), ContractError> {
    if in_office(storage, proposer, now)? {
        return Ok(());
    }
    let person = roll.person_of(proposer)?;
    if person.is_some_and(|person| person.status == Status::Active) {
        return Ok(());
    }
    Err(ContractError::MayNotPropose {
        account: proposer.to_string(),
    })
}

/// Ratification first, and once.
fn check_stage(storage: &dyn Storage, class: DecisionClass) -> Result<(), ContractError> {
    match (class, RATIFIED_BY.may_load(storage)?) {
        (DecisionClass::Ratification, Some(by)) => Err(ContractError::AlreadyRatified { by }),
        (DecisionClass::Ordinary | DecisionClass::Special, None) => {
            Err(ContractError::NotRatified {})
        }
        _ => Ok(()),
    }
}

/// The roll must be honest (R44) and large enough to decide. Answers with the persons who have a vote.
fn check_roll(roll: &Roll<'_>, height: u64) -> Result<u64, ContractError> {
    let electorate = roll.electorate(height)?;
    if electorate.expiries_due {
        return Err(ContractError::ExpiriesDue {});
    }
    if electorate.active < LEAST_PERSONS {
        return Err(ContractError::TooFewPersons {
            active: electorate.active,
            least: LEAST_PERSONS,
        });
    }
    Ok(electorate.active)
}

/// Of the interested trustees, those who would have a vote: by them the electorate shrinks (R30).
fn recused(
    roll: &Roll<'_>,
    interested: BTreeSet<Addr>,
    height: u64,
) -> Result<Vec<PersonId>, ContractError> {
    let mut persons = Vec::new();
    for account in interested {
        if let Some(person) = roll.person_of(&account)? {
            persons.push(person.id);
        }
    }
    if persons.is_empty() {
        return Ok(persons);
    }
    let standings = roll.standings(persons, height)?;
    let mut recused: Vec<_> = standings
        .into_iter()
        .flatten()
        .filter(|standing| standing.votes)
        .map(|standing| standing.person)
        .collect();
    recused.sort_unstable();
    Ok(recused)
}
