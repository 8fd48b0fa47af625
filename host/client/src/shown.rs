//! What a transaction says, for the person who signs it: decoded from the very bytes that are signed, and from nothing else
//! (U6). Owns the wording; refuses whatever it could not show in full, since protobuf passes over what it does not know.

use std::fmt::Write as _;

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, Fee, SignerInfo, TxBody, TxRaw, mode_info};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2,
    MsgMigrateContract, MsgStoreCode, MsgUpdateAdmin,
};
use prost::{Message, Name};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::error::ClientError;
use crate::keys::PublicKey;
use crate::tx::Document;

/// A transaction as people read it.
#[derive(Clone, Debug, PartialEq)]
pub struct Shown {
    /// Lines, not yet made inert for a terminal.
    pub text: String,
    /// The same as a document.
    pub document: Value,
    /// Who signs.
    pub signer: PublicKey,
    /// Transactions the signer made before.
    pub sequence: u64,
}

/// A message: its lines and its fields.
struct Told {
    title: &'static str,
    fields: Vec<(&'static str, Value)>,
}

/// Shows the bytes that are signed.
///
/// # Errors
/// `Document` if there is anything in them that would not be shown.
pub fn sign_bytes(bytes: &[u8]) -> Result<Shown, ClientError> {
    let document = Document::parse(bytes)?;
    let inner = document.inner();
    let mut shown = parts(&inner.body_bytes, &inner.auth_info_bytes)?;
    shown.text = format!(
        "chain     {}\naccount   number {}\n{}",
        inner.chain_id, inner.account_number, shown.text
    );
    if let Some(fields) = shown.document.as_object_mut() {
        fields.insert("chain_id".to_owned(), inner.chain_id.clone().into());
        fields.insert(
            "account_number".to_owned(),
            inner.account_number.to_string().into(),
        );
    }
    Ok(shown)
}

/// Shows a transaction that was signed. Chain and account number are not in it; whether the signature holds cannot be said
/// without them.
///
/// # Errors
/// `Document` if there is anything in it that would not be shown.
pub fn tx_raw(bytes: &[u8]) -> Result<Shown, ClientError> {
    let raw: TxRaw = whole("TxRaw", bytes)?;
    parts(&raw.body_bytes, &raw.auth_info_bytes)
}

fn parts(body: &[u8], auth: &[u8]) -> Result<Shown, ClientError> {
    let body: TxBody = whole("TxBody", body)?;
    let auth: AuthInfo = whole("AuthInfo", auth)?;
    if !body.extension_options.is_empty() || !body.non_critical_extension_options.is_empty() {
        return Err(refused("the body has extension options"));
    }
    let (signer, sequence) = signer(&auth)?;
    let fee = auth.fee.unwrap_or_default();
    let mut text = format!(
        "signer    {}\nsequence  {sequence}\ngas       {} at most\nfee       {}\n",
        hex::encode(signer.to_bytes()),
        fee.gas_limit,
        coins(&fee.amount)
    );
    text += &others_who_pay(&fee);
    if body.timeout_height > 0 {
        writeln!(text, "timeout   after block {}", body.timeout_height).unwrap_or_default();
    }
    if !body.memo.is_empty() {
        writeln!(text, "memo      {}", one_line(&body.memo)).unwrap_or_default();
    }
    let mut messages = Vec::new();
    for (i, any) in body.messages.iter().enumerate() {
        let told = message(any)?;
        writeln!(text, "message {}: {}", i + 1, told.title).unwrap_or_default();
        for (name, value) in &told.fields {
            writeln!(text, "  {name:<9} {}", plain(value)).unwrap_or_default();
        }
        let mut fields: serde_json::Map<String, Value> = told
            .fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        fields.insert("type".to_owned(), any.type_url.clone().into());
        messages.push(Value::Object(fields));
    }
    let document = json!({
        "signer": hex::encode(signer.to_bytes()),
        "sequence": sequence.to_string(),
        "gas_limit": fee.gas_limit.to_string(),
        "fee": coins(&fee.amount),
        "fee_payer": fee.payer,
        "fee_granter": fee.granter,
        "memo": body.memo,
        "timeout_height": body.timeout_height.to_string(),
        "messages": messages,
    });
    Ok(Shown {
        text,
        document,
        signer,
        sequence,
    })
}

/// The only signer, who signs these bytes and no other form of them.
fn signer(auth: &AuthInfo) -> Result<(PublicKey, u64), ClientError> {
    #[expect(deprecated, reason = "a tip is refused, not used")]
    if auth.tip.is_some() {
        return Err(refused("it offers a tip"));
    }
    let [
        SignerInfo {
            public_key: Some(public_key),
            mode_info: Some(mode),
            sequence,
        },
    ] = auth.signer_infos.as_slice()
    else {
        return Err(refused("it has not exactly one signer with a key"));
    };
    let direct = mode_info::Sum::Single(mode_info::Single {
        mode: SignMode::Direct.into(),
    });
    if mode.sum.as_ref() != Some(&direct) {
        return Err(refused("it is not signed in SIGN_MODE_DIRECT"));
    }
    let key: PubKey = typed(public_key)?;
    Ok((PublicKey::from_bytes(&key.key)?, *sequence))
}

fn others_who_pay(fee: &Fee) -> String {
    let mut text = String::new();
    for (name, address) in [("payer", &fee.payer), ("granter", &fee.granter)] {
        if !address.is_empty() {
            writeln!(text, "{name:<9} {}", one_line(address)).unwrap_or_default();
        }
    }
    text
}

fn message(any: &Any) -> Result<Told, ClientError> {
    let url = any.type_url.as_str();
    if url == MsgSend::type_url() {
        let m: MsgSend = typed(any)?;
        return Ok(Told {
            title: "send coins",
            fields: vec![
                ("from", m.from_address.into()),
                ("to", m.to_address.into()),
                ("amount", coins(&m.amount).into()),
            ],
        });
    }
    if url == MsgStoreCode::type_url() {
        let m: MsgStoreCode = typed(any)?;
        if m.instantiate_permission.is_some() {
            return Err(refused("it restricts who may instantiate the code"));
        }
        return Ok(Told {
            title: "store code",
            fields: vec![
                ("sender", m.sender.into()),
                ("bytes", m.wasm_byte_code.len().into()),
                (
                    "sha256",
                    hex::encode(Sha256::digest(&m.wasm_byte_code)).into(),
                ),
            ],
        });
    }
    contract_message(any, url)
}

fn contract_message(any: &Any, url: &str) -> Result<Told, ClientError> {
    if url == MsgExecuteContract::type_url() {
        let m: MsgExecuteContract = typed(any)?;
        return Ok(Told {
            title: "call a contract",
            fields: vec![
                ("sender", m.sender.into()),
                ("contract", m.contract.into()),
                ("msg", call(&m.msg)),
                ("funds", coins(&m.funds).into()),
            ],
        });
    }
    if url == MsgInstantiateContract::type_url() {
        let m: MsgInstantiateContract = typed(any)?;
        return Ok(Told {
            title: "make a contract",
            fields: vec![
                ("sender", m.sender.into()),
                ("admin", admin(m.admin)),
                ("code", m.code_id.to_string().into()),
                ("label", m.label.into()),
                ("msg", call(&m.msg)),
                ("funds", coins(&m.funds).into()),
            ],
        });
    }
    if url == MsgInstantiateContract2::type_url() {
        let m: MsgInstantiateContract2 = typed(any)?;
        return Ok(Told {
            title: "make a contract at a predictable address",
            fields: vec![
                ("sender", m.sender.into()),
                ("admin", admin(m.admin)),
                ("code", m.code_id.to_string().into()),
                ("label", m.label.into()),
                ("msg", call(&m.msg)),
                ("funds", coins(&m.funds).into()),
                ("salt", hex::encode(m.salt).into()),
                ("fix_msg", m.fix_msg.to_string().into()),
            ],
        });
    }
    admin_message(any, url)
}

fn admin_message(any: &Any, url: &str) -> Result<Told, ClientError> {
    if url == MsgMigrateContract::type_url() {
        let m: MsgMigrateContract = typed(any)?;
        return Ok(Told {
            title: "give a contract another code",
            fields: vec![
                ("sender", m.sender.into()),
                ("contract", m.contract.into()),
                ("code", m.code_id.to_string().into()),
                ("msg", call(&m.msg)),
            ],
        });
    }
    if url == MsgUpdateAdmin::type_url() {
        let m: MsgUpdateAdmin = typed(any)?;
        return Ok(Told {
            title: "give a contract another admin",
            fields: vec![
                ("sender", m.sender.into()),
                ("contract", m.contract.into()),
                ("admin", m.new_admin.into()),
            ],
        });
    }
    if url == MsgClearAdmin::type_url() {
        let m: MsgClearAdmin = typed(any)?;
        return Ok(Told {
            title: "take a contract's admin away for ever",
            fields: vec![("sender", m.sender.into()), ("contract", m.contract.into())],
        });
    }
    Err(refused(format!(
        "a message is of type {url:?}, which this program does not show"
    )))
}

/// The JSON for a contract as it is signed; hex where it is no text.
fn call(msg: &[u8]) -> Value {
    match std::str::from_utf8(msg) {
        Ok(text) => text.into(),
        Err(_) => format!("(no text) {}", hex::encode(msg)).into(),
    }
}

fn admin(address: String) -> Value {
    if address.is_empty() {
        return "nobody, for ever".into();
    }
    address.into()
}

fn coins(coins: &[Coin]) -> String {
    if coins.is_empty() {
        return "none".to_owned();
    }
    coins
        .iter()
        .map(|coin| format!("{} {}", coin.amount, coin.denom))
        .collect::<Vec<_>>()
        .join(", ")
}

/// A value begins and ends on its own line, whatever it holds.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => one_line(text),
        other => other.to_string(),
    }
}

fn one_line(text: &str) -> String {
    text.replace('\n', "\\u{a}")
}

fn typed<M: Message + Name + Default>(any: &Any) -> Result<M, ClientError> {
    if any.type_url != M::type_url() {
        return Err(refused(format!(
            "{:?} stands where {:?} belongs",
            any.type_url,
            M::type_url()
        )));
    }
    whole(M::NAME, &any.value)
}

/// Decodes what is written exactly as this program would write it, so that nothing in it goes unseen.
fn whole<M: Message + Default>(name: &str, bytes: &[u8]) -> Result<M, ClientError> {
    let message = M::decode(bytes).map_err(|error| refused(format!("no {name}: {error}")))?;
    if message.encode_to_vec() != bytes {
        return Err(refused(format!(
            "{name} has fields that this program does not know, or is not written in the one way that counts"
        )));
    }
    Ok(message)
}

fn refused(why: impl Into<String>) -> ClientError {
    ClientError::Document(why.into())
}
