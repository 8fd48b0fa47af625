//! Behaviour of the client, by module.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod ballots;
mod keys;
mod tx;
