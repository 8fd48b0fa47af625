//! Begins a roll: stores its rules and its first registrars. Admits nobody.

use commons_common::roll::InstantiateMsg;
use commons_common::units::UnixTime;
use cosmwasm_std::{DepsMut, Env};

use crate::error::RollError;
use crate::state::{ARRIVED, CONFIG, Config, LAST_PERSON, RATIFIED, REGISTRARS, SHARING, TOTAL};

/// Checks and stores the rules. Epoch 0 begins now.
///
/// # Errors
/// Rules that the charter would refuse (C6), addresses that are none of this chain.
pub fn instantiate(
    deps: &mut DepsMut<'_>,
    env: &Env,
    msg: InstantiateMsg,
) -> Result<(), RollError> {
    msg.rules.check()?;
    let classes = msg.classes.len();
    if !(1..=16).contains(&classes) {
        return Err(RollError::Classes { length: classes });
    }
    let rules = msg.rules;
    let config = Config {
        assembly: deps.api.addr_validate(&msg.assembly)?,
        classes,
        threshold: usize::try_from(rules.threshold).unwrap_or(usize::MAX),
        epoch: rules.epoch,
        growth_bps: rules.growth_bps,
        admission: rules.admission,
        share_residence: rules.share_residence,
        validity: rules.validity,
        renewal: rules.renewal,
        founded_at: UnixTime::now(env),
    };
    CONFIG.save(deps.storage, &config)?;
    for registrar in &rules.registrars {
        let account = deps.api.addr_validate(&registrar.account)?;
        REGISTRARS.save(deps.storage, &account, &registrar.quota)?;
    }
    RATIFIED.save(deps.storage, &false)?;
    LAST_PERSON.save(deps.storage, &0)?;
    TOTAL.save(deps.storage, &0, env.block.height)?;
    SHARING.save(deps.storage, &0, env.block.height)?;
    ARRIVED.save(deps.storage, &0, env.block.height)?;
    Ok(())
}
