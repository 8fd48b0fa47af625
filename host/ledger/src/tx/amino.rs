//! The amino JSON that `SIGN_MODE_LEGACY_AMINO_JSON` signs; it checks no signature.
//!
//! Keys are sorted, empty fields left out (but for lists of coins and a few others), 64-bit numbers are texts, messages of contracts stand
//! there as JSON, and texts are escaped as Go does (Cosmos SDK `x/tx/signing/aminojson`).

use super::message::Message;
use super::{Timing, Tx, shape};
use crate::coin;
use crate::feegrant::{Allowance, Basic};
use crate::json;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmwasm::wasm::v1::AccessConfig;
use std::collections::BTreeMap;

/// Whose signature the document is for.
pub(crate) struct Signer<'a> {
    pub(crate) chain_id: &'a str,
    pub(crate) account_number: u64,
    pub(crate) sequence: u64,
}

/// An object under construction.
#[derive(Default)]
struct Object(BTreeMap<&'static str, Vec<u8>>);

impl Object {
    fn raw(mut self, key: &'static str, value: Vec<u8>) -> Object {
        self.0.insert(key, value);
        self
    }

    /// A text, unless it is empty.
    fn text(self, key: &'static str, text: &str) -> Object {
        if text.is_empty() {
            return self;
        }
        self.raw(key, json::quoted(text))
    }

    /// A number, unless it is 0.
    fn number(self, key: &'static str, number: u64) -> Object {
        if number == 0 {
            return self;
        }
        self.raw(key, decimal(number))
    }

    fn bytes(self, key: &'static str, bytes: &[u8]) -> Object {
        self.text(key, &STANDARD.encode(bytes))
    }

    fn coins(self, key: &'static str, coins: &[ProtoCoin]) -> Object {
        self.raw(key, list(coins.iter().map(one_coin)))
    }

    /// The message of a contract. `None` if it is no JSON that Go can read.
    fn inline(self, key: &'static str, msg: &[u8]) -> Option<Object> {
        if msg.is_empty() {
            return Some(self);
        }
        Some(self.raw(key, json::normalised(msg)?))
    }

    fn write(self) -> Vec<u8> {
        let mut bytes = vec![b'{'];
        for (index, (key, value)) in self.0.into_iter().enumerate() {
            if index > 0 {
                bytes.push(b',');
            }
            bytes.extend(json::quoted(key));
            bytes.push(b':');
            bytes.extend(value);
        }
        bytes.push(b'}');
        bytes
    }
}

fn decimal(number: u64) -> Vec<u8> {
    json::quoted(&number.to_string())
}

fn list(items: impl Iterator<Item = Vec<u8>>) -> Vec<u8> {
    let items: Vec<Vec<u8>> = items.collect();
    [b"[".as_slice(), &items.join(&b','), b"]"].concat()
}

/// A list of messages: nothing at all where there are none.
fn list_or_null(items: impl ExactSizeIterator<Item = Vec<u8>>) -> Vec<u8> {
    if items.len() == 0 {
        return b"null".to_vec();
    }
    list(items)
}

fn one_coin(coin: &ProtoCoin) -> Vec<u8> {
    let amount = if coin.amount.is_empty() {
        "0"
    } else {
        &coin.amount
    };
    let object = Object::default().text("denom", &coin.denom);
    object.raw("amount", json::quoted(amount)).write()
}

fn named(name: &str, value: Object) -> Vec<u8> {
    let object = Object::default().raw("type", json::quoted(name));
    object.raw("value", value.write()).write()
}

/// The document that a signer signs. `None` if this transaction cannot be signed so: it has fields or options that the form leaves out,
/// or a message that is no JSON.
pub(super) fn document(tx: &Tx, signer: &Signer<'_>) -> Option<Vec<u8>> {
    let body = &tx.body;
    if shape::check(&tx.raw.body_bytes, &shape::BODY, false).is_err()
        || !body.extension_options.is_empty()
        || !body.non_critical_extension_options.is_empty()
    {
        return None;
    }
    let fee = tx.auth.fee.as_ref()?;
    let paid = Object::default()
        .coins("amount", &fee.amount)
        .raw("gas", decimal(fee.gas_limit))
        .text("granter", &fee.granter)
        .text("payer", &fee.payer);
    let messages: Option<Vec<Vec<u8>>> = tx.messages.iter().map(message).collect();
    let document = Object::default()
        .raw("account_number", decimal(signer.account_number))
        .raw("chain_id", json::quoted(signer.chain_id))
        .raw("fee", paid.write())
        .raw("memo", json::quoted(&body.memo))
        .raw("msgs", list_or_null(messages?.into_iter()))
        .raw("sequence", decimal(signer.sequence))
        .number("timeout_height", body.timeout_height);
    Some(timing(document, &tx.timing).write())
}

fn timing(document: Object, timing: &Timing) -> Object {
    let document = match timing.timeout_timestamp {
        Some(moment) => document.text("timeout_timestamp", &moment.rfc3339()),
        None => document,
    };
    if timing.unordered {
        return document.raw("unordered", b"true".to_vec());
    }
    document
}

fn message(message: &Message) -> Option<Vec<u8>> {
    let object = Object::default();
    let (name, value) = match message {
        Message::Send(m) => {
            let object = object.text("from_address", &m.from_address);
            let object = object.text("to_address", &m.to_address);
            ("cosmos-sdk/MsgSend", object.coins("amount", &m.amount))
        }
        Message::MultiSend(m) => {
            let inputs = m
                .inputs
                .iter()
                .map(|side| party(&side.address, &side.coins));
            let outputs = m
                .outputs
                .iter()
                .map(|side| party(&side.address, &side.coins));
            let object = object.raw("inputs", list_or_null(inputs));
            let object = object.raw("outputs", list_or_null(outputs));
            ("cosmos-sdk/MsgMultiSend", object)
        }
        Message::GrantAllowance(m) => {
            let object = object.text("grantee", &m.grantee);
            let object = object.text("granter", &m.granter);
            let allowance = Allowance::read(m.allowance.as_ref()?).ok()?;
            let object = object.raw("allowance", self::allowance(&allowance));
            ("cosmos-sdk/MsgGrantAllowance", object)
        }
        Message::RevokeAllowance(m) => {
            let object = object.text("grantee", &m.grantee);
            let object = object.text("granter", &m.granter);
            ("cosmos-sdk/MsgRevokeAllowance", object)
        }
        _ => return wasm(message),
    };
    Some(named(name, value))
}

fn party(address: &str, coins: &[ProtoCoin]) -> Vec<u8> {
    let object = Object::default().text("address", address);
    object.coins("coins", coins).write()
}

fn wasm(message: &Message) -> Option<Vec<u8>> {
    let object = Object::default().text("sender", message.signers().first().copied()?);
    let (name, value) = match message {
        Message::StoreCode(m) => {
            let object = object.bytes("wasm_byte_code", &m.wasm_byte_code);
            let object = match &m.instantiate_permission {
                Some(access) => object.raw("instantiate_permission", permission(access)),
                None => object,
            };
            ("wasm/MsgStoreCode", object)
        }
        Message::Instantiate(m) => {
            let object = object.text("admin", &m.admin).number("code_id", m.code_id);
            let object = object.text("label", &m.label).coins("funds", &m.funds);
            ("wasm/MsgInstantiateContract", object.inline("msg", &m.msg)?)
        }
        Message::Instantiate2(m) => {
            let object = object.text("admin", &m.admin).number("code_id", m.code_id);
            let object = object.text("label", &m.label).coins("funds", &m.funds);
            let object = object.bytes("salt", &m.salt).inline("msg", &m.msg)?;
            let object = if m.fix_msg {
                object.raw("fix_msg", b"true".to_vec())
            } else {
                object
            };
            ("wasm/MsgInstantiateContract2", object)
        }
        Message::Execute(m) => {
            let object = object.text("contract", &m.contract);
            let object = object.coins("funds", &m.funds);
            ("wasm/MsgExecuteContract", object.inline("msg", &m.msg)?)
        }
        Message::Migrate(m) => {
            let object = object.text("contract", &m.contract);
            let object = object.number("code_id", m.code_id);
            ("wasm/MsgMigrateContract", object.inline("msg", &m.msg)?)
        }
        Message::UpdateAdmin(m) => {
            let object = object.text("contract", &m.contract);
            (
                "wasm/MsgUpdateAdmin",
                object.text("new_admin", &m.new_admin),
            )
        }
        Message::ClearAdmin(m) => ("wasm/MsgClearAdmin", object.text("contract", &m.contract)),
        _ => return None,
    };
    Some(named(name, value))
}

/// The permission is a number here, not its name.
fn permission(access: &AccessConfig) -> Vec<u8> {
    let mut object = Object::default();
    if access.permission != 0 {
        object = object.raw("permission", access.permission.to_string().into_bytes());
    }
    if !access.addresses.is_empty() {
        object = object.raw("addresses", texts(&access.addresses));
    }
    object.write()
}

fn texts(texts: &[String]) -> Vec<u8> {
    list(texts.iter().map(|text| json::quoted(text)))
}

fn allowance(allowance: &Allowance) -> Vec<u8> {
    let object = Object::default();
    match allowance {
        Allowance::Basic(basic) => named("cosmos-sdk/BasicAllowance", limits(basic)),
        Allowance::Periodic(periodic) => {
            let object = object
                .raw("basic", limits(&periodic.basic).write())
                .raw("period", json::quoted(&periodic.period.to_string()))
                .raw("period_reset", json::quoted(&periodic.reset.rfc3339()))
                .coins("period_spend_limit", &coin::to_proto(&periodic.spend_limit))
                .coins("period_can_spend", &coin::to_proto(&periodic.can_spend));
            named("cosmos-sdk/PeriodicAllowance", object)
        }
        Allowance::Messages(inner, messages) => {
            let object = object.raw("allowance", self::allowance(inner));
            let object = if messages.is_empty() {
                object
            } else {
                object.raw("allowed_messages", texts(messages))
            };
            named("cosmos-sdk/AllowedMsgAllowance", object)
        }
    }
}

fn limits(basic: &Basic) -> Object {
    let object = Object::default().coins("spend_limit", &coin::to_proto(&basic.spend_limit));
    match basic.expiration {
        Some(moment) => object.text("expiration", &moment.rfc3339()),
        None => object,
    }
}
