//! The published mock storage, kept from one call to the next: both machines read and write it through one trait, at one price.

use std::cell::RefCell;
use std::rc::Rc;

use commons_conformance::Records;
use cosmwasm_std::{Order, Record};
use cosmwasm_vm::testing::MockStorage;
use cosmwasm_vm::{BackendResult, Storage};

/// A key, and what is to stand there; nothing to remove it.
pub type Change = (Vec<u8>, Option<Vec<u8>>);

/// See the module. Clones share it.
#[derive(Clone)]
pub struct Kept(Rc<RefCell<MockStorage>>);

impl Kept {
    /// A storage that holds `records`.
    pub fn of(records: &Records) -> Self {
        let mut storage = MockStorage::new();
        for (key, value) in records {
            storage.set(key, value).0.expect("the mock takes anything");
        }
        Self(Rc::new(RefCell::new(storage)))
    }

    /// Everything stored.
    pub fn records(&self) -> Records {
        let mut storage = self.0.borrow_mut();
        let all = storage.scan(None, None, Order::Ascending).0;
        let all = storage.all(all.expect("the mock can be read")).0;
        all.expect("the mock can be read").into_iter().collect()
    }

    /// Makes changes.
    pub fn apply(&self, changes: &[Change]) {
        let mut storage = self.0.borrow_mut();
        for (key, value) in changes {
            let done = match value {
                Some(value) => storage.set(key, value),
                None => storage.remove(key),
            };
            done.0.expect("the mock takes anything");
        }
    }
}

/// What turns `after` back into `before`.
pub fn undo(before: &Records, after: &Records) -> Vec<Change> {
    let keys = before.keys().chain(after.keys());
    let mut changed: Vec<&Vec<u8>> = keys
        .filter(|key| before.get(*key) != after.get(*key))
        .collect();
    changed.sort();
    changed.dedup();
    let changed = changed.into_iter();
    changed
        .map(|key| (key.clone(), before.get(key).cloned()))
        .collect()
}

impl Storage for Kept {
    fn get(&self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        self.0.borrow().get(key)
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32> {
        self.0.borrow_mut().scan(start, end, order)
    }

    fn next(&mut self, iterator: u32) -> BackendResult<Option<Record>> {
        self.0.borrow_mut().next(iterator)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.0.borrow_mut().set(key, value)
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.0.borrow_mut().remove(key)
    }
}
