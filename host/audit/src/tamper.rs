//! Falsifies a block log, to see that an audit finds out. Works on copies; never on the log it reads.

use std::io::{Read, Write};

use commons_node::{BlockRecord, Origin, Parent, seal};
use commons_store::log::{LogError, Reader, Writer};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{TxBody, TxRaw};
use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgExecuteContract;
use prost::Message;

use crate::error::AuditError;
use crate::replay::Names;

/// Bytes of a record's head in a log file: tag, height, length.
const RECORD_HEAD: u64 = 17;

/// Copies a log with one bit of one byte flipped: in the first transaction of the first block at or above `height` that
/// has one. No checksum is mended. Answers what was flipped, for people.
///
/// # Errors
/// [`AuditError`] if the log is damaged already, or has no such block.
pub fn flip_log_byte(
    mut input: impl Read,
    mut output: impl Write,
    height: u64,
) -> Result<String, AuditError> {
    let mut log = Vec::new();
    input.read_to_end(&mut log).map_err(LogError::Io)?;
    let mut reader = Reader::new(log.as_slice())?;
    let header = 14usize.saturating_add(reader.chain_id().len());
    let mut start = u64::try_from(header).unwrap_or(u64::MAX);
    while let Some((at, bytes)) = reader.record()? {
        let record = if at >= height && at > 0 {
            Some(decode(at, &bytes)?)
        } else {
            None
        };
        let tx = record.as_ref().and_then(|record| record.txs.first());
        if let Some(place) = tx.and_then(|tx| middle_of(tx, &bytes)) {
            let within = start.saturating_add(RECORD_HEAD).saturating_add(place);
            let (was, is) = flip(&mut log, within);
            output.write_all(&log).map_err(LogError::Io)?;
            output.flush().map_err(LogError::Io)?;
            return Ok(format!(
                "byte {within} of the log, in a transaction of block {at}, was {was:02x} and is {is:02x}"
            ));
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        start = start
            .saturating_add(RECORD_HEAD)
            .saturating_add(length)
            .saturating_add(32);
    }
    Err(AuditError::NothingToAlter {
        wanted: "block with a transaction",
        height,
    })
}

/// Copies a log with one bit flipped inside a signed message of the first block at or above `height` that has one, and
/// makes every header, hash and digest from there on anew, and signs them with the development key, so that the log of a
/// chain of that key is whole in itself. Results and roots stay as
/// they were: whoever falsifies a log wants them. Answers what was flipped, for people.
///
/// # Errors
/// [`AuditError`] if the log is damaged already, or has no such transaction.
pub fn flip_transaction_byte_and_reseal(
    input: impl Read,
    output: impl Write,
    height: u64,
) -> Result<String, AuditError> {
    let mut reader = Reader::new(input)?;
    let mut writer = Writer::new(output, reader.chain_id())?;
    let (mut genesis, mut parent, mut flipped) = (None, None, None);
    while let Some((at, bytes)) = reader.record()? {
        if at == 0 {
            genesis = Some(Origin::decode(&bytes).map_err(AuditError::Genesis)?);
            writer.append(&bytes)?;
            continue;
        }
        let mut record = decode(at, &bytes)?;
        if let Some(origin) = genesis.take() {
            parent = Some(beginning(&origin, &record)?);
        }
        if flipped.is_none() && at >= height {
            flipped = flip_message(&mut record, at);
        }
        if let Some(parent) = parent.as_ref().filter(|_| flipped.is_some()) {
            seal(&mut record, parent)?;
        }
        writer.append(&record.encode())?;
        parent = Some(following(&record, parent.as_ref(), at)?);
    }
    writer.finish()?;
    flipped.ok_or(AuditError::NothingToAlter {
        wanted: "message to a contract",
        height,
    })
}

/// What the first block follows: the root of the genesis is taken from its header, because nothing that follows from the
/// genesis is altered.
fn beginning(origin: &Origin, first: &BlockRecord) -> Result<Parent, AuditError> {
    let root = first.header.app_hash.as_bytes().try_into();
    Ok(Parent::genesis(origin, root.unwrap_or_default())?)
}

fn following(
    record: &BlockRecord,
    before: Option<&Parent>,
    height: u64,
) -> Result<Parent, AuditError> {
    let parent = Parent::of(record).map_err(|reason| AuditError::Record { height, reason })?;
    Ok(match before {
        Some(before) => parent.signed_by(before.validator()),
        None => parent,
    })
}

fn decode(height: u64, bytes: &[u8]) -> Result<BlockRecord, AuditError> {
    BlockRecord::decode(bytes).map_err(|reason| AuditError::Record { height, reason })
}

/// Flips the lowest bit of the last digit of a message to a contract: the message stays readable and says something else.
fn flip_message(record: &mut BlockRecord, height: u64) -> Option<String> {
    for (index, tx) in record.txs.iter_mut().enumerate() {
        let Some(place) = digit_of_message(tx) else {
            continue;
        };
        let name = Names::default().of(tx);
        let (was, is) = flip(tx, place);
        return Some(format!(
            "byte {place} of transaction {index} of block {height} ({name}), was '{}' and is '{}'; every hash after it was made anew",
            char::from(was),
            char::from(is)
        ));
    }
    None
}

/// Where in a transaction's bytes its first message to a contract has its last digit.
fn digit_of_message(tx: &[u8]) -> Option<u64> {
    let raw = TxRaw::decode(tx).ok()?;
    let body = TxBody::decode(raw.body_bytes.as_slice()).ok()?;
    let message = body.messages.iter().find_map(|message| {
        let execute = message.type_url.ends_with("MsgExecuteContract");
        execute
            .then(|| MsgExecuteContract::decode(message.value.as_slice()).ok())
            .flatten()
    })?;
    let start = find(tx, &message.msg)?;
    let digit = message.msg.iter().rposition(u8::is_ascii_digit);
    let digit = digit.or_else(|| message.msg.iter().rposition(u8::is_ascii_alphabetic))?;
    u64::try_from(start.checked_add(digit)?).ok()
}

fn middle_of(part: &[u8], whole: &[u8]) -> Option<u64> {
    let start = find(whole, part)?;
    u64::try_from(start.checked_add(part.len() / 2)?).ok()
}

fn find(whole: &[u8], part: &[u8]) -> Option<usize> {
    if part.is_empty() {
        return None;
    }
    whole.windows(part.len()).position(|window| window == part)
}

/// Flips the lowest bit of a byte; answers it before and after.
fn flip(bytes: &mut [u8], place: u64) -> (u8, u8) {
    let byte = usize::try_from(place)
        .ok()
        .and_then(|place| bytes.get_mut(place));
    let Some(byte) = byte else { return (0, 0) };
    let was = *byte;
    *byte ^= 1;
    (was, *byte)
}
