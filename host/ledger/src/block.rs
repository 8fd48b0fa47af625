//! Runs transactions: one on arrival, one in simulation, or all of a block; it commits nothing.
//!
//! A transaction has two layers. What the checks before the messages change (sequence, fee, public key, counter) stays even if a message
//! fails; what the messages change stays only if all of them succeed.

use crate::ante;
use crate::bank;
use crate::error::{Fault, Stop, sdk};
use crate::event::{Event, MESSAGE};
use crate::feegrant;
use crate::gas;
use crate::overlay::{Changes, Overlay, StateRead};
use crate::params::ChainParams;
use crate::route;
use crate::session::{Depth, Mode, Opening, Session};
use crate::trace::Trace;
use crate::tx::Tx;
use crate::{BlockContext, ContractCall, Ledger};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxMsgData;
use prost::Message as _;
use sha2::{Digest, Sha256};
use std::rc::Rc;
use std::sync::Arc;

/// What became of one transaction. With a code other than 0 it is still part of the block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TxResult {
    /// sha256 of the transaction's bytes.
    pub hash: [u8; 32],
    /// 0 = carried out.
    pub code: u32,
    /// Codespace of the code; empty with code 0.
    pub codespace: String,
    /// Encoded `TxMsgData`; empty if the transaction failed.
    pub data: Vec<u8>,
    /// Empty, or what went wrong, for people; never hashed.
    pub log: String,
    /// Gas limit of the fee, or in a simulation what it may use; SDK gas.
    pub gas_wanted: u64,
    /// Gas used, SDK gas; as on a real chain the last charge before running out is in it, so it may pass the limit.
    pub gas_used: u64,
    /// Events in order; not part of what a chain agrees on.
    pub events: Vec<Event>,
    /// Signatures that were verified and good.
    pub signatures_checked: u32,
    /// Instantiations and executions that stand, in order of entry.
    pub calls: Vec<ContractCall>,
}

/// What a block did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockOutcome {
    /// One result for each transaction, in order.
    pub results: Vec<TxResult>,
    /// What the block changed in the state.
    pub changes: Changes,
}

/// Whether a transaction may wait for a block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckReport {
    /// sha256 of the transaction's bytes.
    pub hash: [u8; 32],
    /// 0 = it may wait.
    pub code: u32,
    /// Codespace of the code; empty with code 0.
    pub codespace: String,
    /// Empty, or why not.
    pub log: String,
    /// Gas limit of the fee, SDK gas.
    pub gas_wanted: u64,
    /// Gas that the checks used, SDK gas.
    pub gas_used: u64,
}

/// What the transactions that wait for the next block have done to sequences, keys and fees.
///
/// A transaction that passes [`Ledger::check_tx`] leaves its mark here, so that the next one of the same sender is checked against the
/// following sequence. Start afresh after each block and check what still waits again.
#[derive(Debug, Clone, Default)]
pub struct Pending(Changes);

