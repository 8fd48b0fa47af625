//! Questions of contracts, and smart queries from anywhere; every change made while answering is dropped.

use super::entry::{self, Call};
use super::record;
use crate::EntryPoint;
use crate::address::Address;
use crate::bank;
use crate::coin::Coin;
use crate::error::{Failure, Stop, sdk, wasm};
use crate::gas;
use crate::keys;
use crate::session::{Depth, Session};
use crate::tx::Message;
use commons_vm::Gas;
use cosmwasm_std::{
    BankQuery, Binary, ContractResult, QuerierResult, SystemError, SystemResult, WasmQuery,
};
use serde::Serialize;
use serde_json::Value;
use std::rc::Rc;

/// Smart queries that may be nested.
const MAX_STACK: u32 = 10;

/// Answers a contract's query with the JSON of a `QuerierResult`. Its gas is charged to the meter in force; out of gas inside ends the caller.
pub(super) fn answer(
    session: &Rc<Session>,
    request: &[u8],
    limit: Gas,
    depth: Depth,
) -> Result<Vec<u8>, Stop> {
    session.open_meter(limit.0 / gas::VM_GAS);
    let layer = session.branch();
    let result = dispatch(session, request, depth);
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
    Ok(entry::json(&result)?)
}

fn dispatch(session: &Rc<Session>, request: &[u8], depth: Depth) -> Result<Vec<u8>, Stop> {
    let invalid = |error: serde_json::Error| {
        let system = SystemError::InvalidRequest {
            error: error.to_string(),
            request: Binary::from(request),
        };
        refuse(system)
    };
    let parsed: Value = serde_json::from_slice(request).map_err(invalid)?;
    let variant = parsed.as_object().and_then(|object| object.iter().next());
    let Some((module, body)) = variant else {
        return Err(refuse(SystemError::Unknown {}).into());
    };
    let unsupported = |kind: &str| {
        Stop::from(refuse(SystemError::UnsupportedRequest {
            kind: kind.to_owned(),
        }))
    };
    match module.as_str() {
        "bank" => match serde_json::from_value(body.clone()) {
            Ok(request) => bank_query(session, &request),
            Err(_) => Err(unsupported("unknown BankQuery variant")),
        },
        "wasm" => match serde_json::from_value(body.clone()) {
            Ok(request) => wasm_query(session, request, depth),
            Err(_) => Err(unsupported("unknown WasmQuery variant")),
        },
        "custom" => Err(unsupported("custom")),
        "stargate" => Err(unsupported("Stargate queries are disabled on this chain")),
        "grpc" => Err(unsupported("gRPC queries are disabled on this chain")),
        _ => Err(refuse(SystemError::Unknown {}).into()),
    }
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

#[derive(Serialize)]
struct Amount {
    amount: Coin,
}

fn bank_query(session: &Session, request: &BankQuery) -> Result<Vec<u8>, Stop> {
    let amount = match request {
        BankQuery::Balance { address, denom } => {
            let address = read_address(session, address)?;
            Coin::new(bank::balance(session, &address, denom)?, denom.clone())
        }
        BankQuery::Supply { denom } => Coin::new(bank::supply(session, denom)?, denom.clone()),
        _ => {
            let kind = "unknown BankQuery variant".to_owned();
            return Err(refuse(SystemError::UnsupportedRequest { kind }).into());
        }
    };
    Ok(entry::json(&Amount { amount })?)
}

#[derive(Serialize)]
struct ContractAnswer {
    code_id: u64,
    creator: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    admin: String,
    pinned: bool,
    #[serde(skip_serializing_if = "String::is_empty")]
    ibc_port: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    ibc2_port: String,
}

#[derive(Serialize)]
struct CodeAnswer {
    code_id: u64,
    creator: String,
    checksum: String,
}

fn wasm_query(session: &Rc<Session>, request: WasmQuery, depth: Depth) -> Result<Vec<u8>, Stop> {
    match request {
        WasmQuery::Smart { contract_addr, msg } => {
            let contract = read_address(session, &contract_addr)?;
            if !Message::is_json(&msg) {
                return Err(wasm::INVALID.because("json msg").into());
            }
            smart(session, &contract, &msg, depth)
        }
        WasmQuery::Raw { contract_addr, key } => {
            let contract = read_address(session, &contract_addr)?;
            let key = [&keys::contract_store(&contract), key.as_slice()].concat();
            Ok(session.read(&key)?.unwrap_or_default())
        }
        WasmQuery::ContractInfo { contract_addr } => contract_info(session, &contract_addr),
        WasmQuery::CodeInfo { code_id } => {
            if code_id == 0 {
                return Err(wasm::EMPTY.because("code id").into());
            }
            let stored = record::require_code(session, code_id)?;
            Ok(entry::json(&CodeAnswer {
                code_id,
                creator: stored.info.creator,
                checksum: hex::encode(stored.checksum.0),
            })?)
        }
        _ => {
            let kind = "unknown WasmQuery variant".to_owned();
            Err(refuse(SystemError::UnsupportedRequest { kind }).into())
        }
    }
}

fn contract_info(session: &Session, text: &str) -> Result<Vec<u8>, Stop> {
    let contract = read_address(session, text)?;
    let Some(info) = record::contract(session, &contract)? else {
        return Err(record::no_such_contract(text).into());
    };
    let pinned = session.has(&keys::pinned(info.code_id))?;
    Ok(entry::json(&ContractAnswer {
        code_id: info.code_id,
        creator: info.creator,
        admin: info.admin,
        pinned,
        ibc_port: info.ibc_port_id,
        ibc2_port: info.ibc2_port_id,
    })?)
}

/// Asks a contract; the answer is its own JSON.
pub(crate) fn smart(
    session: &Rc<Session>,
    contract: &Address,
    msg: &[u8],
    depth: Depth,
) -> Result<Vec<u8>, Stop> {
    let _noted = session.begin_call(EntryPoint::Query, Some(contract), msg);
    let queries = depth.queries.saturating_add(1);
    if queries > MAX_STACK {
        return Err(wasm::QUERY_STACK.bare().into());
    }
    let (info, stored) = record::require_contract(session, contract)?;
    entry::charge_instance(
        session,
        info.code_id,
        &stored,
        "Loading CosmWasm module: query",
    )?;
    let call = Call {
        contract,
        checksum: stored.checksum,
        entry: EntryPoint::Query,
        depth: Depth { queries, ..depth },
        arguments: &[msg],
    };
    let answer = entry::call(session, &call)?;
    match serde_json::from_slice::<ContractResult<Binary>>(&answer) {
        Ok(ContractResult::Ok(data)) => Ok(data.into()),
        Ok(ContractResult::Err(text)) => {
            Err(wasm::QUERY_FAILED.because(text).deterministic().into())
        }
        Err(error) => Err(wasm::VM_ERROR.because(error).into()),
    }
}
