//! Why a trust refuses: what was asked, why not, and what would be next. Texts are for people and enter no hash.

use commons_common::id::{DeclarationId, PeriodId, PersonId, PlacementId, ProposalId};
use commons_common::text::Name;
use commons_common::units::UnixTime;
use commons_math::MathError;
use cosmwasm_std::{Addr, OverflowError, StdError, Uint128};
use thiserror::Error;

/// Everything a trust refuses. Amounts are base units, times seconds since 1970.
#[derive(Error, Debug)]
pub enum TrustError {
    /// Storage, serialisation, addresses, queries.
    #[error(transparent)]
    Std(#[from] StdError),
    /// A figure that does not fit.
    #[error(transparent)]
    Math(#[from] MathError),
    /// The terms of the instantiation do not hold together.
    #[error("{0}: {1}")]
    Terms(&'static str, &'static str),
    /// More would be owed than the bank holds: the message is rolled back.
    #[error(
        "ledger identity broken: {held} held and placed, {owed} owed by the ledgers; nothing was changed"
    )]
    IdentityBroken {
        /// Bank balance less what goes out, and `X`.
        held: String,
        /// `(F - L) + I + P + D + O`.
        owed: String,
    },
    /// Coins other than the trust's are not taken.
    #[error("send exactly one coin, of {denom}, and more than 0 of it")]
    CoinsExpected {
        /// The one denomination.
        denom: String,
    },
    /// Coins came with a message that takes none.
    #[error("this message takes no coins: send it without; gifts go through Contribute")]
    CoinsUnexpected,
    /// The founding vote is not executed yet.
    #[error(
        "the trust is not ratified: until the founding vote is executed it takes contributions only"
    )]
    Founding,
    /// The founding vote was executed before.
    #[error("the trust was ratified before")]
    AlreadyRatified,
    /// Only an executed act can do this.
    #[error(
        "only the assembly {assembly} can do this, by an executed act; {sender} can propose one there"
    )]
    NotAssembly {
        /// The assembly.
        assembly: Addr,
        /// Who tried.
        sender: Addr,
    },
    /// No such thing.
    #[error("there is no {0} {1}")]
    NotFound(&'static str, u64),
    /// The open period is not over.
    #[error("period {period} can be closed from {closes_from}, and it is {now}")]
    PeriodOpen {
        /// The open period.
        period: PeriodId,
        /// From when.
        closes_from: UnixTime,
        /// The block's time.
        now: UnixTime,
    },
    /// The index has no base yet (R6).
    #[error(
        "period {period} cannot be closed: \"{subject}\" has no settled reading above 0 for period 0, the base of the index; report and settle one, or wait until {assumed_from}, when the index begins with this period"
    )]
    NoBase {
        /// The index's subject.
        subject: Name,
        /// The open period.
        period: PeriodId,
        /// When it can be closed without.
        assumed_from: UnixTime,
    },
    /// No reading settled in time (R6).
    #[error(
        "period {period} cannot be closed: \"{subject}\" has no settled reading above 0 for it; report and settle one, or wait until {assumed_from}, when the last ratio is assumed"
    )]
    NoIndex {
        /// The index's subject.
        subject: Name,
        /// The open period.
        period: PeriodId,
        /// When it can be closed without.
        assumed_from: UnixTime,
    },
    /// Too late to claim (R14).
    #[error("declaration {declaration} could be claimed until {claim_until}")]
    ClaimsOver {
        /// Which.
        declaration: DeclarationId,
        /// Exclusive.
        claim_until: UnixTime,
    },
    /// Too early to sweep (R14).
    #[error("declaration {declaration} can be claimed until {claim_until}, and swept from then on")]
    ClaimsOpen {
        /// Which.
        declaration: DeclarationId,
        /// From then.
        claim_until: UnixTime,
    },
    /// Swept before (R14).
    #[error("declaration {0} was swept before")]
    AlreadySwept(DeclarationId),
    /// Not a person's account.
    #[error("{0} is not the registered account of a person on the roll")]
    NoPerson(Addr),
    /// No share at the record height (R10, R15).
    #[error(
        "person {person} had no share at height {height}, where declaration {declaration} was recorded"
    )]
    NoShare {
        /// Who.
        person: PersonId,
        /// Which.
        declaration: DeclarationId,
        /// Start of this block.
        height: u64,
    },
    /// One person, one share (R10).
    #[error("person {person} has claimed declaration {declaration} already: one person, one share")]
    AlreadyClaimed {
        /// Who.
        person: PersonId,
        /// Which.
        declaration: DeclarationId,
    },
    /// A batch is too small or too large.
    #[error("a batch names 1 to {max} persons, this one {got}")]
    BatchSize {
        /// At most.
        max: usize,
        /// Named.
        got: usize,
    },
    /// Nothing came without a message.
    #[error("nothing to sweep: the bank holds what the ledgers say and no more")]
    NothingStray,
    /// An amount of 0.
    #[error("the amount must be more than 0")]
    ZeroAmount,
    /// Who holds the account is not a trustee now (R30).
    #[error("{0} is not a trustee in office")]
    NotTrustee(Addr),
    /// A trustee with an interest (R30).
    #[error(
        "{trustee} declared an interest in {subject}, or is that account, and has no part in this: another trustee must do it"
    )]
    Interested {
        /// The trustee.
        trustee: Addr,
        /// Who would gain.
        subject: Addr,
    },
    /// Submit, approve and pay are three persons (R30).
    #[error("{0} took part in this payment already: submit, approve and pay are three trustees")]
    SameTrustee(Addr),
    /// Not the payee.
    #[error("only the payee {payee} can do this")]
    NotPayee {
        /// Who could.
        payee: Addr,
    },
    /// Not the custodian.
    #[error(
        "only the custodian {custodian} can return money of placement {placement}; a gift goes through Contribute"
    )]
    NotCustodian {
        /// Which.
        placement: PlacementId,
        /// Who could.
        custodian: Addr,
    },
    /// Not one of the charter's.
    #[error("{0} is not a custodian of the charter")]
    UnknownCustodian(Addr),
    /// The act's limit.
    #[error("the act allows {max} in all, {used} of it is used: {amount} more is too much")]
    AboveAuthorised {
        /// Asked.
        amount: Uint128,
        /// Placed before.
        used: Uint128,
        /// Allowed.
        max: Uint128,
    },
    /// The charter's limit.
    #[error(
        "{placed} is placed and {amount} more was asked, and the charter allows {bound} outside"
    )]
    AbovePlacedBound {
        /// Asked.
        amount: Uint128,
        /// `X`.
        placed: Uint128,
        /// `max_placed_bps` of `F - L`.
        bound: Uint128,
    },
    /// Only principal is placed (R2).
    #[error(
        "{amount} is more than the principal here, {available}: what is owed to others is never placed"
    )]
    AbovePrincipal {
        /// Asked.
        amount: Uint128,
        /// `B` less `I + P + D + O`.
        available: Uint128,
    },
    /// A close waits for the value of each placement (R4).
    #[error(
        "period {period} cannot be closed: \"{subject}\" has no settled reading for it, and placement {placement} no value; report and settle one, or wait until {unvalued_from}, when the period closes without spending or dividend"
    )]
    ValueMissing {
        /// Which.
        placement: PlacementId,
        /// Its subject.
        subject: Name,
        /// The open period.
        period: PeriodId,
        /// When it can be closed without.
        unvalued_from: UnixTime,
    },
    /// No value, no new placement (R34).
    #[error(
        "nothing is placed while period {period} has no value of placement {placement}: \"{subject}\" needs a settled reading for it"
    )]
    Undisclosed {
        /// Which.
        placement: PlacementId,
        /// Its subject.
        subject: Name,
        /// The period that closed without.
        period: PeriodId,
    },
    /// A value that is too old (R34).
    #[error(
        "nothing more is placed with {custodian} while the last value of what it holds is stale: \"{subject}\" needs a new settled reading"
    )]
    ValueStale {
        /// With whom.
        custodian: Addr,
        /// Its subject.
        subject: Name,
    },
    /// Nothing was measured yet.
    #[error("\"{subject}\" has no settled reading, and placement {placement} no value")]
    NoValue {
        /// Which.
        placement: PlacementId,
        /// Its subject.
        subject: Name,
    },
    /// An act's time is over (R38).
    #[error("the act of proposal {proposal} allowed placing until {until}: a new one is needed")]
    AuthorisationEnded {
        /// Which.
        proposal: ProposalId,
        /// Exclusive.
        until: UnixTime,
    },
    /// Counts of the roll are not up to date (R44).
    #[error(
        "who shares is not settled: expiries of the roll are due, or were worked off in this very block; ExpireDue on the roll, then close in a later block"
    )]
    ExpiriesDue,
    /// More book value than there is.
    #[error("the placement's book value is {book}, and {asked} of it was to come back")]
    AboveBook {
        /// Asked.
        asked: Uint128,
        /// `X` of this placement.
        book: Uint128,
    },
    /// Nothing to take as a loss (R4).
    #[error(
        "the reading values the placement at {value}, not below its book value {book}: nothing to take"
    )]
    NotBelowBook {
        /// The reading.
        value: Uint128,
        /// The book.
        book: Uint128,
    },
    /// The proposal has been carried out here.
    #[error("the act of proposal {0} was carried out before")]
    AlreadyAuthorised(u64),
    /// Not a list of payments.
    #[error("an appropriation has 1 to 32 milestones, each of more than 0")]
    Milestones,
    /// A date that has passed.
    #[error("lapses_at {lapses_at} has passed: it is {now}")]
    LapsesInPast {
        /// Asked.
        lapses_at: UnixTime,
        /// The block's time.
        now: UnixTime,
    },
    /// Restore first (R5).
    #[error(
        "no project while loss ({loss}) and proofing owed ({shortfall}) are open: income restores the principal first; maintenance is possible"
    )]
    RestoreFirst {
        /// `L`.
        loss: Uint128,
        /// `S`.
        shortfall: Uint128,
    },
    /// Only what is free of `O` can be reserved (R2).
    #[error("payout larger than the operating ledger: {amount} asked, {free} free of {operating}")]
    AboveOperating {
        /// Asked.
        amount: Uint128,
        /// Not reserved.
        free: Uint128,
        /// `O`.
        operating: Uint128,
    },
    /// It is over.
    #[error("the appropriation lapsed at {0}: it can only be withdrawn")]
    Lapsed(UnixTime),
    /// Withdrawn before.
    #[error("the appropriation was withdrawn")]
    Closed,
    /// Every milestone is paid.
    #[error("every milestone is paid")]
    AllPaid,
    /// Accepted before.
    #[error("the payee accepted before")]
    AlreadyAccepted,
    /// Not accepted yet.
    #[error("the payee {payee} has not accepted yet")]
    NotAccepted {
        /// Who must.
        payee: Addr,
    },
    /// On its way.
    #[error("the next milestone is submitted already, by {by}")]
    AlreadySubmitted {
        /// Who did.
        by: Addr,
    },
    /// Not submitted yet.
    #[error("the next milestone is not submitted yet: a trustee submits it first")]
    NotSubmitted,
    /// Approved before.
    #[error("the next milestone is approved already, by {by}")]
    AlreadyApproved {
        /// Who did.
        by: Addr,
    },
    /// Not approved yet.
    #[error("the next milestone is not approved yet: a second trustee approves it first")]
    NotApproved,
    /// Only the payee withdraws before the date.
    #[error("only the payee {payee} can withdraw before {lapses_at}, anyone from then on")]
    NotLapsed {
        /// Who can.
        payee: Addr,
        /// From then anyone.
        lapses_at: UnixTime,
    },
    /// A reply to nothing that was sent.
    #[error("reply {0} belongs to nothing this contract sends")]
    UnknownReply(u64),
}

impl From<OverflowError> for TrustError {
    fn from(error: OverflowError) -> Self {
        Self::Math(error.into())
    }
}
