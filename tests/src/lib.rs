//! Support of the whole-system tests: one trait [`Chain`](chain::Chain) with two hosts behind it, and steps through a trust's life that
//! run on either. Owns no rule of a trust; a step that does not go as the test says stops the test.
//!
//! - [`chain`]: what a test needs of a chain: one transaction a block, at a time it chooses.
//! - [`native`]: the contracts as Rust, under cw-multi-test, with our addresses and the checksums of the real wasm.
//! - [`wasm`]: the contracts as wasm, on our node, by signed transactions.
//! - [`pair`]: both in lockstep, compared after every transaction.
//! - [`random`]: random messages, and an onlooker who holds a trust to its invariants.
//! - [`reading`]: the second reader beside a chain's answers, and the replay of its log.
//! - [`cargo`]: where this build lies; [`artifact`]: our contracts as wasm; [`peers`]: those of others.
//! - [`options`]: what benchmarks are asked for; [`table`]: what they find, as text and as a document.
//! - [`cast`]: accounts and persons; [`charter`]: what they found; [`family`]: steps; [`story`]: one whole life.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "test support: what goes wrong should stop the test, loudly"
)]

pub mod artifact;
pub mod cargo;
pub mod cast;
pub mod chain;
pub mod charter;
pub mod family;
pub mod native;
pub mod options;
pub mod pair;
pub mod peers;
pub mod random;
pub mod reading;
pub mod story;
pub mod table;
pub mod wasm;
