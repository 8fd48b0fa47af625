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

use commons_common::assembly::{Act, Proposal};
use commons_common::id::ProposalId;
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, Order, StdResult, Storage};

use crate::act;
use crate::error::ContractError;
use crate::state::{INTERESTS, PROPOSALS, SEATS};

fn load_proposal(storage: &dyn Storage, id: ProposalId) -> Result<Proposal, ContractError> {
    PROPOSALS
        .may_load(storage, id.get())?
        .ok_or(ContractError::NoSuchProposal { proposal: id })
}

/// A proposal whose poll is open now: `opens <= now < closes`.
fn load_open(
    storage: &dyn Storage,
    id: ProposalId,
    now: UnixTime,
) -> Result<Proposal, ContractError> {
    let proposal = load_proposal(storage, id)?;
    if now < proposal.opens || now >= proposal.closes {
        return Err(ContractError::PollNotOpen {
            opens: proposal.opens,
            closes: proposal.closes,
            now,
        });
    }
    Ok(proposal)
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

/// Trustees in office with an interest in whoever gains by the act (R30).
fn interested_trustees(
    storage: &dyn Storage,
    act: &Act,
    now: UnixTime,
) -> StdResult<BTreeSet<Addr>> {
    let Some(subject) = act::subject(act) else {
        return Ok(BTreeSet::new());
    };
    // Checked by the chain when the act was proposed.
    let subject = Addr::unchecked(subject);
    let mut trustees = BTreeSet::new();
    for account in SEATS.keys(storage, None, None, Order::Ascending) {
        let account = account?;
        if in_office(storage, &account, now)? && interested(storage, &account, &subject) {
            trustees.insert(account);
        }
    }
    Ok(trustees)
}
