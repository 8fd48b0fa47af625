//! Transactions in the SDK's JSON: one of the past, simulation, sending. It decides nothing about any of them.

use std::sync::Arc;

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxResponse;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::Sum;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    AuthInfo, BroadcastMode, BroadcastTxRequest, BroadcastTxResponse, GetTxRequest, GetTxResponse,
    ModeInfo, SimulateRequest, SimulateResponse, Tx, TxBody,
};
use prost::Message as _;
use serde_json::{Map, Value, json};
use tendermint_proto::v0_38::abci::Event;

use super::base::coins;
use super::message::any;
use super::{RestError, ask, block, bytes};
use crate::answer::base64;
use crate::answer::tx::EventJson;
use crate::grpc;
use crate::query::Asked;
use crate::shared::Shared;

pub(super) fn one(asked: &Asked<'_>, hash: &str) -> Result<Value, RestError> {
    let hash = hash.to_owned();
    let path = "/cosmos.tx.v1beta1.Service/GetTx";
    let answer: GetTxResponse = ask(asked, path, &GetTxRequest { hash })?;
    let response = answer.tx_response.as_ref().map(response);
    // The bytes say more than the generated type: two fields of the body are younger than it.
    let bytes = answer.tx_response.and_then(|response| response.tx);
    let tx = bytes.map(|tx| whole(&tx.value));
    Ok(json!({ "tx": tx, "tx_response": response }))
}

/// The fields of a body that the generated type lacks.
#[derive(Clone, PartialEq, prost::Message)]
struct YoungBody {
    #[prost(bool, tag = "4")]
    unordered: bool,
    #[prost(message, optional, tag = "5")]
    timeout_timestamp: Option<cosmos_sdk_proto::Timestamp>,
}

/// Where the body is, unread.
#[derive(Clone, PartialEq, prost::Message)]
struct RawBody {
    #[prost(bytes = "vec", tag = "1")]
    body: Vec<u8>,
}

fn whole(tx: &[u8]) -> Value {
    let young = RawBody::decode(tx).ok();
    let young = young.and_then(|raw| YoungBody::decode(raw.body.as_slice()).ok());
    let tx = Tx::decode(tx).unwrap_or_default();
    json!({
        "body": tx.body.map(|shown| body(&shown, &young.unwrap_or_default())),
        "auth_info": tx.auth_info.map(auth_info),
        "signatures": tx.signatures.iter().map(|signature| base64(signature)).collect::<Vec<_>>(),
    })
}

fn body(body: &TxBody, young: &YoungBody) -> Value {
    let list = |list: &[Any]| list.iter().map(any).collect::<Vec<_>>();
    let timeout = young.timeout_timestamp.as_ref();
    json!({
        "messages": list(&body.messages),
        "memo": body.memo,
        "timeout_height": body.timeout_height.to_string(),
        "unordered": young.unordered,
        "timeout_timestamp": timeout.map(|at| block::time(at.seconds, at.nanos)),
        "extension_options": list(&body.extension_options),
        "non_critical_extension_options": list(&body.non_critical_extension_options),
    })
}

fn auth_info(info: AuthInfo) -> Value {
    let signers = info.signer_infos.iter().map(|signer| {
        json!({
            "public_key": signer.public_key.as_ref().map(any),
            "mode_info": signer.mode_info.as_ref().map(|mode| mode_info(mode, NESTED)),
            "sequence": signer.sequence.to_string(),
        })
    });
    let fee = info.fee.map(|fee| {
        json!({
            "amount": coins(&fee.amount),
            "gas_limit": fee.gas_limit.to_string(),
            "payer": fee.payer,
            "granter": fee.granter,
        })
    });
    json!({ "signer_infos": signers.collect::<Vec<_>>(), "fee": fee, "tip": null })
}

/// Keys of keys of keys are shown to this depth.
const NESTED: u32 = 16;

fn mode_info(info: &ModeInfo, depth: u32) -> Value {
    match &info.sum {
        Some(Sum::Single(single)) => {
            let mode = SignMode::try_from(single.mode).unwrap_or_default();
            json!({ "single": { "mode": mode.as_str_name() } })
        }
        Some(Sum::Multi(multi)) if depth > 0 => {
            let bits = multi.bitarray.clone().unwrap_or_default();
            let infos = multi.mode_infos.iter();
            let infos = infos.map(|info| mode_info(info, depth.saturating_sub(1)));
            json!({ "multi": {
                "bitarray": {
                    "extra_bits_stored": bits.extra_bits_stored, "elems": base64(&bits.elems),
                },
                "mode_infos": infos.collect::<Vec<_>>(),
            } })
        }
        _ => Value::Object(Map::new()),
    }
}

