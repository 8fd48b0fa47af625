//! Why a command did not answer: what happened, why, and what to do next, with the exit code. Owns the translation of
//! every library's errors into these; prints nothing.

use commons_client::ClientError;
use commons_client::rpc::RpcError;
use commons_ledger::QueryError;
use commons_node::{NodeError, SignError};
use commons_store::StoreError;

use crate::exit::Exit;

/// A place in a file.
#[derive(Debug)]
pub struct Place {
    /// The file, as named on the command line.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Dotted path of the field, if it is about one.
    pub field: Option<String>,
    /// The place with its lines, drawn for a terminal; its text is inert already.
    pub picture: String,
}

/// A command that could not answer.
#[derive(Debug)]
pub struct Failure {
    /// How the process ends.
    pub exit: Exit,
    /// What happened.
    pub what: String,
    /// Why.
    pub why: String,
    /// What to do next.
    pub next: String,
    /// Where, if it is about a place in a file.
    pub place: Option<Box<Place>>,
}

impl Failure {
    /// A failure without a place.
    pub fn new(
        exit: Exit,
        what: impl Into<String>,
        why: impl Into<String>,
        next: impl Into<String>,
    ) -> Self {
        Self {
            exit,
            what: what.into(),
            why: why.into(),
            next: next.into(),
            place: None,
        }
    }

    /// The rules, or a check, say no.
    pub fn no(what: impl Into<String>, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Exit::No, what, why, next)
    }

    /// A file cannot be read or is not what it should be.
    pub fn input(what: impl Into<String>, why: impl Into<String>, next: impl Into<String>) -> Self {
        Self::new(Exit::Input, what, why, next)
    }

    /// This program's own defect.
    pub fn internal(why: impl std::fmt::Display) -> Self {
        Self::new(
            Exit::Internal,
            "this program failed",
            why.to_string(),
            "nothing was committed; run the command again, and report it if it fails again",
        )
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.what, self.why)
    }
}

impl std::error::Error for Failure {}

impl From<NodeError> for Failure {
    fn from(error: NodeError) -> Self {
        match error {
            NodeError::Store(store) => store.into(),
            NodeError::Refused(refused) => Self::no(
                "the chain refuses the transaction",
                format!("{} ({}/{})", refused.log, refused.codespace, refused.code),
                "nothing changed; correct what the reason names and send it again",
            ),
            NodeError::Query(answer) if is_contracts_own(&answer) => Self::no(
                "the contract refuses the question",
                answer.to_string(),
                "check names and numbers; `commons status` and `commons trust list` show what there is",
            ),
            NodeError::Query(answer) => Self::no(
                "the chain does not answer",
                answer.to_string(),
                "check names and numbers; `commons status` and `commons trust list` show what there is",
            ),
            NodeError::Time { .. } => Self::new(
                Exit::No,
                "the block cannot have this time",
                error.to_string(),
                "leave --time out, or give a later one",
            ),
            NodeError::GenesisRecord(_)
            | NodeError::Record { .. }
            | NodeError::RootMismatch { .. } => Self::new(
                Exit::Home,
                "the home directory is damaged",
                error.to_string(),
                "restore it from a copy; `commons replay` says what still agrees",
            ),
            NodeError::Genesis(_) | NodeError::Link(_) => Self::input(
                "the genesis is not accepted",
                error.to_string(),
                "correct what the reason names; nothing was written",
            ),
            NodeError::OtherKey { .. } => Self::new(
                Exit::Home,
                "the chain has another validator",
                error.to_string(),
                "name the file with the chain's key by --validator-key",
            ),
            NodeError::Sign(reason) => about_signing(&reason),
            other => Self::internal(other),
        }
    }
}

