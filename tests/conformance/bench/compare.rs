//! One line of the table: the same work on both sides, checked to be equal, then timed in turn.

use std::rc::Rc;
use std::time::{Duration, Instant};

use commons_conformance::Records;
use commons_tests::table::{Direction, Line, Peer, Spread};
use cosmwasm_vm::Backend;
use cosmwasm_vm::testing::MockApi;

use crate::neighbour::{Ask, Asked, Neighbour};
use crate::sides::{Contract, Machines, Side, Work};
use crate::storage::{Change, Kept, undo};

/// Calls of one sample, unless a row says otherwise: some tens of milliseconds on the slower side.
const CALLS: u32 = 400;
/// What is said of every row.
const EQUAL: &str = "one mock backend for both, ours through a bridge; code pinned; storage put back outside the clock; peer: \
    get_instance, call, recycle";

/// How often everything is done.
#[derive(Clone, Copy)]
pub struct Effort {
    samples: usize,
}

impl Effort {
    /// For the table, or for a look.
    pub const fn of(quick: bool) -> Self {
        Self {
            samples: if quick { 7 } else { 31 },
        }
    }
}

/// What is measured.
pub struct Row {
    /// Number in the list of what is measured, with the part behind a point.
    pub id: String,
    /// What is done.
    pub name: String,
    /// What goes in.
    pub inputs: String,
    /// Times of the work in one sample.
    pub calls: u32,
    /// The storage before each.
    pub records: Records,
    /// The addresses of the chain.
    pub api: MockApi,
    /// Who answers questions.
    pub neighbour: Neighbour,
    /// On which machines.
    pub machines: Machines,
    /// In which contract.
    pub contract: Rc<Contract>,
    /// What is done once.
    pub work: Work,
}

impl Row {
    /// Work without storage, on the published mocks' chain, where nobody answers.
    pub fn new(id: &str, machines: &Machines, contract: Rc<Contract>, work: Work) -> Self {
        Self {
            id: id.to_owned(),
            name: String::new(),
            inputs: String::new(),
            calls: CALLS,
            records: Records::new(),
            api: MockApi::default(),
            neighbour: Neighbour::Nobody,
            machines: machines.clone(),
            contract,
            work,
        }
    }

    /// The number in the list, without the part.
    pub fn measure(&self) -> &str {
        self.id.split('.').next().unwrap_or_default()
    }
}

/// What one run of the work did: the answer, the gas, the storage afterwards.
pub type Done = (Result<Vec<u8>, String>, u64, Records);

/// Does the work once on both sides, which must agree, and it must succeed.
pub fn once(row: &Row) -> Done {
    let [ours, theirs] = row.machines.sides().map(|side| Seat::new(row, side).done());
    assert!(
        ours == theirs,
        "{}: {:?} {} against {:?} {}",
        row.id,
        ours.0.as_deref().map(String::from_utf8_lossy),
        ours.1,
        theirs.0.as_deref().map(String::from_utf8_lossy),
        theirs.1
    );
    let answer = ours.0.as_deref().expect("the work can be done");
    let refused = answer.starts_with(br#"{"error""#);
    let shown = || String::from_utf8_lossy(answer).into_owned();
    assert!(!refused, "{}: {}", row.id, shown());
    ours
}

/// Times a row.
pub fn compare(row: &Row, effort: Effort) -> Line {
    let (_, gas, after) = once(row);
    let undo = undo(&row.records, &after);
    let [mut ours, mut theirs] = row.machines.sides().map(|side| Seat::new(row, side));
    let sides = [&mut ours, &mut theirs];
    let mut times = [Vec::new(), Vec::new()];
    for sample in 0..=effort.samples {
        // Each side goes first in every other sample; the very first is a warm-up.
        let order = if sample % 2 == 0 { [0, 1] } else { [1, 0] };
        for side in order {
            let time = sides[side].sample(gas, &undo);
            if sample > 0 {
                times[side].push(time);
            }
        }
    }
    let [ours, theirs] = times;
    let direction = Direction::PeerOverOurs;
    let pairs = ours.iter().zip(&theirs);
    let pairs = Spread::of(pairs.map(|(o, t)| direction.of(*o, *t)).collect());
    let (ours, theirs) = (Spread::of(ours), Spread::of(theirs));
    Line {
        id: row.id.clone(),
        name: row.name.clone(),
        unit: "us".to_owned(),
        ours,
        peer: Some(Peer {
            name: "cosmwasm-vm".to_owned(),
            version: "3.0.10".to_owned(),
            spread: theirs,
        }),
        ratio: Some(direction.of(ours.median, theirs.median)),
        ratio_is: Some(direction),
        pairs: Some(pairs),
        inputs: format!(
            "{}; gas {gas} on both sides; {EQUAL}; {} samples of {}, in turn",
            row.inputs, effort.samples, row.calls
        ),
    }
}

/// One side at its work.
struct Seat<'a> {
    row: &'a Row,
    side: Rc<dyn Side>,
    ask: Ask,
    storage: Kept,
}

impl<'a> Seat<'a> {
    fn new(row: &'a Row, side: Rc<dyn Side>) -> Self {
        Self {
            row,
            ask: row.neighbour.ask(&side),
            side,
            storage: Kept::of(&row.records),
        }
    }

    /// Does the work once.
    fn done(&self) -> Done {
        let (answer, gas, _) = self.timed();
        (answer, gas, self.storage.records())
    }

    /// Time of the work in microseconds, over one sample.
    fn sample(&mut self, gas: u64, undo: &[Change]) -> f64 {
        // Iterators stay in the mock storage until its end.
        self.storage = Kept::of(&self.row.records);
        let mut spent = Duration::ZERO;
        for _ in 0..self.row.calls {
            let (answer, used, time) = self.timed();
            spent += time;
            assert!(answer.is_ok() && used == gas, "{}", self.row.id);
            self.storage.apply(undo);
        }
        spent.as_secs_f64() * 1e6 / f64::from(self.row.calls)
    }

    fn timed(&self) -> (Result<Vec<u8>, String>, u64, Duration) {
        let surroundings = Backend {
            api: self.row.api,
            storage: self.storage.clone(),
            querier: Asked(Rc::clone(&self.ask)),
        };
        let began = now();
        let (answer, gas) = self
            .side
            .run(&self.row.contract, &self.row.work, surroundings);
        (answer, gas, began.elapsed())
    }
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}
