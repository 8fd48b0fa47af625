//! `Rotate`: a person replaces their voting key (R45). Anyone may relay it; the old key and the new one both sign.
//! Changes no standing. The former key stays taken for ever (I1).

use commons_common::id::PersonId;
use commons_common::proof::Proof;
use commons_common::signed::RotationText;
use cosmwasm_std::{DepsMut, Env, HexBinary, Response};

use crate::error::RollError;
use crate::state::{KEYS, PERSONS};
use crate::{event, voting_key};

/// The fields of the message.
pub struct Rotation {
    /// Whose key.
    pub person: PersonId,
    /// The new key.
    pub new_key: HexBinary,
    /// By the current key.
    pub signature: HexBinary,
    /// By the new key.
    pub possession: HexBinary,
}

/// Replaces the key at once and begins the next key epoch.
///
/// # Errors
/// No such person, a bad or taken key, a signature that does not verify.
pub fn rotate(
    deps: &mut DepsMut<'_>,
    env: &Env,
    rotation: Rotation,
) -> Result<Response, RollError> {
    let id = rotation.person;
    let mut person = PERSONS
        .may_load(deps.storage, id.get())?
        .ok_or(RollError::NoSuchPerson(id))?;
    let new_key = voting_key::well_formed(&rotation.new_key).ok_or(RollError::BadKey)?;
    if KEYS.has(deps.storage, &new_key) {
        return Err(RollError::KeyTaken);
    }
    let key_epoch = person.key_epoch + 1;
    let text = RotationText {
        chain_id: &env.block.chain_id,
        roll: env.contract.address.as_str(),
        person: id,
        new_key: &rotation.new_key,
        key_epoch,
    }
    .text();
    let by_current = Proof {
        text: text.clone(),
        signature: &rotation.signature,
        key: &person.voting_key,
    };
    if !by_current.holds(deps.api) {
        return Err(RollError::BadSignature);
    }
    let by_new = Proof {
        text,
        signature: &rotation.possession,
        key: &rotation.new_key,
    };
    if !by_new.holds(deps.api) {
        return Err(RollError::BadPossession);
    }
    KEYS.save(deps.storage, &new_key, &id.get())?;
    person.voting_key = rotation.new_key;
    person.key_epoch = key_epoch;
    PERSONS.save(deps.storage, id.get(), &person)?;
    Ok(Response::new().add_event(event::rotated(id, key_epoch)))
}
