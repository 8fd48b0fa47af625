//! The working state of one transaction or query: layers, meter, position in the block; it knows no message and no module.
//!
//! It is shared with the contracts that run in it: each of them owns a backend that points here. No borrow lives longer than one operation,
//! so a contract may query another while it runs.

use crate::address::{Address, Addresses};
use crate::error::{Fault, Stop};
use crate::gas::{self, Constant, Meter};
use crate::keys;
use crate::overlay::{Cursor, Entry, Overlay};
use crate::params::Admission;
use crate::trace::Tree;
use crate::{BlockContext, ContractCall};
use commons_vm::{Checksum, Order, Vm};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// What a transaction is run for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In a block: the result is recorded.
    Deliver,
    /// On arrival: only the checks before the messages.
    Check,
    /// To learn its gas: no signature is needed, nothing is kept.
    Simulate,
    /// A question from outside a transaction.
    Query,
}

/// How deep the present call is nested.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Depth {
    /// Contract responses on the way here, at most 100.
    pub(crate) calls: u32,
    /// Smart queries on the way here, at most 10.
    pub(crate) queries: u32,
}

/// One transaction or query at work.
pub(crate) struct Session {
    pub(crate) vm: Vm,
    pub(crate) addresses: Addresses,
    pub(crate) block: BlockContext,
    pub(crate) mode: Mode,
    /// sha256 of the transaction; all zero in a query.
    pub(crate) tx_hash: [u8; 32],
    /// Position among the counted transactions of the block, once known.
    pub(crate) tx_index: Cell<Option<u32>>,
    /// Gas that the block had used before this transaction: the position that contracts are created at.
    pub(crate) block_gas: u64,
    /// Gas that a block may use; none = no limit.
    pub(crate) max_gas: Option<u64>,
    pub(crate) admission: Arc<Admission>,
    state: RefCell<Overlay>,
    /// The meters in force, the innermost last.
    meters: RefCell<Vec<Meter>>,
    /// Codes this transaction has paid the full instance price for.
    loaded: RefCell<BTreeSet<Checksum>>,
    calls: RefCell<Vec<ContractCall>>,
    /// The tree of calls, if somebody wants it.
    pub(crate) tree: RefCell<Option<Tree>>,
    /// Whether nobody need have signed: in a rehearsal, which no chain keeps.
    pub(crate) unsigned: Cell<bool>,
}

/// What a session is opened with.
pub(crate) struct Opening {
    pub(crate) vm: Vm,
    pub(crate) addresses: Addresses,
    pub(crate) block: BlockContext,
    pub(crate) mode: Mode,
    pub(crate) tx_hash: [u8; 32],
    pub(crate) block_gas: u64,
    pub(crate) max_gas: Option<u64>,
    pub(crate) admission: Arc<Admission>,
}

impl Session {
    /// Opens a session over an overlay; nothing can be bought before a meter is put in force.
    pub(crate) fn new(opening: Opening, state: Overlay) -> Rc<Session> {
        Rc::new(Session {
            vm: opening.vm,
            addresses: opening.addresses,
            block: opening.block,
            mode: opening.mode,
            tx_hash: opening.tx_hash,
            tx_index: Cell::new(None),
            block_gas: opening.block_gas,
            max_gas: opening.max_gas,
            admission: opening.admission,
            state: RefCell::new(state),
            meters: RefCell::default(),
            loaded: RefCell::default(),
            calls: RefCell::default(),
            tree: RefCell::default(),
            unsigned: Cell::default(),
        })
    }

    /// The text of an address.
    pub(crate) fn text(&self, address: &Address) -> String {
        self.addresses.write(address)
    }

    /// Charges the meter in force.
    pub(crate) fn charge(&self, amount: u64, location: &'static str) -> Result<(), Stop> {
        let mut meters = self.meters.borrow_mut();
        if meters.last_mut().is_some_and(|meter| meter.charge(amount)) {
            return Ok(());
        }
        Err(Stop::OutOfGas(location))
    }

