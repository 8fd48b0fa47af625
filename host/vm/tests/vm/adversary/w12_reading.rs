//! W12: who may only read cannot write, by any way; questions nest, and each level pays for those below. How deep is the chain's to say.

use commons_vm::{
    Backend, BackendError, BackendResult, CallError, Code, EntryPoint, Gas, GasInfo, Order, Vm,
    VmConfig,
};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, failure, module, vm};

const WRITE: &str = r#"(import "env" "db_write" (func $db_write (param i32 i32)))"#;
const REMOVE: &str = r#"(import "env" "db_remove" (func $db_remove (param i32)))"#;

/// Calls for reading only, on a chain with one record, which must be there afterwards.
fn reading(wasm: &[u8], entry: EntryPoint) -> CallError {
    let chain = MockChain::default();
    let record = (b"old".to_vec(), b"1".to_vec());
    chain.state.borrow_mut().storage.extend([record.clone()]);
    let code = vm().load(wasm).unwrap();
    let args: [&[u8]; 2] = [b"old", b"2"];
    let backend = Box::new(chain.clone());
    let report = vm().call(&code, entry, &args, backend, LIMIT, true);
    let storage = chain.state.borrow().storage.clone();
    assert_eq!(storage.into_iter().collect::<Vec<_>>(), [record]);
    failure(&report.unwrap())
}

#[test]
fn writing_and_removing_are_denied_to_a_reading_call() {
    for entry in EntryPoint::ALL {
        let name = entry.name();
        for (import, body) in [
            (WRITE, "(call $db_write (local.get 0) (local.get 1))"),
            (REMOVE, "(call $db_remove (local.get 0))"),
            // Denied before any argument is looked at.
            (WRITE, "(call $db_write (i32.const 0) (i32.const -1))"),
            (REMOVE, "(call $db_remove (i32.const 0))"),
        ] {
            let function = format!(
                r#"(func (export "{name}") (param i32 i32) (result i32) {body} (i32.const 0))"#
            );
            let wasm = contract(import, &function);
            assert_eq!(reading(&wasm, entry), CallError::WriteAccessDenied);
        }
    }
}

/// The allocator runs for the same call, and has no more rights.
#[test]
fn an_allocator_cannot_write_for_a_reading_call() {
    let wasm = module(&format!(
        r#"{REMOVE}
        (memory (export "memory") 1)
        (data (i32.const 64) "\50\00\00\00\03\00\00\00\03\00\00\00")
        (data (i32.const 80) "old")
        (func (export "interface_version_8"))
        (func (export "allocate") (param i32) (result i32)
            (call $db_remove (i32.const 64)) (i32.const 64))
        (func (export "deallocate") (param i32))
        (func (export "query") (param i32 i32) (result i32) (i32.const 64))"#
    ));
    assert_eq!(
        reading(&wasm, EntryPoint::Query),
        CallError::WriteAccessDenied
    );
}

/// A chain on which every query asks the same contract again, `depth` times.
struct Nested {
    vm: Vm,
    code: Code,
    depth: u32,
}

impl Nested {
    fn run(self, limit: Gas) -> Result<commons_vm::CallReport, commons_vm::Fault> {
        let (vm, code) = (self.vm.clone(), self.code.clone());
        vm.call(
            &code,
            EntryPoint::Query,
            &[b"again"],
            Box::new(self),
            limit,
            true,
        )
    }
}

impl Backend for Nested {
    fn query(&mut self, _request: &[u8], gas_limit: Gas) -> BackendResult<Vec<u8>> {
        if self.depth == 0 {
            return (Ok(b"the bottom".to_vec()), GasInfo::free());
        }
        let inner = Nested {
            vm: self.vm.clone(),
            code: self.code.clone(),
            depth: self.depth - 1,
        };
        match inner.run(gas_limit) {
            Ok(report) => {
                let gas = GasInfo::with_cost(report.gas_used);
                (report.outcome.map_err(|_| BackendError::OutOfGas), gas)
            }
            Err(fault) => (Err(BackendError::Fault(fault.to_string())), GasInfo::free()),
        }
    }

    fn get(&mut self, _: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        unreachable!("the contract only asks")
    }
    fn set(&mut self, _: &[u8], _: &[u8]) -> BackendResult<()> {
        unreachable!("the contract only asks")
    }
    fn remove(&mut self, _: &[u8]) -> BackendResult<()> {
        unreachable!("the contract only asks")
    }
    fn scan(&mut self, _: Option<&[u8]>, _: Option<&[u8]>, _: Order) -> BackendResult<u32> {
        unreachable!("the contract only asks")
    }
    fn next(&mut self, _: u32) -> BackendResult<Option<(Vec<u8>, Vec<u8>)>> {
        unreachable!("the contract only asks")
    }
    fn addr_validate(&self, _: &str) -> BackendResult<()> {
        unreachable!("the contract only asks")
    }
    fn addr_canonicalize(&self, _: &str) -> BackendResult<Vec<u8>> {
        unreachable!("the contract only asks")
    }
    fn addr_humanize(&self, _: &[u8]) -> BackendResult<String> {
        unreachable!("the contract only asks")
    }
}

fn asking(vm: &Vm) -> Code {
    let import = r#"(import "env" "query_chain" (func $query (param i32) (result i32)))"#;
    let text = r#"(func (export "query") (param i32) (result i32) (call $query (local.get 0)))"#;
    vm.load(&contract(import, text)).unwrap()
}

/// A contract may ask itself through the chain; each level has an instance of its own and pays for those below.
#[test]
fn a_query_may_nest() {
    let nested = |depth| Nested {
        vm: vm().clone(),
        code: asking(vm()),
        depth,
    };
    let flat = nested(0).run(LIMIT).unwrap();
    let deep = nested(9).run(LIMIT).unwrap();
    assert_eq!(deep.outcome.unwrap(), b"the bottom");
    assert_eq!(deep.gas_used.0, 10 * flat.gas_used.0);
}

/// Fifty levels: the machine itself draws no line but its instances and the stack.
#[test]
fn a_query_may_nest_fifty_deep() {
    let run = || {
        let nested = |depth| Nested {
            vm: vm().clone(),
            code: asking(vm()),
            depth,
        };
        let flat = nested(0).run(LIMIT).unwrap();
        let deep = nested(49).run(LIMIT).unwrap();
        assert_eq!(deep.gas_used.0, 50 * flat.gas_used.0);
        let poor = nested(49).run(Gas(deep.gas_used.0 / 2)).unwrap();
        assert_eq!(failure(&poor), CallError::OutOfGas);
    };
    let thread = std::thread::Builder::new().stack_size(51 * commons_vm::STACK_BYTES_PER_CALL);
    thread.spawn(run).unwrap().join().unwrap();
}

#[test]
fn more_instances_than_configured_are_a_fault() {
    let config = VmConfig {
        max_instances: 3,
        ..VmConfig::default()
    };
    let vm = Vm::new(config).unwrap();
    let nested = |depth| Nested {
        vm: vm.clone(),
        code: asking(&vm),
        depth,
    };
    assert!(nested(2).run(LIMIT).is_ok());
    assert!(nested(3).run(LIMIT).is_err());
    assert!(nested(2).run(LIMIT).is_ok(), "the slots are free again");
}
