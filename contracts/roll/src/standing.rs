//! What time makes of a person: the one place where status, snapshots and counts change. Never decides about keys,
//! registrars or admissions.

use commons_common::roll::{Person, Status};
use commons_common::units::UnixTime;
use cosmwasm_std::{Env, Order, StdResult, Storage};
use cw_storage_plus::{Bound, Map};

use crate::state::{ARRIVED, MEMBERS, Marks, PERSONS, SHARING, STANDING, TOTAL};

/// The status at an instant: Pending until votes start, then Active until validity ends, then Lapsed. A later
/// renewal moves the end, and so makes a Lapsed person Active again at once.
pub fn status_at(person: &Person, now: UnixTime) -> Status {
    if now < person.votes_from {
        Status::Pending
    } else if now < person.valid_until {
        Status::Active
    } else {
        Status::Lapsed
    }
}

/// What follows from the status: only who is Active votes, and shares once the residence is over (R15).
pub fn marks_at(person: &Person, now: UnixTime) -> Marks {
    let votes = status_at(person, now) == Status::Active;
    Marks {
        votes,
        shares: votes && person.shares_from <= now,
    }
}

/// The counts while one message is worked off: loaded once, stored once.
pub struct Census {
    now: UnixTime,
    height: u64,
    /// Persons with a vote.
    pub active: u64,
    /// Persons with a share.
    pub sharing: u64,
    /// Persons who have had a vote, whatever became of it.
    arrived: u64,
}

impl Census {
    /// The time of the block.
    pub const fn now(&self) -> UnixTime {
        self.now
    }

    /// The counts as they stand.
    pub fn load(storage: &dyn Storage, env: &Env) -> StdResult<Self> {
        Ok(Self {
            now: UnixTime::now(env),
            height: env.block.height,
            active: TOTAL.load(storage)?,
            sharing: SHARING.load(storage)?,
            arrived: ARRIVED.load(storage)?,
        })
    }

    /// Writes down what time has made of `person`, and stores the person.
    pub fn record(&mut self, storage: &mut dyn Storage, mut person: Person) -> StdResult<()> {
        let id = person.id.get();
        // Who never stood for anything has no entry: neither vote nor share.
        let stood = STANDING.may_load(storage, id)?;
        let before = stood.unwrap_or_default();
        let after = marks_at(&person, self.now);
        person.status = status_at(&person, self.now);
        // The first entry is the first vote; who lapses without one has not arrived (R43).
        if stood.is_none() && after.votes {
            self.arrived += 1;
        }
        PERSONS.save(storage, id, &person)?;
        if before == after {
            return Ok(());
        }
        STANDING.save(storage, id, &after, self.height)?;
        self.active = counted(self.active, before.votes, after.votes);
        self.sharing = counted(self.sharing, before.shares, after.shares);
        match (&person.account, before.votes, after.votes) {
            (Some(account), false, true) => MEMBERS.save(storage, account, &1, self.height),
            (Some(account), true, false) => MEMBERS.remove(storage, account, self.height),
            _ => Ok(()),
        }
    }

    /// Works off at most `limit` entries of a queue that are due; answers how many.
    pub fn work_off(
        &mut self,
        storage: &mut dyn Storage,
        queue: &Map<(u64, u64), cosmwasm_std::Empty>,
        limit: u32,
    ) -> StdResult<usize> {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let due = due(storage, queue, self.now)
            .take(limit)
            .collect::<StdResult<Vec<_>>>()?;
        for key in &due {
            queue.remove(storage, *key);
            let person = PERSONS.load(storage, key.1)?;
            self.record(storage, person)?;
        }
        Ok(due.len())
    }

    /// Stores the counts.
    pub fn save(&self, storage: &mut dyn Storage) -> StdResult<()> {
        TOTAL.save(storage, &self.active, self.height)?;
        SHARING.save(storage, &self.sharing, self.height)?;
        ARRIVED.save(storage, &self.arrived, self.height)
    }
}

/// The entries of a queue that are due, earliest first.
pub fn due<'a>(
    storage: &'a dyn Storage,
    queue: &Map<(u64, u64), cosmwasm_std::Empty>,
    now: UnixTime,
) -> Box<dyn Iterator<Item = StdResult<(u64, u64)>> + 'a> {
    let last = Bound::inclusive((now.0, u64::MAX));
    queue.keys(storage, None, Some(last), Order::Ascending)
}

const fn counted(count: u64, before: bool, after: bool) -> u64 {
    match (before, after) {
        (false, true) => count + 1,
        // INVARIANT: who stood before was counted, so the count is at least 1 (I2).
        (true, false) => count - 1,
        _ => count,
    }
}
