//! Every storage key of a roll, and what lies under it. Holds no rule; the journal's and cw2's keys are their own.
//!
//! `total` and `members` with their checkpoints and changelogs are cw4's raw keys: a contract written for cw4 2.0.0
//! reads them without asking.

use commons_common::roll::Person;
use commons_common::units::{Bps, Seconds, UnixTime};
use cosmwasm_std::{Addr, Empty};
use cw_storage_plus::{Item, Map, SnapshotItem, SnapshotMap, Strategy};
use serde::{Deserialize, Serialize};

/// What was fixed at instantiation.
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Config {
    /// Who decides on registrars and ratification.
    pub assembly: Addr,
    /// How many classes there are.
    pub classes: usize,
    /// Registrars it takes to admit one person.
    pub threshold: usize,
    /// Length of an epoch.
    pub epoch: Seconds,
    /// Growth in one epoch at most.
    pub growth_bps: Bps,
    /// From admission until votes start.
    pub admission: Seconds,
    /// From admission until shares start, once ratified.
    pub share_residence: Seconds,
    /// How long an admission or a renewal is valid.
    pub validity: Seconds,
    /// The time before expiry in which a registrar may renew.
    pub renewal: Seconds,
    /// When epoch 0 began.
    pub founded_at: UnixTime,
}

/// What stands by height: the only two things the roll says of a person to others.
#[derive(Serialize, Deserialize, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Has a vote.
    pub votes: bool,
    /// Has a share.
    pub shares: bool,
}

/// Who attested one content, and in which epoch: earlier epochs do not count (I4).
#[derive(Serialize, Deserialize, Clone, Debug)]
pub struct Attested {
    /// The epoch of every attestation below.
    pub epoch: u64,
    /// Who attested, in order of arrival.
    pub registrars: Vec<Addr>,
}

/// Admissions of one epoch after the ratifying poll was opened.
#[derive(Serialize, Deserialize, Clone, Copy, Debug)]
pub struct Growth {
    /// Admissions allowed, fixed at the epoch's first admission, or by ratification.
    pub bound: u64,
    /// Admissions so far.
    pub admitted: u64,
}

/// What was fixed at instantiation.
pub const CONFIG: Item<Config> = Item::new("config");
/// Whether the trust is ratified.
pub const RATIFIED: Item<bool> = Item::new("ratified");
/// Registrar -> quota for one epoch.
pub const REGISTRARS: Map<&Addr, u32> = Map::new("registrars");
/// (epoch, registrar) -> attestations; outlives the office, so that reappointment refills nothing.
pub const USED: Map<(u64, &Addr), u32> = Map::new("used");
/// Epoch -> growth, from ratification on.
pub const GROWTH: Map<u64, Growth> = Map::new("growth");
/// Hash of an attestation without its proof -> who attested it, each with a proof that verified.
pub const ATTESTED: Map<&[u8], Attested> = Map::new("attested");

/// The last person id given.
pub const LAST_PERSON: Item<u64> = Item::new("last_person");
/// Person id -> person.
pub const PERSONS: Map<u64, Person> = Map::new("persons");
/// Nullifier -> person id; never deleted (R42).
pub const NULLIFIERS: Map<&[u8], u64> = Map::new("nullifiers");
/// Account -> person id; never deleted (I1).
pub const ACCOUNTS: Map<&Addr, u64> = Map::new("accounts");
/// Voting key, current or former -> person id; never deleted (I1).
pub const KEYS: Map<&[u8], u64> = Map::new("keys");

/// (instant, person id): a vote or a share may start then.
pub const STARTS: Map<(u64, u64), Empty> = Map::new("starts");
/// (instant, person id): validity ends then (R44).
pub const EXPIRIES: Map<(u64, u64), Empty> = Map::new("expiries");

/// The last block in which an expiry was worked off: counts at its start still hold who lapsed in it (R44).
pub const LAST_EXPIRY: Item<u64> = Item::new("last_expiry");

/// Person id -> standing, by height (R46).
pub const STANDING: SnapshotMap<u64, Marks> = SnapshotMap::new(
    "standing",
    "standing__checkpoints",
    "standing__changelog",
    Strategy::EveryBlock,
);
/// Persons with a share, by height.
pub const SHARING: SnapshotItem<u64> = SnapshotItem::new(
    "sharing",
    "sharing__checkpoints",
    "sharing__changelog",
    Strategy::EveryBlock,
);
/// Persons whose public window was noted as over, by height; the rest of the roll has not yet been counted (R43).
pub const ARRIVED: SnapshotItem<u64> = SnapshotItem::new(
    "arrived",
    "arrived__checkpoints",
    "arrived__changelog",
    Strategy::EveryBlock,
);
/// cw4: persons with a vote, by height (I2).
pub const TOTAL: SnapshotItem<u64> = SnapshotItem::new(
    "total",
    "total__checkpoints",
    "total__changelog",
    Strategy::EveryBlock,
);
/// cw4: account of a person with a vote -> 1, by height (I3).
pub const MEMBERS: SnapshotMap<&Addr, u64> = SnapshotMap::new(
    "members",
    "members__checkpoints",
    "members__changelog",
    Strategy::EveryBlock,
);
