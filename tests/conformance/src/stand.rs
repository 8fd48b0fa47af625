//! Owns the tally: what was called, what was equal, what was not. It must count every comparison and keep every difference.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use commons_vm::EntryPoint;

use crate::chain::Chain;
use crate::machine::{Call, Contract};
use crate::observation::{Failure, Observation};
use crate::pair::{Compared, Pair, shortened};
use crate::store::Records;

/// One call with everything around it.
#[derive(Clone)]
pub struct Scene {
    /// The contract.
    pub contract: Rc<Contract>,
    /// The call.
    pub call: Call,
    /// The storage before.
    pub records: Rc<Records>,
    /// The chain around.
    pub chain: Rc<dyn Chain>,
}

impl Scene {
    /// The message among the arguments.
    #[must_use]
    pub fn message(&self) -> Option<&[u8]> {
        let message = self.call.args.get(self.message_at()?);
        message.map(Vec::as_slice)
    }

    /// The same scene with another message and another limit.
    #[must_use]
    pub fn with_message(&self, message: Vec<u8>, gas_limit: u64) -> Self {
        let mut other = self.clone();
        other.call.gas_limit = gas_limit;
        let place = self.message_at().and_then(|at| other.call.args.get_mut(at));
        *place.expect("a scene that is altered has a message") = message;
        other
    }

    /// The last argument, but for a migration: behind its message there may be what is known of the migration.
    fn message_at(&self) -> Option<usize> {
        match self.call.entry {
            EntryPoint::Migrate => Some(1),
            _ => self.call.args.len().checked_sub(1),
        }
    }
}

/// How the calls of one entry point ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Ends {
    /// The contract did what it was asked.
    pub succeeded: u64,
    /// The contract answered that it will not.
    pub refused: u64,
    /// The machine ended the call, other than for gas.
    pub failed: u64,
    /// Gas ran out.
    pub out_of_gas: u64,
}

impl Ends {
    /// Calls in all.
    #[must_use]
    pub const fn calls(&self) -> u64 {
        self.succeeded + self.refused + self.failed + self.out_of_gas
    }
}

/// What is known of one file.
#[derive(Clone, Debug, Default)]
pub struct Row {
    /// The entry points that the file exports.
    pub exported: BTreeSet<EntryPoint>,
    /// Ends by entry point.
    pub entries: BTreeMap<EntryPoint, Ends>,
    /// Calls whose outcome, storage, messages and questions were equal.
    pub outcome_equal: u64,
    /// Calls whose gas was equal, inside and outside.
    pub gas_equal: u64,
    /// Calls whose outcome differs as an exception allows.
    pub excused: u64,
    /// Calls whose gas is not compared, as an exception allows.
    pub without_gas: u64,
    /// Calls in which an exception was needed.
    pub excepted: u64,
    /// What exceptions allowed, by reason.
    pub exceptions: BTreeMap<&'static str, u64>,
}

impl Row {
    /// The ends of all entry points together.
    #[must_use]
    pub fn ends(&self) -> Ends {
        let mut sum = Ends::default();
        for ends in self.entries.values() {
            sum.succeeded += ends.succeeded;
            sum.refused += ends.refused;
            sum.failed += ends.failed;
            sum.out_of_gas += ends.out_of_gas;
        }
        sum
    }

    /// Entry points that the file exports and of which no call succeeded, or none failed.
    pub fn one_sided(&self) -> impl Iterator<Item = EntryPoint> {
        self.exported.iter().copied().filter(|entry| {
            let ends = self.entries.get(entry).copied().unwrap_or_default();
            ends.succeeded == 0 || ends.succeeded == ends.calls()
        })
    }
}

/// The reason under which exhaustion of the stack is counted.
pub const STACK: &str = "stack exhausted in one, failed in both: gas is not compared, ours comes from our own count of stack";

/// Why a difference is allowed.
#[derive(Clone, Copy, Debug)]
pub struct Excuse {
    /// One of the exceptions.
    pub reason: &'static str,
    /// How often it occurs in this call.
    pub times: u64,
    /// Whether it makes gas differ too.
    pub gas: bool,
}

