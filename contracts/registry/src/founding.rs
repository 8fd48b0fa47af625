//! How a trust's contracts are made: checksums, salts, labels, addresses and first messages. Stores nothing.

use commons_common::charter::Charter;
use commons_common::id::TrustId;
use commons_common::registry::{ApprovedCode, Role, TrustContract, TrustEntry};
use commons_common::units::Hash;
use commons_common::{assembly, roll, survey, trust};
use cosmwasm_std::{
    Api, Binary, CanonicalAddr, QuerierWrapper, StdError, StdResult, instantiate2_address,
    to_json_binary,
};

use crate::error::RegistryError;

/// The salt of one contract of a trust: the id in eight big-endian bytes, then the role's name.
#[must_use]
pub fn salt(trust: TrustId, role: Role) -> Vec<u8> {
    let mut salt = trust.get().to_be_bytes().to_vec();
    salt.extend_from_slice(role.as_str().as_bytes());
    salt
}

/// The label of one contract of a trust.
pub fn label(trust: TrustId, role: Role) -> String {
    format!("commons/{trust}/{}", role.as_str())
}

/// The checksum that the chain gives for stored code.
///
/// # Errors
/// There is no such code.
pub fn checksum_of(querier: &QuerierWrapper<'_>, code_id: u64) -> StdResult<Hash> {
    let code = querier.query_wasm_code_info(code_id)?;
    let checksum = code
        .checksum
        .as_slice()
        .try_into()
        .map_err(|_| StdError::msg("the chain's checksum has not 32 bytes"))?;
    Ok(Hash(checksum))
}

/// One contract of a trust, before it exists.
///
/// # Errors
/// The address cannot be computed or spelled.
pub fn contract(
    api: &dyn Api,
    creator: &CanonicalAddr,
    trust: TrustId,
    code: &ApprovedCode,
) -> Result<TrustContract, RegistryError> {
    let salt = salt(trust, code.role);
    let address = instantiate2_address(&code.checksum.0, creator, &salt)?;
    Ok(TrustContract {
        role: code.role,
        address: api.addr_humanize(&address)?,
        checksum: code.checksum.clone(),
    })
}

/// What the contracts of one trust are told at birth.
pub struct Siblings<'a> {
    /// The trust, with the addresses of its contracts.
    pub trust: &'a TrustEntry,
    /// Its charter.
    pub charter: &'a Charter,
}

impl Siblings<'_> {
    /// The first message of the contract with this role.
    ///
    /// # Errors
    /// Serialisation errors of cosmwasm-std.
    pub fn message(&self, role: Role) -> StdResult<Binary> {
        match role {
            Role::Roll => to_json_binary(&self.roll()?),
            Role::Assembly => to_json_binary(&self.assembly()?),
            Role::Survey => to_json_binary(&self.survey()),
            Role::Trust => to_json_binary(&self.money()?),
        }
    }

    fn address(&self, role: Role) -> StdResult<String> {
        self.trust
            .contracts
            .iter()
            .find(|contract| contract.role == role)
            .map(|contract| contract.address.to_string())
            .ok_or_else(|| StdError::msg("a trust has one contract of every role"))
    }

    fn roll(&self) -> StdResult<roll::InstantiateMsg> {
        Ok(roll::InstantiateMsg {
            assembly: self.address(Role::Assembly)?,
            classes: self.charter.classes.clone(),
            rules: self.charter.roll.clone(),
        })
    }

    fn assembly(&self) -> StdResult<assembly::InstantiateMsg> {
        Ok(assembly::InstantiateMsg {
            roll: self.address(Role::Roll)?,
            trust: self.address(Role::Trust)?,
            charter_hash: self.trust.charter_hash.clone(),
            decisions: self.charter.decisions.clone(),
            trustees: self.charter.trustees.clone(),
            term: self.charter.term,
        })
    }

    fn survey(&self) -> survey::InstantiateMsg {
        survey::InstantiateMsg {
            subjects: self.charter.subjects.clone(),
        }
    }

    fn money(&self) -> StdResult<trust::InstantiateMsg> {
        Ok(trust::InstantiateMsg {
            assembly: self.address(Role::Assembly)?,
            roll: self.address(Role::Roll)?,
            survey: self.address(Role::Survey)?,
            charter_hash: self.trust.charter_hash.clone(),
            purpose_hash: self.trust.purpose_hash.clone(),
            denom: self.charter.denom.clone(),
            period: self.charter.period,
            money: self.charter.money.clone(),
        })
    }
}
