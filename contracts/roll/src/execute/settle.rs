//! `Settle`: anyone makes persons whose window has passed Active, and starts shares that are due.

use cosmwasm_std::{DepsMut, Env, Response};

use crate::error::RollError;
use crate::event;
use crate::standing::Census;
use crate::state::STARTS;

/// Works off at most `limit` due entries, earliest first. Nothing due is no error.
///
/// # Errors
/// Storage errors of cosmwasm-std.
pub fn settle(deps: &mut DepsMut<'_>, env: &Env, limit: u32) -> Result<Response, RollError> {
    let mut census = Census::load(deps.storage, env)?;
    let entries = census.work_off(deps.storage, &STARTS, limit)?;
    census.save(deps.storage)?;
    let event = event::settled(entries, census.active, census.sharing);
    Ok(Response::new().add_event(event))
}
