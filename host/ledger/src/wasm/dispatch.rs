//! Carries out the submessages of a contract: branch, roll-back, replies; which message does what is not its business.

use super::outgoing;
use super::reply::{self, Outcome};
use super::response::{ReplyOn, SubMessage};
use crate::address::Address;
use crate::error::{Stop, sdk, wasm};
use crate::event::{self, Event};
use crate::session::{Depth, Session};
use std::rc::Rc;

/// What a submessage left: its events, and the protobuf responses of the messages it became (type URL, value).
pub(super) struct Done {
    pub(super) events: Vec<Event>,
    pub(super) responses: Vec<(String, Vec<u8>)>,
}

/// Carries out submessages in order, depth first, and returns the data that the last reply with data set.
pub(super) fn dispatch(
    session: &Rc<Session>,
    contract: &Address,
    messages: Vec<SubMessage>,
    depth: Depth,
    events: &mut Vec<Event>,
) -> Result<Option<Vec<u8>>, Stop> {
    let mut data = None;
    for message in messages {
        let Some(reply_on) = message.reply_on else {
            return Err(wasm::INVALID.because("replyOn value").into());
        };
        let result = sandboxed(session, contract, &message, depth);
        let is_wasm = outgoing::is_wasm(&message.msg);
        let outcome = match result {
            Ok(done) => {
                let kept = event::of_submessage(done.events, is_wasm);
                events.extend(kept.iter().cloned());
                if matches!(reply_on, ReplyOn::Never | ReplyOn::Error) {
                    continue;
                }
                Outcome::Done {
                    events: if is_wasm { kept } else { Vec::new() },
                    responses: done.responses,
                }
            }
            Err(Stop::Failed(failure)) if matches!(reply_on, ReplyOn::Always | ReplyOn::Error) => {
                Outcome::Failed(failure.redacted())
            }
            Err(stop) => return Err(stop),
        };
        let answered = reply::reply(session, contract, &message, &outcome, depth, events)
            .map_err(|stop| stop.wrap("reply"))?;
        data = answered.or(data);
    }
    Ok(data)
}

/// Runs one submessage in a layer of its own, under its gas limit if that is the tighter one.
fn sandboxed(
    session: &Rc<Session>,
    contract: &Address,
    message: &SubMessage,
    depth: Depth,
) -> Result<Done, Stop> {
    let left = session.meter().left();
    let limit = message.gas_limit.filter(|limit| *limit < left);
    let (calls, traced) = (session.noted_calls(), session.traced_calls());
    let layer = session.branch();
    let result = match limit {
        Some(limit) => limited(session, contract, message, depth, limit),
        None => outgoing::run(session, contract, &message.msg, depth),
    };
    if result.is_ok() {
        session.merge();
    } else {
        session.roll_back(layer);
        session.forget_calls(calls);
        session.mark_undone(traced);
    }
    result
}

/// Runs under a smaller meter; only here is running out of gas an ordinary failure, at the price of the whole limit.
fn limited(
    session: &Rc<Session>,
    contract: &Address,
    message: &SubMessage,
    depth: Depth,
    limit: u64,
) -> Result<Done, Stop> {
    session.open_meter(limit);
    let result = outgoing::run(session, contract, &message.msg, depth);
    let used = session.close_meter();
    if matches!(result, Err(Stop::OutOfGas(_))) {
        session.charge(limit, "Sub-Message OutOfGas panic")?;
        return Err(sdk::OUT_OF_GAS.because("SubMsg hit gas limit").into());
    }
    session.charge(used, "From limited Sub-Message")?;
    result
}