/// Both machines and the tally.
#[derive(Default)]
pub struct Stand {
    /// The machines.
    pub pair: Pair,
    /// By file.
    pub rows: BTreeMap<String, Row>,
    /// Files that both machines refuse, and why.
    pub refused: BTreeMap<String, &'static str>,
    /// Every difference that no exception allows.
    pub findings: Vec<String>,
    corpus: BTreeMap<(String, String), Vec<Scene>>,
}

/// Scenes of one kind that are kept for later.
const KEPT: usize = 3;

impl Stand {
    /// Loads a file that both machines must take, and opens its row.
    pub fn load(&mut self, name: &str, wasm: &[u8]) -> Rc<Contract> {
        let contract = self
            .pair
            .load(name, wasm)
            .unwrap_or_else(|refused| panic!("{name}: {refused:?}"));
        let row = self.rows.entry(name.to_owned()).or_default();
        row.exported.extend(contract.entry_points());
        contract
    }

    /// Plays a scene in both machines and tallies it.
    pub fn play(&mut self, scene: &Scene) -> Compared {
        self.play_excused(scene, |_| None)
    }

    /// Plays a scene of which a difference in outcome may have an excuse.
    pub fn play_excused(
        &mut self,
        scene: &Scene,
        excuse: impl Fn(&Compared) -> Option<Excuse>,
    ) -> Compared {
        let Scene {
            contract,
            call,
            records,
            chain,
        } = scene;
        let compared = self.pair.call(contract, call, records, chain);
        self.tally(scene, &compared, excuse);
        compared
    }

    /// Counts what a call did in both machines, and keeps every difference.
    pub fn tally(
        &mut self,
        scene: &Scene,
        compared: &Compared,
        excuse: impl Fn(&Compared) -> Option<Excuse>,
    ) {
        let name = &scene.contract.name;
        let row = self.rows.entry(name.clone()).or_default();
        row.entries
            .entry(scene.call.entry)
            .or_default()
            .count(&compared.theirs);
        if compared.stack_exhausted() {
            row.outcome_equal += 1;
            row.without_gas += 1;
            row.excepted += 1;
            *row.exceptions.entry(STACK).or_default() += 1;
            return;
        }
        let same_gas = compared.same_gas(scene.call.gas_limit);
        let same_outcome = compared.same_outcome();
        row.gas_equal += u64::from(same_gas);
        row.outcome_equal += u64::from(same_outcome);
        if same_gas && same_outcome {
            return;
        }
        match excuse(compared) {
            Some(excuse) if same_gas || excuse.gas => {
                row.excepted += 1;
                row.excused += u64::from(!same_outcome);
                row.without_gas += u64::from(!same_gas);
                *row.exceptions.entry(excuse.reason).or_default() += excuse.times;
            }
            _ => self.findings.push(format!(
                "{name}: {} {} with {} gas: {}",
                scene.call.entry,
                shortened(scene.message().unwrap_or_default()),
                scene.call.gas_limit,
                compared.differences().join("; ")
            )),
        }
    }

    /// Keeps a scene for sweeps and variations, unless there are enough of its kind.
    pub fn keep(&mut self, kind: String, scene: &Scene) {
        let key = (scene.contract.name.clone(), kind);
        let scenes = self.corpus.entry(key).or_default();
        if scenes.len() < KEPT {
            scenes.push(scene.clone());
        }
    }

    /// The scenes kept of every file.
    #[must_use]
    pub fn kept(&self) -> Vec<Scene> {
        self.corpus.values().flatten().cloned().collect()
    }
}

impl Ends {
    fn count(&mut self, seen: &Observation) {
        let end = match &seen.outcome {
            Ok(bytes) if bytes.starts_with(br#"{"error""#) => &mut self.refused,
            Ok(_) => &mut self.succeeded,
            Err(Failure::OutOfGas) => &mut self.out_of_gas,
            Err(_) => &mut self.failed,
        };
        *end += 1;
    }
}
