//! Behaviour of the virtual machine: official contracts, hostile ones, every import, every refusal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods
)]

mod crypto;
mod entry;
mod gas;
mod hostile;
mod imports;
mod isolation;
mod official;
mod refused;
mod regions;
mod support;
