//! What clients of a served chain see, over real sockets.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

mod development;
mod grpc;
mod hostile;
mod json;
mod mempool;
mod past;
mod proofs;
mod recorded;
mod rest;
mod restart;
mod support;
mod transactions;
