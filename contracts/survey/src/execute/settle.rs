//! `Settle`: anyone settles a reading whose window has passed (I16), on the report that protects the capital (R23).

use commons_common::charter::SubjectKind;
use commons_common::id::PeriodId;
use commons_common::survey::{Reading, Settled, Subject};
use commons_common::text::Name;
use commons_common::units::UnixTime;
use cosmwasm_std::{DepsMut, Env, Response, Uint128};

use crate::error::SurveyError;
use crate::event;
use crate::state::{LATEST, READINGS};

/// Settles one reading, once, from `complete_at + window` on.
///
/// # Errors
/// No such subject, too few reports, inside the window, settled already.
pub fn settle(
    deps: &mut DepsMut<'_>,
    env: &Env,
    name: &Name,
    period: PeriodId,
) -> Result<Response, SurveyError> {
    let subject = super::subject(deps.storage, name)?;
    let key = (name.as_str(), period.get());
    let Some(mut reading) = READINGS.may_load(deps.storage, key)? else {
        return Err(incomplete(&subject, period, 0));
    };
    let settled = outcome(&subject, &reading, UnixTime::now(env))?;

    let event = event::settled(&reading, &settled);
    reading.settled = Some(settled);
    READINGS.save(deps.storage, key, &reading)?;
    let latest = LATEST.may_load(deps.storage, name.as_str())?;
    if latest.is_none_or(|latest| latest < period.get()) {
        LATEST.save(deps.storage, name.as_str(), &period.get())?;
    }
    Ok(Response::new().add_event(event))
}

fn outcome(subject: &Subject, reading: &Reading, now: UnixTime) -> Result<Settled, SurveyError> {
    if reading.settled.is_some() {
        return Err(SurveyError::AlreadySettled {
            subject: subject.name.clone(),
            period: reading.period,
        });
    }
    let (Some(complete_at), Some(value)) = (reading.complete_at, protecting(subject.kind, reading))
    else {
        return Err(incomplete(subject, reading.period, reading.reports.len()));
    };
    let from = complete_at.after(subject.window);
    if now < from {
        return Err(SurveyError::InWindow {
            subject: subject.name.clone(),
            period: reading.period,
            from,
            now,
        });
    }
    Ok(Settled { value, at: now })
}

/// The report that protects the capital; none without a report.
fn protecting(kind: SubjectKind, reading: &Reading) -> Option<Uint128> {
    let values = reading.reports.iter().map(|report| report.value);
    match kind {
        SubjectKind::Index => values.max(),
        SubjectKind::Value => values.min(),
    }
}

fn incomplete(subject: &Subject, period: PeriodId, reports: usize) -> SurveyError {
    SurveyError::Incomplete {
        subject: subject.name.clone(),
        period,
        reports,
        needed: subject.reports,
    }
}
