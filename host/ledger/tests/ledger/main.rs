//! Behaviour of the ledger through its public interface, with real signatures and real wasm; one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod addresses;
mod admission;
mod adversary;
mod amino;
mod bank;
mod contracts;
mod decoding;
mod fees;
mod gas;
mod genesis;
mod keys;
mod limits;
mod migration;
mod queries;
mod real_chain;
mod submessages;
mod support;
mod trace;
