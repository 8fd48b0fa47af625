//! Behaviour of the test chain, through its public interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod first_test;
mod impersonation;
mod looking;
mod node;
mod quoted;
mod support;
mod time;
