//! W15: a host that breaks ends in a fault, never in an outcome that a chain could commit.

use commons_vm::{
    Backend, BackendError, BackendResult, CallReport, EntryPoint, Fault, Gas, GasInfo, Order,
};

use crate::support::import::{self, prepared_chain};
use crate::support::wasm::{LIMIT, vm};

/// How the host breaks.
#[derive(Clone, Copy)]
enum Breakage {
    Says,
    Panics,
}

/// A chain that breaks at any touch.
struct Broken(Breakage);

impl Broken {
    fn answer<T>(&self) -> BackendResult<T> {
        match self.0 {
            Breakage::Says => {
                let fault = BackendError::Fault("the disk is gone".to_owned());
                (Err(fault), GasInfo::free())
            }
            Breakage::Panics => panic!("the disk is gone"),
        }
    }
}

impl Backend for Broken {
    fn get(&mut self, _: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        self.answer()
    }
    fn set(&mut self, _: &[u8], _: &[u8]) -> BackendResult<()> {
        self.answer()
    }
    fn remove(&mut self, _: &[u8]) -> BackendResult<()> {
        self.answer()
    }
    fn scan(&mut self, _: Option<&[u8]>, _: Option<&[u8]>, _: Order) -> BackendResult<u32> {
        self.answer()
    }
    fn next(&mut self, _: u32) -> BackendResult<Option<(Vec<u8>, Vec<u8>)>> {
        self.answer()
    }
    fn addr_validate(&self, _: &str) -> BackendResult<()> {
        self.answer()
    }
    fn addr_canonicalize(&self, _: &str) -> BackendResult<Vec<u8>> {
        self.answer()
    }
    fn addr_humanize(&self, _: &[u8]) -> BackendResult<String> {
        self.answer()
    }
    fn query(&mut self, _: &[u8], _: Gas) -> BackendResult<Vec<u8>> {
        self.answer()
    }
    fn debug(&mut self, _: &str) {
        if matches!(self.0, Breakage::Panics) {
            panic!("the disk is gone");
        }
    }
}

fn call(import: &import::Import, backend: Box<dyn Backend>) -> Result<CallReport, Fault> {
    let code = vm().load(&import.caller()).unwrap();
    let args = import.args(None);
    let args: Vec<&[u8]> = args.iter().map(Vec::as_slice).collect();
    vm().call(&code, EntryPoint::Execute, &args, backend, LIMIT, false)
}

/// Imports that ask the chain; the rest compute alone.
fn asks(name: &str) -> bool {
    name.starts_with("db_") || name.starts_with("addr_") || name == "query_chain"
}

#[test]
fn a_host_that_breaks_in_any_import_is_a_fault() {
    for import in import::all() {
        let name = import.name;
        for breakage in [Breakage::Says, Breakage::Panics] {
            let silent = name == "debug" && matches!(breakage, Breakage::Says);
            if silent || !(asks(name) || name == "debug") {
                continue;
            }
            let fault = call(&import, Box::new(Broken(breakage))).unwrap_err();
            let text = fault.to_string();
            assert!(text.contains("the disk is gone"), "{name}: {text}");
        }
    }
}

/// The engine is whole after a panic, and the slot of the broken call is free: the same code runs after as many broken calls as there are
/// slots, and more.
#[test]
fn a_fault_harms_no_later_call() {
    let imports = import::all();
    let read = imports.iter().find(|import| import.name == "db_read");
    let read = read.unwrap();
    let before = call(read, Box::new(prepared_chain())).unwrap();
    for _ in 0..1_000 {
        assert!(call(read, Box::new(Broken(Breakage::Says))).is_err());
    }
    for _ in 0..20 {
        assert!(call(read, Box::new(Broken(Breakage::Panics))).is_err());
    }
    assert_eq!(call(read, Box::new(prepared_chain())).unwrap(), before);
}
