//! Keys, signing, and talking to chains: what a person, a trustee, a relayer or a deployer does. Owns secrets and the bytes that are
//! signed with them; never decides whether what is signed is allowed, and believes a node no more than it is made to.
//!
//! - [`keys`]: account keys (secp256k1) sign transactions, voting keys (ed25519) sign ballots (R49).
//! - [`tx`]: messages to signed transaction bytes, the same for the local node and for real chains.
//! - [`tx_file`]: a transaction on its way from who makes it to who signs and who sends it.
//! - [`shown`]: what a transaction says, decoded from the very bytes that are signed.
//! - [`ballot`]: signing the texts of [`commons_common::signed`].
//! - [`ballot_file`]: a signed ballot on its way from the person to a relayer.
//! - [`response`]: what the contracts of a transaction answered.
//! - [`mismatch`]: which line of a signed text differs from the one a chain expects.
//! - [`network`]: which chain is meant: a `chain.json`.
//! - [`rpc`]: CometBFT's JSON-RPC over HTTP, the few methods that are needed.
//! - [`chain`]: accounts, contracts and transactions of a chain over the network.
//! - [`light`]: headers from a trusted one to the one that is needed, and values proven against it.
//! - [`proof`]: values against a header's state root, by ICS-23.

pub mod ballot;
pub mod ballot_file;
pub mod chain;
mod error;
pub mod keys;
pub mod light;
pub mod mismatch;
pub mod network;
pub mod proof;
pub mod response;
pub mod rpc;
pub mod shown;
pub mod tx;
pub mod tx_file;

pub use error::ClientError;
