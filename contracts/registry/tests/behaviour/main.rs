//! What a registry promises, rule by rule. One binary; `support` builds registries, charters and a chain's answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod approve;
mod found;
mod instantiate;
mod names;
mod query;
mod revoke;
mod support;
mod verify;
