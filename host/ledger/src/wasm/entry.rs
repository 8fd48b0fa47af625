//! Runs one entry point of one contract: code, gas, arguments; it does nothing with the answer.

use super::backend::ContractBackend;
use super::record::Stored;
use crate::EntryPoint;
use crate::address::Address;
use crate::coin::Coin;
use crate::error::{Fault, Stop, wasm};
use crate::gas;
use crate::json;
use crate::keys;
use crate::session::{Depth, Mode, Session};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_vm::{Backend, CallError, CallReport, Checksum, Code, Gas, LoadError};
use serde::Serialize;
use std::rc::Rc;

/// What one call needs to know.
pub(super) struct Call<'a> {
    pub(super) contract: &'a Address,
    pub(super) checksum: Checksum,
    pub(super) entry: EntryPoint,
    pub(super) depth: Depth,
    /// What follows the environment.
    pub(super) arguments: &'a [&'a [u8]],
}

/// Charges for making an instance: the first use of a code in a transaction is dear.
pub(super) fn charge_instance(
    session: &Session,
    code_id: u64,
    stored: &Stored,
    location: &'static str,
) -> Result<(), Stop> {
    session.has(&keys::pinned(code_id))?;
    let cost = if session.first_load(&stored.checksum) {
        gas::INSTANCE
    } else {
        gas::INSTANCE_AGAIN
    };
    session.charge(cost, location)
}

/// Runs a contract and returns what it answered, as JSON.
pub(super) fn call(session: &Rc<Session>, call: &Call<'_>) -> Result<Vec<u8>, Stop> {
    const LOCATION: &str = "Wasm engine function execution";
    let code = compiled(session, &call.checksum)?;
    let env = environment(session, call.contract)?;
    let mut arguments: Vec<&[u8]> = vec![&env];
    arguments.extend_from_slice(call.arguments);
    let limit = Gas(session.meter().left().saturating_mul(gas::VM_GAS));
    let backend = ContractBackend::new(session, call.contract, call.depth);
    let report = run(session, call, &code, &arguments, (Box::new(backend), limit))?;
    let own = report.gas_used.saturating_sub(report.gas_external);
    session.charge(own.0 / gas::VM_GAS, LOCATION)?;
    let answer = match report.outcome {
        Ok(answer) => answer,
        Err(CallError::OutOfGas) => {
            session.charge(session.meter().left(), LOCATION)?;
            return Err(Stop::OutOfGas(LOCATION));
        }
        Err(error) => return Err(engine_error(&error).into()),
    };
    // The host pays one gas a byte to read the answer; an empty tank counts as overdrawn after a call.
    session.charge(gas::bytes(answer.len()), LOCATION)?;
    if session.meter().left() == 0 {
        return Err(Stop::OutOfGas(LOCATION));
    }
    Ok(answer)
}

/// Has the virtual machine run the call, item by item if somebody wants to know.
fn run(
    session: &Session,
    call: &Call<'_>,
    code: &Code,
    arguments: &[&[u8]],
    (backend, limit): (Box<dyn Backend>, Gas),
) -> Result<CallReport, Fault> {
    let (vm, entry) = (session.vm.clone(), call.entry);
    let read_only = entry == EntryPoint::Query;
    if !session.is_traced() {
        return Ok(vm.call(code, entry, arguments, backend, limit, read_only)?);
    }
    let (report, gas) = vm.call_itemized(code, entry, arguments, backend, limit, read_only)?;
    session.trace_run(call.contract, &report, gas);
    Ok(report)
}

fn engine_error(error: &CallError) -> crate::error::Failure {
    let text = match error {
        CallError::MissingExport { name } => {
            format!("Error resolving Wasm function: Could not get export: Missing export {name}")
        }
        other => format!("Error executing Wasm: {other}"),
    };
    wasm::VM_ERROR.because(format!("Error calling the VM: {text}"))
}

/// The compiled code, from the VM's memory or made from the bytes in state.
pub(super) fn compiled(session: &Session, checksum: &Checksum) -> Result<Code, Fault> {
    let corrupt = |reason: String| Fault::Corrupt {
        what: "code",
        reason: format!("{}: {reason}", hex::encode(checksum.0)),
    };
    let loaded = session.vm.load_by_checksum(checksum, || {
        let bytes = session.peek(&keys::code_bytes(checksum))?;
        bytes.ok_or_else(|| corrupt("there are no bytes".to_owned()))
    });
    match loaded? {
        Ok(code) => Ok(code),
        Err(LoadError::Reject(reject)) => Err(corrupt(reject.to_string())),
        Err(LoadError::Fault(fault)) => Err(fault.into()),
    }
}

#[derive(Serialize)]
struct Env<'a> {
    block: EnvBlock<'a>,
    transaction: Option<EnvTransaction>,
    contract: EnvContract,
}

#[derive(Serialize)]
struct EnvBlock<'a> {
    height: u64,
    time: String,
    chain_id: &'a str,
}

#[derive(Serialize)]
struct EnvTransaction {
    index: u32,
    hash: String,
}

#[derive(Serialize)]
struct EnvContract {
    address: String,
}

fn environment(session: &Session, contract: &Address) -> Result<Vec<u8>, Fault> {
    let index = session
        .tx_index
        .get()
        .filter(|_| session.mode == Mode::Deliver);
    json(&Env {
        block: EnvBlock {
            height: session.block.height,
            time: session.block.time_nanos.to_string(),
            chain_id: &session.block.chain_id,
        },
        transaction: index.map(|index| EnvTransaction {
            index,
            hash: STANDARD.encode(session.tx_hash),
        }),
        contract: EnvContract {
            address: session.text(contract),
        },
    })
}

#[derive(Serialize)]
struct Info<'a> {
    sender: &'a str,
    funds: &'a [Coin],
}

/// Who calls and what comes with the call.
pub(super) fn info(sender: &str, funds: &[Coin]) -> Result<Vec<u8>, Fault> {
    json(&Info { sender, funds })
}

/// JSON of a value of ours. Such values always have a JSON form; a failure means the host is broken.
pub(super) fn json(value: &impl Serialize) -> Result<Vec<u8>, Fault> {
    json::to_vec(value).map_err(|error| Fault::Corrupt {
        what: "argument of a contract",
        reason: error.to_string(),
    })
}
