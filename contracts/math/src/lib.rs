//! Pure arithmetic of a commons trust: inflation, spending, dividend, and the close of a period as one function.
//! Integers only, every product in 256 bits; holds no state, reads no clock, and an overflow is an error, never a panic.
//!
//! - [`inflation`]: which index counts, and what proofing falls due (R6).
//! - [`spending`]: what the rule would spend (R9).
//! - [`dividend`]: what each person gets (R10).
//! - [`waterfall`]: the order in which a period's income is used (R3 to R6, R10).

#![deny(clippy::float_arithmetic)]

pub mod dividend;
pub mod inflation;
pub mod spending;
pub mod waterfall;

use cosmwasm_std::{CheckedMultiplyRatioError, OverflowError, Uint128};
use thiserror::Error;

/// Why a figure could not be computed.
#[derive(Error, Debug, Clone, Copy, PartialEq, Eq)]
pub enum MathError {
    /// The result needs more than 128 bits.
    #[error("an amount does not fit 128 bits: the sums are larger than any coin's supply")]
    Overflow,
    /// More was to be taken than there was.
    #[error("an amount would fall below zero")]
    Negative,
    /// A price index of 0 has no ratio.
    #[error("the price index is 0, and no ratio can be taken from it")]
    ZeroIndex,
}

impl From<OverflowError> for MathError {
    fn from(error: OverflowError) -> Self {
        match error.operation {
            cosmwasm_std::OverflowOperation::Sub => Self::Negative,
            _ => Self::Overflow,
        }
    }
}

/// `floor(amount * numerator / denominator)`.
fn ratio(amount: Uint128, numerator: Uint128, denominator: Uint128) -> Result<Uint128, MathError> {
    amount
        .checked_multiply_ratio(numerator, denominator)
        .map_err(|error| match error {
            CheckedMultiplyRatioError::DivideByZero => MathError::ZeroIndex,
            CheckedMultiplyRatioError::Overflow => MathError::Overflow,
        })
}

/// `floor(amount * bps / 10,000)`.
fn share(amount: Uint128, bps: u16) -> Result<Uint128, MathError> {
    ratio(amount, Uint128::from(bps), WHOLE)
}

/// 100 % in basis points.
const WHOLE: Uint128 = Uint128::new(10_000);
