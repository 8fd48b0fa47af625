//! Messages and answers of `survey`: what was measured.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::{Addr, Uint128};

use crate::charter::{SubjectCharter, SubjectKind};
use crate::id::PeriodId;
use crate::text::Name;
use crate::units::{Hash, Seconds, UnixTime};

/// Born bound to its siblings, by the registry.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// What is measured, by whom.
    pub subjects: Vec<SubjectCharter>,
}

/// What can be done to a survey.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// A reporter reports; once a period, until the reading settles.
    Report {
        /// The subject's name.
        subject: Name,
        /// The year it belongs to.
        period: PeriodId,
        /// In the subject's unit: index x 1000, or base units.
        value: Uint128,
        /// Hash of the evidence.
        evidence_hash: Hash,
    },
    /// Anyone: settles a reading whose window has passed (I16).
    Settle {
        /// The subject's name.
        subject: Name,
        /// The year.
        period: PeriodId,
    },
}

/// Questions a survey answers.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Every subject (16 at most).
    #[returns(Vec<Subject>)]
    Subjects {},
    /// One reading, whatever its status.
    #[returns(Option<Reading>)]
    Reading {
        /// The subject's name.
        subject: Name,
        /// The year.
        period: PeriodId,
    },
    /// Readings of one subject, by year.
    #[returns(Vec<Reading>)]
    ListReadings {
        /// The subject's name.
        subject: Name,
        /// Continue after this year.
        start_after: Option<PeriodId>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// What counts now: the settled reading of the latest year.
    #[returns(Effective)]
    Effective {
        /// The subject's name.
        subject: Name,
    },
    /// The journal's state (R34).
    #[returns(crate::journal::Entry)]
    Journal {},
}

/// One thing that is measured.
#[cw_serde]
pub struct Subject {
    /// Its name.
    pub name: Name,
    /// What it is.
    pub kind: SubjectKind,
    /// Unit, for people.
    pub unit: Name,
    /// Who may report.
    pub reporters: Vec<Addr>,
    /// Reports it takes.
    pub reports: u32,
    /// How long a reading waits.
    pub window: Seconds,
    /// How long it is fresh.
    pub valid_for: Seconds,
}

/// A reading: the reports on one subject for one year.
#[cw_serde]
pub struct Reading {
    /// The subject's name.
    pub subject: Name,
    /// The year.
    pub period: PeriodId,
    /// One report a reporter, in order of arrival.
    pub reports: Vec<Report>,
    /// When the last report needed came in; none while there are too few.
    pub complete_at: Option<UnixTime>,
    /// The outcome, once settled.
    pub settled: Option<Settled>,
}

/// One report.
#[cw_serde]
pub struct Report {
    /// By whom.
    pub reporter: Addr,
    /// In the subject's unit.
    pub value: Uint128,
    /// Hash of the evidence.
    pub evidence_hash: Hash,
    /// When.
    pub at: UnixTime,
}

/// A settled reading.
#[cw_serde]
pub struct Settled {
    /// The report that protects the capital: highest of an Index, lowest of a Value (R23).
    pub value: Uint128,
    /// When it settled.
    pub at: UnixTime,
}

/// What counts now.
#[cw_serde]
pub enum Effective {
    /// Nothing has settled yet.
    None {},
    /// The settled reading of the latest year.
    Settled {
        /// The year.
        period: PeriodId,
        /// In the subject's unit.
        value: Uint128,
        /// When the earliest of its reports was made.
        reported_at: UnixTime,
        /// When its window opened: the last report needed came in. What it says holds for this instant.
        opened_at: UnixTime,
        /// When it settled.
        settled_at: UnixTime,
        /// Whether it is still within its validity.
        fresh: bool,
    },
}
