//! Names and attributes of every event of a survey. Builds events; decides nothing.

use commons_common::journal::Entry;
use commons_common::survey::{Reading, Settled};
use cosmwasm_std::Event;

/// The journal after a message (R34).
pub fn journal(entry: &Entry) -> Event {
    Event::new("journal")
        .add_attribute("n", entry.n.to_string())
        .add_attribute("head", entry.head.to_string())
}

/// A report came in; `reports` counts it.
pub fn reported(reading: &Reading) -> Event {
    let complete_at = reading
        .complete_at
        .map_or_else(|| "none".to_owned(), |at| at.to_string());
    Event::new("reported")
        .add_attribute("subject", reading.subject.to_string())
        .add_attribute("period", reading.period.to_string())
        .add_attribute("reports", reading.reports.len().to_string())
        .add_attribute("complete_at", complete_at)
}

/// A reading settled.
pub fn settled(reading: &Reading, settled: &Settled) -> Event {
    Event::new("settled")
        .add_attribute("subject", reading.subject.to_string())
        .add_attribute("period", reading.period.to_string())
        .add_attribute("value", settled.value.to_string())
}
