//! Every storage key of a trust, and what is read through them. Computes nothing.

use commons_common::id::{AppropriationId, DeclarationId, PeriodId, PlacementId};
use commons_common::trust::{
    Appropriation, Authorisation, ConfigResponse, Declaration, Ledgers, PeriodReport, Placement,
    Purses,
};
use commons_common::units::UnixTime;
use cosmwasm_std::{Empty, Order, StdResult, Storage, Uint128};
use cw_storage_plus::{Bound, Item, Map};
use serde::{Deserialize, Serialize};

use crate::error::TrustError;

/// Siblings and rules; never changes.
pub const CONFIG: Item<ConfigResponse> = Item::new("config");
/// The ledgers.
pub const LEDGERS: Item<Ledgers> = Item::new("ledgers");
/// What of `O` is not reserved.
pub const FREE: Item<Purses> = Item::new("free");
/// What the open period brought so far.
pub const YIELD: Item<OpenYield> = Item::new("yield");
/// The open period; nothing before ratification.
pub const LIFE: Item<Life> = Item::new("life");
/// Closed periods by number.
pub const PERIODS: Map<u64, PeriodReport> = Map::new("periods");
/// Declarations by number.
pub const DECLARATIONS: Map<u64, Declaration> = Map::new("declarations");
/// Who got what was declared, by declaration and person.
pub const CLAIMS: Map<(u64, u64), Empty> = Map::new("claims");
/// Appropriations by number.
pub const APPROPRIATIONS: Map<u64, Appropriation> = Map::new("appropriations");
/// Placements by number; one a custodian, 8 at most.
pub const PLACEMENTS: Map<u64, Placement> = Map::new("placements");
/// What had moved with a placement by the end of a second with a move, by placement and second. Moves of one second
/// are one entry.
pub const MOVES: Map<(u64, u64), Moved> = Map::new("moves");
/// What executed acts allow, by proposal.
pub const AUTHORISATIONS: Map<u64, Authorisation> = Map::new("authorisations");

/// What the open period brought so far. Base units.
#[derive(Serialize, Deserialize, Clone, Copy, Default)]
pub struct OpenYield {
    /// Realised income, gross (R3).
    pub realised: Uint128,
    /// Losses recognised (R4).
    pub losses: Uint128,
}

/// What ever moved with a placement. Base units.
#[derive(Serialize, Deserialize, Clone, Copy, Default)]
pub struct Moved {
    /// Placed.
    pub placed: Uint128,
    /// Book value returned.
    pub returned: Uint128,
}

/// Where a ratified trust stands.
#[derive(Serialize, Deserialize, Clone, Copy)]
pub struct Life {
    /// When it was ratified.
    pub ratified_at: UnixTime,
    /// The open period.
    pub period: PeriodId,
    /// When that period began.
    pub began: UnixTime,
}

/// The open period.
///
/// # Errors
/// `Founding` before ratification.
pub fn life(storage: &dyn Storage) -> Result<Life, TrustError> {
    LIFE.may_load(storage)?.ok_or(TrustError::Founding)
}

/// One declaration.
///
/// # Errors
/// `NotFound`.
pub fn declaration(storage: &dyn Storage, id: DeclarationId) -> Result<Declaration, TrustError> {
    DECLARATIONS
        .may_load(storage, id.get())?
        .ok_or(TrustError::NotFound("declaration", id.get()))
}

/// The newest declaration.
pub fn last_declaration(storage: &dyn Storage) -> StdResult<Option<Declaration>> {
    DECLARATIONS
        .range(storage, None, None, Order::Descending)
        .next()
        .transpose()
        .map(|newest| newest.map(|(_, declaration)| declaration))
}

/// One appropriation.
///
/// # Errors
/// `NotFound`.
pub fn appropriation(
    storage: &dyn Storage,
    id: AppropriationId,
) -> Result<Appropriation, TrustError> {
    APPROPRIATIONS
        .may_load(storage, id.get())?
        .ok_or(TrustError::NotFound("appropriation", id.get()))
}

/// The number of the next appropriation.
pub fn next_appropriation(storage: &dyn Storage) -> StdResult<AppropriationId> {
    let newest = APPROPRIATIONS
        .keys(storage, None, None, Order::Descending)
        .next()
        .transpose()?;
    Ok(AppropriationId(newest.unwrap_or(0) + 1))
}

/// One placement.
///
/// # Errors
/// `NotFound`.
pub fn placement(storage: &dyn Storage, id: PlacementId) -> Result<Placement, TrustError> {
    PLACEMENTS
        .may_load(storage, id.get())?
        .ok_or(TrustError::NotFound("placement", id.get()))
}

/// Every placement, oldest first.
pub fn placements(storage: &dyn Storage) -> StdResult<Vec<Placement>> {
    PLACEMENTS
        .range(storage, None, None, Order::Ascending)
        .map(|entry| entry.map(|(_, placement)| placement))
        .collect()
}

/// Stores a placement after a move.
pub fn save_moved(
    storage: &mut dyn Storage,
    placement: &Placement,
    now: UnixTime,
) -> StdResult<()> {
    let moved = Moved {
        placed: placement.placed,
        returned: placement.returned,
    };
    MOVES.save(storage, (placement.id.get(), now.0), &moved)?;
    PLACEMENTS.save(storage, placement.id.get(), placement)
}

/// What had moved with a placement before the second `at`: one step back from there, however many moves there were.
pub fn moved_before(storage: &dyn Storage, id: PlacementId, at: UnixTime) -> StdResult<Moved> {
    let before = Some(Bound::exclusive(at.0));
    let last = MOVES
        .prefix(id.get())
        .range(storage, None, before, Order::Descending)
        .next()
        .transpose()?;
    Ok(last.map(|(_, moved)| moved).unwrap_or_default())
}
