//! What a roll refuses. Owns one enum; entries of a batch are refused by
//! [`RollRefusal`](commons_common::roll::RollRefusal) instead, so that one never blocks the others.

use commons_common::charter::CharterError;
use commons_common::id::PersonId;
use cosmwasm_std::{Addr, StdError};
use thiserror::Error;

/// Why a message or a query was refused.
#[derive(Error, Debug)]
pub enum RollError {
    /// Storage, serialisation or address error of cosmwasm-std.
    #[error(transparent)]
    Std(#[from] StdError),
    /// The rules at instantiation do not hold together (C6).
    #[error("rules: {0}")]
    Charter(#[from] CharterError),
    /// Coins were sent along.
    #[error("a roll accepts no coins")]
    FundsSent,
    /// The message is the assembly's.
    #[error("{sender} is not the assembly")]
    NotAssembly {
        /// Who tried.
        sender: Addr,
    },
    /// The message is a registrar's, or ends the office of who holds none.
    #[error("{account} is not a registrar")]
    NotRegistrar {
        /// Who tried, or was named.
        account: Addr,
    },
    /// A batch is empty or too large.
    #[error("a batch has 1 to {max} entries, this has {length}")]
    BatchSize {
        /// Entries sent.
        length: usize,
        /// Entries allowed.
        max: usize,
    },
    /// A roll has 1 to 16 classes.
    #[error("a roll has 1 to 16 classes, this has {length}")]
    Classes {
        /// Classes sent.
        length: usize,
    },
    /// There is no such person.
    #[error("there is no person {0}")]
    NoSuchPerson(PersonId),
    /// The new voting key is small-order, non-canonical or not 32 bytes (R49).
    #[error("the voting key is small-order, non-canonical or not 32 bytes")]
    BadKey,
    /// The new voting key belongs, or belonged, to a person (I1).
    #[error("the voting key belongs, or belonged, to a person on the roll")]
    KeyTaken,
    /// The current key did not sign the rotation.
    #[error("the current voting key did not sign this rotation")]
    BadSignature,
    /// The new key did not sign the rotation.
    #[error("the new voting key did not sign this rotation")]
    BadPossession,
    /// Ratification happens once.
    #[error("the trust is ratified already")]
    AlreadyRatified,
    /// The roll that would be ratified is not the one that voted (R43).
    #[error(
        "{joined} persons joined the roll after those who ratified, one epoch may add {bound}: let the whole roll ratify"
    )]
    GrownSince {
        /// Persons now on the roll who were not yet counted at the poll's electorate height.
        joined: u64,
        /// Persons who may be.
        bound: u64,
    },
    /// The change would leave the roll unable to admit anyone (C6).
    #[error("{left} registrars would be left, {least} are needed")]
    TooFewRegistrars {
        /// Registrars after the change.
        left: usize,
        /// Registrars needed.
        least: usize,
    },
    /// The change would make the list of registrars too long.
    #[error("a roll has at most {max} registrars")]
    TooManyRegistrars {
        /// Registrars allowed.
        max: usize,
    },
    /// A registrar without a quota could not attest; its office is ended by quota none.
    #[error("a registrar's quota is at least 1; none ends the office")]
    NoQuota,
}
