//! Reads of a survey; never writes. Every list is bounded.

use commons_common::id::PeriodId;
use commons_common::survey::{Effective, QueryMsg, Reading, Subject};
use commons_common::text::Name;
use commons_common::units::UnixTime;
use commons_common::{journal, page};
use cosmwasm_std::{Binary, Deps, Env, Order, StdResult, to_json_binary};
use cw_storage_plus::Bound;

use crate::error::SurveyError;
use crate::execute::subject;
use crate::state::{LATEST, READINGS, SUBJECTS};

/// Dispatches a query.
///
/// # Errors
/// See [`contract::query`](crate::contract::query).
pub fn answer(deps: Deps<'_>, env: &Env, msg: QueryMsg) -> Result<Binary, SurveyError> {
    let answer = match msg {
        QueryMsg::Subjects {} => to_json_binary(&subjects(deps)?),
        QueryMsg::Reading {
            subject: name,
            period,
        } => {
            subject(deps.storage, &name)?;
            to_json_binary(&READINGS.may_load(deps.storage, (name.as_str(), period.get()))?)
        }
        QueryMsg::ListReadings {
            subject,
            start_after,
            limit,
        } => to_json_binary(&list_readings(deps, &subject, start_after, limit)?),
        QueryMsg::Effective { subject } => to_json_binary(&effective(deps, env, &subject)?),
        QueryMsg::Journal {} => to_json_binary(&journal::load(deps.storage)?),
    };
    Ok(answer?)
}

fn subjects(deps: Deps<'_>) -> StdResult<Vec<Subject>> {
    SUBJECTS
        .range(deps.storage, None, None, Order::Ascending)
        .map(|entry| entry.map(|(_, subject)| subject))
        .collect()
}

fn list_readings(
    deps: Deps<'_>,
    name: &Name,
    start_after: Option<PeriodId>,
    limit: Option<u32>,
) -> Result<Vec<Reading>, SurveyError> {
    subject(deps.storage, name)?;
    let from = start_after.map(|period| Bound::exclusive(period.get()));
    let readings = READINGS
        .prefix(name.as_str())
        .range(deps.storage, from, None, Order::Ascending)
        .take(page::limit(limit))
        .map(|entry| entry.map(|(_, reading)| reading))
        .collect::<StdResult<_>>()?;
    Ok(readings)
}

fn effective(deps: Deps<'_>, env: &Env, name: &Name) -> Result<Effective, SurveyError> {
    let subject = subject(deps.storage, name)?;
    let Some(latest) = LATEST.may_load(deps.storage, name.as_str())? else {
        return Ok(Effective::None {});
    };
    let reading = READINGS.load(deps.storage, (name.as_str(), latest))?;
    let earliest = reading.reports.iter().map(|report| report.at).min();
    let (Some(settled), Some(reported_at), Some(opened_at)) =
        (reading.settled, earliest, reading.complete_at)
    else {
        return Ok(Effective::None {});
    };
    Ok(Effective::Settled {
        period: reading.period,
        value: settled.value,
        reported_at,
        opened_at,
        fresh: UnixTime::now(env) < settled.at.after(subject.valid_for),
        settled_at: settled.at,
    })
}
