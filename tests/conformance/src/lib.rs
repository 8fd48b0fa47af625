//! Holds commons-vm to cosmwasm-vm: the same calls against the same chain in both machines, compared to the unit of gas. It must
//! use only what both publish, and must never repair a difference.
//!
//! One backend serves both machines: [`Store`], [`Answers`] and the published `MockApi` speak the traits of cosmwasm-vm, and
//! [`Bridge`] passes them on to commons-vm. What a contract asks, what it is answered and what that costs is therefore the same
//! code on both sides; what is compared ([`Observation`]) is the machines alone.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "everything here is test code"
)]

mod bridge;
mod chain;
mod dice;
mod machine;
mod material;
mod observation;
mod pair;
mod play;
pub mod probe;
mod roster;
mod session;
mod stage;
mod stand;
mod store;
mod sweep;
mod table;
mod vary;

pub use bridge::Bridge;
pub use chain::{Answer, Answers, Chain, Deployed, Inhabited, Tape, World};
pub use dice::Dice;
pub use machine::{Call, Contract, Machine, Ours, Theirs, env};
pub use material::published;
pub use observation::{Failure, Observation};
pub use pair::{Compared, Pair, Refused};
pub use play::{Effort, play};
pub use roster::missing;
pub use session::{Session, USUAL, address, info, usual_env};
pub use stand::{Ends, Excuse, Row, Scene, Stand};
pub use store::{Records, Step, Store, Trace};
pub use sweep::sweep;
pub use table::{SHOWN, Table};
pub use vary::vary;

/// Native stack that a thread of the suite needs: contracts that ask contracts run inside one another.
pub const STACK_BYTES: usize = 512 * 1024 * 1024;
