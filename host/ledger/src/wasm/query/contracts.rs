//! What contracts may ask about contracts: their answers, their state, and what the chain keeps about them.

use super::super::entry::{self, Call};
use super::super::record;
use super::{Question, read_address, unsupported};
use crate::EntryPoint;
use crate::address::Address;
use crate::error::{Stop, sdk, wasm};
use crate::json;
use crate::keys;
use crate::session::{Depth, Session};
use commons_vm::Order;
use cosmwasm_std::{Binary, ContractResult};
use serde::{Deserialize, Serialize};
use std::rc::Rc;

/// Smart queries that may be nested.
const MAX_STACK: u32 = 10;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    contract_addr: String,
    msg: Binary,
    key: Binary,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AskedCode {
    code_id: u64,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AskedRange {
    contract_addr: String,
    start: Option<Binary>,
    end: Option<Binary>,
    limit: u16,
    order: String,
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

#[derive(Serialize)]
struct RangeAnswer {
    data: Vec<(Binary, Binary)>,
    next_key: Option<Binary>,
}

pub(super) fn answer(
    session: &Rc<Session>,
    question: &Question<'_>,
    depth: Depth,
) -> Result<Vec<u8>, Stop> {
    match question.variant {
        "smart" => {
            let asked: Asked = question.read()?;
            let contract = read_address(session, &asked.contract_addr)?;
            if !json::is_valid(&asked.msg) {
                return Err(wasm::INVALID.bare().wrap("json msg").into());
            }
            smart(session, &contract, &asked.msg, depth)
        }
        "raw" => {
            let asked: Asked = question.read()?;
            let contract = read_address(session, &asked.contract_addr)?;
            let key = [&keys::contract_store(&contract), asked.key.as_slice()].concat();
            Ok(session.read(&key)?.unwrap_or_default())
        }
        "raw_range" => range(session, question.read()?),
        "contract_info" => {
            let asked: Asked = question.read()?;
            contract_info(session, &asked.contract_addr)
        }
        "code_info" => {
            let AskedCode { code_id } = question.read()?;
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
        _ => Err(unsupported("unknown WasmQuery variant").into()),
    }
}

/// A part of a contract's state, and the key that follows it.
fn range(session: &Session, asked: AskedRange) -> Result<Vec<u8>, Stop> {
    let contract = read_address(session, &asked.contract_addr)?;
    let order = match asked.order.as_str() {
        "ascending" => Order::Ascending,
        "descending" => Order::Descending,
        other => {
            let text = format!("unknown order {other}");
            return Err(sdk::INVALID_REQUEST.because(text).into());
        }
    };
    let prefix = keys::contract_store(&contract);
    let start = [&prefix, asked.start.unwrap_or_default().as_slice()].concat();
    let end = match asked.end {
        Some(end) => Some([&prefix, end.as_slice()].concat()),
        None => keys::end_of(&prefix),
    };
    let own = |key: &[u8]| Binary::from(key.strip_prefix(prefix.as_slice()).unwrap_or_default());
    let mut cursor = session.cursor(start, end, order);
    let mut data = Vec::new();
    let mut next = cursor.next()?;
    session.charge_step(next.as_ref())?;
    while let Some((key, value)) = next
        .as_ref()
        .filter(|_| data.len() < usize::from(asked.limit))
    {
        data.push((own(key), Binary::from(value.as_slice())));
        session.charge_step(next.as_ref())?;
        next = cursor.next()?;
    }
    let next_key = next.map(|(key, _)| own(&key));
    Ok(entry::json(&RangeAnswer { data, next_key })?)
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
