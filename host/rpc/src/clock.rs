//! Owns the reading of the clock and the offset that time travel adds to it. It never goes back: a block's time lies after the last one's.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// The least time between two blocks, in nanoseconds, when the clock says less: CometBFT's.
const STEP: u64 = 1_000_000;

/// The clock of a chain.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Clock {
    ahead: u64,
}

impl Clock {
    /// A clock that goes on from the last block's time where that lies ahead of this machine's.
    pub(crate) fn from(last: u64) -> Self {
        Self {
            ahead: last.saturating_sub(now()),
        }
    }

    /// Moves the chain's time on, for ever.
    pub(crate) fn advance(&mut self, by: Duration) {
        let by = u64::try_from(by.as_nanos()).unwrap_or(u64::MAX);
        self.ahead = self.ahead.saturating_add(by);
    }

    /// The time of the next block.
    pub(crate) fn next(self, last: u64) -> u64 {
        now()
            .saturating_add(self.ahead)
            .max(last.saturating_add(STEP))
    }
}

/// Nanoseconds since 1970 on this machine.
#[allow(clippy::disallowed_methods)] // Who makes a block reads the clock; from there on its time is an input.
pub(crate) fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}
