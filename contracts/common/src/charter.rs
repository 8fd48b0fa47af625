//! The charter: a trust's founding document, one TOML file on disk, one JSON in the message, one hash. Owns its shape;
//! entrenched matters (weight, floor rule, equal shares, asset lock, journal) have no field here.
//!
//! - `check`: what no charter may say. `defaults`: what a charter protects less than the rules' own figures do.

mod check;
mod defaults;

pub use check::{CharterError, check_subjects};
pub use defaults::{Amount, Weaker};

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{StdResult, Uint128, to_json_vec};

use crate::text::{Name, Prose};
use crate::units::{Bps, Hash, Seconds};

/// A founding document. Windows and periods are seconds; R38's figures are the defaults.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct Charter {
    /// What the trust is called; unique in its registry by [`Name::key`].
    pub name: Name,
    /// What kind of commons it holds.
    pub kind: TrustKind,
    /// What the trust is for; cannot be changed.
    pub purpose: Prose,
    /// The licence under which what the trust pays for is shared.
    pub licence: Prose,
    /// The one native denomination of the trust's money, in base units.
    pub denom: String,
    /// Length of an accounting period.
    #[serde(default = "default_period")]
    pub period: Seconds,
    /// Classes of persons, by index; one at least.
    pub classes: Vec<Name>,
    /// Who is admitted, and how.
    pub roll: RollCharter,
    /// How decisions are taken.
    #[serde(default)]
    pub decisions: DecisionsCharter,
    /// Accounts of the founding trustees; three at least (R30).
    pub trustees: Vec<String>,
    /// Term of the founding trustees, from the founding (R32).
    #[serde(default = "default_term")]
    pub term: Seconds,
    /// What is measured, and by whom.
    pub subjects: Vec<SubjectCharter>,
    /// How money is kept and spent.
    pub money: MoneyCharter,
}

/// Kinds of commons.
#[cw_serde]
#[derive(Copy, Eq)]
pub enum TrustKind {
    /// A fund: money whose yield is shared.
    Fund,
}

/// Admission to the roll (R42 to R45).
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct RollCharter {
    /// Registrars; three at least (R43).
    pub registrars: Vec<RegistrarCharter>,
    /// Registrars it takes to admit one person; two at least (R43).
    pub threshold: u32,
    /// Length of an epoch, the time that quotas and growth are counted over.
    #[serde(default = "default_epoch")]
    pub epoch: Seconds,
    /// Growth of the roll in one epoch at most; without effect until ratification.
    #[serde(default = "default_growth")]
    pub growth_bps: Bps,
    /// From attestation until votes start: the public window.
    #[serde(default = "default_admission")]
    pub admission: Seconds,
    /// From attestation until shares start, for persons attested after ratification (R15). Default: one year.
    #[serde(default = "default_period")]
    pub share_residence: Seconds,
    /// How long an admission or a renewal is valid (R44).
    #[serde(default = "default_period")]
    pub validity: Seconds,
    /// The time before expiry in which a registrar may renew (R44).
    #[serde(default = "default_renewal")]
    pub renewal: Seconds,
}

/// One registrar.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct RegistrarCharter {
    /// The registrar's account.
    pub account: String,
    /// Attestations in one epoch at most.
    pub quota: u32,
}

/// Decision classes (R38).
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct DecisionsCharter {
    /// Everyday decisions.
    #[serde(default = "DecisionRules::ordinary")]
    pub ordinary: DecisionRules,
    /// Budget above a line, a new registrar, any placement.
    #[serde(default = "DecisionRules::special")]
    pub special: DecisionRules,
    /// The founding vote: two thirds of the roll.
    #[serde(default = "DecisionRules::ratification")]
    pub ratification: DecisionRules,
    /// Appropriations above this need a special decision. Default 0: every one does.
    #[serde(default)]
    pub special_above: Uint128,
    /// How long a passed proposal stays executable (R39).
    #[serde(default = "default_expiry")]
    pub expiry: Seconds,
}

impl Default for DecisionsCharter {
    fn default() -> Self {
        Self {
            ordinary: DecisionRules::ordinary(),
            special: DecisionRules::special(),
            ratification: DecisionRules::ratification(),
            special_above: Uint128::zero(),
            expiry: default_expiry(),
        }
    }
}

/// Windows and thresholds of one decision class; copied into each proposal (R38).
#[cw_serde]
#[derive(Copy, Eq)]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct DecisionRules {
    /// From proposing to the opening of the poll.
    pub notice: Seconds,
    /// How long the poll is open.
    pub vote: Seconds,
    /// From the close of the poll until the act can be executed.
    pub delay: Seconds,
    /// Yes votes of all yes and no votes at least; yes must exceed no whatever this says.
    pub approval_bps: Bps,
    /// Votes cast, abstentions included, of the electorate at least.
    pub turnout_bps: Bps,
    /// Yes votes of the whole electorate at least.
    pub yes_of_roll_bps: Bps,
}