impl Ledger {
    /// Checks a transaction on arrival: everything but its messages. `block` is the block it would go into.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn check_tx(
        &self,
        state: Rc<dyn StateRead>,
        pending: &mut Pending,
        block: &BlockContext,
        tx: &[u8],
    ) -> Result<CheckReport, Fault> {
        let place = Place::of(state.as_ref(), Mode::Check)?;
        let overlay = Overlay::new(state, std::mem::take(&mut pending.0));
        let session = self.open(place, block, tx, overlay);
        let result = run(&session, tx);
        pending.0 = session.take_changes();
        let result = result?;
        Ok(CheckReport {
            hash: result.hash,
            code: result.code,
            codespace: result.codespace,
            log: result.log,
            gas_wanted: result.gas_wanted,
            gas_used: result.gas_used,
        })
    }

    /// Runs a transaction without keeping anything, to learn its gas. Signatures are not checked, public keys may be absent.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read or the virtual machine fails.
    pub fn simulate(
        &self,
        state: Rc<dyn StateRead>,
        block: &BlockContext,
        tx: &[u8],
    ) -> Result<TxResult, Fault> {
        let place = Place::of(state.as_ref(), Mode::Simulate)?;
        let overlay = Overlay::new(state, Changes::new());
        let session = self.open(place, block, tx, overlay);
        run(&session, tx)
    }

    /// Runs a block on the state before it. Equal inputs give equal results and changes, on every machine.
    ///
    /// # Errors
    /// [`Fault`] if the host is broken: nothing of this block may then be committed.
    pub fn execute_block(
        &self,
        state: Rc<dyn StateRead>,
        block: &BlockContext,
        txs: &[Vec<u8>],
    ) -> Result<BlockOutcome, Fault> {
        let mut course = self.begin(state, block)?;
        let mut results = Vec::with_capacity(txs.len());
        for tx in txs {
            results.push(self.deliver(&mut course, block, tx, false)?.result);
        }
        let overlay = Overlay::new(course.state, course.changes);
        let session = self.open(course.place, block, &[], overlay);
        feegrant::expire(&session)?;
        let changes = session.take_changes();
        Ok(BlockOutcome { results, changes })
    }

    /// A block that begins: fees of the one before are passed on.
    pub(crate) fn begin(
        &self,
        state: Rc<dyn StateRead>,
        block: &BlockContext,
    ) -> Result<Course, Fault> {
        let place = Place::of(state.as_ref(), Mode::Deliver)?;
        let overlay = Overlay::new(Rc::clone(&state), Changes::new());
        let session = self.open(place, block, &[], overlay);
        bank::distribute_fees(&session)?;
        let changes = session.take_changes();
        Ok(Course {
            state,
            changes,
            place,
        })
    }

    /// Runs the next transaction of a block; the calls it makes are noted only if they are asked for.
    pub(crate) fn deliver(
        &self,
        course: &mut Course,
        block: &BlockContext,
        tx: &[u8],
        traced: bool,
    ) -> Result<Trace, Fault> {
        let changes = std::mem::take(&mut course.changes);
        let overlay = Overlay::new(Rc::clone(&course.state), changes);
        let session = self.open(course.place, block, tx, overlay);
        if traced {
            session.start_trace();
        }
        let result = run(&session, tx)?;
        course.changes = session.take_changes();
        let counted = result.gas_used.min(result.gas_wanted);
        course.place.block_gas = course.place.block_gas.saturating_add(counted);
        let calls = session.take_trace();
        Ok(Trace { result, calls })
    }

    pub(crate) fn open(
        &self,
        place: Place,
        block: &BlockContext,
        tx: &[u8],
        state: Overlay,
    ) -> Rc<Session> {
        let opening = Opening {
            vm: self.vm.clone(),
            addresses: self.addresses.clone(),
            block: block.clone(),
            mode: place.mode,
            tx_hash: Sha256::digest(tx).into(),
            block_gas: place.block_gas,
            max_gas: place.max_gas,
            admission: Arc::clone(&self.admission),
        };
        Session::new(opening, state)
    }
}

/// What a transaction is run for, and what the block leaves it.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    mode: Mode,
    /// Gas that the block has used.
    block_gas: u64,
    /// Gas that it may use; none = no limit.
    max_gas: Option<u64>,
}

impl Place {
    pub(crate) fn of(state: &dyn StateRead, mode: Mode) -> Result<Place, Fault> {
        Ok(Place {
            mode,
            block_gas: 0,
            max_gas: ChainParams::read(state)?.max_gas,
        })
    }
}

/// A block under way: the state before it, and what its transactions have done so far.
pub(crate) struct Course {
    state: Rc<dyn StateRead>,
    changes: Changes,
    place: Place,
}

/// How far a transaction came.
struct Progress {
    events: Vec<Event>,
    signatures: u32,
    data: Vec<u8>,
}

