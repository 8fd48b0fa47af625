//! The three families of errors of the ledger; it holds no rules and never turns one family into another.
//!
//! *Outcome* ([`Failure`], [`Stop`]) is part of a transaction's recorded result: codespace and code are deterministic, the text is for people.
//! *Reject* is bad input that is never recorded. *Fault* means the host itself is broken: the block must stop and nothing may be committed.

use cosmwasm_std::SystemError;

/// The host is broken: stop, commit nothing.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The committed state could not be read; the text is the store's.
    #[error("the committed state could not be read: {0}")]
    State(String),
    /// A stored value does not have the form that this ledger writes.
    #[error("the stored {what} is malformed: {reason}")]
    Corrupt {
        /// What was being read.
        what: &'static str,
        /// Why it could not be understood.
        reason: String,
    },
    /// The virtual machine could not do its work.
    #[error(transparent)]
    Vm(#[from] commons_vm::Fault),
}

/// Bad input that is refused before anything is recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// The chain id is empty or longer than 50 bytes.
    #[error("the chain id must have 1 to 50 bytes, it has {0}")]
    ChainId(usize),
    /// The address prefix of the genesis is not the one this ledger was built with.
    #[error("the genesis has address prefix {found:?}, this ledger {expected:?}")]
    Prefix {
        /// Prefix of the ledger.
        expected: String,
        /// Prefix in the genesis.
        found: String,
    },
    /// An account of the genesis has no valid address.
    #[error("genesis account {address}: {reason}")]
    Address {
        /// The text as written.
        address: String,
        /// Why it is no address.
        reason: String,
    },
    /// An account stands twice in the genesis.
    #[error("genesis account {0} is listed twice")]
    DuplicateAccount(String),
    /// The coins of a genesis account are not sorted, unique and positive.
    #[error("genesis account {address}: {reason}")]
    Coins {
        /// The account.
        address: String,
        /// What is wrong with its coins.
        reason: String,
    },
    /// The metadata of a denomination is malformed or given twice.
    #[error("metadata of denomination {denom:?}: {reason}")]
    Denom {
        /// The base denomination.
        denom: String,
        /// What is wrong.
        reason: String,
    },
    /// The supply of a denomination passes 2^128 - 1.
    #[error("the supply of {0} does not fit 128 bits")]
    Supply(String),
}

/// A query that was answered with an error, as `abci_query` reports it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{log}")]
pub struct QueryError {
    /// Codespace of the answer.
    pub codespace: String,
    /// Code of the answer, never 0.
    pub code: u32,
    /// What went wrong, for people.
    pub log: String,
}

/// A registered error: codespace, code and its fixed text (Cosmos SDK `types/errors`, wasmd `x/wasm/types/errors.go`).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kind {
    codespace: &'static str,
    code: u32,
    text: &'static str,
}

impl Kind {
    /// The failure of this kind with a detail in front, as `errorsmod.Wrap` writes it.
    pub(crate) fn because(self, detail: impl std::fmt::Display) -> Failure {
        Failure::new(
            self.codespace,
            self.code,
            format!("{detail}: {}", self.text),
        )
    }

    /// The failure of this kind without a detail.
    pub(crate) fn bare(self) -> Failure {
        Failure::new(self.codespace, self.code, self.text.to_owned())
    }
}

macro_rules! kinds {
    ($codespace:literal; $($name:ident = $code:literal, $text:literal;)*) => {
        $(pub(crate) const $name: Kind = Kind { codespace: $codespace, code: $code, text: $text };)*
    };
}

/// Errors of codespace `sdk`.
pub(crate) mod sdk {
    use super::Kind;

    kinds! { "sdk";
        TX_PARSE = 2, "tx parse error";
        UNAUTHORIZED = 4, "unauthorized";
        INSUFFICIENT_FUNDS = 5, "insufficient funds";
        UNKNOWN_REQUEST = 6, "unknown request";
        INVALID_ADDRESS = 7, "invalid address";
        INVALID_PUBKEY = 8, "invalid pubkey";
        UNKNOWN_ADDRESS = 9, "unknown address";
        INVALID_COINS = 10, "invalid coins";
        OUT_OF_GAS = 11, "out of gas";
        MEMO_TOO_LARGE = 12, "memo too large";
        INSUFFICIENT_FEE = 13, "insufficient fee";
        TOO_MANY_SIGNATURES = 14, "maximum number of signatures exceeded";
        NO_SIGNATURES = 15, "no signatures supplied";
        INVALID_REQUEST = 18, "invalid request";
        TIMEOUT_HEIGHT = 30, "tx timeout height";
        UNKNOWN_EXTENSION = 31, "unknown extension options";
        WRONG_SEQUENCE = 32, "incorrect account sequence";
        NOT_SUPPORTED = 37, "feature not supported";
        NOT_FOUND = 38, "not found";
        INVALID_GAS_LIMIT = 41, "invalid gas limit";
        TIMEOUT = 42, "tx timeout";
    }
}

/// Errors of codespace `bank`.
pub(crate) mod bank {
    use super::Kind;

    kinds! { "bank";
        NO_INPUTS = 2, "no inputs to send transaction";
        NO_OUTPUTS = 3, "no outputs to send transaction";
        SUMS_DIFFER = 4, "sum inputs != sum outputs";
        MULTIPLE_SENDERS = 9, "multiple senders not allowed";
    }
}

/// Errors of codespace `feegrant`.
pub(crate) mod feegrant {
    use super::Kind;

