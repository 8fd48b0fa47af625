//! Owns the imports that check and convert addresses; a refusal must reach the contract as text, never end the call.

use crate::error::Stop;
use crate::frame::Frame;
use crate::price;

const MAX_HUMAN: u32 = 256;
const MAX_CANONICAL: u32 = 64;

/// 0 for a valid address, else the reason.
pub(super) fn validate(frame: &mut Frame<'_>, human: u32) -> Result<u32, Stop> {
    let human = match read_human(frame, human)? {
        Ok(human) => human,
        Err(reason) => return frame.send(reason.as_bytes()),
    };
    let answer = frame.backend().addr_validate(&human);
    match frame.settle_shown(answer)? {
        Ok(()) => Ok(0),
        Err(reason) => frame.send(reason.as_bytes()),
    }
}

/// 0 with the bytes in `out`, else the reason.
pub(super) fn canonicalize(frame: &mut Frame<'_>, human: u32, out: u32) -> Result<u32, Stop> {
    let human = match read_human(frame, human)? {
        Ok(human) => human,
        Err(reason) => return frame.send(reason.as_bytes()),
    };
    let answer = frame.backend().addr_canonicalize(&human);
    let canonical = frame.settle_shown(answer)?;
    reply(frame, out, canonical)
}

/// 0 with the text in `out`, else the reason.
pub(super) fn humanize(frame: &mut Frame<'_>, canonical: u32, out: u32) -> Result<u32, Stop> {
    let canonical = frame.read(canonical, MAX_CANONICAL)?;
    let answer = frame.backend().addr_humanize(&canonical);
    let human = frame.settle_shown(answer)?;
    reply(frame, out, human.map(String::into_bytes))
}

fn reply(frame: &mut Frame<'_>, out: u32, answer: Result<Vec<u8>, String>) -> Result<u32, Stop> {
    match answer {
        Ok(bytes) => {
            frame.write(out, &bytes)?;
            Ok(0)
        }
        Err(reason) => frame.send(reason.as_bytes()),
    }
}

fn read_human(frame: &mut Frame<'_>, pointer: u32) -> Result<Result<String, &'static str>, Stop> {
    let bytes = frame.read(pointer, MAX_HUMAN)?;
    if bytes.is_empty() {
        return Ok(Err("Input is empty"));
    }
    frame.pay(price::STRING_FROM_BYTES.of(bytes.len()))?;
    Ok(String::from_utf8(bytes).map_err(|_| "Input is not valid UTF-8"))
}
