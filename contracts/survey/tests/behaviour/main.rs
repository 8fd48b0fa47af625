//! What a survey promises, rule by rule. One binary; `support` builds surveys.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod instantiate;
mod properties;
mod query;
mod report;
mod settle;
mod support;
