//! Messages of transactions, keys and accounts as JSON: those that this chain executes field by field, others as their bytes. It says what
//! is there, never whether it is right.

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::BaseAccount;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{MsgMultiSend, MsgSend};
use cosmos_sdk_proto::cosmos::crypto::ed25519;
use cosmos_sdk_proto::cosmos::crypto::multisig::LegacyAminoPubKey;
use cosmos_sdk_proto::cosmos::crypto::secp256k1;
use cosmos_sdk_proto::cosmos::feegrant::v1beta1::{MsgGrantAllowance, MsgRevokeAllowance};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig, AccessType, MsgClearAdmin, MsgClearAdminResponse, MsgExecuteContract,
    MsgExecuteContractResponse, MsgInstantiateContract, MsgInstantiateContract2,
    MsgInstantiateContract2Response, MsgInstantiateContractResponse, MsgMigrateContract,
    MsgMigrateContractResponse, MsgStoreCode, MsgStoreCodeResponse, MsgUpdateAdmin,
    MsgUpdateAdminResponse,
};
use prost::Message;
use serde_json::{Map, Value, json};

use super::base::{account, coins};
use crate::answer::base64;

/// A message of any type, with its type as `@type`.
pub(super) fn any(any: &Any) -> Value {
    let bytes = any.value.as_slice();
    let fields = known(&any.type_url, bytes);
    // What is not known is not hidden.
    let fields = fields.unwrap_or_else(|| json!({ "value": base64(bytes) }));
    let mut whole = Map::new();
    whole.insert("@type".to_owned(), any.type_url.clone().into());
    if let Value::Object(fields) = fields {
        whole.extend(fields);
    }
    Value::Object(whole)
}

fn list(messages: &[Any]) -> Vec<Value> {
    messages.iter().map(any).collect()
}

/// The fields of a message whose type is known and which can be read.
fn known(type_url: &str, bytes: &[u8]) -> Option<Value> {
    let (module, name) = type_url.rsplit_once('.')?;
    match module {
        "/cosmwasm.wasm.v1" => wasm(name, bytes),
        "/cosmos.bank.v1beta1" => bank(name, bytes),
        "/cosmos.feegrant.v1beta1" => feegrant(name, bytes),
        "/cosmos.auth.v1beta1" if name == "BaseAccount" => {
            read(bytes, |found: BaseAccount| account(&found))
        }
        "/cosmos.crypto.secp256k1" if name == "PubKey" => read(
            bytes,
            |key: secp256k1::PubKey| json!({ "key": base64(&key.key) }),
        ),
        "/cosmos.crypto.ed25519" if name == "PubKey" => read(
            bytes,
            |key: ed25519::PubKey| json!({ "key": base64(&key.key) }),
        ),
        "/cosmos.crypto.multisig" => read(
            bytes,
            |key: LegacyAminoPubKey| json!({ "threshold": key.threshold, "public_keys": list(&key.public_keys) }),
        ),
        _ => None,
    }
}

fn read<M: Message + Default>(bytes: &[u8], show: impl FnOnce(M) -> Value) -> Option<Value> {
    M::decode(bytes).ok().map(show)
}

fn bank(name: &str, bytes: &[u8]) -> Option<Value> {
    match name {
        "MsgSend" => read(bytes, |send: MsgSend| {
            json!({
                "from_address": send.from_address,
                "to_address": send.to_address,
                "amount": coins(&send.amount),
            })
        }),
        "MsgMultiSend" => read(bytes, |send: MsgMultiSend| {
            let inputs = send.inputs.iter();
            let inputs =
                inputs.map(|one| json!({ "address": one.address, "coins": coins(&one.coins) }));
            let outputs = send.outputs.iter();
            let outputs =
                outputs.map(|one| json!({ "address": one.address, "coins": coins(&one.coins) }));
            json!({ "inputs": inputs.collect::<Vec<_>>(), "outputs": outputs.collect::<Vec<_>>() })
        }),
        "MsgSendResponse" | "MsgMultiSendResponse" => Some(json!({})),
        _ => None,
    }
}

