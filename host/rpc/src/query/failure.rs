//! Why a question is not answered, as gRPC says it and as the SDK turns that into an answer of ABCI. It holds no rule of a module.

use commons_ledger::Fault;
use commons_node::NodeError;

use crate::error::IndexError;

/// The registered errors that questions meet: name, codespace, code.
const REGISTERED: [(&str, &str, u32); 4] = [
    ("no such contract", "wasm", 22),
    ("no such code", "wasm", 28),
    ("invalid", "wasm", 14),
    ("internal logic error", "sdk", 35),
];

/// Kinds of failures: those of gRPC that modules use, and errors that are no status of gRPC at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// gRPC's `NotFound`.
    NotFound,
    /// gRPC's `InvalidArgument`.
    InvalidArgument,
    /// gRPC's `Unknown`, said as such.
    Unknown,
    /// gRPC's `Unimplemented`.
    Unimplemented,
    /// A registered error of a module: `Unknown` for gRPC.
    Registered,
    /// Any other error: `Unknown` for gRPC, an invalid request for ABCI.
    Plain,
    /// The node is at fault.
    Internal,
}

/// A question that is not answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryFailure {
    pub(crate) kind: Kind,
    pub(crate) text: String,
}

impl QueryFailure {
    fn new(kind: Kind, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind, text }
    }

    pub(crate) fn not_found(text: impl Into<String>) -> Self {
        Self::new(Kind::NotFound, text)
    }

    pub(crate) fn invalid(text: impl Into<String>) -> Self {
        Self::new(Kind::InvalidArgument, text)
    }

    pub(crate) fn unknown(text: impl Into<String>) -> Self {
        Self::new(Kind::Unknown, text)
    }

    pub(crate) fn unimplemented(text: impl Into<String>) -> Self {
        Self::new(Kind::Unimplemented, text)
    }

    pub(crate) fn registered(text: impl Into<String>) -> Self {
        Self::new(Kind::Registered, text)
    }

    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self::new(Kind::Plain, text)
    }

    /// The message of a status of gRPC: it names a registered error before its reason.
    pub(crate) fn status_text(&self) -> String {
        let registered = REGISTERED.iter().find_map(|(name, codespace, code)| {
            let reason = self.text.strip_suffix(name)?.strip_suffix(": ")?;
            Some(format!(
                "codespace {codespace} code {code}: {name}: {reason}"
            ))
        });
        match self.kind {
            Kind::Registered => registered.unwrap_or_else(|| self.text.clone()),
            _ => self.text.clone(),
        }
    }

    /// Code in codespace `sdk`, and log, of an answer of ABCI.
    pub(crate) fn abci(&self) -> (u32, String) {
        let text = &self.text;
        let status = |name: &str| format!("rpc error: code = {name} desc = {text}");
        match self.kind {
            Kind::NotFound => (22, format!("{}: key not found", status("NotFound"))),
            Kind::InvalidArgument => (
                18,
                format!("{}: invalid request", status("InvalidArgument")),
            ),
            Kind::Unknown => (6, format!("{}: unknown request", status("Unknown"))),
            Kind::Unimplemented => (6, format!("{}: unknown request", status("Unimplemented"))),
            Kind::Internal => (6, format!("{}: unknown request", status("Internal"))),
            Kind::Registered => (6, format!("{text}: unknown request")),
            Kind::Plain => (18, format!("{text}: invalid request")),
        }
    }
}

impl From<NodeError> for QueryFailure {
    fn from(error: NodeError) -> Self {
        match error {
            // The ledger gives the log of ABCI already: its end says which kind it is.
            NodeError::Query(answer) => {
                let (kind, end) = match answer.code {
                    18 => (Kind::Plain, ": invalid request"),
                    _ => (Kind::Registered, ": unknown request"),
                };
                let text = answer.log.strip_suffix(end).unwrap_or(&answer.log);
                Self::new(kind, text)
            }
            other => Self::new(Kind::Internal, other.to_string()),
        }
    }
}

impl From<Fault> for QueryFailure {
    fn from(fault: Fault) -> Self {
        Self::new(Kind::Internal, fault.to_string())
    }
}

impl From<IndexError> for QueryFailure {
    fn from(error: IndexError) -> Self {
        Self::new(Kind::Internal, error.to_string())
    }
}
