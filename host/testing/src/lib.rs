//! A chain in one line, for tests of contracts: real wasm on the real virtual machine and ledger, in memory. It owns what a test
//! wants and a chain must not have: other people's accounts, time that jumps, and a way back. It never signs a block and
//! never writes one anywhere.
//!
//! This is a crate beside the node and not a part of it, because of impersonation: acting for an account without its key is
//! [`TestChain::impersonate`] here and nowhere else. A program that does not name this crate cannot do it, and there is no block log that
//! such an act could reach: a [`TestChain`] keeps the state and nothing else. What it executes is what a node executes: every
//! message goes through a transaction with all its checks, gas and events.
//!
//! A test is one process that should stop loudly: what is wrong with the *test* (no JSON, no address) or with the host panics with a
//! sentence; what a *contract or the chain* answers is a `Result`.

mod account;
mod actions;
mod chain;
mod diff;
mod done;
mod report;
mod state;
mod text;
mod trace;

pub use account::Account;
pub use chain::{DENOM, PREFIX, Setup, Snapshot, TestChain};
pub use commons_ledger::{Coin, Event, TracedCall, TxResult};
pub use diff::{Change, Place};
pub use done::{Done, Refused};
pub use report::{GasReport, Sum};
