//! `Ratify`: the assembly says that the trust is ratified. From then on growth is bounded and shares need a residence.

use cosmwasm_std::{DepsMut, MessageInfo, Response};

use super::ensure_assembly;
use crate::error::RollError;
use crate::event;
use crate::state::{CONFIG, RATIFIED};

/// Ratifies, once.
///
/// # Errors
/// The sender is not the assembly; the trust is ratified already.
pub fn ratify(deps: &mut DepsMut<'_>, info: &MessageInfo) -> Result<Response, RollError> {
    ensure_assembly(&CONFIG.load(deps.storage)?, &info.sender)?;
    if RATIFIED.load(deps.storage)? {
        return Err(RollError::AlreadyRatified);
    }
    RATIFIED.save(deps.storage, &true)?;
    Ok(Response::new().add_event(event::ratified()))
}
