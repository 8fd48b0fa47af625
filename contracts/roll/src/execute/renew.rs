//! `Renew`: any one registrar says that a person is still there (R44), from the renewal window on and without end
//! after it. Who had lapsed is Active again at once; the share returns with the vote if its residence was over.

use commons_common::id::PersonId;
use commons_common::roll::RollRefusal;
use commons_common::units::UnixTime;
use cosmwasm_std::{DepsMut, Empty, Env, MessageInfo, Response, Storage};

use super::{Outcome, ensure_batch};
use crate::error::RollError;
use crate::standing::Census;
use crate::state::{CONFIG, Config, EXPIRIES, PERSONS};
use crate::{event, registrars};

/// Renews 1 to 256 persons: valid for the charter's validity from now.
///
/// # Errors
/// The sender is no registrar, or the batch has a wrong size. Entries are refused in the response.
pub fn renew(
    deps: &mut DepsMut<'_>,
    env: &Env,
    info: &MessageInfo,
    persons: &[PersonId],
) -> Result<Response, RollError> {
    registrars::quota(deps.storage, &info.sender)?;
    ensure_batch(persons.len())?;
    let config = CONFIG.load(deps.storage)?;
    let mut census = Census::load(deps.storage, env)?;
    let mut outcome = Outcome::new();
    for (index, id) in (0_u32..).zip(persons) {
        match extend(deps.storage, &config, &mut census, *id)? {
            Ok(()) => outcome.accept(Some(event::renewed(*id))),
            Err(refusal) => outcome.refuse(index, refusal)?,
        }
    }
    census.save(deps.storage)?;
    Ok(outcome.into_response()?)
}

fn extend(
    storage: &mut dyn Storage,
    config: &Config,
    census: &mut Census,
    id: PersonId,
) -> Result<Result<(), RollRefusal>, RollError> {
    let Some(mut person) = PERSONS.may_load(storage, id.get())? else {
        return Ok(Err(RollRefusal::NoSuchPerson));
    };
    let window = UnixTime(person.valid_until.0.saturating_sub(config.renewal.0));
    if census.now() < window {
        return Ok(Err(RollRefusal::NotDue));
    }
    // Gone already if the expiry was worked off.
    EXPIRIES.remove(storage, (person.valid_until.0, id.get()));
    person.valid_until = census.now().after(config.validity);
    EXPIRIES.save(storage, (person.valid_until.0, id.get()), &Empty {})?;
    census.record(storage, person)?;
    Ok(Ok(()))
}
