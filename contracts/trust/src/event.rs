//! Names and attributes of every event of a trust. Builds events; decides nothing.

use commons_common::id::{AppropriationId, DeclarationId, PeriodId, PersonId, PlacementId};
use commons_common::journal::Entry;
use commons_common::trust::{ClaimRefusal, Declaration};
use cosmwasm_std::{Addr, Event, StdResult, Uint128, to_json_string};

/// The journal after a message (R34).
pub fn journal(entry: &Entry) -> Event {
    Event::new("journal")
        .add_attribute("n", entry.n.to_string())
        .add_attribute("head", entry.head.to_string())
}

/// The trust was ratified; period 1 is open.
pub fn ratified() -> Event {
    Event::new("ratified")
}

/// Coins came to a ledger.
pub fn received(ledger: &str, amount: Uint128) -> Event {
    Event::new("received")
        .add_attribute("ledger", ledger)
        .add_attribute("amount", amount.to_string())
}

/// A period was closed.
pub fn closed(period: PeriodId) -> Event {
    Event::new("closed").add_attribute("period", period.to_string())
}

/// The price index of a period was assumed, for want of a reading (R6).
pub fn index_assumed(index: Uint128) -> Event {
    Event::new("index_assumed").add_attribute("index", index.to_string())
}

/// A dividend was declared.
pub fn declared(declaration: &Declaration) -> Event {
    Event::new("declared")
        .add_attribute("declaration", declaration.id.to_string())
        .add_attribute("n", declaration.n.to_string())
        .add_attribute("per", declaration.per.to_string())
}

/// A dividend was sent to a person's account.
pub fn claimed(declaration: DeclarationId, person: PersonId) -> Event {
    claim("claimed", declaration, person)
}

/// The account could not receive; the dividend stays claimable (R14).
pub fn unreceived(declaration: DeclarationId, person: PersonId) -> Event {
    claim("unreceived", declaration, person)
}

fn claim(name: &str, declaration: DeclarationId, person: PersonId) -> Event {
    Event::new(name)
        .add_attribute("declaration", declaration.to_string())
        .add_attribute("person", person.to_string())
}

/// One entry of a batch was refused; the reason is the wire name.
pub fn refused(index: u32, reason: ClaimRefusal) -> StdResult<Event> {
    let reason = to_json_string(&reason)?;
    Ok(Event::new("refused")
        .add_attribute("index", index.to_string())
        .add_attribute("reason", reason.trim_matches('"')))
}

/// What was not claimed went where the charter says.
pub fn swept(declaration: DeclarationId, ledger: &str, amount: Uint128) -> Event {
    Event::new("swept")
        .add_attribute("declaration", declaration.to_string())
        .add_attribute("ledger", ledger)
        .add_attribute("amount", amount.to_string())
}

/// What came without a message went to principal.
pub fn stray_swept(amount: Uint128) -> Event {
    Event::new("stray_swept").add_attribute("amount", amount.to_string())
}

/// Principal went to a custodian.
pub fn placed(placement: PlacementId, amount: Uint128) -> Event {
    moved("placed", placement, amount)
}

/// Book value came back from a custodian.
pub fn returned(placement: PlacementId, book: Uint128) -> Event {
    moved("returned", placement, book)
}

/// A placement gained.
pub fn gain(placement: PlacementId, amount: Uint128) -> Event {
    moved("gain", placement, amount)
}

/// A placement lost.
pub fn loss(placement: PlacementId, amount: Uint128) -> Event {
    moved("loss", placement, amount)
}

fn moved(name: &str, placement: PlacementId, amount: Uint128) -> Event {
    Event::new(name)
        .add_attribute("placement", placement.to_string())
        .add_attribute("amount", amount.to_string())
}

/// A placement is allowed.
pub fn authorised(custodian: &Addr, max: Uint128) -> Event {
    Event::new("authorised")
        .add_attribute("custodian", custodian)
        .add_attribute("max", max.to_string())
}

/// Money of the operating ledger is reserved.
pub fn appropriated(appropriation: AppropriationId, amount: Uint128) -> Event {
    step("appropriated", appropriation).add_attribute("amount", amount.to_string())
}

/// The payee accepted.
pub fn accepted(appropriation: AppropriationId) -> Event {
    step("accepted", appropriation)
}

/// A trustee submitted the next milestone.
pub fn submitted(appropriation: AppropriationId) -> Event {
    step("submitted", appropriation)
}

/// Another trustee approved it.
pub fn approved(appropriation: AppropriationId) -> Event {
    step("approved", appropriation)
}

/// A third trustee paid it.
pub fn paid(appropriation: AppropriationId, amount: Uint128) -> Event {
    step("paid", appropriation).add_attribute("amount", amount.to_string())
}

/// What was not paid is free again.
pub fn withdrawn(appropriation: AppropriationId, amount: Uint128) -> Event {
    step("withdrawn", appropriation).add_attribute("amount", amount.to_string())
}

fn step(name: &str, appropriation: AppropriationId) -> Event {
    Event::new(name).add_attribute("appropriation", appropriation.to_string())
}
