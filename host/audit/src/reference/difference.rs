//! What the second reader has to say: an objection to what a contract accepted, or another answer than a contract's.
//! Sentences for people; decides nothing.

use thiserror::Error;

/// Why the second reader would not have accepted what a contract accepted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{0}")]
pub struct Objection(String);

impl Objection {
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self(reason.into())
    }
}

pub(crate) fn require(holds: bool, reason: impl FnOnce() -> String) -> Result<(), Objection> {
    if holds {
        Ok(())
    } else {
        Err(Objection(reason()))
    }
}

/// The first thing in which the contracts and the second reader differ.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Difference {
    /// A contract accepted what the second reader refuses.
    #[error(
        "trust '{trust}', block {height}, transaction {transaction}: the contract {contract} accepted {message}, the second reader refuses it: {reason}"
    )]
    Accepted {
        /// Name of the trust.
        trust: String,
        /// Block.
        height: u64,
        /// Index of the transaction in the block.
        transaction: u32,
        /// Role of the contract.
        contract: &'static str,
        /// Name of the message.
        message: String,
        /// Why it is refused.
        reason: Objection,
    },
    /// A contract answers something else than the second reader found.
    #[error(
        "trust '{trust}', {place}: the contract's {what} is {contract}, the second reader's is {reader}"
    )]
    Answer {
        /// Name of the trust.
        trust: String,
        /// Where, as in `period 27`.
        place: String,
        /// What differs, as in `floor`.
        what: String,
        /// The contract's value, as JSON.
        contract: String,
        /// The second reader's value, as JSON.
        reader: String,
    },
    /// A contract does not answer at all.
    #[error("trust '{trust}', {place}: the contract does not answer: {reason}")]
    Silent {
        /// Name of the trust.
        trust: String,
        /// What was asked.
        place: String,
        /// What came instead.
        reason: String,
    },
}
