//! The behaviour of a trust, one module a message, and random sequences of all of them.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod accept;
mod alaska;
mod appropriate;
mod approve;
mod authorise_placement;
mod claim;
mod claim_for;
mod close_period;
mod close_values;
mod contribute;
mod instantiate;
mod pay;
mod place;
mod query;
mod ratify;
mod r#return;
mod revalue;
mod revenue;
mod sequences;
mod submit;
mod support;
mod sweep;
mod sweep_stray;
mod withdraw;
