//! Everything that can be wrong with a key, a key file or a ballot file. Says what was found; the command line adds
//! what to do next.

use std::path::PathBuf;

use thiserror::Error;

/// What this crate refuses.
#[derive(Error, Debug)]
pub enum ClientError {
    /// A file could not be read, made or written.
    #[error("{path}: {source}", path = path.display())]
    File {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// Others than the owner may read or change a key file (U3).
    #[error("{path} can be read by others (mode {mode:o})", path = path.display())]
    KeyExposed {
        /// Which file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A key file holds 64 hex digits and a line feed, nothing else.
    #[error("{path} does not hold a voting key: 64 hex digits on one line", path = path.display())]
    KeyMalformed {
        /// Which file.
        path: PathBuf,
    },
    /// A voting key that is not a point of the curve, or of small order (R49).
    #[error("the voting key is not a usable ed25519 key")]
    BadVotingKey,
    /// A signature does not verify under the key.
    #[error("the signature is not this key's over this text")]
    BadSignature,
    /// A ballot file that is not JSON of the schema.
    #[error("not a ballot file: {0}")]
    BallotMalformed(#[from] serde_json::Error),
    /// A ballot file of another schema, or of a later version.
    #[error("the schema is {found:?}, not {expected:?}")]
    BallotSchema {
        /// What the file says.
        found: String,
        /// What this version reads.
        expected: &'static str,
    },
    /// A transaction's result data that is not the protobuf it should be.
    #[error("the result's data is not a transaction's: {0}")]
    Response(String),
}