    /// A copy of the meter in force.
    pub(crate) fn meter(&self) -> Meter {
        let meters = self.meters.borrow();
        meters.last().cloned().unwrap_or_else(|| Meter::new(0))
    }

    /// Puts a smaller meter in force.
    pub(crate) fn open_meter(&self, limit: u64) {
        self.meters.borrow_mut().push(Meter::new(limit));
    }

    /// Takes the innermost meter off and says what it counted.
    pub(crate) fn close_meter(&self) -> u64 {
        self.meters
            .borrow_mut()
            .pop()
            .map_or(0, |meter| meter.used())
    }

    /// Opens a layer of changes; the number is for [`Session::roll_back`].
    pub(crate) fn branch(&self) -> usize {
        self.state.borrow_mut().branch()
    }

    /// Keeps the top layer's changes.
    pub(crate) fn merge(&self) {
        self.state.borrow_mut().merge();
    }

    /// Drops the layer that was opened with this number and all above it.
    pub(crate) fn roll_back(&self, layer: usize) {
        self.state.borrow_mut().roll_back(layer);
    }

    /// Takes the top layer off.
    pub(crate) fn take_changes(&self) -> crate::Changes {
        self.state.borrow_mut().take_top()
    }

    /// A value without a charge: code bytes, and queries of the node.
    pub(crate) fn peek(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.state.borrow().get(key)
    }

    /// Puts a value without a charge: code bytes, which a real chain keeps in files.
    pub(crate) fn place(&self, key: Vec<u8>, value: Vec<u8>) {
        self.state.borrow_mut().put(key, Some(value));
    }

