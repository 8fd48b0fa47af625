//! `Revoke`: the steward takes an approval back. Trusts that run the code go on; only `Verify` says so.

use commons_common::registry::Role;
use commons_common::units::Hash;
use cosmwasm_std::{DepsMut, MessageInfo, Response};

use super::{codes, ensure_steward};
use crate::error::RegistryError;
use crate::event;
use crate::state::CODES;

/// Revokes one approval.
///
/// # Errors
/// The sender is not the steward; the code is not approved for the role.
pub fn revoke(
    deps: &mut DepsMut<'_>,
    info: &MessageInfo,
    role: Role,
    checksum: Hash,
) -> Result<Response, RegistryError> {
    ensure_steward(deps.storage, &info.sender)?;
    let approved = codes(deps.storage, role)?;
    let Some((number, _)) = approved
        .into_iter()
        .find(|(_, code)| code.checksum == checksum)
    else {
        return Err(RegistryError::NotApproved { role, checksum });
    };
    CODES.remove(deps.storage, (role.as_str(), number));
    Ok(Response::new().add_event(event::revoked(role, &checksum)))
}
