//! Every storage key of a registry, and what lies under it. Holds no rule; the journal's and cw2's keys are their own.

use commons_common::registry::{ApprovedCode, TrustEntry};
use cosmwasm_std::Addr;
use cw_storage_plus::{Item, Map};

/// Who approves code.
pub const STEWARD: Item<Addr> = Item::new("steward");
/// The last approval's number.
pub const LAST_APPROVAL: Item<u64> = Item::new("last_approval");
/// (role, number of the approval) -> code; the highest number is the newest.
pub const CODES: Map<(&str, u64), ApprovedCode> = Map::new("codes");
/// The last trust id given.
pub const LAST_TRUST: Item<u64> = Item::new("last_trust");
/// Trust id -> entry.
pub const TRUSTS: Map<u64, TrustEntry> = Map::new("trusts");
/// Key of a name -> trust id (C7).
pub const NAMES: Map<&str, u64> = Map::new("names");
/// Address of a trust's contract -> trust id.
pub const CONTRACTS: Map<&Addr, u64> = Map::new("contracts");
