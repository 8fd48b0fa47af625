//! Questions of contracts, and smart queries from anywhere; every change made while answering is dropped.

mod bank;
mod contracts;
mod distribution;
mod ibc;
mod staking;

pub(crate) use contracts::smart;

use super::entry;
use crate::address::Address;
use crate::error::{Failure, Fault, Stop, sdk};
use crate::gas;
use crate::session::{Depth, Session};
use commons_vm::Gas;
use cosmwasm_std::{Binary, ContractResult, QuerierResult, SystemError, SystemResult};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::rc::Rc;

/// Answers a contract's query with the JSON of a `QuerierResult`. Its gas is charged to the meter in force; out of gas inside ends the caller.
pub(super) fn answer(
    session: &Rc<Session>,
    asker: &Address,
    request: &[u8],
    limit: Gas,
    depth: Depth,
) -> Result<Vec<u8>, Stop> {
    session.open_meter(limit.0 / gas::VM_GAS);
    let layer = session.branch();
    let result = dispatch(session, asker, request, depth);
    session.roll_back(layer);
    let used = session.close_meter();
    session.charge(used, "contract sub-query")?;
    let result: QuerierResult = match result {
        Ok(bytes) => SystemResult::Ok(ContractResult::Ok(Binary::new(bytes))),
        Err(Stop::Failed(failure)) => match failure.system() {
            Some(system) => SystemResult::Err(system.clone()),
            None => SystemResult::Ok(ContractResult::Err(failure.redacted())),
        },
        Err(stop) => return Err(stop),
    };
    // The machine reads what the chain answers and writes it anew, so that here nothing is escaped as Go does.
    let json = serde_json::to_vec(&result).map_err(|error| Fault::Corrupt {
        what: "answer to a contract",
        reason: error.to_string(),
    })?;
    Ok(json)
}

/// A question: who asks, its variant, and the fields; with the bytes, which a refusal repeats.
struct Question<'a> {
    asker: &'a Address,
    request: &'a [u8],
    variant: &'a str,
    fields: &'a Value,
}

impl Question<'_> {
    /// The fields of a known variant.
    fn read<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        T::deserialize(self.fields).map_err(|error| invalid(self.request, &error))
    }
}

fn dispatch(
    session: &Rc<Session>,
    asker: &Address,
    request: &[u8],
    depth: Depth,
) -> Result<Vec<u8>, Stop> {
    let parsed: Value =
        serde_json::from_slice(request).map_err(|error| invalid(request, &error))?;
    if let Some(kind) = misplaced(&parsed) {
        let text =
            format!("json: cannot unmarshal {kind} into Go value of type types.QueryRequest");
        return Err(invalid(request, &text).into());
    }
    let Some((module, body)) = first(&parsed) else {
        return Err(refuse(SystemError::Unknown {}).into());
    };
    let (variant, fields) = first(body).unwrap_or(("", &Value::Null));
    let question = Question {
        asker,
        request,
        variant,
        fields,
    };
    match module {
        "bank" => bank::answer(session, &question),
        "wasm" => contracts::answer(session, &question, depth),
        "staking" => staking::answer(session, &question),
        "custom" => Err(unsupported("custom").into()),
        "stargate" => Err(unsupported("Stargate queries are disabled on this chain").into()),
        "grpc" => Err(unsupported("gRPC queries are disabled on this chain").into()),
        "ibc" => ibc::answer(session, &question),
        "distribution" => distribution::answer(session, &question),
        _ => Err(refuse(SystemError::Unknown {}).into()),
    }
}

fn first(value: &Value) -> Option<(&str, &Value)> {
    let (key, value) = value.as_object()?.iter().next()?;
    Some((key, value))
}

/// What Go calls a value that stands where an object should; null counts as an empty one.
fn misplaced(value: &Value) -> Option<&'static str> {
    match value {
        Value::Bool(_) => Some("bool"),
        Value::Number(_) => Some("number"),
        Value::String(_) => Some("string"),
        Value::Array(_) => Some("array"),
        Value::Null | Value::Object(_) => None,
    }
}

fn invalid(request: &[u8], error: &impl ToString) -> Failure {
    refuse(SystemError::InvalidRequest {
        error: error.to_string(),
        request: Binary::from(request),
    })
}

fn unsupported(kind: &str) -> Failure {
    refuse(SystemError::UnsupportedRequest {
        kind: kind.to_owned(),
    })
}

fn refuse(system: SystemError) -> Failure {
    sdk::UNKNOWN_REQUEST.bare().seen_as(system)
}

fn read_address(session: &Session, text: &str) -> Result<Address, Failure> {
    session
        .addresses
        .read(text)
        .map_err(|_| sdk::INVALID_ADDRESS.because(text))
}
