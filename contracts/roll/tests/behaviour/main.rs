//! What a roll promises, rule by rule. One binary; `support` builds rolls and applicants.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod attest;
mod expire_due;
mod instantiate;
mod properties;
mod query;
mod ratify;
mod renew;
mod rotate;
mod set_registrar;
mod settle;
mod strict_api;
mod support;
