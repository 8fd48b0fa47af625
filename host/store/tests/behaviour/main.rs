//! Behaviour of the store, through its public interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod commit;
mod crash;
mod directory;
mod log;
mod oracle;
mod support;
mod tree;
