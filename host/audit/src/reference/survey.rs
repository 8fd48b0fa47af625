//! The second reading of a survey: who reported what, and what settled. Never asks the survey itself.

use std::collections::BTreeMap;

use commons_common::charter::{SubjectCharter, SubjectKind};
use commons_common::id::PeriodId;
use commons_common::survey::{ExecuteMsg, InstantiateMsg, Reading, Report, Settled};
use commons_common::text::Name;
use commons_common::units::UnixTime;
use cosmwasm_std::Addr;

use super::{Call, Objection, require};

/// A survey, read from its messages.
#[derive(Clone, Debug)]
pub(super) struct Survey {
    pub(super) subjects: BTreeMap<Name, SubjectCharter>,
    pub(super) readings: BTreeMap<(Name, PeriodId), Reading>,
}

/// A settled reading: its year, what it says, when its window opened and when it settled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Latest {
    pub(super) period: PeriodId,
    pub(super) value: u128,
    pub(super) opened_at: u64,
    pub(super) settled_at: u64,
}

impl Survey {
    pub(super) fn new(msg: InstantiateMsg) -> Self {
        Self {
            subjects: msg
                .subjects
                .into_iter()
                .map(|subject| (subject.name.clone(), subject))
                .collect(),
            readings: BTreeMap::new(),
        }
    }

    pub(super) fn execute(&mut self, call: &Call, msg: ExecuteMsg) -> Result<(), Objection> {
        match msg {
            ExecuteMsg::Report {
                subject,
                period,
                value,
                evidence_hash,
            } => {
                let report = Report {
                    reporter: Addr::unchecked(&call.sender),
                    value,
                    evidence_hash,
                    at: UnixTime(call.time),
                };
                self.report(subject, period, report)
            }
            ExecuteMsg::Settle { subject, period } => self.settle(call.time, subject, period),
        }
    }

    fn report(&mut self, name: Name, period: PeriodId, report: Report) -> Result<(), Objection> {
        let subject = known(&self.subjects, &name)?;
        let may = subject
            .reporters
            .iter()
            .any(|who| *who == report.reporter.as_str());
        require(may, || {
            format!("{} may not report on '{name}'", report.reporter)
        })?;
        let reading = self
            .readings
            .entry((name.clone(), period))
            .or_insert_with(|| Reading {
                subject: name,
                period,
                reports: Vec::new(),
                complete_at: None,
                settled: None,
            });
        require(reading.settled.is_none(), || {
            "the reading has settled".to_owned()
        })?;
        let again = reading
            .reports
            .iter()
            .any(|r| r.reporter == report.reporter);
        require(!again, || "this reporter has reported already".to_owned())?;
        let at = report.at;
        reading.reports.push(report);
        let enough = u32::try_from(reading.reports.len()).is_ok_and(|n| n >= subject.reports);
        if enough && reading.complete_at.is_none() {
            reading.complete_at = Some(at);
        }
        Ok(())
    }

    /// Settles on the report that protects the capital: the highest index, the lowest value (R23).
    fn settle(&mut self, now: u64, name: Name, period: PeriodId) -> Result<(), Objection> {
        let subject = known(&self.subjects, &name)?;
        let reading = self
            .readings
            .get_mut(&(name, period))
            .ok_or_else(|| Objection::new("there is no such reading"))?;
        require(reading.settled.is_none(), || {
            "the reading has settled".to_owned()
        })?;
        let over = reading
            .complete_at
            .is_some_and(|at| at.0.saturating_add(subject.window.0) <= now);
        require(over, || "the reading's window has not passed".to_owned())?;
        let values = reading.reports.iter().map(|report| report.value);
        let value = match subject.kind {
            SubjectKind::Index => values.max(),
            SubjectKind::Value => values.min(),
        };
        let value = value.ok_or_else(|| Objection::new("the reading has no report"))?;
        reading.settled = Some(Settled {
            value,
            at: UnixTime(now),
        });
        Ok(())
    }

    /// The settled value of one year.
    pub(super) fn settled(&self, subject: &Name, period: PeriodId) -> Option<u128> {
        let reading = self.readings.get(&(subject.clone(), period))?;
        reading.settled.as_ref().map(|settled| settled.value.u128())
    }

    /// The settled reading of the latest year.
    pub(super) fn latest(&self, subject: &Name) -> Option<Latest> {
        let of_subject = (subject.clone(), PeriodId(0))..=(subject.clone(), PeriodId(u64::MAX));
        self.readings
            .range(of_subject)
            .rev()
            .find_map(|((_, period), reading)| {
                let settled = reading.settled.as_ref()?;
                Some(Latest {
                    period: *period,
                    value: settled.value.u128(),
                    opened_at: reading.complete_at?.0,
                    settled_at: settled.at.0,
                })
            })
    }

    /// Whether a subject's reading that settled at an instant still says something.
    pub(super) fn fresh(&self, subject: &Name, settled_at: u64, now: u64) -> bool {
        self.subjects
            .get(subject)
            .is_some_and(|subject| now < settled_at.saturating_add(subject.valid_for.0))
    }
}

fn known<'a>(
    subjects: &'a BTreeMap<Name, SubjectCharter>,
    name: &Name,
) -> Result<&'a SubjectCharter, Objection> {
    subjects
        .get(name)
        .ok_or_else(|| Objection::new(format!("there is no subject '{name}'")))
}
