//! Messages and answers of `registry`: which trusts exist, founded from approved code.

use cosmwasm_schema::{QueryResponses, cw_serde};
use cosmwasm_std::Addr;

use crate::charter::{Charter, TrustKind};
use crate::id::TrustId;
use crate::text::Name;
use crate::units::{Hash, UnixTime};

/// Begins a registry.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct InstantiateMsg {
    /// Who approves code: a municipality, a federation, an assembly. Can move no money and change no trust.
    pub steward: String,
}

/// What can be done to a registry.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub enum ExecuteMsg {
    /// The steward approves stored code for a role.
    Approve {
        /// For which contract.
        role: Role,
        /// The chain's id of the stored code.
        code_id: u64,
        /// Version, for people.
        version: Name,
        /// Hash of the source.
        source_hash: Hash,
        /// How the code was built, for people.
        builder: Name,
    },
    /// The steward revokes an approval. A trust that exists is never touched.
    Revoke {
        /// For which contract.
        role: Role,
        /// The code.
        checksum: Hash,
    },
    /// Anyone founds a trust: all its contracts, in one transaction, without admin.
    Found {
        /// The founding document.
        charter: Box<Charter>,
        /// The code that the founder read, for as many of the contracts as the founder likes: if the newest approved code
        /// of one is another, nothing is founded.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        checksums: Vec<ExpectedCode>,
    },
}

/// Code that a founder expects.
#[cw_serde]
#[serde(deny_unknown_fields)]
#[schemaifier(mute_warnings)]
pub struct ExpectedCode {
    /// Of which contract.
    pub role: Role,
    /// SHA-256 of the code.
    pub checksum: Hash,
}

/// Contracts of one trust.
#[cw_serde]
#[derive(Copy, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Who.
    Roll,
    /// Decide.
    Assembly,
    /// Money.
    Trust,
    /// Measure.
    Survey,
}

impl Role {
    /// Every role, in the order of instantiation.
    pub const ALL: [Self; 4] = [Self::Roll, Self::Assembly, Self::Survey, Self::Trust];

    /// The role's name, as in labels and salts.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Roll => "roll",
            Self::Assembly => "assembly",
            Self::Trust => "trust",
            Self::Survey => "survey",
        }
    }
}

/// Questions a registry answers.
#[cw_serde]
#[derive(QueryResponses)]
pub enum QueryMsg {
    /// Who approves code.
    #[returns(Addr)]
    Steward {},
    /// One trust.
    #[returns(TrustEntry)]
    Trust {
        /// Which.
        trust: TrustId,
    },
    /// Trusts, oldest first.
    #[returns(Vec<TrustEntry>)]
    ListTrusts {
        /// Of this kind only.
        kind: Option<TrustKind>,
        /// Continue after this one.
        start_after: Option<TrustId>,
        /// At most [`MAX_LIMIT`](crate::page::MAX_LIMIT).
        limit: Option<u32>,
    },
    /// The trust of a name, in any spelling with the same letters and digits.
    #[returns(Option<TrustEntry>)]
    ByName {
        /// The name.
        name: Name,
    },
    /// Approved code, by role.
    #[returns(Vec<ApprovedCode>)]
    Codes {},
    /// Whether a trust is what the mark promises.
    #[returns(Verification)]
    Verify {
        /// Address of any of its contracts.
        addr: String,
    },
    /// The journal's state (R34).
    #[returns(crate::journal::Entry)]
    Journal {},
}

/// Approved code.
#[cw_serde]
pub struct ApprovedCode {
    /// For which contract.
    pub role: Role,
    /// The chain's id.
    pub code_id: u64,
    /// SHA-256 of the wasm.
    pub checksum: Hash,
    /// Version, for people.
    pub version: Name,
    /// Hash of the source.
    pub source_hash: Hash,
    /// How it was built, for people.
    pub builder: Name,
}

/// A trust in the catalogue.
#[cw_serde]
pub struct TrustEntry {
    /// Sequential, from 1.
    pub id: TrustId,
    /// What it is called.
    pub name: Name,
    /// What kind of commons it holds.
    pub kind: TrustKind,
    /// What it is for.
    pub purpose_hash: Hash,
    /// SHA-256 of the charter as JSON.
    pub charter_hash: Hash,
    /// Its contracts, in the order of [`Role::ALL`].
    pub contracts: Vec<TrustContract>,
    /// When it was founded.
    pub founded_at: UnixTime,
    /// Whether every window, term, threshold and bound protects at least as much as the rules' own (R38).
    pub keeps_default_windows: bool,
}

/// One contract of a trust.
#[cw_serde]
pub struct TrustContract {
    /// Its role.
    pub role: Role,
    /// Its address.
    pub address: Addr,
    /// SHA-256 of its code at the founding.
    pub checksum: Hash,
}

/// Whether a trust is what the mark promises: every line must hold.
#[cw_serde]
pub struct Verification {
    /// The trust.
    pub trust: TrustId,
    /// Each contract still runs the code it was founded with.
    pub code_unchanged: bool,
    /// That code is (still) approved.
    pub code_approved: bool,
    /// No contract has an admin.
    pub no_admin: bool,
    /// Every window, term, threshold and bound protects at least as much as the rules' own (R38).
    pub keeps_default_windows: bool,
}
