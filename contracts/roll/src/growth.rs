//! How far the roll may grow in one epoch (R43, I4). Without effect until the ratifying poll; what joins the roll after
//! that poll's electorate was fixed counts. Never admits anyone itself.

use cosmwasm_std::{StdResult, Storage};

use crate::state::{Config, GROWTH, Growth, RATIFIED, TOTAL};

/// How many one epoch adds to a roll of `active` persons: `growth_bps` of them, rounded down, 1 at least.
pub fn bound(config: &Config, active: u64) -> u64 {
    config.growth_bps.floor_of_count(active).max(1)
}

/// The growth of one epoch while one message is worked off: loaded once, stored once.
pub struct GrowthBound {
    epoch: u64,
    growth: Option<Growth>,
}

impl GrowthBound {
    /// The bound of an epoch: that of the persons Active at its first admission; in the epoch of ratification, of
    /// those who ratified.
    pub fn load(storage: &dyn Storage, config: &Config, epoch: u64) -> StdResult<Self> {
        if !RATIFIED.load(storage)? {
            return Ok(Self {
                epoch,
                growth: None,
            });
        }
        let growth = match GROWTH.may_load(storage, epoch)? {
            Some(growth) => growth,
            None => Growth {
                bound: bound(config, TOTAL.load(storage)?),
                admitted: 0,
            },
        };
        Ok(Self {
            epoch,
            growth: Some(growth),
        })
    }

    /// Whether the roll is ratified: the bound is in force, and shares need a residence.
    pub const fn is_ratified(&self) -> bool {
        self.growth.is_some()
    }

    /// Counts one admission; false, and nothing counted, at the bound.
    pub const fn admit(&mut self) -> bool {
        match &mut self.growth {
            None => true,
            Some(growth) if growth.admitted < growth.bound => {
                growth.admitted += 1;
                true
            }
            Some(_) => false,
        }
    }

    /// Stores the growth, once anyone was admitted.
    pub fn save(&self, storage: &mut dyn Storage) -> StdResult<()> {
        match self.growth {
            Some(growth) if growth.admitted > 0 => GROWTH.save(storage, self.epoch, &growth),
            _ => Ok(()),
        }
    }
}
