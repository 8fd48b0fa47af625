//! One contract, written by hand, that does what its message says: it calls any import with any numbers, writes any numbers into its memory,
//! and has an allocator of any mood. No message makes the host panic or fail, and each does the same twice.

#![no_main]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::sync::OnceLock;

use commons_vm::{CallError, Code, EntryPoint, Gas, Vm, VmConfig};
use commons_vm_fuzz::{Ledger, Share};
use libfuzzer_sys::fuzz_target;

static SHARE: Share = Share::new();
/// Enough for one pairing, the dearest of all.
const GAS: Gas = Gas(3_000_000_000);

fn contract() -> &'static (Vm, Code) {
    static CONTRACT: OnceLock<(Vm, Code)> = OnceLock::new();
    CONTRACT.get_or_init(|| {
        let config = VmConfig {
            max_instances: 2,
            ..VmConfig::default()
        };
        let vm = Vm::new(config).expect("the machine starts");
        let wasm = wat::parse_str(include_str!("../src/obedient.wat")).expect("the contract is wasm");
        let code = vm.load(&wasm).expect("the contract is a contract");
        (vm, code)
    })
}

fuzz_target!(|message: &[u8]| {
    SHARE.input();
    let (vm, code) = contract();
    SHARE.accepted();
    let read_only = message.first().is_some_and(|first| first & 1 == 1);
    let call = || {
        let backend = Box::new(Ledger::inhabited());
        let args: [&[u8]; 1] = [message];
        vm.call(code, EntryPoint::Execute, &args, backend, GAS, read_only)
            .expect("no contract is a fault of the host")
    };
    let report = call();
    if !matches!(report.outcome, Err(CallError::Instantiation(_))) {
        SHARE.entered();
    }
    assert!(report.gas_used <= GAS);
    assert!(report.gas_external <= report.gas_used || report.outcome == Err(CallError::OutOfGas));
    if report.outcome == Err(CallError::OutOfGas) {
        assert_eq!(report.gas_used, GAS);
    }
    assert_eq!(call(), report);
});