    /// Reads a value.
    pub(crate) fn read(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Stop> {
        self.charge(gas::READ_FLAT, "ReadFlat")?;
        let value = self.peek(key)?;
        let length = value.as_ref().map_or(0, Vec::len);
        self.charge_bytes(gas::READ_BYTE, keys::length_in_store(key), "ReadPerByte")?;
        self.charge_bytes(gas::READ_BYTE, length, "ReadPerByte")?;
        Ok(value)
    }

    /// Pays for reading a constant.
    pub(crate) fn charge_read(&self, constant: Constant) -> Result<(), Stop> {
        self.charge(gas::READ_FLAT, "ReadFlat")?;
        self.charge_bytes(gas::READ_BYTE, constant.key, "ReadPerByte")?;
        self.charge_bytes(gas::READ_BYTE, constant.value, "ReadPerByte")
    }

    /// Pays for looking for a key of another module, under which nothing can be.
    pub(crate) fn charge_miss(&self, key: usize) -> Result<(), Stop> {
        self.charge_read(Constant { key, value: 0 })
    }

    /// Pays for writing an entry that is not kept.
    pub(crate) fn charge_write(&self, key: usize, value: usize) -> Result<(), Stop> {
        self.charge(gas::WRITE_FLAT, "WriteFlat")?;
        self.charge_bytes(gas::WRITE_BYTE, key, "WritePerByte")?;
        self.charge_bytes(gas::WRITE_BYTE, value, "WritePerByte")
    }

    /// Asks whether a key has a value.
    pub(crate) fn has(&self, key: &[u8]) -> Result<bool, Stop> {
        self.charge(gas::HAS, "Has")?;
        Ok(self.peek(key)?.is_some())
    }

    /// Writes a value.
    pub(crate) fn write(&self, key: Vec<u8>, value: Vec<u8>) -> Result<(), Stop> {
        self.charge(gas::WRITE_FLAT, "WriteFlat")?;
        self.charge_bytes(gas::WRITE_BYTE, keys::length_in_store(&key), "WritePerByte")?;
        self.charge_bytes(gas::WRITE_BYTE, value.len(), "WritePerByte")?;
        self.place(key, value);
        Ok(())
    }

    /// Enters a key in an index. A real chain leaves the value empty and is paid for the key alone; here it is one byte, because a proof of
    /// ICS-23 cannot say that a value is empty, nor that a key beside it is absent.
    pub(crate) fn enter(&self, key: Vec<u8>) -> Result<(), Stop> {
        self.charge_write(keys::length_in_store(&key), 0)?;
        self.place(key, ENTERED.to_vec());
        Ok(())
    }

    /// Removes a value.
    pub(crate) fn remove(&self, key: Vec<u8>) -> Result<(), Stop> {
        self.charge(gas::DELETE, "Delete")?;
        self.state.borrow_mut().put(key, None);
        Ok(())
    }

    /// Removes a value without a charge: what a block does at its end.
    pub(crate) fn drop_free(&self, key: Vec<u8>) {
        self.state.borrow_mut().put(key, None);
    }

    /// An iterator over the present view; its steps are charged by [`Session::charge_step`].
    pub(crate) fn cursor(&self, start: Vec<u8>, end: Option<Vec<u8>>, order: Order) -> Cursor {
        self.state.borrow_mut().cursor(start, end, order)
    }

    /// Charges for the entry an iterator stands on (none at its end), as the SDK does on opening it and on every step.
    pub(crate) fn charge_step(&self, entry: Option<&Entry>) -> Result<(), Stop> {
        if let Some((key, value)) = entry {
            self.charge_bytes(gas::READ_BYTE, keys::length_in_store(key), "ValuePerByte")?;
            self.charge_bytes(gas::READ_BYTE, value.len(), "ValuePerByte")?;
        }
        self.charge(gas::STEP, "IterNextFlat")
    }

    /// Reads a counter that starts at 1 and moves it on.
    pub(crate) fn next_id(&self, key: Vec<u8>, first: u64) -> Result<u64, Stop> {
        let id = match self.read(&key)? {
            Some(bytes) => number(&bytes, "counter")?,
            None => first,
        };
        self.write(key, id.saturating_add(1).to_be_bytes().to_vec())?;
        Ok(id)
    }

    /// Whether the transaction has not loaded this code yet; queries from outside always pay in full.
    pub(crate) fn first_load(&self, checksum: &Checksum) -> bool {
        self.mode == Mode::Query || self.loaded.borrow_mut().insert(*checksum)
    }

    /// Notes a contract call; it stands unless [`Session::forget_calls`] drops it.
    pub(crate) fn note_call(&self, call: ContractCall) {
        self.calls.borrow_mut().push(call);
    }

    /// How many calls are noted.
    pub(crate) fn noted_calls(&self) -> usize {
        self.calls.borrow().len()
    }

    /// Drops the calls noted since there were so many.
    pub(crate) fn forget_calls(&self, since: usize) {
        self.calls.borrow_mut().truncate(since);
    }

    /// Takes the noted calls.
    pub(crate) fn take_calls(&self) -> Vec<ContractCall> {
        self.calls.take()
    }

    fn charge_bytes(&self, price: u64, length: usize, location: &'static str) -> Result<(), Stop> {
        self.charge(price.saturating_mul(gas::bytes(length)), location)
    }
}

/// The value of an entry in an index.
const ENTERED: &[u8] = &[1];

/// A stored u64, big endian.
pub(crate) fn number(bytes: &[u8], what: &'static str) -> Result<u64, Fault> {
    match bytes.try_into() {
        Ok(bytes) => Ok(u64::from_be_bytes(bytes)),
        Err(_) => Err(Fault::Corrupt {
            what,
            reason: format!("{} bytes instead of 8", bytes.len()),
        }),
    }
}

/// A stored protobuf message.
pub(crate) fn message<M: prost::Message + Default>(
    bytes: &[u8],
    what: &'static str,
) -> Result<M, Fault> {
    M::decode(bytes).map_err(|error| Fault::Corrupt {
        what,
        reason: error.to_string(),
    })
}
