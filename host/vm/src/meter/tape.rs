//! Owns where in a function the charges stand: as few of them as will do. It must never let a function take more or less than what
//! is due, nor let anyone outside see the counter while something is owed.
//!
//! CosmWasm's rule has something due at every branch and at every branch target. Between two calls nobody sees the counter, so that
//! a charge can wait for the next one, as long as every way to the same place owes the same there. That is known in advance:
//! each target has the least that is owed on any way to it, and a way that owes more pays the difference first. A way through a
//! function without loops and calls pays once, at its end.
//!
//! Everything is paid in front of a call, a return, a loop, and a trap that stands in the code. Where an access to memory or a
//! division traps, [`Owed`] says what the counter does not know yet. That assumes that the compiler never moves a load or a division
//! that may trap past a branch; the drawn functions of `tests/conformance` (`probe::ways`) hold it to this.

use super::charge::{Counter, Locals};

/// How often the ways are walked until no target changes; after that, no target owes anything.
const MAX_WALKS: u32 = 8;

/// What an operator means for the ways through a function.
pub(super) enum Step {
    Plain,
    Block,
    Loop,
    If,
    Else,
    End,
    Branch(u32),
    BranchIf(u32),
    BranchTable(Vec<u32>),
    /// Out of the function, by a return or a trap.
    Leave,
    /// Of a function of its own, which sees the counter and changes it.
    Call,
}

/// The operators of a function, what is taken in included, with what is due in front of each.
#[derive(Default)]
pub(super) struct Tape {
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    step: Step,
    due: u64,
    /// Where its bytes end; they begin where those of the one before end.
    end: usize,
}

impl Tape {
    /// Adds an operator with its bytes.
    pub(super) fn add(&mut self, step: Step, due: u64, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        let end = self.bytes.len();
        match self.entries.last_mut() {
            Some(last) if due == 0 && matches!((&last.step, &step), (Step::Plain, Step::Plain)) => {
                last.end = end;
            }
            _ => self.entries.push(Entry { step, due, end }),
        }
    }

    /// The function's body, with its charges.
    pub(super) fn write(&self, locals: &Locals, counter: Counter) -> Metered {
        let mut ways = Ways::default();
        while ways.walks < MAX_WALKS && self.walk(&mut ways, |_, _, _| {}) {}
        let mut body = Vec::with_capacity(self.bytes.len().saturating_mul(2));
        locals.write(&mut body);
        counter.read(&mut body);
        let mut owed = Owed::default();
        let mut start = 0;
        self.walk(&mut ways, |entry, charge, left| {
            if charge > 0 {
                counter.charge(&mut body, charge);
            }
            owed.add(body.len(), left);
            body.extend_from_slice(self.bytes.get(start..entry.end).unwrap_or_default());
            start = entry.end;
            if let Step::Call = entry.step {
                counter.read(&mut body);
            }
        });
        Metered { body, owed }
    }

    /// Walks once, and says whether a target has come to owe less than a way before assumed. `act` gets each operator, the charge in
    /// front of it, and what is owed afterwards.
    fn walk(&self, ways: &mut Ways, mut act: impl FnMut(&Entry, u64, u64)) -> bool {
        ways.begin();
        for entry in &self.entries {
            let before = ways.owed.map(|owed| owed.saturating_add(entry.due));
            let (charge, after) = ways.pass(&entry.step, before);
            ways.owed = after;
            act(entry, charge, after.unwrap_or(0));
        }
        ways.changed
    }
}

/// What is owed at each target of a function.
#[derive(Default)]
struct Ways {
    walks: u32,
    changed: bool,
    /// What is owed here; nothing if no way leads here.
    owed: Option<u64>,
    /// The blocks around, the function's own first.
    open: Vec<usize>,
    /// All blocks in the order in which they begin.
    blocks: Vec<Block>,
    next: usize,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Function,
    Block,
    Loop,
    If,
    Else,
}

struct Block {
    kind: Kind,
    /// What is owed at its end.
    at_end: Option<u64>,
    /// What is owed where the condition of an `if` does not hold.
    otherwise: Option<u64>,
}

impl Ways {
    fn begin(&mut self) {
        self.walks = self.walks.saturating_add(1);
        self.changed = false;
        self.owed = Some(0);
        self.open.clear();
        self.next = 0;
        self.enter(Kind::Function);
    }

    fn enter(&mut self, kind: Kind) {
        if self.next == self.blocks.len() {
            self.blocks.push(Block {
                kind,
                at_end: None,
                otherwise: None,
            });
        }
        if let Some(block) = self.blocks.get_mut(self.next) {
            block.kind = kind;
        }
        self.open.push(self.next);
        self.next = self.next.saturating_add(1);
    }

