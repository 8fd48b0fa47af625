//! Everything an assembly refuses, and why. Text for people: it enters no hash.

use commons_common::assembly::ProposalStatus;
use commons_common::id::ProposalId;
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::StdError;
use thiserror::Error;

/// Why a message or a query was refused as a whole.
#[derive(Error, Debug)]
pub enum ContractError {
    /// Storage, serialisation, addresses, queries to the roll.
    #[error("{0}")]
    Std(#[from] StdError),
    /// Coins were sent along.
    #[error("an assembly holds no coins: send none")]
    Funds {},
    /// There is no such proposal.
    #[error("there is no proposal {proposal}")]
    NoSuchProposal {
        /// Asked for.
        proposal: ProposalId,
    },
    /// The founding trustees are too few, too many, or one is named twice (R30, C6).
    #[error(
        "an assembly begins with 3 to 32 different trustees, these are {different} different of {named}"
    )]
    Trustees {
        /// Accounts named.
        named: usize,
        /// Different ones among them.
        different: usize,
    },
    /// The sender is neither a person with a vote nor a trustee in office.
    #[error("{account} is neither the account of an active person nor a trustee in office")]
    MayNotPropose {
        /// The sender.
        account: String,
    },
    /// Expiries wait to be processed, or were in this block: the electorate would be counted too large (R44).
    #[error(
        "expiries are due on the roll: process them with expire_due, then propose in a later block"
    )]
    ExpiriesDue {},
    /// Too few persons for any decision.
    #[error("{active} persons have a vote, a decision takes {least} at least")]
    TooFewPersons {
        /// Active persons now.
        active: u64,
        /// Needed.
        least: u64,
    },
    /// Until ratification nothing else can be decided.
    #[error("the charter is not ratified: until it is, ratification alone can be decided")]
    NotRatified {},
    /// The founding vote happens once.
    #[error("the charter was ratified by proposal {by}")]
    AlreadyRatified {
        /// The proposal that did.
        by: ProposalId,
    },
    /// Another charter than the one this assembly was born with.
    #[error("the charter's hash is {ours}, the act names {named}")]
    AnotherCharter {
        /// Of this trust.
        ours: Hash,
        /// In the act.
        named: Hash,
    },
    /// The act's amounts are empty, too many, zero or beyond counting.
    #[error("{reason}")]
    Amounts {
        /// What is wrong.
        reason: &'static str,
    },
    /// The appropriation could lapse before it is made.
    #[error("the appropriation lapses at {lapses_at}, but the act may be executed until {expires}")]
    LapsesTooEarly {
        /// In the act.
        lapses_at: UnixTime,
        /// The end of the window of execution.
        expires: UnixTime,
    },
    /// The appropriation would reserve money for longer than any may.
    #[error(
        "the appropriation lapses at {lapses_at}, {latest} at the latest: five years after its proposal"
    )]
    LapsesTooLate {
        /// In the act.
        lapses_at: UnixTime,
        /// Five years after the proposal.
        latest: UnixTime,
    },
    /// Votes count while `opens <= t < closes`.
    #[error("the poll opens at {opens} and closes at {closes}, it is {now}")]
    PollNotOpen {
        /// First second.
        opens: UnixTime,
        /// First second after.
        closes: UnixTime,
        /// Block time.
        now: UnixTime,
    },
    /// The sender's account belongs to nobody on the roll.
    #[error("{account} is not the account of a person on the roll")]
    NotAPerson {
        /// The sender.
        account: String,
    },
    /// The person had no vote at the electorate height (R46).
    #[error("the person had no vote at block {height}")]
    NoVote {
        /// The electorate height.
        height: u64,
    },
    /// A trustee with an interest in the act (R30).
    #[error("a trustee with an interest in the act has no vote on it")]
    Recused {},
    /// A batch holds 1 to 256 ballots.
    #[error("a batch holds 1 to {max} ballots, this one {length}")]
    BatchSize {
        /// Sent.
        length: usize,
        /// Allowed.
        max: usize,
    },
    /// The act cannot be carried out now (R39, I7, I8).
    #[error(
        "proposal {proposal} cannot be executed: it is {status:?}, the window is {from} to {until}"
    )]
    NotExecutable {
        /// Which.
        proposal: ProposalId,
        /// Where it stands.
        status: ProposalStatus,
        /// First second.
        from: UnixTime,
        /// First second after.
        until: UnixTime,
    },
    /// The sender is no trustee in office.
    #[error("{account} is no trustee in office")]
    NotATrustee {
        /// The sender.
        account: String,
    },
    /// A message names 1 to 32 accounts, a trustee's list ends at 256.
    #[error("a trustee declares 1 to {each} accounts at once and {all} in all")]
    Interests {
        /// At once.
        each: usize,
        /// In all.
        all: usize,
    },
    /// The roll answered for another number of persons than it was asked about.
    #[error("the roll answered for {answered} persons of {asked}")]
    RollAnswer {
        /// Persons asked about.
        asked: usize,
        /// Answers.
        answered: usize,
    },
}