/// Why a validator's key is not used.
fn about_signing(reason: &SignError) -> Failure {
    let (exit, what, next) = match reason {
        SignError::Io { .. }
        | SignError::Permissions { .. }
        | SignError::Key { .. }
        | SignError::Seed => (
            Exit::Input,
            "the validator's key cannot be used",
            "do what the reason says, or choose another file by --validator-key",
        ),
        SignError::InUse { .. } => (
            Exit::Home,
            "the validator's key is in use",
            "stop the node that has it, or choose another file by --validator-key",
        ),
        SignError::Memory { .. }
        | SignError::Conflict { .. }
        | SignError::Behind { .. }
        | SignError::Rewound { .. } => (
            Exit::Home,
            "the validator's key does not sign",
            "do what the reason says; no block was made",
        ),
    };
    Failure::new(exit, what, reason.to_string(), next)
}

/// What a chain's log says where a contract itself refused a question.
const CONTRACTS_OWN: &str = "query wasm contract failed";

/// Whether a contract itself gave this error. A chain tells of that in the log alone: the code that it answers every failed
/// query with is the same.
fn is_contracts_own(answer: &QueryError) -> bool {
    answer.log.contains(CONTRACTS_OWN)
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let (what, next) = match &error {
            full if full.is_full() => (
                "the disk is full",
                "nothing of the block that did not fit was kept, and all before it is there: make room and start again",
            ),
            StoreError::Missing(_) => (
                "there is no chain in the home directory",
                "check --home, or make one with `commons demo alaska --home DIR`",
            ),
            StoreError::Exists(_) => (
                "the home directory holds a chain already",
                "choose another directory",
            ),
            StoreError::Locked { .. } => (
                "the home directory is in use",
                "wait until the other command has ended, then try again",
            ),
            StoreError::Format { .. } | StoreError::TreeKind { .. } => (
                "the home directory is of another version",
                "use the release that wrote it",
            ),
            StoreError::Io { .. } => (
                "the home directory cannot be used",
                "check its path and rights",
            ),
            _ => (
                "the home directory is damaged",
                "restore it from a copy; `commons replay` says what still agrees",
            ),
        };
        Self::new(Exit::Home, what, error.to_string(), next)
    }
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        let (exit, what, next) = match &error {
            ClientError::Response(_) | ClientError::Randomness(_) => return Self::internal(error),
            _ => about_networks(&error)
                .or_else(|| about_keys(&error))
                .unwrap_or_else(|| about_files(&error)),
        };
        Self::new(exit, what, error.to_string(), next)
    }
}

type Said = (Exit, &'static str, &'static str);

/// What a node or a network's file did wrong, and what a person does then.
fn about_networks(error: &ClientError) -> Option<Said> {
    Some(match error {
        ClientError::Rpc(error) => about_node(error),
        ClientError::Answer { .. } => (
            Exit::Network,
            "the chain's answer cannot be read",
            "try another node of the network (apis.rpc in its file); if it stays, this program does not know this chain's version",
        ),
        ClientError::OtherChain { .. } => (
            Exit::Network,
            "the node is of another chain",
            "give the network's own file with --network, or correct chain_id or apis.rpc in it; nothing was signed",
        ),
        ClientError::Query { log, .. } if log.contains(CONTRACTS_OWN) => (
            Exit::No,
            "the contract refuses the question",
            "ask as the contract's schema says; the reason often lists what there is to ask",
        ),
        ClientError::Query { .. } => (
            Exit::No,
            "the chain does not answer",
            "correct what the reason names: address, message, height",
        ),
        ClientError::Address { .. } => (
            Exit::Usage,
            "the address is refused",
            "give the address as the chain writes it; --network says which chain is meant",
        ),
        ClientError::Unproven(_) => (
            Exit::No,
            "the answer is refused",
            "believe nothing of it; check --trust against a source you trust, and ask another node",
        ),
        ClientError::Network(_) => (
            Exit::Input,
            "the network cannot be used",
            "give a chain.json as the chain registry has it, with chain_id, bech32_prefix and apis.rpc",
        ),
        ClientError::Price(_) => (
            Exit::Usage,
            "the price of gas cannot be used",
            "write it like 0.025uosmo, or give the fee itself with --fee",
        ),
        ClientError::Coins { .. } => (
            Exit::Usage,
            "the coins cannot be read",
            "write them like 5uusd, or 5uusd,7ustake",
        ),
        _ => return None,
    })
}

