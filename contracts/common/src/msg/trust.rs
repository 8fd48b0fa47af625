//! Messages and answers of `trust`: the only contract that holds the commons' coins.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Uint128};

use crate::charter::MoneyCharter;
use crate::id::{AppropriationId, DeclarationId, PeriodId, PersonId, PlacementId, ProposalId};
use crate::units::{Hash, Seconds, UnixTime};

/// Born bound to its siblings, by the registry.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who decides.
    pub assembly: String,
    /// Who has a share.
    pub roll: String,
    /// What was measured.
    pub survey: String,
    /// What ratification ratified.
    pub charter_hash: Hash,
    /// What the trust is for.
    pub purpose_hash: Hash,
    /// The one denomination.
    pub denom: String,
    /// Length of a period.
    pub period: Seconds,
    /// How money is kept and spent.
    pub money: MoneyCharter,
}

/// What can be done to a trust.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// Anyone, with coins: a gift. The only message open before ratification.
    Contribute {
        /// Which ledger it goes to.
        to: GiftLedger,
    },
    /// Anyone, with coins: what the commons earned.
    Revenue {
        /// From a stock that renews itself (income), or from one that does not (principal, R7).
        source: RevenueSource,
    },
    /// Anyone, once a period is over: revalues placements and runs the waterfall. No coin moves. Waits for the index and
    /// the value of each placement, for one further period at most; and while expiries of the roll are due.
    ClosePeriod {},
    /// A person claims their dividend to their account.
    Claim {
        /// Which declaration.
        declaration: DeclarationId,
    },
    /// Anyone pushes dividends to the registered accounts of 1 to 256 persons. Entries are refused one by one;
    /// the response's `data` is a [`BatchReport`](crate::roll::BatchReport) of [`ClaimRefusal`].
    ClaimFor {
        /// Which declaration.
        declaration: DeclarationId,
        /// Who.
        persons: Vec<PersonId>,
    },
    /// Anyone, from `claim_until`: what was not claimed goes where the charter says (R14).
    Sweep {
        /// Which declaration.
        declaration: DeclarationId,
    },
    /// Anyone: coins that came without a message go to principal (R8).
    SweepStray {},
    /// A trustee places principal under an executed act, within a period of its execution (R38).
    Place {
        /// The act's proposal.
        authorisation: ProposalId,
        /// Base units.
        amount: Uint128,
    },
    /// The custodian, with coins: money comes back from a placement.
    Return {
        /// Which placement.
        placement: PlacementId,
        /// The part of the book value that comes back, `c`; coins above it are gain, coins below it a loss.
        book: Uint128,
    },
    /// Anyone: takes a settled reading below book as a loss (R4).
    Revalue {
        /// Which placement.
        placement: PlacementId,
    },
    /// The payee accepts an appropriation.
    Accept {
        /// Which.
        appropriation: AppropriationId,
    },
    /// A trustee submits the next milestone for payment.
    Submit {
        /// Which.
        appropriation: AppropriationId,
        /// Hash of the evidence.
        evidence_hash: Hash,
    },
    /// Another trustee approves it.
    Approve {
        /// Which.
        appropriation: AppropriationId,
    },
    /// A third trustee pays it.
    Pay {
        /// Which.
        appropriation: AppropriationId,
    },
    /// The payee at any time, or anyone once it lapsed: what is not paid is free again.
    Withdraw {
        /// Which.
        appropriation: AppropriationId,
    },
    /// The assembly only: the founding vote passed; period 1 begins.
    Ratify {},
    /// The assembly only: reserves money of the operating ledger.
    Appropriate {
        /// The act's proposal.
        proposal: ProposalId,
        /// What for, in kind.
        kind: AppropriationKind,
        /// The payee's account.
        payee: String,
        /// Payments, in order.
        milestones: Vec<Uint128>,
        /// Hash of what the payee is to do.
        purpose_hash: Hash,
        /// What is not paid by then is free again.
        lapses_at: UnixTime,
    },
    /// The assembly only: allows placements.
    AuthorisePlacement {
        /// The act's proposal.
        proposal: ProposalId,
        /// The custodian's account, one of the charter's.
        custodian: String,
        /// Base units at most, all placements under the act added up.
        max: Uint128,
    },
}

/// Where a gift goes.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum GiftLedger {
    /// `F`: for ever.
    Principal,
    /// `I`: income.
    Income,
    /// `P`: the next dividend.
    Dividend,
    /// `O`: running costs and appropriations.
    Operating,
}

