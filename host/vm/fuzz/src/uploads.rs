//! Owns what the machine must keep whatever file is uploaded.

use commons_vm::{Analysis, CallError, Code, EntryPoint, Gas, LoadError, Vm, VmConfig};

use super::chain::Ledger;

const GAS: Gas = Gas(200_000_000);

/// What became of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Judged {
    /// The checks refuse it.
    Refused,
    /// The checks accept it, but none of its code runs.
    Accepted,
    /// A call entered its code.
    Entered,
}

/// A machine to which files are uploaded.
#[derive(Clone)]
pub struct Uploads {
    vm: Vm,
}

impl Default for Uploads {
    fn default() -> Self {
        let config = VmConfig {
            max_instances: 2,
            ..VmConfig::default()
        };
        let vm = Vm::new(config).expect("the machine starts");
        Self { vm }
    }
}

impl Uploads {
    /// Uploads a file. The machine must stay whole; what its checks accept must compile and link, and answer every call, twice the same.
    #[must_use]
    pub fn judge(&self, wasm: &[u8]) -> Judged {
        let judged = self.vm.analyze(wasm);
        let loaded = self.vm.load(wasm);
        let analysis = match judged {
            Ok(analysis) => analysis,
            Err(reject) => {
                assert_eq!(loaded.map(drop), Err(LoadError::Reject(reject)));
                return Judged::Refused;
            }
        };
        let code = loaded.expect("what the checks accept compiles");
        assert_eq!(*code.analysis(), analysis);
        if self.enter(&code, &analysis) {
            Judged::Entered
        } else {
            Judged::Accepted
        }
    }

    /// Calls entry points that the contract has, and one that it hardly has. Says whether any code was entered.
    fn enter(&self, code: &Code, analysis: &Analysis) -> bool {
        let some = analysis.entry_points.iter().take(2);
        let entered: Vec<bool> = some
            .chain([&EntryPoint::Ibc2PacketSend])
            .map(|entry| self.call_twice(code, *entry))
            .collect();
        entered.contains(&true)
    }

    fn call_twice(&self, code: &Code, entry: EntryPoint) -> bool {
        let call = || {
            let args: [&[u8]; 3] = [b"{}", b"{}", b"{}"];
            let args = args.get(..entry.parameters().len()).unwrap_or_default();
            let backend = Box::new(Ledger::inhabited());
            let read_only = entry == EntryPoint::Query;
            let called = self.vm.call(code, entry, args, backend, GAS, read_only);
            called.expect("no contract is a fault of the host")
        };
        let report = call();
        assert!(report.gas_used <= GAS);
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
