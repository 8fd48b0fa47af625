//! What sequences must meet to be worth something: every verb, and the refusals and outcomes that are rare.

use commons_common::trust::{ExecuteMsg, PeriodReport};
use commons_trust::error::TrustError;

use crate::support::World;

/// Every verb of a living trust, and a push that is not received; some sequence must do each.
pub const VERBS: [&str; 18] = [
    "unreceived",
    "contribute",
    "revenue",
    "close_period",
    "claim",
    "claim_for",
    "sweep",
    "sweep_stray",
    "place",
    "return",
    "revalue",
    "accept",
    "submit",
    "approve",
    "pay",
    "withdraw",
    "appropriate",
    "authorise_placement",
];

/// Refusals and outcomes that some sequence must meet beside.
pub const PATHS: [&str; 12] = [
    "index assumed",
    "index begins",
    "no index",
    "unvalued",
    "loss at an unvalued close",
    "NoBase",
    "NoIndex",
    "ValueMissing",
    "Undisclosed",
    "ValueStale",
    "AuthorisationEnded",
    "ExpiriesDue",
];

/// The path that a refusal is.
pub const fn refusal(error: &TrustError) -> Option<&'static str> {
    Some(match error {
        TrustError::NoBase { .. } => "NoBase",
        TrustError::NoIndex { .. } => "NoIndex",
        TrustError::ValueMissing { .. } => "ValueMissing",
        TrustError::Undisclosed { .. } => "Undisclosed",
        TrustError::ValueStale { .. } => "ValueStale",
        TrustError::AuthorisationEnded { .. } => "AuthorisationEnded",
        TrustError::ExpiriesDue => "ExpiriesDue",
        _ => return None,
    })
}

/// The paths that a close took.
pub fn closing(before: &World, report: &PeriodReport) -> Vec<&'static str> {
    let lost = report.ledgers.placed < before.ledgers().placed;
    let earlier = before.period(report.period.get() - 1);
    let based = before.siblings.index.contains_key(&0)
        || earlier.is_some_and(|earlier| !earlier.index_to.is_zero());
    let begins = !based && !report.index_to.is_zero();
    [
        ("index assumed", report.index_assumed && based),
        ("index begins", begins),
        ("no index", report.index_to.is_zero()),
        ("unvalued", report.unvalued),
        ("loss at an unvalued close", report.unvalued && lost),
    ]
    .into_iter()
    .filter_map(|(path, taken)| taken.then_some(path))
    .collect()
}

/// The name of a message.
pub fn verb(msg: &ExecuteMsg) -> &'static str {
    match msg {
        ExecuteMsg::Contribute { .. } => "contribute",
        ExecuteMsg::Revenue { .. } => "revenue",
        ExecuteMsg::ClosePeriod {} => "close_period",
        ExecuteMsg::Claim { .. } => "claim",
        ExecuteMsg::ClaimFor { .. } => "claim_for",
        ExecuteMsg::Sweep { .. } => "sweep",
        ExecuteMsg::SweepStray {} => "sweep_stray",
        ExecuteMsg::Place { .. } => "place",
        ExecuteMsg::Return { .. } => "return",
        ExecuteMsg::Revalue { .. } => "revalue",
        ExecuteMsg::Accept { .. } => "accept",
        ExecuteMsg::Submit { .. } => "submit",
        ExecuteMsg::Approve { .. } => "approve",
        ExecuteMsg::Pay { .. } => "pay",
        ExecuteMsg::Withdraw { .. } => "withdraw",
        ExecuteMsg::Ratify {} => "ratify",
        ExecuteMsg::Appropriate { .. } => "appropriate",
        ExecuteMsg::AuthorisePlacement { .. } => "authorise_placement",
    }
}
