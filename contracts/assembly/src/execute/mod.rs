//! What an assembly does, one file a message: load, check, compute, store, respond. Nothing here answers queries.

pub mod cast_ballots;
pub mod declare_interest;
#[expect(
    clippy::module_inception,
    reason = "the message is called Execute, in ours as in cw3's words"
)]
pub mod execute;
pub mod instantiate;
pub mod propose;
pub mod vote;

use std::collections::BTreeSet;

use commons_common::id::ProposalId;
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, Order, StdResult, Storage};

use crate::error::ContractError;
use crate::state::{INTERESTS, POLLS, Poll, SEATS};

/// A poll that is open now: `opens <= now < closes`.
fn load_open(storage: &dyn Storage, id: ProposalId, now: UnixTime) -> Result<Poll, ContractError> {
    let poll = POLLS
        .may_load(storage, id.get())?
        .ok_or(ContractError::NoSuchProposal { proposal: id })?;
    if now < poll.opens || now >= poll.closes {
        return Err(ContractError::PollNotOpen {
            opens: poll.opens,
            closes: poll.closes,
            now,
        });
    }
    Ok(poll)
}

/// Whether an account is a trustee within their term (R32).
pub(crate) fn in_office(storage: &dyn Storage, account: &Addr, now: UnixTime) -> StdResult<bool> {
    let seat = SEATS.may_load(storage, account)?;
    Ok(seat.is_some_and(|seat| seat.since <= now && now < seat.until))
}

/// Whether a trustee has an interest in a subject: declared, or their own account (R30).
pub(crate) fn interested(storage: &dyn Storage, trustee: &Addr, subject: &Addr) -> bool {
    trustee == subject || INTERESTS.has(storage, (trustee, subject))
}

/// Whether an account is a trustee in office with an interest in whoever gains by an act (R30).
fn is_interested_trustee(
    storage: &dyn Storage,
    account: &Addr,
    subject: Option<&Addr>,
    now: UnixTime,
) -> StdResult<bool> {
    match subject {
        Some(subject) => {
            Ok(interested(storage, account, subject) && in_office(storage, account, now)?)
        }
        None => Ok(false),
    }
}

/// All of those.
fn interested_trustees(
    storage: &dyn Storage,
    subject: Option<&Addr>,
    now: UnixTime,
) -> StdResult<BTreeSet<Addr>> {
    let mut trustees = BTreeSet::new();
    if subject.is_none() {
        return Ok(trustees);
    }
    for account in SEATS.keys(storage, None, None, Order::Ascending) {
        let account = account?;
        if is_interested_trustee(storage, &account, subject, now)? {
            trustees.insert(account);
        }
    }
    Ok(trustees)
}
