//! What a contract answers to a call: its form, its events, its submessages; it runs no contract itself.

use super::dispatch;
use crate::address::Address;
use crate::error::{Failure, Kind, Stop, wasm};
use crate::event::{CONTRACT, Event};
use crate::gas;
use crate::session::{Depth, Session};
use cosmwasm_std::{Binary, ContractResult};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::rc::Rc;

/// Contract responses that may be nested.
const MAX_CALL_DEPTH: u32 = 100;
/// Longest payload of a submessage.
const MAX_PAYLOAD: usize = 128 * 1024;
/// A custom event's type must be longer.
const MIN_EVENT_TYPE: usize = 2;

/// The answer of instantiate, execute, migrate and reply.
#[derive(Deserialize)]
pub(super) struct Response {
    messages: Vec<SubMessage>,
    attributes: Vec<Attribute>,
    #[serde(default)]
    events: Vec<CustomEvent>,
    data: Option<Binary>,
}

/// A message that a contract wants carried out.
#[derive(Deserialize)]
pub(super) struct SubMessage {
    pub(super) id: u64,
    #[serde(default)]
    pub(super) payload: Binary,
    /// A `CosmosMsg`. It is read late, because one this chain does not know fails alone.
    pub(super) msg: Value,
    pub(super) gas_limit: Option<u64>,
    /// wasmd refuses a message without it only when its turn comes; one that has another value is refused with the whole answer.
    #[serde(default, deserialize_with = "given")]
    pub(super) reply_on: Option<ReplyOn>,
}

/// A value that may be left out, but not be `null`.
fn given<'de, D: Deserializer<'de>>(from: D) -> Result<Option<ReplyOn>, D::Error> {
    ReplyOn::deserialize(from).map(Some)
}

/// When a contract wants to hear of a submessage.
#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReplyOn {
    /// In both cases.
    Always,
    /// If it failed.
    Error,
    /// If it succeeded.
    Success,
    /// In no case.
    Never,
}

#[derive(Deserialize)]
struct Attribute {
    key: String,
    value: String,
}

#[derive(Deserialize)]
struct CustomEvent {
    #[serde(rename = "type")]
    kind: String,
    attributes: Vec<Attribute>,
}

/// Reads an answer. The contract's own error becomes a failure of this kind, whose text other contracts may see.
pub(super) fn read(answer: &[u8], kind: Kind) -> Result<Response, Failure> {
    let response = match serde_json::from_slice::<ContractResult<Response>>(answer) {
        Ok(ContractResult::Ok(response)) => response,
        Ok(ContractResult::Err(text)) => return Err(kind.because(text).deterministic()),
        Err(error) => return Err(wasm::VM_ERROR.because(error)),
    };
    for (index, message) in response.messages.iter().enumerate() {
        if message.payload.len() > MAX_PAYLOAD {
            let text = format!(
                "reply contains submessage at index {index} with payload larger than {MAX_PAYLOAD} bytes: {} bytes",
                message.payload.len()
            );
            return Err(wasm::VM_ERROR.because(text));
        }
    }
    Ok(response)
}

/// Emits the events of an answer, carries out its submessages, and returns its data as the replies left it.
pub(super) fn handle(
    session: &Rc<Session>,
    contract: &Address,
    response: Response,
    depth: Depth,
    events: &mut Vec<Event>,
) -> Result<Option<Vec<u8>>, Stop> {
    let own = pairs(response.attributes);
    let custom: Vec<Event> = response
        .events
        .into_iter()
        .map(|event| Event {
            kind: event.kind,
            attributes: pairs(event.attributes),
        })
        .collect();
    session.charge(
        gas::emitted(&own, &custom),
        "Custom contract event attributes",
    )?;
    let address = session.text(contract);
    if !own.is_empty() {
        events.push(checked("wasm".to_owned(), own, &address)?);
    }
    for event in custom {
        let kind = event.kind.trim();
        if kind.len() <= MIN_EVENT_TYPE {
            let text = format!("Event type too short: '{kind}'");
            return Err(wasm::INVALID_EVENT.because(text).into());
        }
        events.push(checked(format!("wasm-{kind}"), event.attributes, &address)?);
    }
    let calls = depth.calls.saturating_add(1);
    if calls > MAX_CALL_DEPTH {
        return Err(wasm::CALL_DEPTH.bare().into());
    }
    let depth = Depth { calls, ..depth };
    let replied = dispatch::dispatch(session, contract, response.messages, depth, events)?;
    Ok(replied.or_else(|| response.data.map(Vec::from)))
}

fn pairs(attributes: Vec<Attribute>) -> Vec<(String, String)> {
    attributes
        .into_iter()
        .map(|attribute| (attribute.key, attribute.value))
        .collect()
}

fn checked(
    kind: String,
    attributes: Vec<(String, String)>,
    contract: &str,
) -> Result<Event, Failure> {
    let mut event = Event::new(kind).with(CONTRACT, contract);
    for (key, value) in attributes {
        let trimmed = key.trim();
        if trimmed.is_empty() {
            let text = format!("Empty attribute key. Value: {value}");
            return Err(wasm::INVALID_EVENT.because(text));
        }
        if trimmed.starts_with('_') {
            let text = format!("Attribute key starts with reserved prefix _: '{trimmed}'");
            return Err(wasm::INVALID_EVENT.because(text));
        }
        event = event.with(trimmed, value.trim());
    }
    Ok(event)
}
