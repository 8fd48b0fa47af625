//! One scenario on two chains: a real wasmd, asked by RPC, and our node, which executes the very same blocks in process. Owns the scenario's
//! language, the recording of what a chain answered, and the comparison; never judges which of two answers is right.
//!
//! - [`scenario`]: steps as a file has them; [`expand`]: names and bytes in them; [`message`], [`sign`]: from steps to transactions.
//! - [`rpc`]: a chain's JSON-RPC; [`record`]: runs a scenario on such a chain and writes down every block and answer.
//! - [`follow`]: our node executes a recording block by block; [`compare`]: what differs.
//! - [`generate`]: scenarios drawn from a seed. [`goldens`]: what a real chain answers to every RPC method and query.
//! - [`clock`]: a validator of a real chain, with a clock that can be set. [`books`]: two runs of the demonstration, compared.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    clippy::missing_errors_doc,
    reason = "test support: what goes wrong should stop the run, loudly"
)]

pub mod books;
pub mod clock;
pub mod compare;
pub mod expand;
pub mod follow;
pub mod generate;
pub mod goldens;
pub mod message;
pub mod record;
pub mod recording;
pub mod rpc;
pub mod scenario;
pub mod sign;
