//! Owns the comparison: one call in both machines, and every difference said. It must never pass over one.

use std::fmt::Debug;
use std::rc::Rc;

use commons_vm::{LoadError, VmConfig};
use cosmwasm_vm::VmError;

use crate::chain::Chain;
use crate::machine::{Call, Contract, Machine, Ours, Theirs};
use crate::observation::{Failure, Observation};
use crate::store::{Records, Step};

/// Both machines with the same settings.
#[derive(Clone)]
pub struct Pair {
    ours: Rc<Ours>,
    theirs: Rc<Theirs>,
}

/// A file that at least one machine refused.
#[derive(Debug)]
pub struct Refused {
    /// What commons-vm says; nothing if it took the file.
    pub ours: Option<LoadError>,
    /// What cosmwasm-vm says; nothing if it took the file.
    pub theirs: Option<VmError>,
}

/// What one call did in both machines.
#[derive(Debug)]
pub struct Compared {
    /// In commons-vm.
    pub ours: Observation,
    /// In cosmwasm-vm.
    pub theirs: Observation,
}

/// Bytes of a contract: what chains allow once their governance has said so. The other machine leaves it to the chain.
const MAX_WASM_BYTES: u64 = 3 * 1024 * 1024;

impl Default for Pair {
    fn default() -> Self {
        Self::new(VmConfig {
            max_wasm_bytes: MAX_WASM_BYTES,
            ..VmConfig::default()
        })
    }
}

impl Pair {
    /// Starts both.
    #[must_use]
    pub fn new(config: VmConfig) -> Self {
        Self {
            theirs: Rc::new(Theirs::new(&config)),
            ours: Rc::new(Ours::new(config)),
        }
    }

    /// Loads a file into both.
    pub fn load(&self, name: &str, wasm: &[u8]) -> Result<Rc<Contract>, Box<Refused>> {
        match (self.ours.load(wasm), self.theirs.load(wasm)) {
            (Ok(ours), Ok(theirs)) => Ok(Rc::new(Contract {
                name: name.to_owned(),
                ours,
                theirs,
            })),
            (ours, theirs) => Err(Box::new(Refused {
                ours: ours.err(),
                theirs: theirs.err(),
            })),
        }
    }

    /// Runs one call in both, each on its own copy of `records`.
    #[must_use]
    pub fn call(
        &self,
        contract: &Contract,
        call: &Call,
        records: &Records,
        chain: &Rc<dyn Chain>,
    ) -> Compared {
        Compared {
            ours: self.ours().run(contract, call, records, chain),
            theirs: Machine::Theirs(Rc::clone(&self.theirs)).run(contract, call, records, chain),
        }
    }

    /// commons-vm alone, to find the places worth comparing.
    #[must_use]
    pub fn ours(&self) -> Machine {
        Machine::Ours(Rc::clone(&self.ours))
    }
}

impl Compared {
    /// Whether the contract ran out of stack in one machine and failed in both: how deep it may go is counted in ours and left to
    /// the compiler in the other. That it fails in one and goes on in the other is never allowed.
    #[must_use]
    pub fn stack_exhausted(&self) -> bool {
        let (ours, theirs) = (&self.ours.outcome, &self.theirs.outcome);
        let exhausted = [ours, theirs].contains(&&Err(Failure::StackExhausted));
        exhausted && ours.is_err() && theirs.is_err()
    }

    /// Whether outcome, storage, messages and questions are equal; gas aside.
    #[must_use]
    pub fn same_outcome(&self) -> bool {
        let (ours, theirs) = (&self.ours, &self.theirs);
        ours.outcome == theirs.outcome
            && ours.records == theirs.records
            && ours.debug == theirs.debug
            && ours.trace == theirs.trace
    }

    /// Whether both kinds of gas are equal, and all of it is used when it ran out.
    #[must_use]
    pub fn same_gas(&self, limit: u64) -> bool {
        let used_up = self.ours.outcome != Err(Failure::OutOfGas) || self.ours.gas_used == limit;
        used_up
            && self.ours.gas_used == self.theirs.gas_used
            && self.ours.gas_external == self.theirs.gas_external
    }

    /// Every difference in a line of its own; nothing if there is none.
    #[must_use]
    pub fn differences(&self) -> Vec<String> {
        let (ours, theirs) = (&self.ours, &self.theirs);
        let outcome = |observation: &Observation| match &observation.outcome {
            Ok(bytes) => format!("ok {}", shortened(bytes)),
            Err(failure) => failure.to_string(),
        };
        let mut found = Vec::new();
        let mut compare = |what: &str, ours: &dyn Debug, theirs: &dyn Debug, same: bool| {
            if !same {
                found.push(format!("{what}: ours {ours:?}, theirs {theirs:?}"));
            }
        };
        compare(
            "outcome",
            &outcome(ours),
            &outcome(theirs),
            ours.outcome == theirs.outcome,
        );
        let same = ours.gas_used == theirs.gas_used;
        compare("gas", &ours.gas_used, &theirs.gas_used, same);
        let same = ours.gas_external == theirs.gas_external;
        compare(
            "external gas",
            &ours.gas_external,
            &theirs.gas_external,
            same,
        );
        let same = ours.debug == theirs.debug;
        compare("debug", &ours.debug, &theirs.debug, same);
        let same = ours.records == theirs.records;
        let first = |a: &Records, b: &Records| {
            let record = a.iter().find(|(key, value)| b.get(*key) != Some(*value));
            record.map(|(key, value)| format!("{} = {}", shortened(key), shortened(value)))
        };
        compare(
            "storage",
            &first(&ours.records, &theirs.records),
            &first(&theirs.records, &ours.records),
            same,
        );
        let same = ours.trace == theirs.trace;
        let at = ours.trace.iter().zip(&theirs.trace);
        let at = at.take_while(|(a, b)| a == b).count();
        let step = |trace: &[Step]| (at, trace.get(at).copied(), trace.len());
        compare("trace", &step(&ours.trace), &step(&theirs.trace), same);
        found
    }
}

/// The beginning of bytes that may be text.
pub(crate) fn shortened(bytes: &[u8]) -> String {
    const SHOWN: usize = 160;
    let beginning = &bytes[..bytes.len().min(SHOWN)];
    let rest = if bytes.len() > SHOWN { "…" } else { "" };
    format!("{}{rest}", beginning.escape_ascii())
}
