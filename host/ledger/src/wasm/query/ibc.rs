//! What contracts may ask about other chains: there are none here, and so no channels.

use super::super::record;
use super::{Question, entry, unsupported};
use crate::error::{Stop, sdk};
use crate::session::Session;
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    channel_id: String,
    port_id: String,
}

pub(super) fn answer(session: &Session, question: &Question<'_>) -> Result<Vec<u8>, Stop> {
    let json = match question.variant {
        "port_id" => json!({ "port_id": own_port(session, question)? }),
        "list_channels" => {
            let asked: Asked = question.read()?;
            let port = port(session, question, asked.port_id)?;
            if !port.is_empty() {
                // An iterator that finds nothing.
                session.charge_step(None)?;
            }
            json!({ "channels": [] })
        }
        "channel" => {
            let asked: Asked = question.read()?;
            let port = port(session, question, asked.port_id)?;
            let key = format!("channelEnds/ports/{port}/channels/{}", asked.channel_id);
            session.charge_miss(key.len())?;
            json!({})
        }
        _ => return Err(unsupported("unknown IBCQuery variant").into()),
    };
    Ok(entry::json(&json)?)
}

fn port(session: &Session, question: &Question<'_>, asked: String) -> Result<String, Stop> {
    if asked.is_empty() {
        return own_port(session, question);
    }
    Ok(asked)
}

/// The port of who asks: a contract that speaks to no other chain has none.
fn own_port(session: &Session, question: &Question<'_>) -> Result<String, Stop> {
    match record::contract(session, question.asker)? {
        Some(info) => Ok(info.ibc_port_id),
        // A contract that is just being made has no entry yet; a real chain panics here.
        None => Err(sdk::NOT_FOUND.because("contract").into()),
    }
}
