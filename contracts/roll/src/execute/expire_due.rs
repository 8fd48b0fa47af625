//! `ExpireDue`: anyone lapses persons whose validity has ended, so that the electorate counts who is there (R44).

use cosmwasm_std::{DepsMut, Env, Response};

use crate::error::RollError;
use crate::event;
use crate::standing::Census;
use crate::state::{EXPIRIES, LAST_EXPIRY};

/// Works off at most `limit` due expiries, earliest first. Nothing due is no error.
///
/// # Errors
/// Storage errors of cosmwasm-std.
pub fn expire_due(deps: &mut DepsMut<'_>, env: &Env, limit: u32) -> Result<Response, RollError> {
    let mut census = Census::load(deps.storage, env)?;
    let entries = census.work_off(deps.storage, &EXPIRIES, limit)?;
    census.save(deps.storage)?;
    if entries > 0 {
        LAST_EXPIRY.save(deps.storage, &env.block.height)?;
    }
    let event = event::expired(entries, census.active, census.sharing);
    Ok(Response::new().add_event(event))
}
