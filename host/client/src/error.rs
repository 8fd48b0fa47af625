//! Everything that can be wrong with a key, a file of ours, a network's description or a node's answer. Says what was
//! found; the command line adds what to do next.

use std::path::PathBuf;

use thiserror::Error;

use crate::rpc::RpcError;

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
    /// Others than the owner may change a folder of keys (U3).
    #[error("the folder {path} can be changed by others (mode {mode:o})", path = path.display())]
    FolderExposed {
        /// Which folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// A key file holds 64 hex digits and a line feed, nothing else.
    #[error("{path} does not hold a key: 64 hex digits on one line", path = path.display())]
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
    /// A secret that is no secp256k1 key.
    #[error(
        "the secret is not a secp256k1 key: 32 bytes, neither zero nor above the curve's order"
    )]
    KeyRange,
    /// A public key that is not a compressed point.
    #[error("the public key is not a compressed secp256k1 key of 33 bytes")]
    BadPublicKey,
    /// The system gives no random bytes.
    #[error("the system gives no random bytes: {0}")]
    Randomness(String),
    /// Words that are no mnemonic. Never names a word.
    #[error("these words hold no key: {0}")]
    Words(String),
    /// A derivation path with a number of 2^31 or above.
    #[error("{0} is not a path: each number must be below 2^31")]
    Path(String),
    /// A passphrase that opens nothing; or what it opens was changed.
    #[error("the passphrase is wrong, or the file was changed")]
    Passphrase,
    /// A sealed key that cannot be made or read.
    #[error("not a sealed key: {0}")]
    Sealing(String),
    /// An ASCII armor that cannot be read.
    #[error("not an armored key: {0}")]
    Armor(String),
    /// A name that a key cannot have.
    #[error("{0:?} is not a name for a key: 1 to 64 letters, digits, - and _")]
    KeyName(String),
    /// A name that is taken.
    #[error("there is a key {0:?} already")]
    KeyExists(String),
    /// A name that no key has.
    #[error("there is no key {name:?} in {dir}", dir = dir.display())]
    NoKey {
        /// The name.
        name: String,
        /// Where it was looked for.
        dir: PathBuf,
    },
    /// A price of gas that cannot be read.
    #[error("{0:?} is no price of gas: it is written like 0.025uosmo")]
    Price(String),
    /// Coins that cannot be read.
    #[error("{text:?} are no coins: {why}")]
    Coins {
        /// As given.
        text: String,
        /// What is wrong.
        why: String,
    },
    /// A `chain.json` that cannot be used.
    #[error("not a network to be used: {0}")]
    Network(String),
    /// A node that cannot be asked, or whose answer is none.
    #[error(transparent)]
    Rpc(#[from] RpcError),
    /// A node of another chain than the network's.
    #[error("the node is of chain {found:?}, and the network is {expected:?}")]
    OtherChain {
        /// What the node says.
        found: String,
        /// What the network's file says.
        expected: String,
    },
    /// The chain answers a question with an error.
    #[error("{log} ({codespace}/{code})")]
    Query {
        /// The chain's code.
        code: u32,
        /// Whose code.
        codespace: String,
        /// Its reason.
        log: String,
    },
    /// An answer of the chain that is not the protobuf it should be.
    #[error("the chain's answer to {path} cannot be read: {why}")]
    Answer {
        /// What was asked.
        path: &'static str,
        /// What is wrong.
        why: String,
    },
    /// A transaction or sign document that cannot be shown in full.
    #[error("not a transaction that can be shown in full: {0}")]
    Document(String),
    /// A transaction file that cannot be read.
    #[error("not a transaction file: {0}")]
    TxFile(String),
    /// A text that is no address of the chain.
    #[error("{text:?} is not an address of this chain: those begin with {prefix}1")]
    Address {
        /// The text.
        text: String,
        /// The chain's prefix.
        prefix: String,
    },
    /// Headers or proofs that do not lead from what is trusted to the answer.
    #[error("the answer is not proven: {0}")]
    Unproven(String),
    /// A transaction's result data that is not the protobuf it should be.
    #[error("the result's data is not a transaction's: {0}")]
    Response(String),
}
