//! System tests.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that goes wrong should stop loudly"
)]

mod agreement;
mod bad_input;
mod cw20;
mod demo;
mod dependencies;
mod invariants;
mod program;
mod reproducible;
mod schemas;
