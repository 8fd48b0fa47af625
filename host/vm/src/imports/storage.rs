//! Owns the imports that read and write the contract's storage; they must never write for a call that may only read.

use super::KIB;
use crate::backend::Order;
use crate::error::{CallError, RegionError, Stop};
use crate::frame::Frame;
use crate::section;

const MAX_KEY: u32 = 64 * KIB;
const MAX_VALUE: u32 = 128 * KIB;

/// The value under a key, or 0 when there is none.
pub(super) fn read(frame: &mut Frame<'_>, key: u32) -> Result<u32, Stop> {
    let key = frame.read(key, MAX_KEY)?;
    let answer = frame.backend().get(&key);
    match frame.settle(answer)? {
        Some(value) => frame.send(&value),
        None => Ok(0),
    }
}

/// Puts a value under a key.
pub(super) fn write(frame: &mut Frame<'_>, key: u32, value: u32) -> Result<(), Stop> {
    may_write(frame)?;
    let key = frame
        .read(key, MAX_KEY)
        .map_err(|stop| too_big("Key", stop))?;
    let value = frame
        .read(value, MAX_VALUE)
        .map_err(|stop| too_big("Value", stop))?;
    let answer = frame.backend().set(&key, &value);
    frame.settle(answer)
}

/// Removes a key.
pub(super) fn remove(frame: &mut Frame<'_>, key: u32) -> Result<(), Stop> {
    may_write(frame)?;
    let key = frame.read(key, MAX_KEY)?;
    let answer = frame.backend().remove(&key);
    frame.settle(answer)
}

/// Opens an iterator; a bound at address 0 is open.
pub(super) fn scan(frame: &mut Frame<'_>, start: u32, end: u32, order: i32) -> Result<u32, Stop> {
    let start = read_bound(frame, start)?;
    let end = read_bound(frame, end)?;
    let order = match order {
        1 => Order::Ascending,
        2 => Order::Descending,
        other => return Err(CallError::Order(other).into()),
    };
    let answer = frame
        .backend()
        .scan(start.as_deref(), end.as_deref(), order);
    frame.settle(answer)
}

/// Key and value as two sections; both are empty at the end.
pub(super) fn next(frame: &mut Frame<'_>, iterator: u32) -> Result<u32, Stop> {
    let (key, value) = advance(frame, iterator)?.unwrap_or_default();
    let record = section::encode(&[&key, &value])?;
    frame.send(&record)
}

/// The next key, or 0 at the end.
pub(super) fn next_key(frame: &mut Frame<'_>, iterator: u32) -> Result<u32, Stop> {
    match advance(frame, iterator)? {
        Some((key, _)) => frame.send(&key),
        None => Ok(0),
    }
}

/// The next value, or 0 at the end.
pub(super) fn next_value(frame: &mut Frame<'_>, iterator: u32) -> Result<u32, Stop> {
    match advance(frame, iterator)? {
        Some((_, value)) => frame.send(&value),
        None => Ok(0),
    }
}

type Record = (Vec<u8>, Vec<u8>);

fn advance(frame: &mut Frame<'_>, iterator: u32) -> Result<Option<Record>, Stop> {
    let answer = frame.backend().next(iterator);
    frame.settle(answer)
}

fn read_bound(frame: &mut Frame<'_>, pointer: u32) -> Result<Option<Vec<u8>>, Stop> {
    if pointer == 0 {
        return Ok(None);
    }
    frame.read(pointer, MAX_KEY).map(Some)
}

fn may_write(frame: &mut Frame<'_>) -> Result<(), Stop> {
    if frame.host().read_only {
        return Err(CallError::WriteAccessDenied.into());
    }
    Ok(())
}

fn too_big(what: &'static str, stop: Stop) -> Stop {
    match stop {
        Stop::Call(CallError::Region(RegionError::TooLong { length, limit })) => {
            let error = CallError::StorageLength {
                what,
                length,
                limit,
            };
            error.into()
        }
        other => other,
    }
}
