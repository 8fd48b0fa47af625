//! What can go wrong between this program and a node. Says which node, which method and what was found; never quotes more
//! than a line of what a node sent.

use thiserror::Error;

/// A node that cannot be asked, or whose answer is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum RpcError {
    /// No connection, or it broke.
    #[error("{endpoint} cannot be reached: {why}")]
    Unreachable {
        /// Which node.
        endpoint: String,
        /// What the system says.
        why: String,
    },
    /// No whole answer in time.
    #[error("{endpoint} gave no whole answer to {method} within {seconds} s")]
    Slow {
        /// Which node.
        endpoint: String,
        /// What was asked.
        method: &'static str,
        /// How long was waited.
        seconds: u64,
    },
    /// An HTTP status instead of an answer.
    #[error("{endpoint} answered {method} with HTTP status {status}")]
    Status {
        /// Which node.
        endpoint: String,
        /// What was asked.
        method: &'static str,
        /// The status.
        status: u16,
    },
    /// More bytes than any answer needs.
    #[error("{endpoint} answered {method} with more than {limit} bytes")]
    TooLarge {
        /// Which node.
        endpoint: String,
        /// What was asked.
        method: &'static str,
        /// How many are read.
        limit: u64,
    },
    /// Not the JSON that the method answers with.
    #[error("{endpoint} does not answer {method} as a CometBFT node does: {why}")]
    Malformed {
        /// Which node.
        endpoint: String,
        /// What was asked.
        method: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// The node refuses the request.
    #[error("{endpoint} refuses {method}: {why}")]
    Refused {
        /// Which node.
        endpoint: String,
        /// What was asked.
        method: &'static str,
        /// In the node's words.
        why: String,
    },
}

impl RpcError {
    /// Whether the same question may be answered at another time or by another node.
    pub(super) const fn passes(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Slow { .. } => true,
            Self::Status { status, .. } => *status == 429 || *status >= 500,
            Self::TooLarge { .. } | Self::Malformed { .. } | Self::Refused { .. } => false,
        }
    }
}
