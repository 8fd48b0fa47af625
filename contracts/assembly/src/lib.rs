//! How a trust decides: typed acts, polls, ballots, declared interests (R30, R38, R39, R49). Holds the votes and
//! nothing else: who may vote is the roll's to say, and every coin is the trust's to move.
//!
//! A proposal copies everything that decides it when it is made: windows and thresholds, the electorate's height and
//! size, the recused. From then on its status is a pure function of what is stored and of block time ([`tally`]).
//! [`act`] knows the acts, [`poll`] the hash that a signed ballot names, [`execute`] does, [`query`] reads.

#![deny(clippy::float_arithmetic)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "an entry point owns its DepsMut, Env and MessageInfo and hands them on; references to them would only add noise"
)]

pub mod act;
pub mod contract;
pub mod error;
pub mod event;
pub mod execute;
pub mod poll;
pub mod query;
pub mod roll;
pub mod state;
pub mod tally;
