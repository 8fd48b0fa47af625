//! Owns the imports that speak with the chain: queries, debug messages, the contract's own end.

use super::{KIB, MIB};
use crate::error::{CallError, Stop};
use crate::frame::Frame;
use crate::price;

const MAX_REQUEST: u32 = 64 * KIB;
const MAX_TEXT: u32 = 2 * MIB;

/// The chain's answer to a query, which may use what gas is left.
pub(super) fn query(frame: &mut Frame<'_>, request: u32) -> Result<u32, Stop> {
    let request = frame.read(request, MAX_REQUEST)?;
    let left = frame.gas_left();
    let answer = frame.backend().query(&request, left);
    let answer = frame.settle(answer)?;
    frame.send(&answer)
}

/// Hands a message to the host's log.
pub(super) fn debug(frame: &mut Frame<'_>, text: u32) -> Result<(), Stop> {
    let text = frame.read(text, MAX_TEXT)?;
    frame.backend().debug(&String::from_utf8_lossy(&text));
    Ok(())
}

/// Ends the call with the contract's message.
pub(super) fn abort(frame: &mut Frame<'_>, text: u32) -> Result<(), Stop> {
    let text = frame.read(text, MAX_TEXT)?;
    frame.pay(price::STRING_FROM_BYTES.of(text.len()))?;
    let text = String::from_utf8_lossy(&text).into_owned();
    Err(CallError::Aborted(text).into())
}
