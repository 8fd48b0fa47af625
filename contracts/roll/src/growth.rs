//! How far the roll may grow in one epoch (R43, I4). Without effect until ratification. Never admits anyone itself.

use cosmwasm_std::{StdResult, Storage};

use crate::state::{Config, GROWTH, Growth, RATIFIED, TOTAL};

/// The growth of one epoch while one message is worked off: loaded once, stored once.
pub struct GrowthBound {
    epoch: u64,
    growth: Option<Growth>,
}

impl GrowthBound {
    /// The bound of an epoch: `growth_bps` of the persons Active at its first admission, rounded down, 1 at least.
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
                bound: config
                    .growth_bps
                    .floor_of_count(TOTAL.load(storage)?)
                    .max(1),
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
