//! Stores code: inflates, checks, compiles, numbers it; it makes no contract.

use super::execute::read;
use crate::error::{Failure, Stop, wasm};
use crate::event::Event;
use crate::gas;
use crate::keys;
use crate::session::{Mode, Session};
use crate::tx::Message as TxMessage;
use commons_vm::{Checksum, LoadError};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AccessConfig, AccessType, CodeInfo, MsgStoreCode, MsgStoreCodeResponse,
};
use flate2::read::GzDecoder;
use prost::Message;
use std::io::{ErrorKind, Read};

const GZIP: [u8; 3] = [0x1f, 0x8b, 0x08];

/// Carries out a `MsgStoreCode` and returns the encoded response. The same bytes stored twice get two ids.
pub(crate) fn store_code(
    session: &Session,
    message: &MsgStoreCode,
    events: &mut Vec<Event>,
) -> Result<Vec<u8>, Stop> {
    let creator = session.text(&read(session, "sender", &message.sender)?);
    // The default permission, then who may store.
    session.charge_read(gas::WASM_PARAMS)?;
    session.charge_read(gas::WASM_PARAMS)?;
    let sent = message.wasm_byte_code.as_slice();
    let inflated;
    let bytes = if sent.starts_with(&GZIP) {
        session.charge(gas::inflate(sent.len()), "Uncompress gzip bytecode")?;
        inflated = inflate(sent)?;
        inflated.as_slice()
    } else {
        sent
    };
    let location = "Wasm engine function execution";
    session.charge(
        gas::COMPILE_BYTE.saturating_mul(gas::bytes(bytes.len())),
        location,
    )?;
    check(session, bytes)?;
    let checksum = Checksum::of(bytes);
    let code_id = session.next_id(keys::next_code_id(), 1)?;
    let everybody = AccessConfig {
        permission: AccessType::Everybody.into(),
        addresses: Vec::new(),
    };
    let info = CodeInfo {
        code_hash: checksum.0.to_vec(),
        creator,
        instantiate_config: Some(message.instantiate_permission.clone().unwrap_or(everybody)),
    };
    session.write(keys::code_info(code_id), info.encode_to_vec())?;
    session.place(keys::code_bytes(&checksum), bytes.to_vec());
    let event = Event::new("store_code").with("code_checksum", hex::encode(checksum.0));
    events.push(event.with("code_id", code_id.to_string()));
    let checksum = checksum.0.to_vec();
    Ok(MsgStoreCodeResponse { code_id, checksum }.encode_to_vec())
}

/// Checks code, and compiles it unless the transaction is only simulated.
fn check(session: &Session, bytes: &[u8]) -> Result<(), Stop> {
    let refused = |reason: commons_vm::Reject| {
        let text = format!("Error calling the VM: Error during static Wasm validation: {reason}");
        Stop::from(wasm::CREATE_FAILED.because(text))
    };
    if session.mode == Mode::Simulate {
        session.vm.analyze(bytes).map_err(refused)?;
        return Ok(());
    }
    match session.vm.load(bytes) {
        Ok(_) => Ok(()),
        Err(LoadError::Reject(reject)) => Err(refused(reject)),
        Err(LoadError::Fault(fault)) => Err(fault.into()),
    }
}

/// Inflates the first gzip member. wasmd's reader fails once the limit is reached, so the limit itself is too long.
fn inflate(sent: &[u8]) -> Result<Vec<u8>, Failure> {
    let refused =
        |reason: String| wasm::CREATE_FAILED.because(format!("uncompress wasm archive: {reason}"));
    let mut bytes = Vec::new();
    let limit = gas::bytes(TxMessage::MAX_CODE);
    let mut reader = GzDecoder::new(sent).take(limit);
    reader.read_to_end(&mut bytes).map_err(|error| {
        refused(match error.kind() {
            ErrorKind::UnexpectedEof => "unexpected EOF".to_owned(),
            _ => error.to_string(),
        })
    })?;
    if bytes.len() >= TxMessage::MAX_CODE {
        return Err(refused(format!("max {limit} bytes: exceeds limit")));
    }
    Ok(bytes)
}
