//! Registrars: who holds the office, which epoch it is, and what of a quota is used. Never admits anyone.

use commons_common::roll::Registrar;
use commons_common::units::UnixTime;
use cosmwasm_std::{Addr, Order, StdResult, Storage};

use crate::error::RollError;
use crate::state::{Config, REGISTRARS, USED};

/// Registrars of one roll at least (R43).
pub const LEAST: usize = 3;
/// Registrars of one roll at most: the charter's bound.
pub const MOST: usize = 32;

/// The epoch at an instant; epoch 0 begins with the roll.
pub fn epoch_at(config: &Config, now: UnixTime) -> u64 {
    let age = now.0.saturating_sub(config.founded_at.0);
    // An epoch lasts a second at least: checked at instantiation.
    age.checked_div(config.epoch.0).unwrap_or(0)
}

/// The quota of a registrar.
///
/// # Errors
/// `NotRegistrar` for anyone else.
pub fn quota(storage: &dyn Storage, account: &Addr) -> Result<u32, RollError> {
    REGISTRARS
        .may_load(storage, account)?
        .ok_or_else(|| RollError::NotRegistrar {
            account: account.clone(),
        })
}

/// Attestations of a registrar in an epoch; no entry yet means none.
pub fn used(storage: &dyn Storage, epoch: u64, account: &Addr) -> StdResult<u32> {
    Ok(USED.may_load(storage, (epoch, account))?.unwrap_or(0))
}

/// Every registrar (at most [`MOST`]) with what it used of its quota in `epoch`.
pub fn list(storage: &dyn Storage, epoch: u64) -> StdResult<Vec<Registrar>> {
    REGISTRARS
        .range(storage, None, None, Order::Ascending)
        .map(|entry| {
            let (account, quota) = entry?;
            let used = used(storage, epoch, &account)?;
            Ok(Registrar {
                account,
                quota,
                used,
            })
        })
        .collect()
}
