//! The words that the contracts and everyone who talks to them share. Holds no state of its own and decides nothing:
//! a rule that needs storage belongs to the contract that owns that storage.
//!
//! - [`id`], [`units`], [`text`]: newtypes, so that no bare number or unbounded string crosses a module border.
//! - [`page`]: bounds of every list.
//! - [`journal`]: the hash chain of executed messages (R34).
//! - [`signed`]: the texts people sign — ballot, possession, rotation (R49).
//! - [`proof`]: verifies them, and lets no signature of a wrong length reach the host.
//! - [`charter`]: a trust's founding document and its checks.
//! - [`registry`], [`roll`], [`assembly`], [`survey`], [`trust`]: each contract's messages and answers.

#![deny(clippy::float_arithmetic)]

pub mod charter;
pub mod id;
pub mod journal;
mod msg;
pub mod page;
pub mod proof;
pub mod signed;
pub mod text;
pub mod units;

pub use msg::{assembly, registry, roll, survey, trust};
