//! Every storage key of a survey, and what lies under it. Holds no rule; the journal's and cw2's keys are their own.

use commons_common::survey::{Reading, Subject};
use cw_storage_plus::Map;

/// Subject name -> subject; fixed at instantiation.
pub const SUBJECTS: Map<&str, Subject> = Map::new("subjects");
/// (subject name, year) -> reading.
pub const READINGS: Map<(&str, u64), Reading> = Map::new("readings");
/// Subject name -> latest year with a settled reading.
pub const LATEST: Map<&str, u64> = Map::new("latest");
