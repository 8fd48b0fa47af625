//! The verbs of a registry, one file a message. Each loads, checks, computes, stores, responds.

mod approve;
mod found;
mod instantiate;
mod revoke;

pub use approve::{Approval, approve};
pub use found::found;
pub use instantiate::instantiate;
pub use revoke::revoke;

use commons_common::registry::{ApprovedCode, Role};
use cosmwasm_std::{Addr, Order, StdResult, Storage};

use crate::error::RegistryError;
use crate::state::{CODES, STEWARD};

fn ensure_steward(storage: &dyn Storage, sender: &Addr) -> Result<(), RegistryError> {
    if STEWARD.load(storage)? == *sender {
        Ok(())
    } else {
        Err(RegistryError::NotSteward {
            sender: sender.clone(),
        })
    }
}

/// Codes approved for a role with their approvals' numbers, newest first. The list is short: see `approve`.
fn codes(storage: &dyn Storage, role: Role) -> StdResult<Vec<(u64, ApprovedCode)>> {
    CODES
        .prefix(role.as_str())
        .range(storage, None, None, Order::Descending)
        .collect()
}
