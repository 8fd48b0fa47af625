//! The arithmetic of a trust, by example and by property.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod dividend;
mod inflation;
mod spending;
mod waterfall;

use cosmwasm_std::Uint128;

/// Base units.
const fn u(amount: u128) -> Uint128 {
    Uint128::new(amount)
}