    kinds! { "feegrant";
        LIMIT_EXCEEDED = 2, "fee limit exceeded";
        EXPIRED = 3, "fee allowance expired";
        INVALID_DURATION = 4, "invalid duration";
        NO_ALLOWANCE = 5, "no allowance";
        NO_MESSAGES = 6, "allowed messages are empty";
        MESSAGE_NOT_ALLOWED = 7, "message not allowed";
    }
}

/// Errors of codespace `staking`.
pub(crate) mod staking {
    use super::Kind;

    kinds! { "staking";
        NO_VALIDATOR = 3, "validator does not exist";
    }
}

/// Errors of codespace `distribution`.
pub(crate) mod distribution {
    use super::Kind;

    kinds! { "distribution";
        SET_WITHDRAW_ADDRESS_DISABLED = 8, "set withdraw address disabled";
    }
}

/// Errors of codespace `gov`.
pub(crate) mod gov {
    use super::Kind;

    kinds! { "gov";
        INACTIVE_PROPOSAL = 3, "inactive proposal";
        INVALID_VOTE = 7, "invalid vote option";
    }
}

/// Errors of the modules that speak to other chains.
pub(crate) mod ibc {
    use super::Kind;

    kinds! { "ibc";
        INVALID_ADDRESS = 5, "invalid address";
        INVALID_COINS = 6, "invalid coins";
    }
    kinds! { "clientv2";
        NO_COUNTERPARTY = 35, "counterparty not found";
    }
}

/// Errors of codespace `wasm`.
pub(crate) mod wasm {
    use super::Kind;

    kinds! { "wasm";
        CREATE_FAILED = 2, "create wasm contract failed";
        ACCOUNT_EXISTS = 3, "contract account already exists";
        INSTANTIATE_FAILED = 4, "instantiate wasm contract failed";
        EXECUTE_FAILED = 5, "execute wasm contract failed";
        QUERY_FAILED = 9, "query wasm contract failed";
        MIGRATE_FAILED = 11, "migrate wasm contract failed";
        EMPTY = 12, "empty";
        LIMIT = 13, "exceeds limit";
        INVALID = 14, "invalid";
        INVALID_MESSAGE = 10, "invalid CosmosMsg from the contract";
        DUPLICATE = 15, "duplicate";
        UNKNOWN_MESSAGE = 20, "unknown message from the contract";
        INVALID_EVENT = 21, "invalid event";
        NO_SUCH_CONTRACT = 22, "no such contract";
        QUERY_STACK = 27, "max query stack size exceeded";
        NO_SUCH_CODE = 28, "no such code";
        VM_ERROR = 29, "wasmvm error";
        CALL_DEPTH = 30, "max call depth exceeded";
        UNSUPPORTED_FOR_CONTRACT = 17, "unsupported for this contract";
    }
}

/// An error that belongs to the result of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    /// Codespace of the recorded result.
    pub(crate) codespace: &'static str,
    /// Code of the recorded result, never 0.
    pub(crate) code: u32,
    /// The text that becomes the log.
    pub(crate) text: String,
    /// The text is the called contract's own and so may be shown to another contract unredacted.
    deterministic: bool,
    /// What a contract that asked sees instead of a redacted text.
    system: Option<SystemError>,
}

impl Failure {
    /// A failure that no module has registered: codespace `undefined`, code 1.
    pub(crate) fn untyped(text: impl Into<String>) -> Failure {
        Failure::new("undefined", 1, text.into())
    }

    fn new(codespace: &'static str, code: u32, text: String) -> Failure {
        Failure {
            codespace,
            code,
            text,
            deterministic: false,
            system: None,
        }
    }

    /// Puts a detail in front. The result is redacted for contracts: wasmd looks at the outermost error only.
    pub(crate) fn wrap(self, detail: impl std::fmt::Display) -> Failure {
        Failure {
            text: format!("{detail}: {}", self.text),
            deterministic: false,
            ..self
        }
    }

    /// Marks the text as the contract's own.
    pub(crate) fn deterministic(self) -> Failure {
        Failure {
            deterministic: true,
            ..self
        }
    }

    /// Attaches what a querying contract gets to see.
    pub(crate) fn seen_as(self, system: SystemError) -> Failure {
        Failure {
            system: Some(system),
            ..self
        }
    }

    /// The system error of a failed query, if it has one.
    pub(crate) fn system(&self) -> Option<&SystemError> {
        self.system.as_ref()
    }

    /// The text that another contract may see.
    pub(crate) fn redacted(&self) -> String {
        if self.deterministic {
            return self.text.clone();
        }
        format!("codespace: {}, code: {}", self.codespace, self.code)
    }
}

/// Why execution did not come to its end.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The message failed; an enclosing submessage may go on.
    Failed(Failure),
    /// The meter in force ran dry at the named place; only a submessage with a gas limit of its own stops this.
    OutOfGas(&'static str),
    /// The host is broken.
    Fault(Fault),
}

impl Stop {
    /// Puts a detail in front of a failure; the other cases pass as they are.
    pub(crate) fn wrap(self, detail: impl std::fmt::Display) -> Stop {
        match self {
            Stop::Failed(failure) => Stop::Failed(failure.wrap(detail)),
            other => other,
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Stop {
        Stop::Failed(failure)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Stop {
        Stop::Fault(fault)
    }
}

impl From<commons_vm::Fault> for Stop {
    fn from(fault: commons_vm::Fault) -> Stop {
        Stop::Fault(Fault::Vm(fault))
    }
}
