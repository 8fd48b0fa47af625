//! What a person meets at the command line: help, answers, errors, exit codes. The binary is run as it is.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod ballots;
mod charters;
mod compiled;
mod help;
mod homes;
mod keys;
mod networks;
mod nodes;
mod served;
mod streams;
mod support;
mod traces;
mod transactions;
