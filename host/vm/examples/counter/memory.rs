//! A backend in memory: storage without iterators, addresses as they are, and nobody to ask.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use commons_vm::{Backend, BackendError, BackendResult, Gas, GasInfo, Order};

/// A store; clones share it, so that it outlives the call it is given to.
#[derive(Clone, Default)]
pub struct Memory(Rc<RefCell<BTreeMap<Vec<u8>, Vec<u8>>>>);

/// A thousand gas for everything.
fn priced<T>(answer: Result<T, BackendError>) -> BackendResult<T> {
    (answer, GasInfo::with_cost(Gas(1_000)))
}

fn refused<T>() -> BackendResult<T> {
    let error = BackendError::Unknown("this chain has no such thing".to_owned());
    priced(Err(error))
}

impl Backend for Memory {
    fn get(&mut self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        priced(Ok(self.0.borrow().get(key).cloned()))
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.0.borrow_mut().insert(key.to_vec(), value.to_vec());
        priced(Ok(()))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.0.borrow_mut().remove(key);
        priced(Ok(()))
    }

    fn scan(&mut self, _: Option<&[u8]>, _: Option<&[u8]>, _: Order) -> BackendResult<u32> {
        refused()
    }

    fn next(&mut self, _: u32) -> BackendResult<Option<(Vec<u8>, Vec<u8>)>> {
        refused()
    }

    fn addr_validate(&self, _: &str) -> BackendResult<()> {
        priced(Ok(()))
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        priced(Ok(human.as_bytes().to_vec()))
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        priced(Ok(String::from_utf8_lossy(canonical).into_owned()))
    }

    fn query(&mut self, _: &[u8], _: Gas) -> BackendResult<Vec<u8>> {
        refused()
    }
}
