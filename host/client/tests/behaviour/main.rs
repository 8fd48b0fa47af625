//! Behaviour of the client, by module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod accounts;
mod ballots;
mod fake;
mod keys;
mod light;
mod networks;
mod rpc;
mod shown;
mod signed_chain;
mod tx;
