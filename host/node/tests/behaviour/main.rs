//! Behaviour of the node, through its public interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod accounts;
mod blocks;
mod crash;
mod header;
mod past;
mod record;
mod resume;
mod support;
