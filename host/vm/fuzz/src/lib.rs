//! What the fuzz targets share: contracts grown from input bytes, a contract that obeys them, a chain in memory, and the share of inputs
//! that were of use. It must use only what commons-vm publishes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "everything here is test code"
)]

mod chain;
mod contents;
mod contract;
mod frame;
mod grown;
mod imports;
mod obedient;
mod places;
mod share;
mod uploads;

pub use chain::Ledger;
pub use contract::{Contract, entry_arguments};
pub use grown::Wild;
pub use obedient::{Regions, obedient};
pub use share::Share;
pub use uploads::{Judged, Uploads};
