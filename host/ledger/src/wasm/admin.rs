//! Changes who may give a contract other code.

use super::execute::read;
use super::record;
use crate::error::{Stop, sdk};
use crate::event::{CONTRACT, Event};
use crate::session::Session;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{MsgClearAdmin, MsgUpdateAdmin};

/// Carries out a `MsgUpdateAdmin`.
pub(crate) fn update_admin(
    session: &Session,
    message: &MsgUpdateAdmin,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    let admin = session.text(&read(session, "new admin", &message.new_admin)?);
    set(session, &message.sender, &message.contract, admin, events)
}

/// Carries out a `MsgClearAdmin`.
pub(crate) fn clear_admin(
    session: &Session,
    message: &MsgClearAdmin,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    set(
        session,
        &message.sender,
        &message.contract,
        String::new(),
        events,
    )
}

fn set(
    session: &Session,
    sender: &str,
    contract: &str,
    admin: String,
    events: &mut Vec<Event>,
) -> Result<(), Stop> {
    let sender = session.text(&read(session, "sender", sender)?);
    let contract = read(session, "contract", contract)?;
    let Some(mut info) = record::contract(session, &contract)? else {
        return Err(sdk::INVALID_REQUEST.because("unknown contract").into());
    };
    if info.admin != sender {
        return Err(sdk::UNAUTHORIZED.because("can not modify contract").into());
    }
    info.admin.clone_from(&admin);
    record::store_contract(session, &contract, &info)?;
    let event = Event::new("update_contract_admin").with(CONTRACT, session.text(&contract));
    events.push(event.with("new_admin_address", admin));
    Ok(())
}