/// What revenue came from (R7).
#[cw_serde]
#[derive(Copy, Eq)]
pub enum RevenueSource {
    /// Income.
    Renewable,
    /// Principal.
    Exhaustible,
}

/// Kinds of appropriation.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum AppropriationKind {
    /// A project; none while `L + S > 0` (R5).
    Project,
    /// Custody, audit, surveys; possible always.
    Maintenance,
}

/// Why one entry of `ClaimFor` was refused.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum ClaimRefusal {
    /// Claimed already.
    AlreadyClaimed,
    /// No share at the record height.
    NoShare,
    /// No registered account.
    NoAccount,
}

/// Questions a trust answers.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Siblings, purpose and rules.
    #[returns(ConfigResponse)]
    Config {},
    /// Where the trust stands in its life.
    #[returns(StatusResponse)]
    Status {},
    /// The ledgers, with bank balance and strays.
    #[returns(LedgersResponse)]
    Ledgers {},
    /// One closed period.
    #[returns(Option<PeriodReport>)]
    Period {
        /// Which.
        period: PeriodId,
    },
    /// Closed periods, oldest first.
    #[returns(Vec<PeriodReport>)]
    ListPeriods {
        /// Continue after this one.
        start_after: Option<PeriodId>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// One declaration.
    #[returns(Declaration)]
    Declaration {
        /// Which.
        declaration: DeclarationId,
    },
    /// Declarations, oldest first.
    #[returns(Vec<Declaration>)]
    ListDeclarations {
        /// Continue after this one.
        start_after: Option<DeclarationId>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// Whether a person claimed.
    #[returns(bool)]
    Claimed {
        /// Which declaration.
        declaration: DeclarationId,
        /// Who.
        person: PersonId,
    },
    /// One appropriation.
    #[returns(Appropriation)]
    Appropriation {
        /// Which.
        appropriation: AppropriationId,
    },
    /// Appropriations, oldest first.
    #[returns(Vec<Appropriation>)]
    ListAppropriations {
        /// Continue after this one.
        start_after: Option<AppropriationId>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// Every placement (one a custodian, 8 at most).
    #[returns(Vec<Placement>)]
    Placements {},
    /// What an executed act allows.
    #[returns(Option<Authorisation>)]
    Authorisation {
        /// The act's proposal.
        proposal: ProposalId,
    },
    /// The journal's state (R34).
    #[returns(crate::journal::Entry)]
    Journal {},
}

/// Siblings, purpose and rules.
#[cw_serde]
pub struct ConfigResponse {
    /// Who decides.
    pub assembly: Addr,
    /// Who has a share.
    pub roll: Addr,
    /// What was measured.
    pub survey: Addr,
    /// The charter's hash.
    pub charter_hash: Hash,
    /// What the trust is for.
    pub purpose_hash: Hash,
    /// The one denomination.
    pub denom: String,
    /// Length of a period.
    pub period: Seconds,
    /// How money is kept and spent.
    pub money: MoneyCharter,
}

/// Where the trust stands in its life.
#[cw_serde]
pub enum StatusResponse {
    /// Contributions only.
    Founding {},
    /// Ratified.
    Living {
        /// When.
        ratified_at: UnixTime,
        /// The open period.
        period: PeriodId,
        /// When it can be closed.
        closes_from: UnixTime,
    },
}

/// The stored ledgers (contracts/RULES.md). Identity: `B + X = (F - L) + I + P + D + O + G`.
#[cw_serde]
#[derive(Copy, Eq, Default)]
pub struct Ledgers {
    /// `F`, the floor: contributions to principal and every proofing since.
    pub floor: Uint128,
    /// `L`, the part of the floor that is gone and not yet restored.
    pub loss: Uint128,
    /// `S`, proofing owed and not yet paid.
    pub shortfall: Uint128,
    /// `I`, undistributed income: the reserve that bears losses first.
    pub income: Uint128,
    /// `P`, gifts for the next dividend.
    pub gifts: Uint128,
    /// `D`, declared and not yet claimed.
    pub declared: Uint128,
    /// `O`, operating, reserved appropriations included.
    pub operating: Uint128,
    /// `X`, principal placed outside, at book value.
    pub placed: Uint128,
}

/// Money of the operating ledger by the purse it lies in (R5). Base units.
#[cw_serde]
#[derive(Copy, Eq, Default)]
pub struct Purses {
    /// From income, by share of what is spent; returns to income when the period closes.
    pub operating: Uint128,
    /// From income, for maintenance and nothing else; returns to income when the period closes.
    pub maintenance: Uint128,
    /// Given to operating; stays.
    pub gifts: Uint128,
}

/// The ledgers beside what the bank holds.
#[cw_serde]
pub struct LedgersResponse {
    /// As stored.
    pub ledgers: Ledgers,
    /// Of `O`: not reserved.
    pub free: Purses,
    /// Of `O`: reserved for appropriations.
    pub reserved: Uint128,
    /// `B`, the bank balance.
    pub balance: Uint128,
    /// `G`, what came without a message.
    pub stray: Uint128,
}

/// What a close did.
#[cw_serde]
pub struct PeriodReport {
    /// Which period.
    pub period: PeriodId,
    /// When it was closed.
    pub closed_at: UnixTime,
    /// Realised income of the period, gross (R3).
    pub realised: Uint128,
    /// Losses recognised in the period (R4).
    pub losses: Uint128,
    /// The index before.
    pub index_from: Uint128,
    /// The index after, as far as it counts (R6).
    pub index_to: Uint128,
    /// No reading settled in time: the last ratio was assumed (R6).
    pub index_assumed: bool,
    /// A placement had no reading of the period: nothing was spent or declared.
    pub unvalued: bool,
    /// Unspent budget that went back to income (step 0).
    pub budget_returned: Uint128,
    /// To operating for maintenance (step 1).
    pub maintenance: Uint128,
    /// Off the loss (step 2).
    pub restored: Uint128,
    /// Proofing that fell due (step 3).
    pub proofing_due: Uint128,
    /// Proofing paid into the floor (step 3).
    pub proofing_paid: Uint128,
    /// What the rule alone would have spent (step 5).
    pub rule: Uint128,
    /// To operating by share of what is spent (step 5).
    pub operating: Uint128,
    /// The dividend pool: what is left of what is spent, and gifts (steps 5 and 6).
    pub pool: Uint128,
    /// The declaration made, if any (step 6).
    pub declaration: Option<DeclarationId>,
    /// The ledgers after the close.
    pub ledgers: Ledgers,
}

/// A declared dividend.
#[cw_serde]
pub struct Declaration {
    /// Sequential, from 1.
    pub id: DeclarationId,
    /// The period whose close declared it.
    pub period: PeriodId,
    /// When.
    pub record_time: UnixTime,
    /// Shares are those at the start of this block.
    pub height: u64,
    /// Persons with a share.
    pub n: u64,
    /// What each gets.
    pub per: Uint128,
    /// Persons who got it.
    pub claimed: u64,
    /// Claims count before this time, sweeps from it (R14).
    pub claim_until: UnixTime,
    /// What was swept; none while open.
    pub swept: Option<Uint128>,
}

/// Reserved money.
#[cw_serde]
pub struct Appropriation {
    /// Sequential, from 1.
    pub id: AppropriationId,
    /// The act's proposal.
    pub proposal: ProposalId,
    /// What for, in kind.
    pub kind: AppropriationKind,
    /// To whom.
    pub payee: Addr,
    /// Whether the payee accepted.
    pub accepted: bool,
    /// Payments, in order.
    pub milestones: Vec<Uint128>,
    /// Milestones paid.
    pub paid: u32,
    /// Base units still reserved.
    pub reserved: Uint128,
    /// Of them, by purse; what is not paid returns there.
    pub from: Purses,
    /// Hash of what the payee is to do.
    pub purpose_hash: Hash,
    /// The next milestone's submission.
    pub submission: Option<Submission>,
    /// What is not paid by then is free again.
    pub lapses_at: UnixTime,
    /// Withdrawn or lapsed.
    pub closed: bool,
}

/// A milestone on its way to payment.
#[cw_serde]
pub struct Submission {
    /// The first trustee.
    pub by: Addr,
    /// Hash of the evidence.
    pub evidence_hash: Hash,
    /// The second trustee.
    pub approved_by: Option<Addr>,
}

/// Principal with one custodian.
#[cw_serde]
pub struct Placement {
    /// Sequential, from 1.
    pub id: PlacementId,
    /// Who holds it.
    pub custodian: Addr,
    /// Everything ever placed.
    pub placed: Uint128,
    /// Every book value ever returned.
    pub returned: Uint128,
    /// What was placed, less what was returned and losses taken: its part of `X`.
    pub book: Uint128,
}

/// What an executed act allows.
#[cw_serde]
pub struct Authorisation {
    /// The act's proposal.
    pub proposal: ProposalId,
    /// With whom.
    pub custodian: Addr,
    /// Base units at most.
    pub max: Uint128,
    /// Base units placed so far.
    pub used: Uint128,
    /// Nothing is placed under it from then on: five periods after the act was executed.
    pub until: UnixTime,
}
