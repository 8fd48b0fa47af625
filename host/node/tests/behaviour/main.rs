//! Behaviour of the node, through its public interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod accounts;
mod blocks;
mod clock;
mod cometbft;
mod crash;
mod format_1;
mod guard;
mod header;
mod l4_again;
mod l5_readers;
mod l6_lengths;
mod light_client;
mod past;
mod receipt;
mod record;
mod resume;
mod rewind;
mod seal;
mod support;