fn feegrant(name: &str, bytes: &[u8]) -> Option<Value> {
    match name {
        "MsgGrantAllowance" => read(bytes, |grant: MsgGrantAllowance| {
            json!({
                "granter": grant.granter,
                "grantee": grant.grantee,
                "allowance": grant.allowance.as_ref().map(any),
            })
        }),
        "MsgRevokeAllowance" => read(
            bytes,
            |grant: MsgRevokeAllowance| json!({ "granter": grant.granter, "grantee": grant.grantee }),
        ),
        "MsgGrantAllowanceResponse" | "MsgRevokeAllowanceResponse" => Some(json!({})),
        _ => None,
    }
}

/// The JSON that a contract is sent; its bytes where it is none.
pub(super) fn inner(msg: &[u8]) -> Value {
    serde_json::from_slice(msg).unwrap_or_else(|_| base64(msg).into())
}

/// Who may instantiate a code.
pub(super) fn access(config: &AccessConfig) -> Value {
    let permission = match AccessType::try_from(config.permission) {
        Ok(AccessType::Nobody) => "Nobody",
        Ok(AccessType::Everybody) => "Everybody",
        Ok(AccessType::AnyOfAddresses) => "AnyOfAddresses",
        _ => "Unspecified",
    };
    json!({ "permission": permission, "addresses": config.addresses })
}

fn wasm(name: &str, bytes: &[u8]) -> Option<Value> {
    match name {
        "MsgStoreCode" => read(bytes, |msg: MsgStoreCode| {
            json!({
                "sender": msg.sender,
                "wasm_byte_code": base64(&msg.wasm_byte_code),
                "instantiate_permission": msg.instantiate_permission.as_ref().map(access),
            })
        }),
        "MsgInstantiateContract" => read(bytes, |msg: MsgInstantiateContract| {
            json!({
                "sender": msg.sender, "admin": msg.admin, "code_id": msg.code_id.to_string(),
                "label": msg.label, "msg": inner(&msg.msg), "funds": coins(&msg.funds),
            })
        }),
        "MsgInstantiateContract2" => read(bytes, |msg: MsgInstantiateContract2| {
            json!({
                "sender": msg.sender, "admin": msg.admin, "code_id": msg.code_id.to_string(),
                "label": msg.label, "msg": inner(&msg.msg), "funds": coins(&msg.funds),
                "salt": base64(&msg.salt), "fix_msg": msg.fix_msg,
            })
        }),
        "MsgExecuteContract" => read(bytes, |msg: MsgExecuteContract| {
            json!({
                "sender": msg.sender, "contract": msg.contract,
                "msg": inner(&msg.msg), "funds": coins(&msg.funds),
            })
        }),
        "MsgMigrateContract" => read(bytes, |msg: MsgMigrateContract| {
            json!({
                "sender": msg.sender, "contract": msg.contract,
                "code_id": msg.code_id.to_string(), "msg": inner(&msg.msg),
            })
        }),
        "MsgUpdateAdmin" => read(
            bytes,
            |msg: MsgUpdateAdmin| json!({ "sender": msg.sender, "new_admin": msg.new_admin, "contract": msg.contract }),
        ),
        "MsgClearAdmin" => read(
            bytes,
            |msg: MsgClearAdmin| json!({ "sender": msg.sender, "contract": msg.contract }),
        ),
        _ => wasm_response(name, bytes),
    }
}

fn wasm_response(name: &str, bytes: &[u8]) -> Option<Value> {
    let data = |data: &[u8]| json!({ "data": base64(data) });
    match name {
        "MsgStoreCodeResponse" => read(
            bytes,
            |msg: MsgStoreCodeResponse| json!({ "code_id": msg.code_id.to_string(), "checksum": base64(&msg.checksum) }),
        ),
        "MsgInstantiateContractResponse" => read(
            bytes,
            |msg: MsgInstantiateContractResponse| json!({ "address": msg.address, "data": base64(&msg.data) }),
        ),
        "MsgInstantiateContract2Response" => read(
            bytes,
            |msg: MsgInstantiateContract2Response| json!({ "address": msg.address, "data": base64(&msg.data) }),
        ),
        "MsgExecuteContractResponse" => {
            read(bytes, |msg: MsgExecuteContractResponse| data(&msg.data))
        }
        "MsgMigrateContractResponse" => {
            read(bytes, |msg: MsgMigrateContractResponse| data(&msg.data))
        }
        "MsgUpdateAdminResponse" => read(bytes, |_: MsgUpdateAdminResponse| json!({})),
        "MsgClearAdminResponse" => read(bytes, |_: MsgClearAdminResponse| json!({})),
        _ => None,
    }
}
