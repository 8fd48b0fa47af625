//! Begins a registry: stores its steward. Approves nothing.

use commons_common::registry::InstantiateMsg;
use cosmwasm_std::DepsMut;

use crate::error::RegistryError;
use crate::state::{LAST_APPROVAL, LAST_TRUST, STEWARD};

/// Stores the steward.
///
/// # Errors
/// The steward is no address of this chain.
pub fn instantiate(deps: &mut DepsMut<'_>, msg: &InstantiateMsg) -> Result<(), RegistryError> {
    let steward = deps.api.addr_validate(&msg.steward)?;
    STEWARD.save(deps.storage, &steward)?;
    LAST_APPROVAL.save(deps.storage, &0)?;
    LAST_TRUST.save(deps.storage, &0)?;
    Ok(())
}
