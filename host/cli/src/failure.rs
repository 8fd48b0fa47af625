//! Why a command did not answer: what happened, why, and what to do next, with the exit code. Owns the translation of
//! every library's errors into these; prints nothing.

use commons_client::ClientError;
use commons_ledger::QueryError;
use commons_node::NodeError;
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
            other => Self::internal(other),
        }
    }
}

/// Whether a contract itself gave this error. A chain tells of that in the log alone: the code that it answers every failed
/// query with is the same.
fn is_contracts_own(answer: &QueryError) -> bool {
    answer.log.contains("query wasm contract failed")
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        let (what, next) = match &error {
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
        let (what, next) = match &error {
            ClientError::KeyExposed { .. } => (
                "the key file is refused",
                "take the rights of others away: chmod 600 FILE. If others had access to this machine, rotate the key",
            ),
            ClientError::KeyMalformed { .. } => (
                "the key file is refused",
                "give the file that holds this person's voting key",
            ),
            ClientError::File { .. } => ("a file cannot be used", "check its path and rights"),
            ClientError::BallotMalformed(_) | ClientError::BallotSchema { .. } => (
                "the ballot cannot be read",
                "give a file that `commons ballot sign` wrote, unchanged",
            ),
            ClientError::BadVotingKey | ClientError::BadSignature => (
                "the signature does not hold",
                "sign the ballot again with `commons ballot sign`",
            ),
            ClientError::Response(_) => return Self::internal(error),
        };
        Self::input(what, error.to_string(), next)
    }
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
