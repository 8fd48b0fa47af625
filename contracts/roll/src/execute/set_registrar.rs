//! `SetRegistrar`: the assembly appoints, changes or dismisses a registrar. Never leaves a roll that can admit nobody.

use cosmwasm_std::{Addr, DepsMut, MessageInfo, Order, Response, StdResult, Storage};

use super::ensure_assembly;
use crate::error::RollError;
use crate::event;
use crate::registrars::{LEAST, MOST};
use crate::state::{CONFIG, Config, REGISTRARS};

/// Sets a quota, or ends the office.
///
/// # Errors
/// The sender is not the assembly; a quota of 0; too many registrars; fewer left than the threshold or three (C6);
/// ending the office of who holds none.
pub fn set_registrar(
    deps: &mut DepsMut<'_>,
    info: &MessageInfo,
    account: &str,
    quota: Option<u32>,
) -> Result<Response, RollError> {
    let config = CONFIG.load(deps.storage)?;
    ensure_assembly(&config, &info.sender)?;
    let account = deps.api.addr_validate(account)?;
    match quota {
        Some(quota) => {
            ensure_appointable(deps.storage, &account, quota)?;
            REGISTRARS.save(deps.storage, &account, &quota)?;
        }
        None => {
            ensure_dispensable(deps.storage, &config, &account)?;
            REGISTRARS.remove(deps.storage, &account);
        }
    }
    Ok(Response::new().add_event(event::registrar(&account, quota)))
}

fn ensure_appointable(storage: &dyn Storage, account: &Addr, quota: u32) -> Result<(), RollError> {
    if quota == 0 {
        return Err(RollError::NoQuota);
    }
    if !REGISTRARS.has(storage, account) && count(storage)? >= MOST {
        return Err(RollError::TooManyRegistrars { max: MOST });
    }
    Ok(())
}

fn ensure_dispensable(
    storage: &dyn Storage,
    config: &Config,
    account: &Addr,
) -> Result<(), RollError> {
    if !REGISTRARS.has(storage, account) {
        return Err(RollError::NotRegistrar {
            account: account.clone(),
        });
    }
    let left = count(storage)?.saturating_sub(1);
    let least = config.threshold.max(LEAST);
    if left < least {
        return Err(RollError::TooFewRegistrars { left, least });
    }
    Ok(())
}

fn count(storage: &dyn Storage) -> StdResult<usize> {
    let accounts: Vec<Addr> = REGISTRARS
        .keys(storage, None, None, Order::Ascending)
        .collect::<StdResult<_>>()?;
    Ok(accounts.len())
}
