//! Names and attributes of every event of a roll. Builds events; decides nothing.

use commons_common::id::PersonId;
use commons_common::journal::Entry;
use commons_common::roll::RollRefusal;
use cosmwasm_std::{Addr, Event, StdResult, to_json_string};

/// The journal after a message (R34).
pub fn journal(entry: &Entry) -> Event {
    Event::new("journal")
        .add_attribute("n", entry.n.to_string())
        .add_attribute("head", entry.head.to_string())
}

/// The last attestation needed came in.
pub fn admitted(index: u32, person: PersonId) -> Event {
    Event::new("admitted")
        .add_attribute("index", index.to_string())
        .add_attribute("person", person.to_string())
}

/// A registrar renewed a person.
pub fn renewed(person: PersonId) -> Event {
    Event::new("renewed").add_attribute("person", person.to_string())
}

/// One entry of a batch was refused; the reason is the wire name.
pub fn refused(index: u32, reason: RollRefusal) -> StdResult<Event> {
    let reason = to_json_string(&reason)?;
    Ok(Event::new("refused")
        .add_attribute("index", index.to_string())
        .add_attribute("reason", reason.trim_matches('"')))
}

/// Queue entries were worked off; counts are those after it.
pub fn settled(entries: usize, active: u64, sharing: u64) -> Event {
    worked_off("settled", entries, active, sharing)
}

/// Expiries were worked off; counts are those after it.
pub fn expired(entries: usize, active: u64, sharing: u64) -> Event {
    worked_off("expired", entries, active, sharing)
}

fn worked_off(name: &str, entries: usize, active: u64, sharing: u64) -> Event {
    Event::new(name)
        .add_attribute("entries", entries.to_string())
        .add_attribute("active", active.to_string())
        .add_attribute("sharing", sharing.to_string())
}

/// A person replaced their voting key.
pub fn rotated(person: PersonId, key_epoch: u32) -> Event {
    Event::new("rotated")
        .add_attribute("person", person.to_string())
        .add_attribute("key_epoch", key_epoch.to_string())
}

/// The trust is ratified.
pub fn ratified() -> Event {
    Event::new("ratified")
}

/// A registrar was appointed, changed or dismissed.
pub fn registrar(account: &Addr, quota: Option<u32>) -> Event {
    let quota = quota.map_or_else(|| "none".to_owned(), |q| q.to_string());
    Event::new("registrar")
        .add_attribute("account", account)
        .add_attribute("quota", quota)
}
