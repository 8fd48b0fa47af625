//! Which module carries out which message; it has no rules of its own.

use crate::bank;
use crate::error::Stop;
use crate::event::Event;
use crate::feegrant;
use crate::gas;
use crate::session::{Depth, Session};
use crate::tx::Message;
use crate::wasm;
use std::rc::Rc;

/// Carries a message out in the layer that is open, and returns type URL and bytes of its response.
pub(crate) fn carry_out(
    session: &Rc<Session>,
    message: &Message,
    depth: Depth,
    events: &mut Vec<Event>,
) -> Result<(String, Vec<u8>), Stop> {
    // The circuit breaker looks the message up.
    session.charge(gas::HAS, "Has")?;
    let empty = |()| Vec::new();
    let response = match message {
        Message::Send(message) => bank::send(session, message, events).map(empty),
        Message::MultiSend(message) => bank::multi_send(session, message, events).map(empty),
        Message::GrantAllowance(message) => feegrant::grant(session, message, events).map(empty),
        Message::RevokeAllowance(message) => feegrant::revoke(session, message, events).map(empty),
        Message::StoreCode(message) => wasm::store_code(session, message, events),
        Message::Instantiate(message) => wasm::instantiate(session, message, depth, events),
        Message::Instantiate2(message) => wasm::instantiate2(session, message, depth, events),
        Message::Execute(message) => wasm::execute(session, message, depth, events),
        Message::Migrate(message) => wasm::migrate(session, message, depth, events),
        Message::UpdateAdmin(message) => wasm::update_admin(session, message, events).map(empty),
        Message::ClearAdmin(message) => wasm::clear_admin(session, message, events).map(empty),
    }?;
    Ok((format!("{}Response", message.type_url()), response))
}
