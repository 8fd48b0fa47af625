//! Behaviour of the auditor: the second reader on histories computed by hand, replay of chains that a node made, and of
//! logs that were damaged or falsified.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    missing_docs
)]

mod ballots;
mod chain_log;
mod damage;
mod difference;
mod dividend;
mod history;
mod journal;
mod persons;
mod promises;
mod registries;
mod replay;
mod spending;
mod tampering;
mod trace;
mod waterfall;
