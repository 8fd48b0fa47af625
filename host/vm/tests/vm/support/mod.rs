//! What the tests share: a chain in memory, contracts, and the JSON that the chain passes to them.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods
)]

pub(crate) mod chain;
pub(crate) mod folder;
pub(crate) mod import;
pub(crate) mod json;
pub(crate) mod vectors;
pub(crate) mod verdict;
pub(crate) mod wasm;
