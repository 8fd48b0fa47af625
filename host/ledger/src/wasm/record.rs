//! What is stored about codes and contracts, in wasmd's own encoding; it runs nothing.

use crate::address::Address;
use crate::error::{Fault, Stop, wasm};
use crate::keys;
use crate::session::{self, Session};
use commons_vm::{Checksum, Order};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    AbsoluteTxPosition, AccessConfig, AccessType, CodeInfo, ContractCodeHistoryEntry,
    ContractCodeHistoryOperationType,
};
use cosmwasm_std::SystemError;
use prost::Message;

/// What the chain keeps about a contract: wasmd's `ContractInfo`, with the field for IBC v2 that generated types lack.
#[derive(Clone, PartialEq, prost::Message)]
pub struct ContractInfo {
    /// Code that runs.
    #[prost(uint64, tag = "1")]
    pub code_id: u64,
    /// Who made the contract.
    #[prost(string, tag = "2")]
    pub creator: String,
    /// Who may give it other code; empty = nobody.
    #[prost(string, tag = "3")]
    pub admin: String,
    /// Text for people, not unique.
    #[prost(string, tag = "4")]
    pub label: String,
    /// Height of creation, and the gas the block had used before.
    #[prost(message, optional, tag = "5")]
    pub created: Option<AbsoluteTxPosition>,
    /// Port of the classic IBC interface; empty without one.
    #[prost(string, tag = "6")]
    pub ibc_port_id: String,
    /// Port of IBC v2.
    #[prost(string, tag = "8")]
    pub ibc2_port_id: String,
}

/// Reads a stored contract.
pub(crate) fn decode_contract(bytes: &[u8]) -> Result<ContractInfo, Fault> {
    session::message(bytes, "contract info")
}

/// Reads a stored code.
pub(crate) fn decode_code(bytes: &[u8]) -> Result<CodeInfo, Fault> {
    session::message(bytes, "code info")
}

/// A code with its checksum.
pub(super) struct Stored {
    pub(super) info: CodeInfo,
    pub(super) checksum: Checksum,
}

/// The code with an id, if there is one.
pub(super) fn code(session: &Session, code_id: u64) -> Result<Option<Stored>, Stop> {
    let Some(bytes) = session.read(&keys::code_info(code_id))? else {
        return Ok(None);
    };
    let info = decode_code(&bytes)?;
    let checksum = info.code_hash.as_slice().try_into().map(Checksum);
    let checksum = checksum.map_err(|_| Fault::Corrupt {
        what: "code info",
        reason: "the checksum has not 32 bytes".to_owned(),
    })?;
    Ok(Some(Stored { info, checksum }))
}

/// The code with an id, or wasm/28.
pub(super) fn require_code(session: &Session, code_id: u64) -> Result<Stored, Stop> {
    code(session, code_id)?.ok_or_else(|| {
        let failure = wasm::NO_SUCH_CODE.because(format!("code id {code_id}"));
        failure.seen_as(SystemError::NoSuchCode { code_id }).into()
    })
}

/// The contract at an address, if there is one.
pub(super) fn contract(session: &Session, address: &Address) -> Result<Option<ContractInfo>, Stop> {
    match session.read(&keys::contract_info(address))? {
        Some(bytes) => Ok(Some(decode_contract(&bytes)?)),
        None => Ok(None),
    }
}

/// The contract at an address and its code, or wasm/22 and wasm/28.
pub(super) fn require_contract(
    session: &Session,
    address: &Address,
) -> Result<(ContractInfo, Stored), Stop> {
    let Some(info) = contract(session, address)? else {
        return Err(no_such_contract(&session.text(address)).into());
    };
    let stored = require_code(session, info.code_id)?;
    Ok((info, stored))
}

/// wasm/22, which a querying contract sees as a system error.
pub(super) fn no_such_contract(text: &str) -> crate::error::Failure {
    let system = SystemError::NoSuchContract {
        addr: text.to_owned(),
    };
    wasm::NO_SUCH_CONTRACT
        .because(format!("address {text}"))
        .seen_as(system)
}

/// Stores a contract.
pub(super) fn store_contract(
    session: &Session,
    address: &Address,
    info: &ContractInfo,
) -> Result<(), Stop> {
    session.write(keys::contract_info(address), info.encode_to_vec())
}

/// Whether an actor may make contracts of a code.
pub(super) fn may_instantiate(config: Option<&AccessConfig>, actor: &str) -> bool {
    let Some(config) = config else {
        return false;
    };
    match AccessType::try_from(config.permission) {
        Ok(AccessType::Everybody) => true,
        Ok(AccessType::AnyOfAddresses) => config.addresses.iter().any(|address| address == actor),
        _ => false,
    }
}

/// Where in the chain the transaction stands: height, and gas the block had used before (not an index).
pub(super) fn position(session: &Session) -> AbsoluteTxPosition {
    AbsoluteTxPosition {
        block_height: session.block.height,
        tx_index: session.block_gas,
    }
}

/// Ports that wasmd gives a contract: classic (only with its entry points) and v2.
pub(super) fn ports(session: &Session, address: &Address, classic: bool) -> (String, String) {
    let text = session.text(address);
    let data = text
        .strip_prefix(session.addresses.prefix())
        .unwrap_or(&text);
    let port = if classic {
        format!("wasm.{text}")
    } else {
        String::new()
    };
    (port, format!("wasm2{data}"))
}

/// A change of code of a contract.
pub(super) struct Change<'a> {
    pub(super) contract: &'a Address,
    pub(super) operation: ContractCodeHistoryOperationType,
    pub(super) code_id: u64,
    pub(super) msg: &'a [u8],
}

/// Appends a change to the history of a contract.
pub(super) fn append_history(session: &Session, change: &Change<'_>) -> Result<(), Stop> {
    let last = last_position(session, change.contract)?;
    let entry = ContractCodeHistoryEntry {
        operation: change.operation.into(),
        code_id: change.code_id,
        updated: Some(position(session)),
        msg: change.msg.to_vec(),
    };
    let key = keys::history_entry(change.contract, last.saturating_add(1));
    session.write(key, entry.encode_to_vec())
}

/// Enters a contract in the index by code, at the present position.
pub(super) fn index_by_code(
    session: &Session,
    contract: &Address,
    code_id: u64,
) -> Result<(), Stop> {
    let at = (session.block.height, session.block_gas);
    session.enter(keys::contract_by_code(code_id, at, contract))
}

/// Takes a contract out of the index by code, where its last change put it.
pub(super) fn unindex_by_code(session: &Session, contract: &Address) -> Result<(), Stop> {
    let last = last_position(session, contract)?;
    let Some(bytes) = session.peek(&keys::history_entry(contract, last))? else {
        return Ok(());
    };
    let entry: ContractCodeHistoryEntry = session::message(&bytes, "contract history")?;
    let at = entry.updated.unwrap_or_default();
    let at = (at.block_height, at.tx_index);
    session.remove(keys::contract_by_code(entry.code_id, at, contract))
}

/// The position of the last history entry; 0 if there is none.
fn last_position(session: &Session, contract: &Address) -> Result<u64, Stop> {
    let prefix = keys::history(contract);
    let end = keys::end_of(&prefix);
    let mut cursor = session.cursor(prefix.clone(), end, Order::Descending);
    let last = cursor.next()?;
    session.charge_step(last.as_ref())?;
    let Some((key, _)) = last else {
        return Ok(0);
    };
    let position = key.strip_prefix(prefix.as_slice()).unwrap_or_default();
    Ok(session::number(position, "position in a contract history")?)
}
