//! Begins a survey: stores its subjects. Measures nothing.

use commons_common::charter::{SubjectCharter, check_subjects};
use commons_common::survey::{InstantiateMsg, Subject};
use cosmwasm_std::{Api, DepsMut, StdResult};

use crate::error::SurveyError;
use crate::state::SUBJECTS;

/// Checks and stores the subjects.
///
/// # Errors
/// Subjects that the charter would refuse, addresses that are none of this chain.
pub fn instantiate(deps: &mut DepsMut<'_>, msg: InstantiateMsg) -> Result<(), SurveyError> {
    check_subjects(&msg.subjects)?;
    for charter in msg.subjects {
        let subject = subject(deps.api, charter)?;
        SUBJECTS.save(deps.storage, subject.name.as_str(), &subject)?;
    }
    Ok(())
}

fn subject(api: &dyn Api, charter: SubjectCharter) -> StdResult<Subject> {
    let reporters = charter
        .reporters
        .iter()
        .map(|account| api.addr_validate(account))
        .collect::<StdResult<_>>()?;
    Ok(Subject {
        name: charter.name,
        kind: charter.kind,
        unit: charter.unit,
        reporters,
        reports: charter.reports,
        window: charter.window,
        valid_for: charter.valid_for,
    })
}
