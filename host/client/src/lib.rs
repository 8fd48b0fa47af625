//! Keys and signing: what a person, a trustee or a relayer does before anything reaches a chain. Owns secrets and the
//! bytes that are signed with them; never talks to a chain and never decides whether what is signed is allowed.
//!
//! - [`keys`]: account keys (secp256k1) sign transactions, voting keys (ed25519) sign ballots (R49).
//! - [`tx`]: messages to signed transaction bytes, the same for the local node and for real chains.
//! - [`ballot`]: signing the texts of [`commons_common::signed`].
//! - [`ballot_file`]: a signed ballot on its way from the person to a relayer.
//! - [`response`]: what the contracts of a transaction answered.
//! - [`mismatch`]: which line of a signed text differs from the one a chain expects.

pub mod ballot;
pub mod ballot_file;
mod error;
pub mod keys;
pub mod mismatch;
pub mod response;
pub mod tx;

pub use error::ClientError;
