//! Owns the time of the next block: the clock's reading if it can be believed. It never lets time stand still or go back,
//! and never takes a jump of the clock for the passing of time.
//!
//! Votes end and dividends fall due by block time, and block time cannot be taken back. So a clock that was set wrong while
//! a node runs makes no block: the node says so, and goes on when the clock is right again. A node that was off for long
//! starts with the clock as it is.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// How far the clock may lie behind the last block and still make the next one, right after that block: what correcting a
/// clock does.
const BEHIND: u64 = 10_000_000_000;
/// How much more, in nanoseconds, the clock may go ahead than the time that has passed: a machine that sleeps does not
/// count its sleep, and people close their laptops for some days.
const AHEAD: u64 = 7 * 86_400 * 1_000_000_000;

/// Both clocks of a machine at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// The clock on the wall, in nanoseconds since 1970.
    pub wall_nanos: u64,
    /// Time passed since some moment, which nobody can set.
    pub passed: Duration,
}

/// Why a clock gives no time for a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClockError {
    /// It lies behind the last block.
    #[error(
        "the clock says {wall_nanos}, which is {} s before the last block at {last_nanos} (nanoseconds since 1970), and block time only rises; \
         set the clock right, or wait until it has caught up",
        (last_nanos - wall_nanos) / 1_000_000_000
    )]
    Behind {
        /// The clock.
        wall_nanos: u64,
        /// Time of the last block.
        last_nanos: u64,
    },
    /// It went ahead by much more than the time that passed.
    #[error(
        "the clock jumped ahead by {} s to {wall_nanos} (nanoseconds since 1970), and a block at a time that is too late cannot be taken back; \
         set the clock right, or start the node again if it is",
        ahead.as_secs()
    )]
    Jumped {
        /// The clock.
        wall_nanos: u64,
        /// How much it went ahead beyond the time that passed.
        ahead: Duration,
    },
}

/// Gives block times while a node runs.
#[derive(Debug)]
pub struct BlockClock {
    start: Instant,
    /// The last reading that was believed.
    believed: Option<Reading>,
    /// How far the chain's time lies ahead of this machine's, in nanoseconds: for development alone.
    ahead: u64,
}

// A running node is where block time comes from: every other place gets it as an input.
#[allow(clippy::disallowed_methods)]
impl Default for BlockClock {
    fn default() -> Self {
        Self {
            start: Instant::now(),
            believed: None,
            ahead: 0,
        }
    }
}

impl BlockClock {
    /// A clock for a chain whose time may have been moved on: it goes on from the last block's where that lies ahead of this machine's.
    #[must_use]
    pub fn after(last_nanos: u64) -> Self {
        Self {
            ahead: last_nanos.saturating_sub(wall_nanos()),
            ..Self::default()
        }
    }

    /// Moves the chain's time on, for ever. That is no jump of the clock.
    pub fn advance(&mut self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.ahead = self.ahead.saturating_add(by);
        if let Some(believed) = &mut self.believed {
            believed.wall_nanos = believed.wall_nanos.saturating_add(by);
        }
    }

    /// The time for the block after the one at `last_nanos`, now.
    ///
    /// # Errors
    /// [`ClockError`] if the clock cannot be believed.
    pub fn now(&mut self, last_nanos: u64) -> Result<u64, ClockError> {
        let reading = Reading {
            wall_nanos: wall_nanos().saturating_add(self.ahead),
            passed: self.start.elapsed(),
        };
        self.next(last_nanos, reading)
    }

    /// The time for the block after the one at `last_nanos`, by this reading.
    ///
    /// # Errors
    /// [`ClockError`] if the reading cannot be believed.
    pub fn next(&mut self, last_nanos: u64, reading: Reading) -> Result<u64, ClockError> {
        let wall_nanos = reading.wall_nanos;
        if let Some(before) = self.believed {
            let passed = reading.passed.saturating_sub(before.passed).as_nanos();
            let passed = u64::try_from(passed).unwrap_or(u64::MAX);
            let ahead = wall_nanos
                .saturating_sub(before.wall_nanos)
                .saturating_sub(passed);
            if ahead > AHEAD {
                let ahead = Duration::from_nanos(ahead);
                return Err(ClockError::Jumped { wall_nanos, ahead });
            }
        }
        if last_nanos.saturating_sub(wall_nanos) > BEHIND {
            return Err(ClockError::Behind {
                wall_nanos,
                last_nanos,
            });
        }
        self.believed = Some(reading);
        Ok(wall_nanos.max(last_nanos.saturating_add(1)))
    }
}

/// Nanoseconds since 1970 on this machine.
// As above.
#[allow(clippy::disallowed_methods)]
fn wall_nanos() -> u64 {
    let wall = SystemTime::now().duration_since(UNIX_EPOCH);
    let wall = wall.map_or(0, |wall| wall.as_nanos());
    u64::try_from(wall).unwrap_or(u64::MAX)
}
