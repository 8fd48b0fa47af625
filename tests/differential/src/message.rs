//! Messages of a scenario's transactions: from a document with one field, the kind, to protobuf. It never corrects what a scenario says.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{Input, MsgMultiSend, MsgSend, Output};
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig, MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract,
    MsgInstantiateContract2, MsgMigrateContract, MsgStoreCode, MsgUpdateAdmin,
};
use flate2::{Compression, write::GzEncoder};
use prost::Name;
use serde_json::Value;
use std::io::Write;
use std::path::Path;

/// Coins as a text has them, in its order and unchecked: `5ucosm,7ustake`.
#[must_use]
pub fn parse_coins(text: &str) -> Vec<Coin> {
    let parts = text.split(',').filter(|part| !part.is_empty());
    parts
        .map(|part| {
            let digits = |c: char| !c.is_ascii_digit() && c != '-';
            let end = part.find(digits).unwrap_or(part.len());
            Coin {
                amount: part[..end].to_owned(),
                denom: part[end..].to_owned(),
            }
        })
        .collect()
}

/// The wasm that a scenario names: one of the project's artifacts, the probe, or bytes in hex.
#[must_use]
pub fn wasm(name: &str, folder: &Path) -> Vec<u8> {
    if let Some(bytes) = name.strip_prefix("hex:") {
        return hex::decode(bytes).expect("hex: is followed by hexadecimal digits");
    }
    let path = folder.join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The message, expanded already, of this sender. Code is read from `folder`.
#[must_use]
pub fn encode(message: &Value, by: &str, folder: &Path) -> Any {
    let (kind, body) = message
        .as_object()
        .and_then(|fields| fields.iter().next())
        .unwrap_or_else(|| panic!("a message is a document with one field, not {message}"));
    let text = |field: &str| body[field].as_str().unwrap_or_default().to_owned();
    let sender = if body["sender"].is_string() {
        text("sender")
    } else {
        by.to_owned()
    };
    let code_id = body["code"].as_u64().unwrap_or_default();
    let funds = parse_coins(&text("funds"));
    let msg = payload(body);
    match kind.as_str() {
        "send" => any(&MsgSend {
            from_address: sender,
            to_address: text("to"),
            amount: parse_coins(&text("amount")),
        }),
        "multi_send" => multi_send(body),
        "store" => any(&store(body, sender, folder)),
        "instantiate" => any(&MsgInstantiateContract {
            sender,
            admin: text("admin"),
            code_id,
            label: text("label"),
            msg,
            funds,
        }),
        "instantiate2" => any(&MsgInstantiateContract2 {
            sender,
            admin: text("admin"),
            code_id,
            label: text("label"),
            msg,
            funds,
            salt: text("salt").into_bytes(),
            fix_msg: body["fix_msg"].as_bool().unwrap_or(false),
        }),
        "execute" => any(&MsgExecuteContract {
            sender,
            contract: text("contract"),
            msg,
            funds,
        }),
        "migrate" => any(&MsgMigrateContract {
            sender,
            contract: text("contract"),
            code_id,
            msg,
        }),
        "update_admin" => any(&MsgUpdateAdmin {
            sender,
            new_admin: text("new_admin"),
            contract: text("contract"),
        }),
        "clear_admin" => any(&MsgClearAdmin {
            sender,
            contract: text("contract"),
        }),
        "any" => Any {
            type_url: text("type_url"),
            value: hex::decode(text("hex")).expect("hex has hexadecimal digits"),
        },
        other => panic!("there is no message {other}"),
    }
}

/// `msg` is a document, `raw` the text itself.
fn payload(body: &Value) -> Vec<u8> {
    match (&body["raw"], &body["msg"]) {
        (Value::String(text), _) => text.clone().into_bytes(),
        (_, Value::Null) => Vec::new(),
        (_, document) => document.to_string().into_bytes(),
    }
}

fn store(body: &Value, sender: String, folder: &Path) -> MsgStoreCode {
    let mut bytes = wasm(body["wasm"].as_str().unwrap_or_default(), folder);
    if let Some(version) = body["migrate_version"].as_u64() {
        custom_section(&mut bytes, "cw_migrate_version", &version.to_string());
    }
    if let Some(zeros) = body["zeros"].as_u64() {
        bytes.extend(std::iter::repeat_n(
            0,
            usize::try_from(zeros).expect("it fits"),
        ));
    }
    if body["gzip"].as_bool() == Some(true) {
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        packer.write_all(&bytes).expect("memory takes it");
        bytes = packer.finish().expect("memory takes it");
    }
    let permission = body["permission"].as_i64().map(|kind| AccessConfig {
        permission: i32::try_from(kind).expect("a permission is small"),
        addresses: body["addresses"]
            .as_array()
            .map(|list| {
                list.iter()
                    .filter_map(Value::as_str)
                    .map(str::to_owned)
                    .collect()
            })
            .unwrap_or_default(),
    });
    MsgStoreCode {
        sender,
        wasm_byte_code: bytes,
        instantiate_permission: permission,
    }
}

/// Appends a custom section to wasm: id 0, length, length of the name, name, content; each length below 128.
fn custom_section(wasm: &mut Vec<u8>, name: &str, content: &str) {
    let byte = |length: usize| {
        u8::try_from(length)
            .ok()
            .filter(|b| *b < 128)
            .expect("short")
    };
    wasm.extend([0, byte(1 + name.len() + content.len()), byte(name.len())]);
    wasm.extend_from_slice(name.as_bytes());
    wasm.extend_from_slice(content.as_bytes());
}

fn multi_send(body: &Value) -> Any {
    let side = |field: &str| -> Vec<(String, Vec<Coin>)> {
        let list = body[field].as_array().cloned().unwrap_or_default();
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        list.iter()
            .map(|pair| (text(&pair[0]), parse_coins(&text(&pair[1]))))
            .collect()
    };
    let inputs = side("inputs").into_iter();
    let outputs = side("outputs").into_iter();
    any(&MsgMultiSend {
        inputs: inputs
            .map(|(address, coins)| Input { address, coins })
            .collect(),
        outputs: outputs
            .map(|(address, coins)| Output { address, coins })
            .collect(),
    })
}

fn any<M: prost::Message + Name>(message: &M) -> Any {
    Any {
        type_url: M::type_url(),
        value: message.encode_to_vec(),
    }
}
