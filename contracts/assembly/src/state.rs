//! Every storage key of an assembly, and nothing else. The journal's key, `journal`, and cw2's, `contract_info`, belong
//! to their own modules.

use commons_common::assembly::{Proposal, RulesResponse, Seat, VoteInfo};
use commons_common::id::ProposalId;
use cosmwasm_std::{Addr, Empty};
use cw_storage_plus::{Item, Map};

/// Siblings, charter hash and decision rules; written once.
pub const RULES: Item<RulesResponse> = Item::new("rules");

/// The proposal that ratified the charter; nothing until then.
pub const RATIFIED_BY: Item<ProposalId> = Item::new("ratified_by");

/// The last proposal's id.
pub const LAST_PROPOSAL: Item<u64> = Item::new("last_proposal");

/// Proposals by id.
pub const PROPOSALS: Map<u64, Proposal> = Map::new("proposals");

/// The one stored vote of a person in a poll (I5), by proposal and person.
pub const VOTES: Map<(u64, u64), VoteInfo> = Map::new("votes");

/// Trustees by account; 32 at most.
pub const SEATS: Map<&Addr, Seat> = Map::new("seats");

/// Declared interests, by trustee and subject; never removed (R30).
pub const INTERESTS: Map<(&Addr, &Addr), Empty> = Map::new("interests");
