//! What a transaction of a network did, for people and as a document: block, gas, what its messages answered, events in order.
//! Owns the wording; every text in it is a stranger's and stays on its own line.

use commons_client::chain::RemoteChain;
use commons_client::response::{Answered, answers};
use commons_client::rpc::{Event, FoundTx};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::inert::line;
use crate::submission::Sent;

/// Events of every transaction, which say nothing of what it did; the document has them all.
const USUAL: [&str; 4] = ["tx", "message", "coin_spent", "coin_received"];

/// Document and text of a transaction in a block.
pub fn described(chain: &RemoteChain, found: &FoundTx) -> Result<(Value, String), Failure> {
    let result = &found.tx_result;
    let time = chain.rpc().header(found.height).map(|header| header.time);
    let time = time.unwrap_or_default();
    let answered = answers(&result.data)?;
    let end = match result.code {
        0 => "carried out".to_owned(),
        code => format!(
            "failed: {} ({}/{code})",
            line(&result.log),
            line(&result.codespace)
        ),
    };
    let mut text = format!(
        "transaction {}\n  block   {} {}\n  end     {end}\n  gas     {} of {}\n",
        line(&found.hash),
        found.height,
        line(&time),
        result.gas_used,
        result.gas_wanted
    );
    for answer in &answered {
        text += &shown(answer);
    }
    for event in &result.events {
        if !USUAL.contains(&event.kind.as_str()) {
            text += &event_text(event);
        }
    }
    let document = json!({
        "hash": found.hash,
        "height": found.height.to_string(),
        "index": found.index,
        "time": time,
        "code": result.code,
        "codespace": result.codespace,
        "log": result.log,
        "gas_wanted": result.gas_wanted.to_string(),
        "gas_used": result.gas_used.to_string(),
        "answers": answered.iter().map(answer_document).collect::<Vec<_>>(),
        "events": result.events,
    });
    Ok((document, text))
}

/// The same for what was handed over, which may be in no block yet.
pub fn sent(chain: &RemoteChain, sent: &Sent) -> Result<(Value, String), Failure> {
    match sent {
        Sent::Included(found) => described(chain, found),
        Sent::Waiting { hash } => Ok((
            json!({ "hash": hash, "height": null }),
            format!(
                "transaction {hash}\n  was taken by the node; `commons query tx {hash}` says when a block has it\n"
            ),
        )),
    }
}

fn shown(answer: &Answered) -> String {
    match answer {
        Answered::Stored { code_id, checksum } => {
            format!("  code    {code_id}, sha256 {}\n", hex::encode(checksum))
        }
        Answered::Made { address, data } => {
            format!("  made    {}\n{}", line(address), data_text(data))
        }
        Answered::Called { data } => data_text(data),
        Answered::Other => String::new(),
    }
}

fn data_text(data: &[u8]) -> String {
    if data.is_empty() {
        return String::new();
    }
    format!("  data    {}\n", line(&data_value(data)))
}

/// Text where it is text, hex where it is not.
fn data_value(data: &[u8]) -> String {
    match std::str::from_utf8(data) {
        Ok(text) => text.to_owned(),
        Err(_) => hex::encode(data),
    }
}

fn answer_document(answer: &Answered) -> Value {
    match answer {
        Answered::Stored { code_id, checksum } => {
            json!({ "code_id": code_id.to_string(), "checksum": hex::encode(checksum) })
        }
        Answered::Made { address, data } => {
            json!({ "contract": address, "data": hex::encode(data) })
        }
        Answered::Called { data } => json!({ "data": hex::encode(data) }),
        Answered::Other => json!({}),
    }
}

fn event_text(event: &Event) -> String {
    let mut text = format!("  event   {}\n", line(&event.kind));
    for attribute in &event.attributes {
        // An index that the chain adds to every event of a message.
        if attribute.key != "msg_index" {
            text += &format!(
                "            {} = {}\n",
                line(&attribute.key),
                line(&attribute.value)
            );
        }
    }
    text
}
