//! What a running contract can reach: its own storage, addresses, and queries; never another contract's storage.
//!
//! Storage is charged on the session's meter and reported to the VM as used outside, address work as used inside, as wasmvm does.

use super::query;
use crate::address::Address;
use crate::error::Stop;
use crate::gas;
use crate::keys;
use crate::overlay::{Cursor, Entry};
use crate::session::{Depth, Session};
use commons_vm::{Backend, BackendError, BackendResult, Gas, GasInfo, Order};
use std::rc::Rc;

/// The chain as one call of one contract sees it.
pub(super) struct ContractBackend {
    session: Rc<Session>,
    contract: Address,
    prefix: Vec<u8>,
    depth: Depth,
    iterators: Vec<Iterator>,
}

struct Iterator {
    cursor: Cursor,
    /// The entry it stands on; it was charged when the iterator got there.
    current: Option<Entry>,
}

impl ContractBackend {
    /// The backend of one call.
    pub(super) fn new(session: &Rc<Session>, contract: &Address, depth: Depth) -> ContractBackend {
        ContractBackend {
            session: Rc::clone(session),
            contract: contract.clone(),
            prefix: keys::contract_store(contract),
            depth,
            iterators: Vec::new(),
        }
    }

    fn key(&self, key: &[u8]) -> Vec<u8> {
        [&self.prefix, key].concat()
    }

    /// Runs an operation and reports what it charged.
    fn metered<T>(&self, work: impl FnOnce(&Rc<Session>) -> Result<T, Stop>) -> BackendResult<T> {
        let before = self.session.meter().used();
        let result = work(&self.session).map_err(backend_error);
        let used = self.session.meter().used().saturating_sub(before);
        let used = Gas(used.saturating_mul(gas::VM_GAS));
        (result, GasInfo::with_externally_used(used))
    }
}

fn backend_error(stop: Stop) -> BackendError {
    match stop {
        Stop::OutOfGas(_) => BackendError::OutOfGas,
        Stop::Failed(failure) => BackendError::Unknown(failure.text),
        Stop::Fault(fault) => BackendError::Fault(fault.to_string()),
    }
}

fn answer<T>(result: Result<T, String>, cost: u64) -> BackendResult<T> {
    (
        result.map_err(BackendError::UserErr),
        GasInfo::with_cost(Gas(cost)),
    )
}

impl Backend for ContractBackend {
    fn get(&mut self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        let key = self.key(key);
        self.metered(|session| session.read(&key))
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        let key = self.key(key);
        self.metered(|session| session.write(key, value.to_vec()))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        let key = self.key(key);
        self.metered(|session| session.remove(key))
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32> {
        let start = self.key(start.unwrap_or_default());
        let end = match end {
            Some(end) => Some(self.key(end)),
            None => keys::end_of(&self.prefix),
        };
        let (opened, price) = self.metered(|session| {
            let mut cursor = session.cursor(start, end, order);
            let current = cursor.next()?;
            session.charge_step(current.as_ref())?;
            Ok(Iterator { cursor, current })
        });
        let id = opened.and_then(|iterator| {
            let id = u32::try_from(self.iterators.len()).map_err(|_| BackendError::BadArgument)?;
            self.iterators.push(iterator);
            Ok(id)
        });
        (id, price)
    }

    fn next(&mut self, id: u32) -> BackendResult<Option<Entry>> {
        let prefix = self.prefix.len();
        let index = usize::try_from(id).unwrap_or(usize::MAX);
        let Some(iterator) = self.iterators.get_mut(index) else {
            let error = BackendError::IteratorDoesNotExist { id };
            return (Err(error), GasInfo::free());
        };
        let Some((key, value)) = iterator.current.take() else {
            return (Ok(None), GasInfo::free());
        };
        let following = iterator.cursor.next();
        let entry = (key, value);
        let (moved, price) = self.metered(|session| {
            session.charge_step(Some(&entry))?;
            Ok(following?)
        });
        let (key, value) = entry;
        let shown = moved.map(|following| {
            if let Some(iterator) = self.iterators.get_mut(index) {
                iterator.current = following;
            }
            Some((key.get(prefix..).unwrap_or_default().to_vec(), value))
        });
        (shown, price)
    }

    fn addr_validate(&self, human: &str) -> BackendResult<()> {
        match self.session.addresses.read(human) {
            Err(reason) => answer(Err(reason), gas::CANONICALIZE),
            Ok(_) => {
                let checked = self.session.addresses.validate(human).map(|_| ());
                answer(checked, gas::VALIDATE)
            }
        }
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        let address = self.session.addresses.read(human);
        let bytes = address.map(|address| address.as_bytes().to_vec());
        answer(bytes, gas::CANONICALIZE)
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        let address = Address::from_bytes(canonical)
            .ok_or_else(|| "address length must be 20 or 32 bytes: invalid address".to_owned());
        let text = address.map(|address| self.session.text(&address));
        answer(text, gas::HUMANIZE)
    }

    fn query(&mut self, request: &[u8], gas_limit: Gas) -> BackendResult<Vec<u8>> {
        let (depth, asker) = (self.depth, self.contract.clone());
        self.metered(|session| query::answer(session, &asker, request, gas_limit, depth))
    }

    fn debug(&mut self, message: &str) {
        let contract = &self.contract;
        tracing::debug!(target: "contract", contract = self.session.text(contract), "{message}");
    }
}
