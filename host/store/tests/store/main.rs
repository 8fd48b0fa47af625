//! Behaviour of the store, through its public interface.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod carry;
mod commit;
mod crash;
mod directory;
mod disk;
mod faults;
mod format;
mod growth;
mod history;
mod log;
mod oracle;
mod proofs;
mod rewind;
mod support;
mod tree;
