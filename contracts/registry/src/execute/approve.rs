//! `Approve`: the steward approves stored code for a role. Touches no trust that exists.

use commons_common::registry::{ApprovedCode, Role};
use commons_common::text::Name;
use commons_common::units::Hash;
use cosmwasm_std::{DepsMut, MessageInfo, Response};

use super::{codes, ensure_steward};
use crate::error::RegistryError;
use crate::event;
use crate::founding::checksum_of;
use crate::state::{CODES, LAST_APPROVAL};

/// Codes approved for one role at most, so that the catalogue is one bounded answer.
const MAX_CODES: usize = 16;

/// The fields of the message.
pub struct Approval {
    /// For which contract.
    pub role: Role,
    /// The chain's id of the stored code.
    pub code_id: u64,
    /// Version, for people.
    pub version: Name,
    /// Hash of the source.
    pub source_hash: Hash,
    /// How the code was built, for people.
    pub builder: Name,
}

/// Approves code under the checksum that the chain gives for it.
///
/// # Errors
/// The sender is not the steward; there is no such code; it is approved already; too many are.
pub fn approve(
    deps: &mut DepsMut<'_>,
    info: &MessageInfo,
    approval: Approval,
) -> Result<Response, RegistryError> {
    ensure_steward(deps.storage, &info.sender)?;
    let checksum = checksum_of(&deps.querier, approval.code_id)?;
    let role = approval.role;
    let approved = codes(deps.storage, role)?;
    if approved.iter().any(|(_, code)| code.checksum == checksum) {
        return Err(RegistryError::AlreadyApproved { role, checksum });
    }
    if approved.len() >= MAX_CODES {
        return Err(RegistryError::TooManyCodes {
            role,
            max: MAX_CODES,
        });
    }

    let code = ApprovedCode {
        role,
        code_id: approval.code_id,
        checksum,
        version: approval.version,
        source_hash: approval.source_hash,
        builder: approval.builder,
    };
    let number = LAST_APPROVAL.load(deps.storage)? + 1;
    LAST_APPROVAL.save(deps.storage, &number)?;
    CODES.save(deps.storage, (role.as_str(), number), &code)?;
    Ok(Response::new().add_event(event::approved(&code)))
}
