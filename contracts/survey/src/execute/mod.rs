//! The verbs of a survey, one file a message. Each loads, checks, computes, stores, responds.

mod instantiate;
mod report;
mod settle;

pub use instantiate::instantiate;
pub use report::{NewReport, report};
pub use settle::settle;

use commons_common::survey::Subject;
use commons_common::text::Name;
use cosmwasm_std::Storage;

use crate::error::SurveyError;
use crate::state::SUBJECTS;

/// The subject of a name.
///
/// # Errors
/// There is none.
pub fn subject(storage: &dyn Storage, name: &Name) -> Result<Subject, SurveyError> {
    SUBJECTS
        .may_load(storage, name.as_str())?
        .ok_or_else(|| SurveyError::NoSuchSubject(name.clone()))
}
