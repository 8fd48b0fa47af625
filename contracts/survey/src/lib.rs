//! The survey: what was measured, by whom, and which reading counts now. Owns subjects and readings; never decides
//! what a reading is used for, and never holds a coin.
//!
//! A reading is the reports on one subject for one year. It is complete when the reports it takes are in, waits a
//! public window, and then anyone settles it (I16) on the report that protects the capital (R23): the highest of an
//! index, the lowest of a value.

#![deny(clippy::float_arithmetic)]

pub mod contract;
pub mod error;
mod event;
mod execute;
mod query;
mod state;

pub use error::SurveyError;
