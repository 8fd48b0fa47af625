//! `Ratify`: the assembly says that the trust is ratified. From then on growth is bounded and shares need a residence.
//!
//! Who ratifies is the roll at the poll's electorate height. Else a few could ratify, and registrars fill the roll while
//! the poll runs: so what joined since must fit one epoch's growth, and counts in the epoch of ratification.

use commons_common::units::UnixTime;
use cosmwasm_std::{DepsMut, Env, MessageInfo, Response};

use super::ensure_assembly;
use crate::error::RollError;
use crate::growth::bound;
use crate::state::{ARRIVED, CONFIG, GROWTH, Growth, LAST_PERSON, RATIFIED, TOTAL};
use crate::{event, registrars};

/// Ratifies, once.
///
/// # Errors
/// The sender is not the assembly; the trust is ratified already; the roll has grown since the poll was opened.
pub fn ratify(
    deps: &mut DepsMut<'_>,
    env: &Env,
    info: &MessageInfo,
    electorate_height: u64,
) -> Result<Response, RollError> {
    let config = CONFIG.load(deps.storage)?;
    ensure_assembly(&config, &info.sender)?;
    if RATIFIED.load(deps.storage)? {
        return Err(RollError::AlreadyRatified);
    }
    let voters = TOTAL
        .may_load_at_height(deps.storage, electorate_height)?
        .unwrap_or(0);
    let counted = ARRIVED
        .may_load_at_height(deps.storage, electorate_height)?
        .unwrap_or(0);
    let joined = LAST_PERSON.load(deps.storage)?.saturating_sub(counted);
    let bound = bound(&config, voters);
    if joined > bound {
        return Err(RollError::GrownSince { joined, bound });
    }
    RATIFIED.save(deps.storage, &true)?;
    let growth = Growth {
        bound,
        admitted: joined,
    };
    let epoch = registrars::epoch_at(&config, UnixTime::now(env));
    GROWTH.save(deps.storage, epoch, &growth)?;
    Ok(Response::new().add_event(event::ratified()))
}
