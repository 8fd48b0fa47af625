//! Every storage key of an assembly, and how a proposal lies in them. The journal's key, `journal`, and cw2's,
//! `contract_info`, belong to their own modules.
//!
//! A proposal is three entries, by when they change: its [`Motion`] never, its [`Poll`] with every vote, and when it was
//! executed once. So a vote reads and writes little, however long the act is.

use commons_common::assembly::{
    Act, DecisionClass, Proposal, RulesResponse, Seat, Tally, VoteInfo,
};
use commons_common::charter::DecisionRules;
use commons_common::id::{PersonId, ProposalId};
use commons_common::text::Name;
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::{Addr, Empty, StdResult, Storage};
use cw_storage_plus::{Item, Map};
use serde::{Deserialize, Serialize};

/// Siblings, charter hash and decision rules; written once.
pub const RULES: Item<RulesResponse> = Item::new("rules");

/// The proposal that ratified the charter; nothing until then.
pub const RATIFIED_BY: Item<ProposalId> = Item::new("ratified_by");

/// The last proposal's id.
pub const LAST_PROPOSAL: Item<u64> = Item::new("last_proposal");

/// What was proposed, by proposal; written once.
pub const MOTIONS: Map<u64, Motion> = Map::new("motions");

/// What a vote meets, by proposal.
pub const POLLS: Map<u64, Poll> = Map::new("polls");

/// When a proposal was executed; nothing before.
pub const EXECUTED: Map<u64, UnixTime> = Map::new("executed");

/// The one stored vote of a person in a poll (I5), by proposal and person.
pub const VOTES: Map<(u64, u64), VoteInfo> = Map::new("votes");

/// Trustees by account; 32 at most.
pub const SEATS: Map<&Addr, Seat> = Map::new("seats");

/// Declared interests, by trustee and subject; never removed (R30).
pub const INTERESTS: Map<(&Addr, &Addr), Empty> = Map::new("interests");

/// What of a proposal never changes and no vote asks for. Fields as in [`Proposal`].
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Motion {
    /// One line for people.
    pub title: Name,
    /// Who proposed.
    pub proposer: Addr,
    /// What will be done.
    pub act: Act,
    /// Its decision class.
    pub class: DecisionClass,
    /// Windows and thresholds.
    pub rules: DecisionRules,
    /// Persons with a vote, less the recused.
    pub electorate: u64,
    /// From when a passed act can be executed.
    pub executable_from: UnixTime,
    /// Until when (exclusive).
    pub expires: UnixTime,
}

/// What of a proposal a vote asks for or changes. Fields as in [`Proposal`], but for `subject`.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Poll {
    /// The account that gains by the act (R30).
    pub subject: Option<Addr>,
    /// Whose roll counts: the one at the start of this block.
    pub electorate_height: u64,
    /// Who has no vote, from the beginning.
    pub recused: Vec<PersonId>,
    /// First second of the poll.
    pub opens: UnixTime,
    /// First second after it.
    pub closes: UnixTime,
    /// What a signed ballot names.
    pub poll_hash: Hash,
    /// Votes so far.
    pub tally: Tally,
}

/// A proposal put together again, if there is one of this number.
///
/// # Errors
/// Storage and serialisation errors of cosmwasm-std.
pub fn may_load_proposal(storage: &dyn Storage, id: ProposalId) -> StdResult<Option<Proposal>> {
    MOTIONS
        .may_load(storage, id.get())?
        .map(|motion| with_poll(storage, id, motion))
        .transpose()
}

/// The proposal that a motion belongs to.
///
/// # Errors
/// Storage and serialisation errors of cosmwasm-std.
pub fn with_poll(storage: &dyn Storage, id: ProposalId, motion: Motion) -> StdResult<Proposal> {
    let poll = POLLS.load(storage, id.get())?;
    Ok(Proposal {
        id,
        title: motion.title,
        proposer: motion.proposer,
        act: motion.act,
        class: motion.class,
        rules: motion.rules,
        electorate_height: poll.electorate_height,
        electorate: motion.electorate,
        recused: poll.recused,
        opens: poll.opens,
        closes: poll.closes,
        executable_from: motion.executable_from,
        expires: motion.expires,
        poll_hash: poll.poll_hash,
        tally: poll.tally,
        executed_at: EXECUTED.may_load(storage, id.get())?,
    })
}

/// Stores a proposal that was just made.
///
/// # Errors
/// Serialisation errors of cosmwasm-std.
pub fn save_new_proposal(
    storage: &mut dyn Storage,
    subject: Option<Addr>,
    proposal: Proposal,
) -> StdResult<()> {
    let id = proposal.id.get();
    let motion = Motion {
        title: proposal.title,
        proposer: proposal.proposer,
        act: proposal.act,
        class: proposal.class,
        rules: proposal.rules,
        electorate: proposal.electorate,
        executable_from: proposal.executable_from,
        expires: proposal.expires,
    };
    let poll = Poll {
        subject,
        electorate_height: proposal.electorate_height,
        recused: proposal.recused,
        opens: proposal.opens,
        closes: proposal.closes,
        poll_hash: proposal.poll_hash,
        tally: proposal.tally,
    };
    MOTIONS.save(storage, id, &motion)?;
    POLLS.save(storage, id, &poll)
}
