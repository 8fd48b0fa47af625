//! Messages and answers of `assembly`: how a trust decides.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, HexBinary, Uint128};

use crate::charter::{DecisionRules, DecisionsCharter};
use crate::id::{PersonId, ProposalId};
use crate::text::Name;
use crate::trust::AppropriationKind;
use crate::units::{Hash, Seconds, UnixTime};

/// Born bound to its siblings, by the registry.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who may vote.
    pub roll: String,
    /// Where money acts go.
    pub trust: String,
    /// What ratification ratifies.
    pub charter_hash: Hash,
    /// Windows and thresholds by class.
    pub decisions: DecisionsCharter,
    /// Accounts of the founding trustees.
    pub trustees: Vec<String>,
    /// Their term, from now (R32).
    pub term: Seconds,
}

/// What can be done to an assembly.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// A person on the roll, or a trustee: puts a typed act to the vote (R39).
    Propose {
        /// One line for people.
        title: Name,
        /// What will be done.
        act: Act,
    },
    /// A person votes from their account (R49).
    Vote {
        /// Which poll.
        proposal: ProposalId,
        /// What they choose.
        choice: Choice,
    },
    /// Anyone relays signed ballots, 1 to 256, of one poll (R49). Ballots are refused one by one;
    /// the response's `data` is a [`BatchReport`](crate::roll::BatchReport) of [`BallotRefusal`].
    CastBallots {
        /// Which poll.
        proposal: ProposalId,
        /// The ballots.
        ballots: Vec<SignedBallot>,
    },
    /// Anyone: carries out a passed act, once, after its delay and before it expires (I7, I8).
    Execute {
        /// Which proposal.
        proposal: ProposalId,
    },
    /// A trustee declares accounts in which they have an interest (R30). Cannot be taken back.
    DeclareInterest {
        /// Accounts, 1 to 32.
        subjects: Vec<String>,
    },
}

/// What an assembly can decide: typed acts, never messages (R39).
#[cw_serde]
pub enum Act {
    /// The founding vote: two thirds of the roll accept the charter.
    Ratify {
        /// The charter's hash.
        charter_hash: Hash,
    },
    /// Reserves money of the operating ledger for a payee.
    Appropriate {
        /// What for, in kind.
        kind: AppropriationKind,
        /// The payee's account.
        payee: String,
        /// Payments, in order; base units; 1 to 32.
        milestones: Vec<Uint128>,
        /// Hash of what the payee is to do.
        purpose_hash: Hash,
        /// What is not paid by then is free again.
        lapses_at: UnixTime,
    },
    /// Allows trustees to place principal with a custodian of the charter.
    Place {
        /// The custodian's account.
        custodian: String,
        /// Base units placed under this act at most, all placements added up.
        max: Uint128,
    },
    /// Appoints a registrar, changes its quota, or (none) ends its office.
    SetRegistrar {
        /// The registrar's account.
        account: String,
        /// Attestations in one epoch at most.
        quota: Option<u32>,
    },
}

/// A choice in a poll.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Choice {
    /// For the act.
    Yes,
    /// Against it.
    No,
    /// Counts for turnout only.
    Abstain,
}

impl std::fmt::Display for Choice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Yes => "yes",
            Self::No => "no",
            Self::Abstain => "abstain",
        })
    }
}

/// A ballot as relayed; the contract builds the text itself.
#[cw_serde]
pub struct SignedBallot {
    /// Who votes.
    pub person: PersonId,
    /// What they choose.
    pub choice: Choice,
    /// Epoch of the voting key.
    pub key_epoch: u32,
    /// Higher replaces lower within one epoch.
    pub sequence: u32,
    /// ed25519 over [`BallotText`](crate::signed::BallotText), 64 bytes.
    pub signature: HexBinary,
}

/// Why one ballot of a batch was refused.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum BallotRefusal {
    /// Not on the roll at the electorate height.
    NotOnRoll,
    /// The key was rotated since, or not that often.
    WrongKeyEpoch,
    /// A ballot with this or a higher sequence is stored.
    LowerSequence,
    /// The person voted from their account, which only they can replace so (R49).
    VotedDirectly,
    /// A trustee with a declared interest in the act (R30).
    Recused,
    /// The signature does not verify over the text that this contract builds: another key, choice, poll, trust or chain.
    BadSignature,
}

/// Decision classes (R38).
#[cw_serde]
#[derive(Copy, Eq)]
pub enum DecisionClass {
    /// Everyday decisions.
    Ordinary,
    /// Larger budgets, registrars, placements.
    Special,
    /// The founding vote.
    Ratification,
}

