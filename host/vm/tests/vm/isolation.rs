//! What calls share (compiled code, slots of memory) and what they must not (everything else).

use commons_vm::{
    Backend, BackendError, BackendResult, Code, EntryPoint, Gas, GasInfo, Order, Vm, VmConfig,
};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, executing, number, vm};

fn small(instances: u32) -> Vm {
    let config = VmConfig {
        max_instances: instances,
        ..VmConfig::default()
    };
    Vm::new(config).unwrap()
}

/// No byte of one instance's memory, table size or globals reaches the next one in the same slot.
#[test]
fn nothing_of_an_instance_reaches_the_next() {
    let vm = small(1);
    let text = r#"(global $mark (mut i32) (i32.const 0))
        (func (export "execute") (result i32) (local $seen i32)
            (local.set $seen (i32.add (global.get $mark) (i32.load (i32.const 131000))))
            (local.set $seen (i32.add (local.get $seen) (memory.size)))
            (global.set $mark (i32.const 1000))
            (i32.store (i32.const 131000) (i32.const 1000))
            (drop (memory.grow (i32.const 100)))
            (i32.store (i32.const 6000000) (i32.const 1000))
            (call $answer (local.get $seen)))"#;
    let reader = executing(
        "",
        0,
        "(drop (memory.grow (i32.const 100)))
        (call $answer (i32.add (i32.load (i32.const 131000)) (i32.load (i32.const 6000000))))",
    );
    let writer = vm.load(&contract("", text)).unwrap();
    let reader = vm.load(&reader).unwrap();
    let run = |code| {
        let backend = Box::new(MockChain::default());
        number(
            &vm.call(code, EntryPoint::Execute, &[], backend, LIMIT, false)
                .unwrap(),
        )
    };
    for _ in 0..3 {
        assert_eq!(run(&writer), 2);
        assert_eq!(run(&reader), 0);
    }
}

#[test]
fn the_machine_and_its_code_cross_threads() {
    fn crosses<T: Send + Sync + Clone>() {}
    crosses::<Vm>();
    crosses::<Code>();
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

/// W12: a contract may ask itself through the chain; each level has an instance of its own and pays for those below.
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

#[test]
fn more_instances_than_configured_are_a_fault() {
    let vm = small(3);
    let nested = |depth| Nested {
        vm: vm.clone(),
        code: asking(&vm),
        depth,
    };
    assert!(nested(2).run(LIMIT).is_ok());
    assert!(nested(3).run(LIMIT).is_err());
    assert!(nested(2).run(LIMIT).is_ok(), "the slots are free again");
}
