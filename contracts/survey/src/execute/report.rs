//! `Report`: a reporter says what was measured. One report a reporter and year, until the reading settles; reports
//! beyond the number needed count as well and do not move the window.

use commons_common::charter::SubjectKind;
use commons_common::id::PeriodId;
use commons_common::survey::{Reading, Report, Subject};
use commons_common::text::Name;
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::{Addr, DepsMut, Env, MessageInfo, Response, Uint128};

use crate::error::SurveyError;
use crate::event;
use crate::state::READINGS;

/// The fields of the message.
pub struct NewReport {
    /// The subject's name.
    pub subject: Name,
    /// The year.
    pub period: PeriodId,
    /// In the subject's unit.
    pub value: Uint128,
    /// Hash of the evidence.
    pub evidence_hash: Hash,
}

/// Adds one report; the last one needed begins the window.
///
/// # Errors
/// No such subject, no reporter of it, reported already, settled already, an index of 0.
pub fn report(
    deps: &mut DepsMut<'_>,
    env: &Env,
    info: MessageInfo,
    new: NewReport,
) -> Result<Response, SurveyError> {
    let subject = super::subject(deps.storage, &new.subject)?;
    let key = (new.subject.as_str(), new.period.get());
    let mut reading = READINGS
        .may_load(deps.storage, key)?
        .unwrap_or_else(|| Reading {
            subject: new.subject.clone(),
            period: new.period,
            reports: Vec::new(),
            complete_at: None,
            settled: None,
        });
    check(&subject, &reading, &info.sender, new.value)?;

    let now = UnixTime::now(env);
    reading.reports.push(Report {
        reporter: info.sender,
        value: new.value,
        evidence_hash: new.evidence_hash,
        at: now,
    });
    let needed = usize::try_from(subject.reports).unwrap_or(usize::MAX);
    if reading.complete_at.is_none() && reading.reports.len() >= needed {
        reading.complete_at = Some(now);
    }
    READINGS.save(deps.storage, key, &reading)?;
    Ok(Response::new().add_event(event::reported(&reading)))
}

fn check(
    subject: &Subject,
    reading: &Reading,
    sender: &Addr,
    value: Uint128,
) -> Result<(), SurveyError> {
    if !subject.reporters.contains(sender) {
        return Err(SurveyError::NotReporter {
            sender: sender.clone(),
            subject: subject.name.clone(),
        });
    }
    if reading.settled.is_some() {
        return Err(SurveyError::AlreadySettled {
            subject: subject.name.clone(),
            period: reading.period,
        });
    }
    if reading.reports.iter().any(|r| r.reporter == *sender) {
        return Err(SurveyError::AlreadyReported {
            reporter: sender.clone(),
            subject: subject.name.clone(),
            period: reading.period,
        });
    }
    if subject.kind == SubjectKind::Index && value.is_zero() {
        return Err(SurveyError::ZeroIndex);
    }
    Ok(())
}
