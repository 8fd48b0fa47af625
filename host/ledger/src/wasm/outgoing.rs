//! Turns a contract's message into one of the chain and has it carried out in the contract's name; it opens no branch.

use super::dispatch::Done;
use super::foreign;
use crate::address::Address;
use crate::bank;
use crate::coin::{self, Wanted};
use crate::error::{Failure, Stop, sdk, wasm};
use crate::gas;
use crate::route;
use crate::session::{Depth, Session};
use crate::tx::Message;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgClearAdmin, MsgExecuteContract, MsgInstantiateContract, MsgInstantiateContract2,
    MsgMigrateContract, MsgUpdateAdmin,
};
use cosmwasm_std::{BankMsg, Binary, WasmMsg};
use serde::Deserialize;
use serde_json::Value;
use std::rc::Rc;

/// Whether a contract's message is one to the wasm module: only those show their events to the reply.
pub(super) fn is_wasm(msg: &Value) -> bool {
    variant(msg).is_some_and(|(module, _)| module == "wasm")
}

pub(super) fn variant(msg: &Value) -> Option<(&str, &Value)> {
    let (module, body) = msg.as_object()?.iter().next()?;
    Some((module, body))
}

pub(super) fn unknown() -> Stop {
    wasm::UNKNOWN_MESSAGE.because("no handler found").into()
}

/// Carries out one message of a contract.
pub(super) fn run(
    session: &Rc<Session>,
    contract: &Address,
    msg: &Value,
    depth: Depth,
) -> Result<Done, Stop> {
    let sender = session.text(contract);
    let message = match variant(msg) {
        Some(("bank", body)) => match serde_json::from_value(body.clone()) {
            Ok(BankMsg::Send { to_address, amount }) => send(sender, to_address, &amount)?,
            Ok(BankMsg::Burn { amount }) => return burn(session, contract, &amount),
            _ => return Err(unknown()),
        },
        Some(("wasm", body)) => match serde_json::from_value(body.clone()) {
            Ok(message) => Some(encode(sender, message)?),
            Err(_) => return Err(unknown()),
        },
        // Both names are in use for the same thing.
        Some(("any" | "stargate", body)) => Some(any(session, body)?),
        Some((module @ ("staking" | "distribution" | "gov" | "ibc"), body)) => {
            return Err(foreign::refuse(session, module, body));
        }
        _ => return Err(unknown()),
    };
    let mut done = Done {
        events: Vec::new(),
        responses: Vec::new(),
    };
    let Some(message) = message else {
        return Ok(done);
    };
    message.validate(&session.addresses).map_err(|failure| {
        failure.wrap(format!(
            "failed basic validation for message type {}",
            message.go_type()
        ))
    })?;
    for signer in message.signers() {
        let signer = session.addresses.read(signer).map_err(Failure::untyped)?;
        if signer != *contract {
            let text = "contract doesn't have permission";
            return Err(sdk::UNAUTHORIZED.because(text).into());
        }
    }
    let response = route::carry_out(session, &message, depth, &mut done.events)?;
    done.responses.push(response);
    Ok(done)
}

/// Longest message of any type.
const MAX_ANY: usize = 512 * 1024;

#[derive(Deserialize)]
struct AnyMessage {
    type_url: String,
    value: Binary,
}

/// A message of any type that this chain knows, as a contract wrote it.
fn any(session: &Session, body: &Value) -> Result<Message, Stop> {
    let Ok(message) = AnyMessage::deserialize(body) else {
        return Err(unknown());
    };
    let length = message.value.len();
    if length > MAX_ANY {
        let text = format!("AnyMsg value size {length} exceeds limit {MAX_ANY}");
        return Err(wasm::LIMIT.because(text).into());
    }
    let cost = gas::ANY_MESSAGE.saturating_add(gas::bytes(length) / 1024);
    session.charge(cost, "unpacking AnyMsg")?;
    let any = Any {
        type_url: message.type_url,
        value: message.value.into(),
    };
    Message::decode(&any).map_err(|_| {
        let url = &any.type_url;
        let text = format!("Cannot unpack proto message with type URL: {url}");
        wasm::INVALID_MESSAGE.because(text).into()
    })
}

fn coins(list: &[cosmwasm_std::Coin]) -> Result<Vec<Wanted>, Failure> {
    let wanted = list.iter().map(|coin| Wanted {
        denom: coin.denom.clone(),
        amount: coin.amount,
    });
    coin::normalised(wanted.collect()).map_err(Failure::untyped)
}

/// A transfer; an empty list is no message at all.
fn send(
    from_address: String,
    to_address: String,
    amount: &[cosmwasm_std::Coin],
) -> Result<Option<Message>, Failure> {
    if amount.is_empty() {
        return Ok(None);
    }
    let amount = coin::wanted_to_proto(&coins(amount)?);
    Ok(Some(Message::Send(MsgSend {
        from_address,
        to_address,
        amount,
    })))
}

fn burn(
    session: &Session,
    contract: &Address,
    amount: &[cosmwasm_std::Coin],
) -> Result<Done, Stop> {
    let mut events = Vec::new();
    bank::burn(session, contract, &coins(amount)?, &mut events)?;
    Ok(Done {
        events,
        responses: Vec::new(),
    })
}

fn encode(sender: String, message: WasmMsg) -> Result<Message, Stop> {
    let funds =
        |list: Vec<cosmwasm_std::Coin>| Ok::<_, Stop>(coin::wanted_to_proto(&coins(&list)?));
    Ok(match message {
        WasmMsg::Execute {
            contract_addr,
            msg,
            funds: list,
        } => Message::Execute(MsgExecuteContract {
            sender,
            contract: contract_addr,
            msg: msg.into(),
            funds: funds(list)?,
        }),
        WasmMsg::Instantiate {
            admin,
            code_id,
            msg,
            funds: list,
            label,
        } => Message::Instantiate(MsgInstantiateContract {
            sender,
            admin: admin.unwrap_or_default(),
            code_id,
            label,
            msg: msg.into(),
            funds: funds(list)?,
        }),
        WasmMsg::Instantiate2 {
            admin,
            code_id,
            label,
            msg,
            funds: list,
            salt,
        } => Message::Instantiate2(MsgInstantiateContract2 {
            sender,
            admin: admin.unwrap_or_default(),
            code_id,
            label,
            msg: msg.into(),
            funds: funds(list)?,
            salt: salt.into(),
            fix_msg: false,
        }),
        WasmMsg::Migrate {
            contract_addr,
            new_code_id,
            msg,
        } => Message::Migrate(MsgMigrateContract {
            sender,
            contract: contract_addr,
            code_id: new_code_id,
            msg: msg.into(),
        }),
        WasmMsg::UpdateAdmin {
            contract_addr,
            admin,
        } => Message::UpdateAdmin(MsgUpdateAdmin {
            sender,
            new_admin: admin,
            contract: contract_addr,
        }),
        WasmMsg::ClearAdmin { contract_addr } => Message::ClearAdmin(MsgClearAdmin {
            sender,
            contract: contract_addr,
        }),
        _ => return Err(unknown()),
    })
}