    /// The charge in front of an operator where so much is owed, and what is owed behind it.
    fn pass(&mut self, step: &Step, owed: Option<u64>) -> (u64, Option<u64>) {
        let all = owed.unwrap_or(0);
        match step {
            Step::Plain => (0, owed),
            Step::Block => {
                self.enter(Kind::Block);
                (0, owed)
            }
            Step::Loop => {
                self.enter(Kind::Loop);
                (all, owed.map(|_| 0))
            }
            Step::If => {
                self.enter(Kind::If);
                let place = self.next.saturating_sub(1);
                self.settle(owed, place, |block| &mut block.otherwise)
            }
            Step::Else => {
                let (charge, _) = self.branch(owed, 0);
                let block = self.innermost();
                let otherwise = block.and_then(|block| {
                    block.kind = Kind::Else;
                    block.otherwise
                });
                (charge, otherwise)
            }
            Step::End => self.end(owed),
            Step::Branch(label) => (self.branch(owed, *label).0, None),
            Step::BranchIf(label) => self.branch(owed, *label),
            Step::BranchTable(labels) => (self.branch_all(owed, labels), None),
            Step::Leave => (all, None),
            Step::Call => (all, owed.map(|_| 0)),
        }
    }

    fn innermost(&mut self) -> Option<&mut Block> {
        let place = *self.open.last()?;
        self.blocks.get_mut(place)
    }

    fn end(&mut self, owed: Option<u64>) -> (u64, Option<u64>) {
        let Some(place) = self.open.last().copied() else {
            return (owed.unwrap_or(0), None);
        };
        let found = self
            .blocks
            .get(place)
            .map(|block| (block.kind, block.otherwise));
        let result = match found {
            Some((Kind::Loop, _)) | None => (0, owed),
            Some((Kind::Function, _)) => (owed.unwrap_or(0), None),
            Some((kind, otherwise)) => {
                // Without an `else`, the condition that does not hold is a way to the end.
                let otherwise = otherwise.filter(|_| kind == Kind::If);
                self.branch(otherwise, 0);
                let (charge, _) = self.branch(owed, 0);
                let Some(block) = self.blocks.get_mut(place) else {
                    return (charge, None);
                };
                if otherwise > block.at_end {
                    block.otherwise = block.at_end;
                    self.changed = true;
                }
                (charge, block.at_end)
            }
        };
        self.open.pop();
        result
    }

    /// The charge for a way to a label, and what is owed there.
    fn branch(&mut self, owed: Option<u64>, label: u32) -> (u64, Option<u64>) {
        let Some(place) = self.target(label) else {
            return (owed.unwrap_or(0), owed.map(|_| 0));
        };
        self.settle(owed, place, |block| &mut block.at_end)
    }

    /// The place of the block that a label means, unless everything must be paid there.
    fn target(&self, label: u32) -> Option<usize> {
        let out = usize::try_from(label).ok()?.checked_add(1)?;
        let place = *self.open.get(self.open.len().checked_sub(out)?)?;
        let kind = self.blocks.get(place)?.kind;
        (kind != Kind::Loop && kind != Kind::Function).then_some(place)
    }

    fn branch_all(&mut self, owed: Option<u64>, labels: &[u32]) -> u64 {
        let Some(mut least) = owed else {
            return 0;
        };
        for label in labels {
            let at_end = match self.target(*label) {
                Some(place) => self.blocks.get(place).and_then(|block| block.at_end),
                None => Some(0),
            };
            least = least.min(at_end.unwrap_or(least));
        }
        for label in labels {
            self.branch(Some(least), *label);
        }
        owed.unwrap_or(0).saturating_sub(least)
    }

    /// Comes to a target owing so much.
    fn settle(
        &mut self,
        owed: Option<u64>,
        place: usize,
        at: impl FnOnce(&mut Block) -> &mut Option<u64>,
    ) -> (u64, Option<u64>) {
        let (Some(owed), Some(block)) = (owed, self.blocks.get_mut(place)) else {
            return (0, None);
        };
        let ceiling = if self.walks > MAX_WALKS { 0 } else { owed };
        let target = at(block);
        let least = target.map_or(ceiling, |least| least.min(ceiling));
        self.changed |= target.is_some_and(|before| before > least);
        *target = Some(least);
        (owed.saturating_sub(least), Some(least))
    }
}

/// A function's body with its charges.
#[derive(Default)]
pub(super) struct Metered {
    pub(super) body: Vec<u8>,
    pub(super) owed: Owed,
}

impl From<Vec<u8>> for Metered {
    /// A body in which nothing is ever owed.
    fn from(body: Vec<u8>) -> Self {
        let owed = Owed::default();
        Self { body, owed }
    }
}

/// What is owed in the parts of a function, by where they begin in its body.
#[derive(Default)]
pub(crate) struct Owed {
    parts: Vec<(usize, u64)>,
}

impl Owed {
    fn add(&mut self, start: usize, owed: u64) {
        if self.parts.last().map_or(0, |(_, owed)| *owed) != owed {
            self.parts.push((start, owed));
        }
    }

    /// The memory that this takes.
    pub(crate) fn bytes(&self) -> u64 {
        let bytes = size_of_val(self.parts.as_slice()).saturating_add(size_of::<Self>());
        u64::try_from(bytes).unwrap_or(u64::MAX)
    }

    /// What is owed at an operator of the body.
    pub(crate) fn at(&self, offset: usize) -> u64 {
        let behind = self.parts.partition_point(|(start, _)| *start <= offset);
        let part = behind
            .checked_sub(1)
            .and_then(|place| self.parts.get(place));
        part.map_or(0, |(_, owed)| *owed)
    }
}
