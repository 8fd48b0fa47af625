//! The roll: who the persons of one trust are, which key speaks for each, and who had a vote or a share at which
//! height. Owns persons, registrars and queues; never weighs one person more than another (R48), never moves money.
//!
//! A person's status is a pure function of three stored instants and the block's time (`standing`): `Settle`,
//! `ExpireDue` and `Renew` only write down what time has made true, so that snapshots by height can answer for it.
//! Reads at a height follow cw-storage-plus and cw4: the state at the **start** of that block.
//!
//! - `execute`: one file a message. `voting_key`: which keys are refused.
//! - `registrars`: offices, epochs and quotas. `growth`: how far the roll may grow in one epoch.

#![deny(clippy::float_arithmetic)]

pub mod contract;
pub mod error;
mod event;
mod execute;
mod growth;
mod query;
mod registrars;
mod standing;
mod state;
mod voting_key;

pub use error::RollError;
