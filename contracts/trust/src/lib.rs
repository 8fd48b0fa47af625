//! The money of one trust: a floor that never falls, ledgers beside it, dividends and payments out of them. Holds the
//! commons' coins; decides nothing about who is a person, what was voted or what was measured: it asks the siblings it
//! was born bound to. There is no message that spends principal.
//!
//! - [`contract`]: entry points, dispatch, and the one check of the ledgers after every message.
//! - `execute`: one file a message. `query`: reads. `state`: every storage key. `ledger`: what the ledgers owe.
//!   `purse`: what of the operating ledger is for what.
//! - `sibling`: questions to roll, assembly and survey. [`error`], `event`: what is said.

#![deny(clippy::float_arithmetic)]

pub mod contract;
pub mod error;
mod event;
mod execute;
mod ledger;
mod purse;
mod query;
mod sibling;
mod state;
