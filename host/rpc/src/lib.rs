//! Serves a chain of one node to the clients of real chains: CometBFT's JSON-RPC by POST, GET and websocket, ABCI queries, and gRPC. It
//! owns the sockets and the index of results beside the chain, and never decides what a transaction does (the ledger does), what a block
//! is (the node does), or anything from the index.
//!
//! # Design
//!
//! One thread owns the [`commons_node::Node`] and makes its blocks (`chain`); it takes orders from a bounded queue and refuses when that
//! is full. After each block it publishes a [`commons_node::View`]: the state and the blocks up to it, pinned. Questions work on a view, on
//! a pool of threads, so that they wait neither for a block nor for each other. The forms of answers are structures of this crate
//! (`answer`); queries are written once (`query`) and reached by `abci_query` and by gRPC.
//!
//! `index` keeps what the block log does not: logs and events of transactions, found by hash, height and event. It is a file of its own,
//! executed anew from the block log when it is absent, behind or of another chain, and never part of what the chain agrees on.
//!
//! # Blocks
//!
//! The first block is made when the chain starts: clients want a block to look at. With [`BlockTime::Instant`] each transaction that
//! passes its check is in a block when its sender hears of it, together with those that came while the block before was made; there are no
//! empty blocks. With [`BlockTime::Interval`] a block is made at each beat, also an empty one. With [`BlockTime::Manual`] blocks are
//! made by the method `dev_make_block` only, which needs a chain whose id ends in `-dev`.

pub mod accounts;
mod answer;
mod chain;
mod clock;
mod commit;
mod config;
mod connection;
pub mod control;
mod cors;
mod development;
mod error;
mod fee;
mod grpc;
mod http;
mod index;
mod keys;
mod method;
mod metrics;
mod query;
mod quotes;
mod replay;
mod server;
mod websocket;

pub use commons_node::is_development;
pub use config::{BlockTime, Config, GasPrice, Place};
pub use error::ServeError;
pub use server::{Handle, spawn};

/// The version of CometBFT that the node names: clients choose their dialect by it, and 0.38 is the one whose answers are given.
pub const COMETBFT_VERSION: &str = "0.38.21";
