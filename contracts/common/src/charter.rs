//! The charter: a trust's founding document, one TOML file on disk, one JSON in the message, one hash. Owns its shape
//! and its checks; entrenched matters (weight, floor rule, equal shares, asset lock, journal) have no field here.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{StdResult, Uint128, to_json_vec};
use thiserror::Error;

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

    /// Whether this class asks for at least what `least` asks for, field by field.
    #[must_use]
    pub const fn keeps(&self, least: &Self) -> bool {
        self.notice.0 >= least.notice.0
            && self.vote.0 >= least.vote.0
            && self.delay.0 >= least.delay.0
            && self.approval_bps.0 >= least.approval_bps.0
            && self.turnout_bps.0 >= least.turnout_bps.0
            && self.yes_of_roll_bps.0 >= least.yes_of_roll_bps.0
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

/// What is wrong with a charter: the field's path, as in `roll.threshold`, and the reason.
#[derive(Error, Debug, PartialEq, Eq)]
#[error("{path}: {reason}")]
pub struct CharterError {
    /// Dotted path of the field; lists by index, as in `subjects.1.reports`.
    pub path: String,
    /// What is wrong and what would be right.
    pub reason: String,
}

fn ensure(holds: bool, path: impl Into<String>, reason: &str) -> Result<(), CharterError> {
    if holds {
        return Ok(());
    }
    Err(CharterError {
        path: path.into(),
        reason: reason.to_owned(),
    })
}

impl Charter {
    /// SHA-256 of the charter as JSON: what the founding vote ratifies.
    ///
    /// # Errors
    /// Serialisation errors of cosmwasm-std.
    pub fn hash(&self) -> StdResult<Hash> {
        Ok(Hash::of(&to_json_vec(self)?))
    }

    /// Whether every window and threshold is at least R38's.
    #[must_use]
    pub const fn keeps_default_windows(&self) -> bool {
        self.decisions.ordinary.keeps(&DecisionRules::ordinary())
            && self.decisions.special.keeps(&DecisionRules::special())
            && self
                .decisions
                .ratification
                .keeps(&DecisionRules::ratification())
    }

    /// Everything that can be checked without a chain. Accounts are checked by the contract that stores them.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn check(&self) -> Result<(), CharterError> {
        ensure(
            !self.name.key().is_empty(),
            "name",
            "a name needs a letter or a digit",
        )?;
        ensure(
            (3..=128).contains(&self.denom.len()),
            "denom",
            "a denomination has 3 to 128 characters",
        )?;
        ensure(
            self.period >= Seconds(1),
            "period",
            "a period lasts a second at least",
        )?;
        ensure(
            (1..=16).contains(&self.classes.len()),
            "classes",
            "a roll has 1 to 16 classes",
        )?;
        distinct("classes", self.classes.iter().map(Name::as_str))?;
        self.roll.check()?;
        self.decisions.check()?;
        ensure(
            (3..=32).contains(&self.trustees.len()),
            "trustees",
            "three trustees at least: submit, approve and pay are three persons (R30); 32 at most",
        )?;
        distinct("trustees", self.trustees.iter().map(String::as_str))?;
        check_subjects(&self.subjects)?;
        self.check_money()
    }

    fn check_money(&self) -> Result<(), CharterError> {
        let money = &self.money;
        ensure(
            self.has_subject(&money.index, SubjectKind::Index),
            "money.index",
            "no subject of kind index has this name",
        )?;
        let SpendingRule::AvgRealised { years, .. } = money.spending;
        ensure(
            (1..=20).contains(&years),
            "money.spending",
            "the rule looks back 1 to 20 years",
        )?;
        for (path, bps) in [
            ("money.maintenance_bps", money.maintenance_bps),
            ("money.operating_bps", money.operating_bps),
            ("money.max_placed_bps", money.max_placed_bps),
        ] {
            ensure(bps <= Bps::WHOLE, path, "at most 10000: the whole")?;
        }
        ensure(
            money.custodians.len() <= 8,
            "money.custodians",
            "at most 8 custodians",
        )?;
        distinct(
            "money.custodians",
            money.custodians.iter().map(|c| c.account.as_str()),
        )?;
        distinct(
            "money.custodians",
            money.custodians.iter().map(|c| c.subject.as_str()),
        )?;
        for (i, custodian) in money.custodians.iter().enumerate() {
            ensure(
                self.has_subject(&custodian.subject, SubjectKind::Value),
                format!("money.custodians.{i}.subject"),
                "no subject of kind value has this name",
            )?;
        }
        Ok(())
    }

    fn has_subject(&self, name: &Name, kind: SubjectKind) -> bool {
        self.subjects
            .iter()
            .any(|s| s.name == *name && s.kind == kind)
    }
}

