//! Behaviour of `assembly` through its entry points, with a roll that answers as the real one does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_possible_truncation,
    reason = "a test that goes wrong should stop loudly"
)]

mod cast_ballots;
mod declare_interest;
mod execute;
mod instantiate;
mod properties;
mod propose;
mod query;
mod real_roll;
mod roll;
mod strict_api;
mod support;
mod tally;
mod vote;