/// Runs one transaction in a session whose first layer takes what stays.
pub(crate) fn run(session: &Rc<Session>, bytes: &[u8]) -> Result<TxResult, Fault> {
    let mut progress = Progress {
        events: Vec::new(),
        signatures: 0,
        data: Vec::new(),
    };
    let mut gas_wanted = 0;
    let spent = session.mode == Mode::Deliver
        && session.max_gas.is_some_and(|max| session.block_gas >= max);
    let end = match Tx::decode(bytes, &session.addresses) {
        Ok(_) if spent => Err(sdk::OUT_OF_GAS
            .because("no block gas left to run tx")
            .into()),
        Ok(tx) => {
            gas_wanted = limit(session, &tx);
            session.open_meter(gas_wanted);
            let end = stages(session, &tx, bytes.len(), &mut progress);
            // What a block has no gas for fails, whatever else it may have failed for.
            match (block_allows(session), end) {
                (_, Err(Stop::Fault(fault))) => return Err(fault),
                (true, end) => end,
                (false, _) => Err(Stop::OutOfGas("block gas meter")),
            }
        }
        Err(failure) => Err(failure.into()),
    };
    let meter = session.meter();
    let failure = match end {
        Ok(()) => None,
        Err(Stop::Failed(failure)) => Some(failure),
        Err(Stop::OutOfGas(location)) => Some(sdk::OUT_OF_GAS.because(format!(
            "out of gas in location: {location}; gasWanted: {}, gasUsed: {}",
            meter.limit(),
            meter.used()
        ))),
        Err(Stop::Fault(fault)) => return Err(fault),
    };
    Ok(TxResult {
        hash: session.tx_hash,
        code: failure.as_ref().map_or(0, |failure| failure.code),
        codespace: failure
            .as_ref()
            .map_or("", |failure| failure.codespace)
            .to_owned(),
        data: progress.data,
        log: failure.map(|failure| failure.text).unwrap_or_default(),
        gas_wanted,
        gas_used: meter.used(),
        events: progress.events,
        signatures_checked: progress.signatures,
        calls: session.take_calls(),
    })
}

/// Gas that a transaction may use: what it asked for, or in a simulation what the node grants.
fn limit(session: &Session, tx: &Tx) -> u64 {
    match session.mode {
        Mode::Simulate => {
            let granted = session.admission.simulation_gas.or(session.max_gas);
            granted.unwrap_or(gas::SIMULATION_LIMIT)
        }
        _ => tx.gas_limit(),
    }
}

/// Whether the gas used so far fits into the block.
fn block_allows(session: &Session) -> bool {
    let meter = session.meter();
    let used = meter.used().min(meter.limit());
    let total = session.block_gas.saturating_add(used);
    session.mode != Mode::Deliver || session.max_gas.is_none_or(|max| total <= max)
}

fn stages(
    session: &Rc<Session>,
    tx: &Tx,
    size: usize,
    progress: &mut Progress,
) -> Result<(), Stop> {
    if tx.messages.is_empty() {
        let text = "must contain at least one message";
        return Err(sdk::INVALID_REQUEST.because(text).into());
    }
    for message in &tx.messages {
        message.validate(&session.addresses)?;
    }
    let layer = session.branch();
    match ante::run(session, tx, size) {
        Ok(passed) => {
            session.merge();
            progress.events = passed.events;
            progress.signatures = passed.signatures;
        }
        Err(stop) => {
            session.roll_back(layer);
            return Err(stop);
        }
    }
    if session.mode == Mode::Check {
        return Ok(());
    }
    let layer = session.branch();
    match messages(session, tx) {
        Ok((events, data)) if block_allows(session) => {
            session.merge();
            progress.events.extend(events);
            progress.data = data;
            Ok(())
        }
        Ok(_) => {
            session.roll_back(layer);
            session.forget_calls(0);
            Ok(())
        }
        Err(stop) => {
            session.roll_back(layer);
            session.forget_calls(0);
            Err(stop)
        }
    }
}

fn messages(session: &Rc<Session>, tx: &Tx) -> Result<(Vec<Event>, Vec<u8>), Stop> {
    let mut all = Vec::new();
    let mut responses = TxMsgData::default();
    for (index, message) in tx.messages.iter().enumerate() {
        let mut events = Vec::new();
        let (type_url, value) = route::carry_out(session, message, Depth::default(), &mut events)
            .map_err(|stop| {
            stop.wrap(format!("failed to execute message; message index: {index}"))
        })?;
        let named = events
            .iter()
            .flat_map(|event| &event.attributes)
            .any(|(key, _)| key == "module");
        let mut first = Event::new(MESSAGE).with("action", message.type_url());
        if let Some(signer) = message.signers().first() {
            let signer = session.addresses.read(signer);
            let signer = signer.map_or_else(|_| String::new(), |signer| session.text(&signer));
            first = first.with("sender", signer);
        }
        if !named {
            first = first.with("module", message.module());
        }
        events.insert(0, first);
        let index = index.to_string();
        all.extend(
            events
                .into_iter()
                .map(|event| event.with("msg_index", index.as_str())),
        );
        responses.msg_responses.push(Any { type_url, value });
    }
    Ok((all, responses.encode_to_vec()))
}
