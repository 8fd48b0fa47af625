//! Makes a contract from stored code, at the next address or at one known beforehand.

use super::entry::{self, Call};
use super::execute::{funds, note, read};
use super::record::{self, Change, ContractInfo, Stored};
use super::response;
use crate::EntryPoint;
use crate::account;
use crate::address::Address;
use crate::bank;
use crate::coin::Wanted;
use crate::error::{Stop, sdk, wasm};
use crate::event::{CONTRACT, Event};
use crate::keys;
use crate::session::{Depth, Session};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    ContractCodeHistoryOperationType, MsgInstantiateContract, MsgInstantiateContract2,
    MsgInstantiateContract2Response, MsgInstantiateContractResponse,
};
use prost::Message;
use std::rc::Rc;

/// What both messages have in common.
struct Order<'a> {
    code_id: u64,
    sender: Address,
    admin: Option<Address>,
    label: &'a str,
    msg: &'a [u8],
    funds: Vec<Wanted>,
    place: Place<'a>,
    depth: Depth,
}

/// Where the contract is to stand.
enum Place<'a> {
    /// At the next address of the code.
    Next,
    /// Where salt and, if it is fixed, the message lead.
    Known { salt: &'a [u8], msg: &'a [u8] },
}

/// Carries out a `MsgInstantiateContract` and returns the encoded response.
pub(crate) fn instantiate(
    session: &Rc<Session>,
    message: &MsgInstantiateContract,
    depth: Depth,
    events: &mut Vec<Event>,
) -> Result<Vec<u8>, Stop> {
    let order = Order {
        code_id: message.code_id,
        sender: read(session, "sender", &message.sender)?,
        admin: admin(session, &message.admin)?,
        label: &message.label,
        msg: &message.msg,
        funds: funds(&message.funds)?,
        place: Place::Next,
        depth,
    };
    let (address, data) = make(session, &order, events)?;
    Ok(MsgInstantiateContractResponse { address, data }.encode_to_vec())
}

/// Carries out a `MsgInstantiateContract2` and returns the encoded response.
pub(crate) fn instantiate2(
    session: &Rc<Session>,
    message: &MsgInstantiateContract2,
    depth: Depth,
    events: &mut Vec<Event>,
) -> Result<Vec<u8>, Stop> {
    let fixed: &[u8] = if message.fix_msg { &message.msg } else { &[] };
    let order = Order {
        code_id: message.code_id,
        sender: read(session, "sender", &message.sender)?,
        admin: admin(session, &message.admin)?,
        label: &message.label,
        msg: &message.msg,
        funds: funds(&message.funds)?,
        place: Place::Known {
            salt: &message.salt,
            msg: fixed,
        },
        depth,
    };
    let (address, data) = make(session, &order, events)?;
    Ok(MsgInstantiateContract2Response { address, data }.encode_to_vec())
}

fn admin(session: &Session, text: &str) -> Result<Option<Address>, Stop> {
    if text.is_empty() {
        return Ok(None);
    }
    Ok(Some(read(session, "admin", text)?))
}

fn make(
    session: &Rc<Session>,
    order: &Order<'_>,
    events: &mut Vec<Event>,
) -> Result<(String, Vec<u8>), Stop> {
    let _noted = session.begin_call(EntryPoint::Instantiate, None, order.msg);
    let stored = record::require_code(session, order.code_id)?;
    let location = "Loading CosmWasm module: instantiate";
    entry::charge_instance(session, order.code_id, &stored, location)?;
    let sender = session.text(&order.sender);
    if !record::may_instantiate(stored.info.instantiate_config.as_ref(), &sender) {
        return Err(sdk::UNAUTHORIZED.because("can not instantiate").into());
    }
    let contract = place(session, order, &stored)?;
    claim(session, &contract)?;
    let funds = bank::transfer_funds(session, &order.sender, &contract, &order.funds, events)?;
    note(
        session,
        EntryPoint::Instantiate,
        &contract,
        &order.sender,
        (&funds, order.msg),
    );
    let told = entry::info(&sender, &funds)?;
    let call = Call {
        contract: &contract,
        checksum: stored.checksum,
        entry: EntryPoint::Instantiate,
        depth: order.depth,
        arguments: &[&told, order.msg],
    };
    let answer = entry::call(session, &call)?;
    let response = response::read(&answer, wasm::INSTANTIATE_FAILED)?;
    // The contract exists from here on: its submessages may call it back.
    register(session, order, &contract, &stored)?;
    let text = session.text(&contract);
    let event = Event::new("instantiate").with(CONTRACT, text.as_str());
    events.push(event.with("code_id", order.code_id.to_string()));
    let data = response::handle(session, &contract, response, order.depth, events)
        .map_err(|stop| stop.wrap("dispatch"))?;
    Ok((text, data.unwrap_or_default()))
}

fn place(session: &Session, order: &Order<'_>, stored: &Stored) -> Result<Address, Stop> {
    let contract = match order.place {
        Place::Next => {
            let instance_id = session.next_id(keys::next_contract_id(), 1)?;
            Address::classic(order.code_id, instance_id)
        }
        Place::Known { salt, msg } => {
            Address::predictable(&stored.checksum, &order.sender, salt, msg)
        }
    };
    if session.has(&keys::contract_info(&contract))? {
        let text = "contract address already exists, try a different combination of creator, checksum and salt";
        return Err(wasm::DUPLICATE.because(text).into());
    }
    Ok(contract)
}

/// Takes the address: coins may have been sent there before, but nobody may have signed from it.
fn claim(session: &Session, contract: &Address) -> Result<(), Stop> {
    match account::load(session, contract)? {
        Some(account) if account.sequence != 0 || account.pub_key.is_some() => {
            let text = "address is claimed by external account";
            Err(wasm::ACCOUNT_EXISTS.because(text).into())
        }
        Some(_) => Ok(()),
        None => account::open(session, contract),
    }
}

fn register(
    session: &Session,
    order: &Order<'_>,
    contract: &Address,
    stored: &Stored,
) -> Result<(), Stop> {
    let code = entry::compiled(session, &stored.checksum)?;
    let classic = code.analysis().has_ibc_entry_points;
    let (ibc_port_id, ibc2_port_id) = record::ports(session, contract, classic);
    record::index_by_code(session, contract, order.code_id)?;
    let at = (session.block.height, session.block_gas);
    session.enter(keys::contract_by_creator(&order.sender, at, contract))?;
    let change = Change {
        contract,
        operation: ContractCodeHistoryOperationType::Init,
        code_id: order.code_id,
        msg: order.msg,
    };
    record::append_history(session, &change)?;
    let info = ContractInfo {
        code_id: order.code_id,
        creator: session.text(&order.sender),
        admin: order
            .admin
            .as_ref()
            .map(|admin| session.text(admin))
            .unwrap_or_default(),
        label: order.label.to_owned(),
        created: Some(record::position(session)),
        ibc_port_id,
        ibc2_port_id,
    };
    record::store_contract(session, contract, &info)
}