impl DecisionRules {
    /// R38, ordinary: 3, 7 and 7 days, majority, turnout 10 %.
    #[must_use]
    pub const fn ordinary() -> Self {
        Self {
            notice: Seconds::days(3),
            vote: Seconds::days(7),
            delay: Seconds::days(7),
            approval_bps: Bps(5_000),
            turnout_bps: Bps(1_000),
            yes_of_roll_bps: Bps(0),
        }
    }

    /// R38, special: 14, 14 and 30 days, 60 %, turnout 20 %.
    #[must_use]
    pub const fn special() -> Self {
        Self {
            notice: Seconds::days(14),
            vote: Seconds::days(14),
            delay: Seconds::days(30),
            approval_bps: Bps(6_000),
            turnout_bps: Bps(2_000),
            yes_of_roll_bps: Bps(0),
        }
    }

    /// The founding vote: an ordinary decision's windows, two thirds of the whole roll (rounded up).
    #[must_use]
    pub const fn ratification() -> Self {
        Self {
            yes_of_roll_bps: Bps(6_667),
            ..Self::ordinary()
        }
    }
}

/// One thing that is measured.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct SubjectCharter {
    /// The subject's name: its key in the survey.
    pub name: Name,
    /// What it is.
    pub kind: SubjectKind,
    /// Unit of a reading, for people.
    pub unit: Name,
    /// Accounts that may report.
    pub reporters: Vec<String>,
    /// Reports it takes before the window begins.
    pub reports: u32,
    /// From the last report needed until the reading may settle (I16).
    #[serde(default = "default_window")]
    pub window: Seconds,
    /// From settling until the reading is stale.
    #[serde(default = "default_valid_for")]
    pub valid_for: Seconds,
}

/// Kinds of subjects; decides which of several reports protects the capital (R23).
#[cw_serde]
#[derive(Copy, Eq)]
pub enum SubjectKind {
    /// A price index x 1000, yearly averages: the highest report protects.
    Index,
    /// What a placement is worth, in base units: the lowest report protects.
    Value,
}

/// How money is kept and spent.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct MoneyCharter {
    /// The subject of kind Index that proofing follows (R6).
    pub index: Name,
    /// How two index readings make a ratio (R6).
    #[serde(default)]
    pub index_form: IndexForm,
    /// A rise above this in one period counts only so far; the rest follows at the next close (R6).
    #[serde(default = "default_rise")]
    pub rise_bps: Bps,
    /// What may be spent in a period (R9).
    pub spending: SpendingRule,
    /// Of the floor, a year, for maintenance: senior to all else (R5).
    pub maintenance_bps: Bps,
    /// Of what is spent, to the operating ledger; the rest is the dividend.
    pub operating_bps: Bps,
    /// How long a declared dividend can be claimed (R14).
    #[serde(default = "default_period")]
    pub claim_window: Seconds,
    /// Where an unclaimed dividend goes (R14).
    pub unclaimed: Unclaimed,
    /// Who may hold principal outside, and which subject values it.
    pub custodians: Vec<CustodianCharter>,
    /// Of `F - L`, placed outside at most.
    pub max_placed_bps: Bps,
}

/// The form of the price index (R6).
#[cw_serde]
#[derive(Copy, Eq, Default)]
pub enum IndexForm {
    /// Counts only above the highest index so far.
    #[default]
    Ratchet,
    /// Two successive yearly averages, as Alaska does (AS 37.13.145(c)).
    Yearly,
}

/// What may be spent in a period (R9).
#[cw_serde]
#[derive(Copy, Eq)]
pub enum SpendingRule {
    /// `bps` of the sum of the last `years` periods' realised incomes less recognised losses (AS 37.13.140(a)).
    AvgRealised {
        /// Basis points of the sum.
        bps: Bps,
        /// Periods summed, this one included; 1 to 20.
        years: u8,
    },
}

/// Where an unclaimed dividend goes (R14).
#[cw_serde]
#[derive(Copy, Eq)]
pub enum Unclaimed {
    /// Back to income.
    Income,
    /// To principal.
    Principal,
}

/// One custodian.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct CustodianCharter {
    /// The custodian's account.
    pub account: String,
    /// The subject of kind Value that values what it holds; one custodian each.
    pub subject: Name,
}

const fn default_period() -> Seconds {
    Seconds::days(365)
}
const fn default_term() -> Seconds {
    Seconds::days(3 * 365)
}
const fn default_epoch() -> Seconds {
    Seconds::days(30)
}
const fn default_growth() -> Bps {
    Bps(500)
}
const fn default_admission() -> Seconds {
    Seconds::days(14)
}
const fn default_renewal() -> Seconds {
    Seconds::days(90)
}
const fn default_expiry() -> Seconds {
    Seconds::days(30)
}
const fn default_window() -> Seconds {
    Seconds::days(14)
}
const fn default_valid_for() -> Seconds {
    Seconds::days(365)
}
const fn default_rise() -> Bps {
    Bps(2_500)
}

impl Charter {
    /// SHA-256 of the charter as JSON: what the founding vote ratifies.
    ///
    /// # Errors
    /// Serialisation errors of cosmwasm-std.
    pub fn hash(&self) -> StdResult<Hash> {
        Ok(Hash::of(&to_json_vec(self)?))
    }
}
