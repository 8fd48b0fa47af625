//! Owns the seam between a contract and the chain; it must never name a concrete store, bank or querier.

use crate::gas::{Gas, GasInfo};

/// What a contract sees of the chain. One call owns it and drops it at its end.
///
/// Every answer carries its price; the VM takes the price before it looks at the answer.
pub trait Backend {
    /// The value under `key`; an empty value differs from an absent one.
    fn get(&mut self, key: &[u8]) -> BackendResult<Option<Vec<u8>>>;
    /// Puts `value` under `key`. Never called while the contract may only read.
    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()>;
    /// Removes `key` if it is there. Never called while the contract may only read.
    fn remove(&mut self, key: &[u8]) -> BackendResult<()>;
    /// Opens an iterator over `start` (inclusive) to `end` (exclusive) and returns its id; `start > end` is an empty range.
    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32>;
    /// The next key and value, or nothing at the end; an id that `scan` never returned is [`BackendError::IteratorDoesNotExist`].
    fn next(&mut self, iterator: u32) -> BackendResult<Option<(Vec<u8>, Vec<u8>)>>;
    /// Accepts `human` if it is an address in its normal form; [`BackendError::UserErr`] reaches the contract.
    fn addr_validate(&self, human: &str) -> BackendResult<()>;
    /// The bytes of an address; [`BackendError::UserErr`] reaches the contract.
    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>>;
    /// The text of an address; [`BackendError::UserErr`] reaches the contract.
    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String>;
    /// Answers a `QueryRequest` (JSON) with the JSON of `SystemResult<ContractResult<Binary>>`, using at most `gas_limit`.
    fn query(&mut self, request: &[u8], gas_limit: Gas) -> BackendResult<Vec<u8>>;
    /// Takes a debug message of the contract, already priced; must not influence the call.
    fn debug(&mut self, _message: &str) {}
}

/// An answer and its price, whether it succeeded or not.
pub type BackendResult<T> = (Result<T, BackendError>, GasInfo);

/// The direction of an iterator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// Smallest key first.
    Ascending,
    /// Largest key first.
    Descending,
}

/// Why a backend did not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BackendError {
    /// The chain's own meter is empty; the call ends out of gas.
    #[error("ran out of gas during a call into the chain")]
    OutOfGas,
    /// The contract passed a bad value; the text is shown to it where the import allows, otherwise the call fails.
    #[error("user error: {0}")]
    UserErr(String),
    /// No iterator has this id.
    #[error("iterator with id {id} does not exist")]
    IteratorDoesNotExist {
        /// The id that was asked for.
        id: u32,
    },
    /// An argument has the wrong form.
    #[error("bad argument")]
    BadArgument,
    /// Any other failure that every node of the chain meets alike.
    #[error("{0}")]
    Unknown(String),
    /// The host itself is broken: the call returns a [`Fault`](crate::Fault) and nothing may be committed.
    #[error("host fault: {0}")]
    Fault(String),
}
