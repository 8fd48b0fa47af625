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
mod config;
mod entry;
mod example;
mod gas;
mod imports;
mod isolation;
mod itemized;
mod official;
mod processes;
mod refused;
mod replay;
mod same;
mod spans;
mod support;
