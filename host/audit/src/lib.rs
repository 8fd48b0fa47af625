//! The auditor: believes neither the node nor the contracts. Owns two independent checks of a chain, and never changes what
//! it checks.
//!
//! - [`replay`] executes a block log again from its genesis and compares every result: it catches a wrong host.
//! - [`mod@reference`] re-derives the outcomes of a trust from its messages by a second implementation: it catches a wrong
//!   contract.
//! - [`promise`] holds a receipt, which the node signed when it accepted a transaction, against the blocks that it made.
//! - [`tamper`] falsifies copies of a log, to show that the first two find out.

#![deny(clippy::float_arithmetic)]

mod error;
pub mod promise;
pub mod reference;
pub mod replay;
pub mod tamper;

pub use error::AuditError;
