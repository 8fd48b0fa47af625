//! What contracts may ask about staking: the denomination. There are no validators here, and so no delegations.

use super::{Question, entry, read_address, unsupported};
use crate::error::{Failure, Stop, sdk};
use crate::gas::{self, Constant};
use crate::keys;
use crate::params::BOND_DENOM;
use crate::session::Session;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    address: String,
    delegator: String,
    validator: String,
}

pub(super) fn answer(session: &Session, question: &Question<'_>) -> Result<Vec<u8>, Stop> {
    let json = match question.variant {
        "bonded_denom" => json!({ "denom": bond_denom(session)? }),
        "all_validators" => json!({ "validators": [] }),
        "validator" => {
            let asked: Asked = question.read()?;
            let validator = session.addresses.read_validator(&asked.address);
            validator.map_err(Failure::untyped)?;
            json!({ "validator": null })
        }
        "all_delegations" => {
            let asked: Asked = question.read()?;
            read_address(session, &asked.delegator)?;
            // An iterator that finds nothing, and the denomination all the same.
            session.charge_step(None)?;
            bond_denom(session)?;
            json!({ "delegations": [] })
        }
        "delegation" => {
            let asked: Asked = question.read()?;
            read_address(session, &asked.delegator)?;
            let validator = session.addresses.read_validator(&asked.validator);
            validator.map_err(|_| sdk::INVALID_ADDRESS.because(&asked.validator))?;
            json!({})
        }
        _ => return Err(unsupported("unknown Staking variant").into()),
    };
    Ok(entry::json(&json)?)
}

fn bond_denom(session: &Session) -> Result<String, Stop> {
    let set = session.peek(&keys::chain_param("bond_denom"))?;
    let denom = set.map_or_else(
        || BOND_DENOM.to_owned(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    );
    session.charge_read(Constant {
        value: gas::STAKING_PARAMS.value + denom.len(),
        ..gas::STAKING_PARAMS
    })?;
    Ok(denom)
}
