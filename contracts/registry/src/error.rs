//! What a registry refuses. Owns one enum.

use commons_common::charter::CharterError;
use commons_common::id::TrustId;
use commons_common::registry::Role;
use commons_common::units::Hash;
use cosmwasm_std::{Addr, Instantiate2AddressError, StdError};
use thiserror::Error;

/// Why a message or a query was refused.
#[derive(Error, Debug)]
pub enum RegistryError {
    /// Storage, query, serialisation or address error of cosmwasm-std.
    #[error(transparent)]
    Std(#[from] StdError),
    /// An address cannot be computed.
    #[error(transparent)]
    Address(#[from] Instantiate2AddressError),
    /// The charter does not hold together: the field and the reason.
    #[error("charter: {0}")]
    Charter(#[from] CharterError),
    /// Coins were sent along.
    #[error("a registry accepts no coins")]
    FundsSent,
    /// The message is the steward's.
    #[error("{sender} is not the steward")]
    NotSteward {
        /// Who tried.
        sender: Addr,
    },
    /// The code is approved for this role already.
    #[error("code {checksum} is approved for {} already", .role.as_str())]
    AlreadyApproved {
        /// For which contract.
        role: Role,
        /// The code.
        checksum: Hash,
    },
    /// The code is not approved for this role.
    #[error("code {checksum} is not approved for {}", .role.as_str())]
    NotApproved {
        /// For which contract.
        role: Role,
        /// The code.
        checksum: Hash,
    },
    /// The list of approved codes would grow too long; revoke old ones first.
    #[error("at most {max} codes are approved for {}", .role.as_str())]
    TooManyCodes {
        /// For which contract.
        role: Role,
        /// Codes allowed.
        max: usize,
    },
    /// No code is approved for a role: nothing can be founded.
    #[error("no code is approved for {}", .role.as_str())]
    NoCode {
        /// For which contract.
        role: Role,
    },
    /// The founder expects other code than is approved: the steward approved newer code, or lies.
    #[error("the newest code approved for {} is {approved}, the founder expects {expected}", .role.as_str())]
    OtherCode {
        /// For which contract.
        role: Role,
        /// What the founding would use.
        approved: Hash,
        /// What the founder expects.
        expected: Hash,
    },
    /// Another trust has this name in some spelling (C7).
    #[error("trust {holder} has this name, in the same or another spelling")]
    NameTaken {
        /// The trust that has it.
        holder: TrustId,
    },
    /// There is no such trust.
    #[error("there is no trust {0}")]
    NoSuchTrust(TrustId),
    /// The address is no contract of a trust of this registry.
    #[error("{0} is no contract of a trust founded here")]
    NotOfATrust(Addr),
}
