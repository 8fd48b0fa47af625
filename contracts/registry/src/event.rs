//! Names and attributes of every event of a registry. Builds events; decides nothing.

use commons_common::journal::Entry;
use commons_common::registry::{ApprovedCode, Role, TrustEntry};
use commons_common::units::Hash;
use cosmwasm_std::Event;

/// The journal after a message (R34).
pub fn journal(entry: &Entry) -> Event {
    Event::new("journal")
        .add_attribute("n", entry.n.to_string())
        .add_attribute("head", entry.head.to_string())
}

/// Code was approved.
pub fn approved(code: &ApprovedCode) -> Event {
    Event::new("approved")
        .add_attribute("role", code.role.as_str())
        .add_attribute("code_id", code.code_id.to_string())
        .add_attribute("checksum", code.checksum.to_string())
}

/// An approval was revoked.
pub fn revoked(role: Role, checksum: &Hash) -> Event {
    Event::new("revoked")
        .add_attribute("role", role.as_str())
        .add_attribute("checksum", checksum.to_string())
}

/// A trust was founded; one attribute a contract, by role.
pub fn founded(trust: &TrustEntry) -> Event {
    let event = Event::new("founded")
        .add_attribute("trust", trust.id.to_string())
        .add_attribute("charter_hash", trust.charter_hash.to_string());
    trust.contracts.iter().fold(event, |event, contract| {
        event.add_attribute(
            format!("{}_addr", contract.role.as_str()),
            &contract.address,
        )
    })
}
