//! What contracts may ask about rewards: there are no validators here, and so none. Who set no other address is paid at its own.

use super::{Question, entry, unsupported};
use crate::address::Address;
use crate::error::{Failure, Stop, staking};
use crate::session::Session;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    delegator_address: String,
    validator_address: String,
}

pub(super) fn answer(session: &Session, question: &Question<'_>) -> Result<Vec<u8>, Stop> {
    let json = match question.variant {
        "delegator_withdraw_address" => {
            let delegator = delegator(session, &question.read()?)?;
            // One byte of prefix, the length, the address.
            session.charge_miss(2 + delegator.as_bytes().len())?;
            json!({ "withdraw_address": session.text(&delegator) })
        }
        "delegation_rewards" => {
            let asked: Asked = question.read()?;
            if asked.delegator_address.is_empty() || asked.validator_address.is_empty() {
                return Err(Failure::untyped("empty address").into());
            }
            let validator = session.addresses.read_validator(&asked.validator_address);
            let validator = validator.map_err(Failure::untyped)?;
            session.charge_miss(2 + validator.as_bytes().len())?;
            return Err(staking::NO_VALIDATOR.bare().into());
        }
        "delegation_total_rewards" => {
            delegator(session, &question.read()?)?;
            // An iterator that finds nothing.
            session.charge_step(None)?;
            json!({ "rewards": [], "total": [] })
        }
        "delegator_validators" => {
            delegator(session, &question.read()?)?;
            session.charge_step(None)?;
            json!({ "validators": [] })
        }
        _ => return Err(unsupported("unknown distribution query").into()),
    };
    Ok(entry::json(&json)?)
}

fn delegator(session: &Session, asked: &Asked) -> Result<Address, Failure> {
    let address = session.addresses.read(&asked.delegator_address);
    address.map_err(Failure::untyped)
}