fn about_node(error: &RpcError) -> Said {
    match error {
        RpcError::Unreachable { .. } => (
            Exit::Network,
            "the network cannot be reached",
            "is the node running, and its address right? `commons network show` prints it; --network names another",
        ),
        RpcError::Slow { .. } | RpcError::Status { .. } => (
            Exit::Network,
            "the node does not answer",
            "try again later, or name another node of the network in apis.rpc of its file",
        ),
        RpcError::TooLarge { .. } | RpcError::Malformed { .. } => (
            Exit::Network,
            "the node's answer is none",
            "check that the address in apis.rpc is a node's JSON-RPC, often port 26657, and not its REST or gRPC",
        ),
        RpcError::Refused { .. } => (
            Exit::Network,
            "the node refuses the request",
            "correct what the reason names; where it is about pruned heights or indexing, ask a node that keeps them",
        ),
    }
}

fn about_keys(error: &ClientError) -> Option<Said> {
    Some(match error {
        ClientError::KeyExposed { .. } => (
            Exit::Input,
            "the key file is refused",
            "take the rights of others away: chmod 600 FILE. If others had access to this machine, rotate the key",
        ),
        ClientError::FolderExposed { .. } => (
            Exit::Input,
            "the folder of keys is refused",
            "take the rights of others away: chmod 700 DIR; then look at `commons key list` for keys that are not yours",
        ),
        ClientError::KeyMalformed { .. } | ClientError::KeyRange | ClientError::BadPublicKey => (
            Exit::Input,
            "the key file is refused",
            "give the file that holds this key",
        ),
        ClientError::Words(_) => (
            Exit::Input,
            "the words are refused",
            "compare them with what was written down, word by word and in order",
        ),
        ClientError::Path(_) => (
            Exit::Usage,
            "the path is refused",
            "most accounts are at --account 0 --index 0",
        ),
        ClientError::Passphrase => (
            Exit::Input,
            "the key does not open",
            "give its passphrase again; if it is lost, import the words anew under another name",
        ),
        ClientError::Sealing(_) => (
            Exit::Input,
            "the key file cannot be used",
            "restore it from a copy, or import the words anew under another name",
        ),
        ClientError::Armor(_) => (
            Exit::Input,
            "the armored key cannot be read",
            "give the text that `wasmd keys export NAME` or `commons key export NAME` printed, whole and unchanged",
        ),
        ClientError::KeyName(_) => (
            Exit::Usage,
            "the name is refused",
            "choose one like anna or trustee-2",
        ),
        ClientError::KeyExists(_) => (
            Exit::Input,
            "the name is taken",
            "choose another: a key is never replaced",
        ),
        ClientError::NoKey { .. } => (
            Exit::Input,
            "there is no such key",
            "`commons key list` shows which there are; `commons key new NAME` makes one",
        ),
        _ => return None,
    })
}

fn about_files(error: &ClientError) -> Said {
    let (what, next) = match error {
        ClientError::BallotMalformed(_) | ClientError::BallotSchema { .. } => (
            "the ballot cannot be read",
            "give a file that `commons ballot sign` wrote, unchanged",
        ),
        ClientError::BadVotingKey | ClientError::BadSignature => (
            "the signature does not hold",
            "sign it again, with the key that it is for",
        ),
        ClientError::Document(_) | ClientError::TxFile(_) => (
            "the transaction is refused",
            "give a file that `commons tx new` or `commons tx sign` wrote, unchanged; what is not shown is not signed",
        ),
        _ => ("a file cannot be used", "check its path and rights"),
    };
    (Exit::Input, what, next)
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        let error = match error.downcast::<Self>() {
            Ok(failure) => return failure,
            Err(other) => other,
        };
        let error = match error.downcast::<NodeError>() {
            Ok(node) => return node.into(),
            Err(other) => other,
        };
        match error.downcast::<StoreError>() {
            Ok(store) => store.into(),
            // The whole chain of causes, outermost first.
            Err(other) => Self::internal(format!("{other:#}")),
        }
    }
}
