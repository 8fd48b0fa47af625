//! Tells a contract how its submessage ended; it works in the contract's own layer, so that an error here undoes all of it.

use super::entry::{self, Call};
use super::record;
use super::response::{self, SubMessage};
use crate::EntryPoint;
use crate::address::Address;
use crate::error::{Stop, wasm};
use crate::event::{CONTRACT, Event};
use crate::gas;
use crate::session::{Depth, Session};
use cosmwasm_std::Binary;
use serde::Serialize;
use std::rc::Rc;

/// How a submessage ended, as far as the contract may know.
pub(super) enum Outcome {
    /// It was carried out. Events are those of a wasm message, sorted; none for other messages.
    Done {
        events: Vec<Event>,
        responses: Vec<(String, Vec<u8>)>,
    },
    /// It failed; the text is already redacted.
    Failed(String),
}

#[derive(Serialize)]
struct Reply<'a> {
    /// Never filled by wasmd.
    gas_used: u64,
    id: u64,
    result: ReplyResult<'a>,
    #[serde(skip_serializing_if = "<[u8]>::is_empty")]
    payload: &'a Binary,
}

#[derive(Serialize)]
#[serde(rename_all = "snake_case")]
enum ReplyResult<'a> {
    Ok(ReplyOk<'a>),
    Error(&'a str),
}

#[derive(Serialize)]
struct ReplyOk<'a> {
    events: Vec<ReplyEvent<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Binary>,
    msg_responses: Vec<ReplyResponse<'a>>,
}

#[derive(Serialize)]
struct ReplyEvent<'a> {
    #[serde(rename = "type")]
    kind: &'a str,
    attributes: Vec<ReplyAttribute<'a>>,
}

#[derive(Serialize)]
struct ReplyAttribute<'a> {
    key: &'a str,
    value: &'a str,
}

#[derive(Serialize)]
struct ReplyResponse<'a> {
    type_url: &'a str,
    value: Binary,
}

fn render<'a>(message: &'a SubMessage, outcome: &'a Outcome) -> Reply<'a> {
    let result = match outcome {
        Outcome::Failed(text) => ReplyResult::Error(text),
        Outcome::Done { events, responses } => ReplyResult::Ok(ReplyOk {
            events: events.iter().map(render_event).collect(),
            data: responses
                .first()
                .filter(|(_, value)| !value.is_empty())
                .map(|(_, value)| Binary::from(value.as_slice())),
            msg_responses: responses
                .iter()
                .map(|(type_url, value)| ReplyResponse {
                    type_url,
                    value: Binary::from(value.as_slice()),
                })
                .collect(),
        }),
    };
    Reply {
        gas_used: 0,
        id: message.id,
        result,
        payload: &message.payload,
    }
}

fn render_event(event: &Event) -> ReplyEvent<'_> {
    ReplyEvent {
        kind: &event.kind,
        attributes: event
            .attributes
            .iter()
            .map(|(key, value)| ReplyAttribute { key, value })
            .collect(),
    }
}

/// Calls the contract's reply and carries out what it answers; the data, if it set any, replaces that of the call.
pub(super) fn reply(
    session: &Rc<Session>,
    contract: &Address,
    message: &SubMessage,
    outcome: &Outcome,
    depth: Depth,
    events: &mut Vec<Event>,
) -> Result<Option<Vec<u8>>, Stop> {
    let told = entry::json(&render(message, outcome))?;
    let _noted = session.begin_call(EntryPoint::Reply, Some(contract), &told);
    let (_, stored) = record::require_contract(session, contract)?;
    let cost = match outcome {
        Outcome::Done { events, .. } => gas::reply(events),
        Outcome::Failed(_) => gas::reply(&[]),
    };
    session.charge(cost, "Loading CosmWasm module: reply")?;
    let call = Call {
        contract,
        checksum: stored.checksum,
        entry: EntryPoint::Reply,
        depth,
        arguments: &[&told],
    };
    let answer = entry::call(session, &call)?;
    let response = response::read(&answer, wasm::EXECUTE_FAILED)?;
    events.push(Event::new("reply").with(CONTRACT, session.text(contract)));
    response::handle(session, contract, response, depth, events)
        .map_err(|stop| stop.wrap("dispatch"))
}
