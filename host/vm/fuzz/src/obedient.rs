//! Owns the contract that does what its message says, and what the machine must keep whatever the message is.

use commons_vm::{CallError, Code, EntryPoint, Gas, Vm, VmConfig};

use super::chain::Ledger;
use super::contents;

/// Enough for one pairing, the dearest of all.
const GAS: Gas = Gas(3_000_000_000);
/// Where descriptions of the sound regions begin, and their contents.
const DESCRIPTIONS: usize = 64;
const CONTENTS: usize = 1_024;

/// The contract as wasm.
#[must_use]
pub fn obedient() -> Vec<u8> {
    let text = include_str!("obedient.wat");
    let (head, tail) = text
        .split_once(";; REGIONS")
        .expect("a place for the regions");
    wat::parse_str(format!("{head}{}{tail}", data())).expect("the contract is wasm")
}

fn data() -> String {
    let mut data = String::new();
    for (index, content) in contents::all().iter().enumerate() {
        let place = CONTENTS + index * contents::CAPACITY;
        let numbers = [place, contents::CAPACITY, content.len(), 0];
        let numbers = numbers.map(|n| u32::try_from(n).expect("it is small").to_le_bytes());
        data += &segment(DESCRIPTIONS + 16 * index, &numbers.concat());
        data += &segment(place, content);
    }
    data
}

fn segment(place: usize, bytes: &[u8]) -> String {
    let bytes: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
    format!("(data (i32.const {place}) \"{bytes}\")\n")
}

/// The contract, ready for messages.
pub struct Regions {
    vm: Vm,
    code: Code,
}

impl Default for Regions {
    fn default() -> Self {
        let config = VmConfig {
            max_instances: 2,
            ..VmConfig::default()
        };
        let vm = Vm::new(config).expect("the machine starts");
        let code = vm.load(&obedient()).expect("the contract is a contract");
        Self { vm, code }
    }
}

impl Regions {
    /// Gives the contract a message, twice. The host must stay whole, both calls must be equal, and what they cost must make sense. Says
    /// whether the contract was entered.
    pub fn obey(&self, message: &[u8]) -> bool {
        let read_only = message.first().is_some_and(|first| first & 0x80 != 0);
        let call = || {
            let args: [&[u8]; 3] = [b"{}", b"{}", message];
            let backend = Box::new(Ledger::inhabited());
            let called = self.vm.call(
                &self.code,
                EntryPoint::Execute,
                &args,
                backend,
                GAS,
                read_only,
            );
            called.expect("no contract is a fault of the host")
        };
        let report = call();
        assert!(report.gas_used <= GAS);
        if report.outcome == Err(CallError::OutOfGas) {
            assert_eq!(report.gas_used, GAS);
        } else {
            assert!(report.gas_external <= report.gas_used);
        }
        assert_eq!(call(), report);
        !matches!(
            report.outcome,
            Err(CallError::Instantiation(_)
                | CallError::MissingExport { .. }
                | CallError::Arity { .. }
                | CallError::Signature { .. })
        )
    }
}
