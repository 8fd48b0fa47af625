//! Names and attributes of every event. Hosts prefix the names with `wasm-`; attributes are decimals, hex or addresses.

use commons_common::assembly::{BallotRefusal, DecisionClass, Proposal, Tally, VoteInfo};
use commons_common::id::{PersonId, ProposalId};
use commons_common::journal::Entry;
use commons_common::roll::Refused;
use cosmwasm_std::{Addr, Event};

/// `journal` { n, head }: with every message (R34).
#[must_use]
pub fn journal(entry: &Entry) -> Event {
    Event::new("journal")
        .add_attribute("n", entry.n.to_string())
        .add_attribute("head", entry.head.to_string())
}

/// `propose` { proposal, proposer, class, electorate, recused, opens, closes, poll_hash }.
#[must_use]
pub fn propose(proposal: &Proposal) -> Event {
    Event::new("propose")
        .add_attribute("proposal", proposal.id.to_string())
        .add_attribute("proposer", proposal.proposer.as_str())
        .add_attribute("class", class(proposal.class))
        .add_attribute("electorate", proposal.electorate.to_string())
        .add_attribute("recused", proposal.recused.len().to_string())
        .add_attribute("opens", proposal.opens.to_string())
        .add_attribute("closes", proposal.closes.to_string())
        .add_attribute("poll_hash", proposal.poll_hash.to_string())
}

/// `vote` { proposal, person, choice }: a vote by transaction of the registered account.
#[must_use]
pub fn vote(proposal: ProposalId, info: &VoteInfo) -> Event {
    Event::new("vote")
        .add_attribute("proposal", proposal.to_string())
        .add_attribute("person", info.person.to_string())
        .add_attribute("choice", info.choice.to_string())
}

/// `ballot_refused` { proposal, index, person, reason }: one for each refused ballot of a batch.
#[must_use]
pub fn ballot_refused(
    proposal: ProposalId,
    person: PersonId,
    refused: &Refused<BallotRefusal>,
) -> Event {
    Event::new("ballot_refused")
        .add_attribute("proposal", proposal.to_string())
        .add_attribute("index", refused.index.to_string())
        .add_attribute("person", person.to_string())
        .add_attribute("reason", refusal(refused.reason))
}

/// `ballots` { proposal, accepted, refused, yes, no, abstain }: once a batch, with the tally after it.
#[must_use]
pub fn ballots(proposal: ProposalId, tally: &Tally, accepted: u32, refused: usize) -> Event {
    Event::new("ballots")
        .add_attribute("proposal", proposal.to_string())
        .add_attribute("accepted", accepted.to_string())
        .add_attribute("refused", refused.to_string())
        .add_attribute("yes", tally.yes.to_string())
        .add_attribute("no", tally.no.to_string())
        .add_attribute("abstain", tally.abstain.to_string())
}

/// `execute` { proposal }.
#[must_use]
pub fn execute(proposal: ProposalId) -> Event {
    Event::new("execute").add_attribute("proposal", proposal.to_string())
}

/// `interest` { trustee, subject }: one for each account declared (R30).
#[must_use]
pub fn interest(trustee: &Addr, subject: &Addr) -> Event {
    Event::new("interest")
        .add_attribute("trustee", trustee.as_str())
        .add_attribute("subject", subject.as_str())
}

const fn class(class: DecisionClass) -> &'static str {
    match class {
        DecisionClass::Ordinary => "ordinary",
        DecisionClass::Special => "special",
        DecisionClass::Ratification => "ratification",
    }
}

const fn refusal(reason: BallotRefusal) -> &'static str {
    match reason {
        BallotRefusal::NotOnRoll => "not_on_roll",
        BallotRefusal::WrongKeyEpoch => "wrong_key_epoch",
        BallotRefusal::LowerSequence => "lower_sequence",
        BallotRefusal::VotedDirectly => "voted_directly",
        BallotRefusal::Recused => "recused",
        BallotRefusal::BadSignature => "bad_signature",
    }
}