/// Questions an assembly answers.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// The rules by class, and the charter's hash.
    #[returns(RulesResponse)]
    Rules {},
    /// One proposal, with its tally.
    #[returns(ProposalResponse)]
    Proposal {
        /// Which.
        proposal: ProposalId,
    },
    /// Proposals, oldest first.
    #[returns(Vec<ProposalResponse>)]
    ListProposals {
        /// Continue after this one.
        start_after: Option<ProposalId>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// Proposals, newest first.
    #[returns(Vec<ProposalResponse>)]
    ReverseProposals {
        /// Continue before this one.
        start_before: Option<ProposalId>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// The stored vote of one person.
    #[returns(Option<VoteInfo>)]
    Vote {
        /// Which poll.
        proposal: ProposalId,
        /// Who.
        person: PersonId,
    },
    /// Stored votes, by person.
    #[returns(Vec<VoteInfo>)]
    ListVotes {
        /// Which poll.
        proposal: ProposalId,
        /// Continue after this person.
        start_after: Option<PersonId>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// The trustees and their terms.
    #[returns(Vec<Seat>)]
    Seats {},
    /// Declared interests of one trustee.
    #[returns(Vec<Addr>)]
    Interests {
        /// The trustee's account.
        trustee: String,
    },
    /// Whether an account is a trustee in office, and whether it declared an interest in `subject`.
    #[returns(TrusteeResponse)]
    Trustee {
        /// The account.
        account: String,
        /// An account that would gain.
        subject: String,
    },
    /// The journal's state (R34).
    #[returns(crate::journal::Entry)]
    Journal {},
}

/// The rules by class.
#[cw_serde]
pub struct RulesResponse {
    /// Who may vote.
    pub roll: Addr,
    /// Where money acts go.
    pub trust: Addr,
    /// What ratification ratifies.
    pub charter_hash: Hash,
    /// Windows and thresholds.
    pub decisions: DecisionsCharter,
}

/// A proposal as stored. Everything that decides it is copied at creation (R38).
#[cw_serde]
pub struct Proposal {
    /// Sequential, from 1.
    pub id: ProposalId,
    /// One line for people.
    pub title: Name,
    /// Who proposed.
    pub proposer: Addr,
    /// What will be done.
    pub act: Act,
    /// Its decision class.
    pub class: DecisionClass,
    /// Windows and thresholds, copied.
    pub rules: DecisionRules,
    /// The electorate is the roll at the start of this block (R46).
    pub electorate_height: u64,
    /// Persons with a vote, less the recused.
    pub electorate: u64,
    /// Trustees on the roll with a declared interest in the act at creation (R30).
    pub recused: Vec<PersonId>,
    /// When the poll opens.
    pub opens: UnixTime,
    /// When it closes; a ballot at this very second is late.
    pub closes: UnixTime,
    /// From when a passed act can be executed.
    pub executable_from: UnixTime,
    /// Until when (exclusive).
    pub expires: UnixTime,
    /// Names this poll and no other (R49).
    pub poll_hash: Hash,
    /// Votes so far.
    pub tally: Tally,
    /// When it was executed.
    pub executed_at: Option<UnixTime>,
}

/// Votes by choice.
#[cw_serde]
#[derive(Copy, Eq, Default)]
pub struct Tally {
    /// For.
    pub yes: u64,
    /// Against.
    pub no: u64,
    /// Neither.
    pub abstain: u64,
}

/// Where a proposal stands: a pure function of what is stored and block time.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum ProposalStatus {
    /// Announced, poll not open yet.
    Notice,
    /// Poll open.
    Open,
    /// Poll closed, thresholds missed.
    Rejected,
    /// Passed, delay running.
    Waiting,
    /// Passed, can be executed.
    Executable,
    /// Carried out.
    Executed,
    /// Passed, and not executed in time.
    Expired,
}

/// A proposal and where it stands now.
#[cw_serde]
pub struct ProposalResponse {
    /// As stored.
    pub proposal: Proposal,
    /// Now.
    pub status: ProposalStatus,
}

/// A stored vote.
#[cw_serde]
pub struct VoteInfo {
    /// Who.
    pub person: PersonId,
    /// What they chose.
    pub choice: Choice,
    /// How it came.
    pub path: VotePath,
    /// When it was counted.
    pub at: UnixTime,
    /// In which block.
    pub height: u64,
}

/// How a vote came (R49).
#[cw_serde]
#[derive(Copy, Eq)]
pub enum VotePath {
    /// A transaction of the registered account.
    Direct {},
    /// A signed ballot.
    Signed {
        /// Epoch of the key.
        key_epoch: u32,
        /// Sequence within it.
        sequence: u32,
    },
}

/// A trustee's seat.
#[cw_serde]
pub struct Seat {
    /// The account.
    pub account: Addr,
    /// In office from.
    pub since: UnixTime,
    /// In office until (exclusive).
    pub until: UnixTime,
}

/// What the trust asks about an account.
#[cw_serde]
#[derive(Copy, Eq)]
pub struct TrusteeResponse {
    /// A trustee within their term.
    pub in_office: bool,
    /// Declared an interest in the subject.
    pub interested: bool,
}
