//! What the fuzz targets share: contracts grown from input bytes, a chain in memory, and the share of inputs that were of use. It must use
//! only what commons-vm publishes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "everything here is test code"
)]

mod chain;
mod contract;
mod grown;
mod imports;
mod share;

pub use chain::Ledger;
pub use contract::{Contract, entry_arguments};
pub use grown::Wild;
pub use share::Share;