/// Whether subjects hold together: 1 to 16, by distinct names, each with enough reporters. Accounts are checked by
/// the survey.
///
/// # Errors
/// The first field that is wrong, by its path in the charter.
pub fn check_subjects(subjects: &[SubjectCharter]) -> Result<(), CharterError> {
    ensure(
        (1..=16).contains(&subjects.len()),
        "subjects",
        "1 to 16 subjects: the price index, and one for each custodian",
    )?;
    distinct("subjects", subjects.iter().map(|s| s.name.as_str()))?;
    for (i, subject) in subjects.iter().enumerate() {
        let reporters = u32::try_from(subject.reporters.len()).unwrap_or(u32::MAX);
        ensure(
            (1..=16).contains(&reporters),
            format!("subjects.{i}.reporters"),
            "1 to 16 reporters",
        )?;
        distinct(
            &format!("subjects.{i}.reporters"),
            subject.reporters.iter().map(String::as_str),
        )?;
        ensure(
            (1..=reporters).contains(&subject.reports),
            format!("subjects.{i}.reports"),
            "at least 1 and at most as many as there are reporters",
        )?;
    }
    Ok(())
}

impl RollCharter {
    /// Whether the rules hold together: registrars, threshold, windows. Accounts are checked by the roll.
    ///
    /// # Errors
    /// The first field that is wrong, by its path in the charter.
    pub fn check(&self) -> Result<(), CharterError> {
        let registrars = u32::try_from(self.registrars.len()).unwrap_or(u32::MAX);
        ensure(
            (3..=32).contains(&registrars),
            "roll.registrars",
            "three registrars at least (R43), 32 at most",
        )?;
        distinct(
            "roll.registrars",
            self.registrars.iter().map(|r| r.account.as_str()),
        )?;
        for (i, registrar) in self.registrars.iter().enumerate() {
            ensure(
                registrar.quota >= 1,
                format!("roll.registrars.{i}.quota"),
                "a registrar may attest one person an epoch at least",
            )?;
        }
        ensure(
            (2..=registrars).contains(&self.threshold),
            "roll.threshold",
            "two registrars at least admit a person (R43), and not more than there are",
        )?;
        ensure(
            self.epoch >= Seconds(1),
            "roll.epoch",
            "an epoch lasts a second at least",
        )?;
        ensure(
            self.validity > self.admission,
            "roll.validity",
            "an admission must be valid for longer than its window",
        )?;
        ensure(
            self.renewal <= self.validity,
            "roll.renewal",
            "the renewal window cannot be longer than the validity",
        )
    }
}

impl DecisionsCharter {
    fn check(&self) -> Result<(), CharterError> {
        for (class, rules) in [
            ("ordinary", &self.ordinary),
            ("special", &self.special),
            ("ratification", &self.ratification),
        ] {
            ensure(
                rules.vote >= Seconds(1) && rules.delay >= Seconds(1),
                format!("decisions.{class}"),
                "the poll and the delay last a second at least: vote and execution are never in one block",
            )?;
            for bps in [rules.approval_bps, rules.turnout_bps, rules.yes_of_roll_bps] {
                ensure(
                    bps <= Bps::WHOLE,
                    format!("decisions.{class}"),
                    "a threshold is at most 10000: the whole",
                )?;
            }
        }
        ensure(
            self.ratification.yes_of_roll_bps >= DecisionRules::ratification().yes_of_roll_bps,
            "decisions.ratification.yes_of_roll_bps",
            "ratification takes two thirds of the roll: at least 6667",
        )?;
        ensure(
            self.expiry >= Seconds(1),
            "decisions.expiry",
            "a passed proposal stays executable for a second at least",
        )
    }
}

fn distinct<'a>(path: &str, items: impl Iterator<Item = &'a str>) -> Result<(), CharterError> {
    let mut seen = std::collections::BTreeSet::new();
    for (i, item) in items.enumerate() {
        ensure(seen.insert(item), format!("{path}.{i}"), "appears twice")?;
    }
    Ok(())
}
