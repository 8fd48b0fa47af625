//! Events of a transaction: their form, names and order of attributes; it emits none.

/// One event: a kind and its attributes in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The type, such as `wasm` or `coin_spent`.
    pub kind: String,
    /// Key and value in order.
    pub attributes: Vec<(String, String)>,
}

impl Event {
    /// An event without attributes.
    pub(crate) fn new(kind: impl Into<String>) -> Event {
        Event {
            kind: kind.into(),
            attributes: Vec::new(),
        }
    }

    /// The event with one more attribute behind.
    pub(crate) fn with(mut self, key: impl Into<String>, value: impl Into<String>) -> Event {
        self.attributes.push((key.into(), value.into()));
        self
    }
}

/// The attribute that names the contract an event is about.
pub(crate) const CONTRACT: &str = "_contract_address";

/// The event type that submessages drop.
pub(crate) const MESSAGE: &str = "message";

/// What a submessage passes on: all but `message` events; for wasm messages the attributes sorted by key, as wasmd does in place.
pub(crate) fn of_submessage(events: Vec<Event>, sort: bool) -> Vec<Event> {
    let mut kept: Vec<Event> = events
        .into_iter()
        .filter(|event| event.kind != MESSAGE)
        .collect();
    if sort {
        for event in &mut kept {
            event.attributes.sort_by(|left, right| left.0.cmp(&right.0));
        }
    }
    kept
}
