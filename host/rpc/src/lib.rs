//! Serves a chain of one node to the clients of real chains: CometBFT's JSON-RPC by POST, GET and websocket, ABCI queries, gRPC, and REST. It
//! owns the sockets and the index of results beside the chain, and never decides what a transaction does (the ledger does), what a block
//! is (the node does), or anything from the index.
//!
//! # Design
//!
//! One thread owns the [`commons_node::Node`] and makes its blocks (`chain`); it takes orders from a bounded queue and refuses when that
//! is full. After each block it publishes a [`commons_node::View`]: the state and the blocks up to it, pinned. Questions work on a view, on
//! a pool of threads, so that they wait neither for a block nor for each other. The forms of answers are structures of this crate
//! (`answer`); queries are written once (`query`) and reached by `abci_query`, by gRPC and by REST (`rest` lists its paths).
//!
//! `index` keeps what the block log does not: logs and events of transactions, found by hash, height and event. It is a file of its own,
//! executed anew from the block log when it is absent, behind or of another chain, and never part of what the chain agrees on.
//!
//! # Heights and proofs
//!
//! Questions to `auth`, `bank`, `feegrant` and `wasm` and to the stores are answered at any height that the store keeps, named by the field
//! `height` of `abci_query` or the header `x-cosmos-block-height`. `/store/NAME/key` with `prove` gives the value with its ICS-23 proof (one step,
//! `ics23:jmt`), which leads to the `app_hash` of the next header. With [`BlockTime::Instant`] an empty block is made for a proof at the last
//! height; a proof at no particular height is one of the height before where the last block changed nothing. There is no proof beside an
//! empty value: ICS-23 has no word for it.
//!
//! # Otherwise than a real chain, on purpose
//!
//! `tests/data/wasmd/known-rpc.txt` lists every difference from recorded answers of wasmd 0.61.14, and a test holds the list to be exact. In words:
//!
//! * Whole numbers may come as JSON numbers, where CometBFT wants texts; an id with a fraction comes back as it was.
//! * What is no JSON, no base64 or no query is refused with the same codes and other texts, which name the parameter.
//! * `OPTIONS` answers what browsers ask for (CORS), only pages of this machine may ask, and other verbs are refused with 405.
//! * `node_info.version` is that of the release, 0.38.21, where CometBFT's own constant lags behind. The node's name for itself is `commons`.
//! * A commit is canonical as soon as its block is there, since it is made with it. Blocks have no events of their own.
//! * A value of a store below the kept heights is refused with code 38; wasmd answers code 0 and no value, which reads as absence.
//! * Modules that this chain does not have (`mint`, `gov`, `distribution`, staking but for its parameters) are unknown query paths.
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
mod commit;
mod config;
mod connection;
pub mod control;
mod cors;
mod development;
mod error;
mod grpc;
mod hexadecimal;
mod http;
mod index;
mod keys;
mod method;
mod metrics;
mod query;
mod quotes;
mod replay;
mod rest;
mod server;
mod shared;
mod websocket;

pub use commons_ledger::GasPrice;
pub use commons_node::is_development;
pub use config::{BlockTime, Config, Place};
pub use error::ServeError;
pub use server::{Handle, spawn};

/// The version of CometBFT that the node names: clients choose their dialect by it, and 0.38 is the one whose answers are given.
pub const COMETBFT_VERSION: &str = "0.38.21";
