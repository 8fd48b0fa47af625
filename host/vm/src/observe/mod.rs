//! Owns what an onlooker learns about a call: where its gas went, and the spans of `tracing`. It must never change an outcome or a
//! price, and must cost nothing where nobody looks.
//!
//! Gas is itemised while it is spent, not derived afterwards: what the contract's own instructions took is the difference of its
//! counter between two crossings of the border, and everything else passes one function that takes a price. That the parts add up to
//! the bill is therefore a statement that can be wrong, and a test.

mod breakdown;
pub(crate) mod span;
mod tally;

pub use breakdown::{GasBreakdown, ImportGas};
pub(crate) use tally::{Cost, Tally};
