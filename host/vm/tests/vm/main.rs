//! Behaviour of the virtual machine: official contracts, hostile ones, every import, every refusal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods
)]

mod adversary;
mod cache;
mod damage;
mod entry;
mod gas;
mod imports;
mod isolation;
mod official;
mod processes;
mod refused;
mod same;
mod support;
