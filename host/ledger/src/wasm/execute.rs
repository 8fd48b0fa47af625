//! Calls a contract on behalf of a sender.

use super::entry::{self, Call};
use super::record;
use super::response;
use crate::address::Address;
use crate::bank;
use crate::coin::{self, Coin, Wanted};
use crate::error::{Failure, Stop, sdk, wasm};
use crate::event::{CONTRACT, Event};
use crate::session::{Depth, Session};
use crate::{ContractCall, EntryPoint};
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{MsgExecuteContract, MsgExecuteContractResponse};
use prost::Message;
use std::rc::Rc;

/// Carries out a `MsgExecuteContract` and returns the encoded response.
pub(crate) fn execute(
    session: &Rc<Session>,
    message: &MsgExecuteContract,
    depth: Depth,
    events: &mut Vec<Event>,
) -> Result<Vec<u8>, Stop> {
    let sender = read(session, "sender", &message.sender)?;
    let contract = read(session, "contract", &message.contract)?;
    let _noted = session.begin_call(EntryPoint::Execute, Some(&contract), &message.msg);
    let funds = funds(&message.funds)?;
    let (info, stored) = record::require_contract(session, &contract)?;
    entry::charge_instance(
        session,
        info.code_id,
        &stored,
        "Loading CosmWasm module: execute",
    )?;
    let funds = bank::transfer_funds(session, &sender, &contract, &funds, events)?;
    note(
        session,
        EntryPoint::Execute,
        &contract,
        &sender,
        (&funds, &message.msg),
    );
    let told = entry::info(&session.text(&sender), &funds)?;
    let call = Call {
        contract: &contract,
        checksum: stored.checksum,
        entry: EntryPoint::Execute,
        depth,
        arguments: &[&told, &message.msg],
    };
    let answer = entry::call(session, &call)?;
    let response = response::read(&answer, wasm::EXECUTE_FAILED)?;
    events.push(Event::new("execute").with(CONTRACT, session.text(&contract)));
    // Unlike the other entry points, wasmd passes an error of the submessages on as it is, so that a text that was not redacted stays so.
    let data = response::handle(session, &contract, response, depth, events)?;
    let response = MsgExecuteContractResponse {
        data: data.unwrap_or_default(),
    };
    Ok(response.encode_to_vec())
}

/// An address in a message; those of transactions were checked before, so a failure has no registered code.
pub(super) fn read(session: &Session, what: &str, text: &str) -> Result<Address, Failure> {
    session
        .addresses
        .read(text)
        .map_err(|reason| Failure::untyped(format!("{what}: {reason}")))
}

/// The funds of a message, checked before.
pub(super) fn funds(coins: &[ProtoCoin]) -> Result<Vec<Wanted>, Failure> {
    coin::wanted(coins).ok_or_else(|| sdk::INVALID_COINS.because("funds"))
}

/// Notes a call for the record of those that stand.
pub(super) fn note(
    session: &Session,
    entry: EntryPoint,
    contract: &Address,
    sender: &Address,
    (funds, msg): (&[Coin], &[u8]),
) {
    session.note_call(ContractCall {
        contract: session.text(contract),
        entry,
        sender: session.text(sender),
        funds: funds.to_vec(),
        msg: msg.to_vec(),
        tx_index: session.tx_index.get(),
    });
}
