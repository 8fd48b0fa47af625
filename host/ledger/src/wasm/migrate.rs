//! Gives a contract other code.

use super::entry::{self, Call};
use super::execute::read;
use super::record::{self, Change, ContractInfo, Stored};
use super::response::{self, Response};
use crate::EntryPoint;
use crate::address::Address;
use crate::error::{Fault, Stop, sdk, wasm};
use crate::event::{CONTRACT, Event};
use crate::session::{Depth, Session};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    ContractCodeHistoryOperationType, MsgMigrateContract, MsgMigrateContractResponse,
};
use prost::Message;
use serde::Serialize;
use std::rc::Rc;

/// Third argument of the entry point.
#[derive(Serialize)]
struct MigrateInfo<'a> {
    sender: &'a str,
    old_migrate_version: Option<u64>,
}

/// Carries out a `MsgMigrateContract` and returns the encoded response.
pub(crate) fn migrate(
    session: &Rc<Session>,
    message: &MsgMigrateContract,
    depth: Depth,
    events: &mut Vec<Event>,
) -> Result<Vec<u8>, Stop> {
    let sender = session.text(&read(session, "sender", &message.sender)?);
    let contract = read(session, "contract", &message.contract)?;
    let _noted = session.begin_call(EntryPoint::Migrate, Some(&contract), &message.msg);
    let Some(mut info) = record::contract(session, &contract)? else {
        return Err(sdk::INVALID_REQUEST.because("unknown contract").into());
    };
    if info.admin != sender {
        return Err(sdk::UNAUTHORIZED.because("can not migrate").into());
    }
    let Some(stored) = record::code(session, message.code_id)? else {
        return Err(sdk::INVALID_REQUEST.because("unknown code").into());
    };
    if !record::may_instantiate(stored.info.instantiate_config.as_ref(), &sender) {
        return Err(sdk::UNAUTHORIZED.because("to use new code").into());
    }
    update_ports(session, &contract, &stored, &mut info)?;
    let told = (sender.as_str(), message);
    let response = call(session, &contract, &info, (&stored, told), depth)?;
    record::unindex_by_code(session, &contract)?;
    let change = Change {
        contract: &contract,
        operation: ContractCodeHistoryOperationType::Migrate,
        code_id: message.code_id,
        msg: &message.msg,
    };
    record::append_history(session, &change)?;
    record::index_by_code(session, &contract, message.code_id)?;
    info.code_id = message.code_id;
    record::store_contract(session, &contract, &info)?;
    let event = Event::new("migrate").with("code_id", message.code_id.to_string());
    events.push(event.with(CONTRACT, session.text(&contract)));
    let data = match response {
        Some(response) => response::handle(session, &contract, response, depth, events)
            .map_err(|stop| stop.wrap("dispatch"))?,
        None => None,
    };
    let data = data.unwrap_or_default();
    Ok(MsgMigrateContractResponse { data }.encode_to_vec())
}

/// A contract may gain the classic IBC port, never lose it.
fn update_ports(
    session: &Session,
    contract: &Address,
    stored: &Stored,
    info: &mut ContractInfo,
) -> Result<(), Stop> {
    let code = entry::compiled(session, &stored.checksum)?;
    let classic = code.analysis().has_ibc_entry_points;
    if !classic && !info.ibc_port_id.is_empty() {
        return Err(wasm::MIGRATE_FAILED
            .because("requires ibc callbacks")
            .into());
    }
    (info.ibc_port_id, info.ibc2_port_id) = record::ports(session, contract, classic);
    Ok(())
}

/// Calls the new code's entry point, unless both codes carry the same migrate version.
fn call(
    session: &Rc<Session>,
    contract: &Address,
    info: &ContractInfo,
    (stored, (sender, message)): (&Stored, (&str, &MsgMigrateContract)),
    depth: Depth,
) -> Result<Option<Response>, Stop> {
    let Some(old) = record::code(session, info.code_id)? else {
        return Err(Stop::Fault(Fault::Corrupt {
            what: "contract info",
            reason: format!("code {} does not exist", info.code_id),
        }));
    };
    let old = entry::compiled(session, &old.checksum)?
        .analysis()
        .migrate_version;
    let new = entry::compiled(session, &stored.checksum)?
        .analysis()
        .migrate_version;
    if old.is_some() && old == new {
        return Ok(None);
    }
    let location = "Loading CosmWasm module: migrate";
    entry::charge_instance(session, message.code_id, stored, location)?;
    let told = entry::json(&MigrateInfo {
        sender,
        old_migrate_version: old,
    })?;
    let call = Call {
        contract,
        checksum: stored.checksum,
        entry: EntryPoint::Migrate,
        depth,
        arguments: &[&message.msg, &told],
    };
    let answer = entry::call(session, &call)?;
    Ok(Some(response::read(&answer, wasm::MIGRATE_FAILED)?))
}
