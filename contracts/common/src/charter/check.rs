//! What no charter may say: bounds without which a rule would be void. Windows of a second pass, so that a trust can be
//! tried out; the mark says so (`defaults`). Needs no chain: accounts are checked by the contract that stores them.

use thiserror::Error;

use super::{
    Charter, DecisionRules, DecisionsCharter, MoneyCharter, RollCharter, SpendingRule,
    SubjectCharter, SubjectKind,
};
use crate::text::Name;
use crate::units::{Bps, Seconds};

/// The bound on a rise that counts, at least (R6): below it proofing would lag behind ordinary inflation for ever.
const LEAST_RISE: Bps = Bps(1_000);

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
            is_denom(&self.denom),
            "denom",
            "a denomination is a letter and 2 to 127 letters, digits or any of / : . _ -",
        )?;
        lasts("period", self.period)?;
        lasts("term", self.term)?;
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
        let SpendingRule::AvgRealised { bps, years } = money.spending;
        ensure(
            (1..=20).contains(&years) && bps <= Bps::WHOLE,
            "money.spending",
            "the rule looks back 1 to 20 years, and spends at most 10000 basis points: the whole",
        )?;
        ensure(
            money.rise_bps >= LEAST_RISE,
            "money.rise_bps",
            "a rise of 1000 basis points a period counts at least: proofing is owed (R6)",
        )?;
        lasts("money.claim_window", money.claim_window)?;
        for (path, bps) in [
            ("money.maintenance_bps", money.maintenance_bps),
            ("money.operating_bps", money.operating_bps),
            ("money.max_placed_bps", money.max_placed_bps),
        ] {
            ensure(bps <= Bps::WHOLE, path, "at most 10000: the whole")?;
        }
        self.check_custodians(money)
    }

    fn check_custodians(&self, money: &MoneyCharter) -> Result<(), CharterError> {
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
            ensure(
                !self.reports_on(&custodian.account, &custodian.subject),
                format!("money.custodians.{i}.account"),
                "a custodian does not report what its own holdings are worth",
            )?;
        }
        Ok(())
    }

    fn has_subject(&self, name: &Name, kind: SubjectKind) -> bool {
        self.subjects
            .iter()
            .any(|s| s.name == *name && s.kind == kind)
    }

    fn reports_on(&self, account: &String, name: &Name) -> bool {
        self.subjects
            .iter()
            .any(|s| s.name == *name && s.reporters.contains(account))
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
        lasts(&format!("subjects.{i}.window"), subject.window)?;
        lasts(&format!("subjects.{i}.valid_for"), subject.valid_for)?;
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
            self.growth_bps <= Bps::WHOLE,
            "roll.growth_bps",
            "at most 10000: twice the roll after one epoch",
        )?;
        for (path, span) in [
            ("roll.epoch", self.epoch),
            ("roll.admission", self.admission),
            ("roll.share_residence", self.share_residence),
            ("roll.renewal", self.renewal),
        ] {
            lasts(path, span)?;
        }
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
            // Proposing, voting and executing are never in one block.
            for (window, span) in [
                ("notice", rules.notice),
                ("vote", rules.vote),
                ("delay", rules.delay),
            ] {
                lasts(&format!("decisions.{class}.{window}"), span)?;
            }
            for (threshold, bps) in [
                ("approval_bps", rules.approval_bps),
                ("turnout_bps", rules.turnout_bps),
                ("yes_of_roll_bps", rules.yes_of_roll_bps),
            ] {
                ensure(
                    bps <= Bps::WHOLE,
                    format!("decisions.{class}.{threshold}"),
                    "a threshold is at most 10000: the whole",
                )?;
            }
        }
        ensure(
            self.ratification.yes_of_roll_bps >= DecisionRules::ratification().yes_of_roll_bps,
            "decisions.ratification.yes_of_roll_bps",
            "ratification takes two thirds of the roll: at least 6667",
        )?;
        lasts("decisions.expiry", self.expiry)
    }
}

fn lasts(path: &str, span: Seconds) -> Result<(), CharterError> {
    ensure(span >= Seconds(1), path, "lasts a second at least")
}

/// What the Cosmos SDK takes for a denomination: `[a-zA-Z][a-zA-Z0-9/:._-]{2,127}`.
fn is_denom(denom: &str) -> bool {
    (3..=128).contains(&denom.len())
        && denom.starts_with(|first: char| first.is_ascii_alphabetic())
        && denom
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/:._-".contains(&b))
}

fn distinct<'a>(path: &str, items: impl Iterator<Item = &'a str>) -> Result<(), CharterError> {
    let mut seen = std::collections::BTreeSet::new();
    for (i, item) in items.enumerate() {
        ensure(seen.insert(item), format!("{path}.{i}"), "appears twice")?;
    }
    Ok(())
}