fn events(events: &[Event]) -> Vec<EventJson> {
    events.iter().cloned().map(EventJson::from).collect()
}

fn response(response: &TxResponse) -> Value {
    let tx = response.tx.as_ref().map(|tx| {
        let mut fields = Map::new();
        fields.insert("@type".to_owned(), tx.type_url.clone().into());
        if let Value::Object(shown) = whole(&tx.value) {
            fields.extend(shown);
        }
        fields
    });
    json!({
        "height": response.height.to_string(),
        "txhash": response.txhash,
        "codespace": response.codespace,
        "code": response.code,
        "data": response.data,
        "raw_log": response.raw_log,
        "logs": [],
        "info": response.info,
        "gas_wanted": response.gas_wanted.to_string(),
        "gas_used": response.gas_used.to_string(),
        "tx": tx,
        "timestamp": response.timestamp,
        "events": events(&response.events),
    })
}

/// What is posted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Post {
    Simulate,
    Broadcast,
}

/// Answers a transaction that is posted.
pub(super) async fn post(
    shared: &Arc<Shared>,
    kind: Post,
    request: &Value,
) -> Result<Value, RestError> {
    let tx_bytes = match request.get("tx_bytes") {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::String(text)) => bytes(text).map_err(RestError::invalid)?,
        Some(_) => return Err(RestError::invalid("tx_bytes are a text in base64")),
    };
    if tx_bytes.is_empty() && request.get("tx").is_some_and(|tx| !tx.is_null()) {
        return Err(RestError::invalid(
            "a transaction in JSON is not read here; send its bytes as tx_bytes",
        ));
    }
    match kind {
        Post::Simulate => {
            let simulated = shared.blocking(move |asked| simulate(asked, tx_bytes));
            simulated.await.map_err(RestError::internal)?
        }
        Post::Broadcast => {
            let mode = mode(request.get("mode"))?.into();
            let request = BroadcastTxRequest { tx_bytes, mode };
            let answer = grpc::broadcast(shared, &request.encode_to_vec()).await?;
            let answer = BroadcastTxResponse::decode(answer.as_slice());
            let answer = answer.map_err(|error| RestError::internal(error.to_string()))?;
            Ok(json!({ "tx_response": answer.tx_response.as_ref().map(response) }))
        }
    }
}

fn mode(given: Option<&Value>) -> Result<BroadcastMode, RestError> {
    let unknown = |shown: &str| {
        let text = format!("unknown value {shown} for enum cosmos.tx.v1beta1.BroadcastMode");
        RestError::invalid(text)
    };
    match given {
        None | Some(Value::Null) => Ok(BroadcastMode::Unspecified),
        Some(Value::String(name)) => {
            BroadcastMode::from_str_name(name).ok_or_else(|| unknown(&format!("{name:?}")))
        }
        Some(other) => {
            let number = other.as_i64().and_then(|number| i32::try_from(number).ok());
            let mode = number.and_then(|number| BroadcastMode::try_from(number).ok());
            mode.ok_or_else(|| unknown(&other.to_string()))
        }
    }
}

fn simulate(asked: &Asked<'_>, tx_bytes: Vec<u8>) -> Result<Value, RestError> {
    let request = SimulateRequest {
        tx_bytes,
        ..SimulateRequest::default()
    };
    let path = "/cosmos.tx.v1beta1.Service/Simulate";
    let answer: SimulateResponse = ask(asked, path, &request)?;
    let gas = answer.gas_info.unwrap_or_default();
    let result = answer.result.map(|result| {
        #[expect(deprecated, reason = "old clients read data there")]
        let data = base64(&result.data);
        json!({
            "data": data,
            "log": result.log,
            "events": events(&result.events),
            "msg_responses": result.msg_responses.iter().map(any).collect::<Vec<_>>(),
        })
    });
    Ok(json!({
        "gas_info": {
            "gas_wanted": gas.gas_wanted.to_string(), "gas_used": gas.gas_used.to_string(),
        },
        "result": result,
    }))
}
