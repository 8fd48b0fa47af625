//! Owns the storage that both machines see, with a record of everything asked of it. It must not know which machine asks.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::rc::Rc;

use cosmwasm_std::Order;
use cosmwasm_vm::testing::MockStorage;
use cosmwasm_vm::{BackendResult, Storage};

/// The storage of a contract between calls.
pub type Records = BTreeMap<Vec<u8>, Vec<u8>>;

/// What a contract asked of the chain: the operation and a digest of its arguments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// The operation.
    pub operation: &'static str,
    arguments: u64,
}

/// Everything a contract asked of the chain during one call, in order.
pub type Trace = Rc<RefCell<Vec<Step>>>;

pub(crate) fn note(trace: &Trace, operation: &'static str, arguments: impl Hash) {
    let mut hasher = DefaultHasher::new();
    arguments.hash(&mut hasher);
    let arguments = hasher.finish();
    trace.borrow_mut().push(Step {
        operation,
        arguments,
    });
}

/// The published mock storage for one call, with the prices it has; what happens to it stays readable after the call. Iterators
/// are numbered from 1 in every call, as on a chain.
#[derive(Clone)]
pub struct Store {
    storage: Rc<RefCell<MockStorage>>,
    trace: Trace,
}

impl Store {
    /// A storage that holds `records`.
    #[must_use]
    pub fn new(records: &Records, trace: Trace) -> Self {
        let mut storage = MockStorage::new();
        for (key, value) in records {
            storage.set(key, value).0.unwrap();
        }
        Self {
            storage: Rc::new(RefCell::new(storage)),
            trace,
        }
    }

    /// Everything stored.
    #[must_use]
    pub fn records(&self) -> Records {
        let mut storage = self.storage.borrow_mut();
        let all = storage.scan(None, None, Order::Ascending).0.unwrap();
        storage.all(all).0.unwrap().into_iter().collect()
    }
}

impl Storage for Store {
    fn get(&self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        note(&self.trace, "get", key);
        self.storage.borrow().get(key)
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32> {
        note(&self.trace, "scan", (start, end, i32::from(order)));
        self.storage.borrow_mut().scan(start, end, order)
    }

    fn next(&mut self, iterator_id: u32) -> BackendResult<Option<(Vec<u8>, Vec<u8>)>> {
        note(&self.trace, "next", iterator_id);
        self.storage.borrow_mut().next(iterator_id)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        note(&self.trace, "set", (key, value));
        self.storage.borrow_mut().set(key, value)
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        note(&self.trace, "remove", key);
        self.storage.borrow_mut().remove(key)
    }
}
