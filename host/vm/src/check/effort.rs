//! Owns how much work a module may be to compile; it must never measure anything: the same counts decide on every machine.
//!
//! So that no upload keeps a host busy or fills its memory, two sums are bounded. The first is near the microseconds that compiling takes.
//! Every instruction has a weight, and a function of weight `w` counts as `w + w²/60,000`, because a compiler's time grows faster than a
//! function. Where branches meet, the compiler reconciles every value that may differ: 2 for each value and branch. The second sum is near
//! the memory that it needs, a third of it in words: it may keep for each value what it is in each block.

use wasmparser::{BlockType, FunctionBody, Operator};

use super::module::{Summary, count, malformed};
use super::rules::limit;
use crate::error::Reject;

/// Work of a module; the most seen in a published contract is 1.7 million.
const MAX_WORK: u64 = 5_000_000;
/// The weight at which a function counts twice.
const STEEPNESS: u64 = 60_000;
/// Work of reconciling a value for a branch.
const RECONCILIATION: u64 = 2;
/// Values times blocks of all functions; the most seen is 1.1 million.
const MAX_STATES: u64 = 20_000_000;

/// Blocks inside each other; the most seen is 178.
const MAX_NESTING: u64 = 1_000;
/// Loops inside each other; the most seen is 9. What lives in a loop is looked at again for each loop around it.
const MAX_LOOP_NESTING: u64 = 64;
/// Targets of one `br_table`; the most seen is 84.
const MAX_TARGETS: u64 = 4_096;

/// Weight of a function, before its instructions: it may get another one in front that counts stack.
const FUNCTION: u64 = 160;
/// Weight of a function that an export or a table opens to the host or to indirect calls.
const REACHABLE: u64 = 120;

/// Adds up the work of all functions and of what makes them reachable.
pub(super) fn check(module: &Summary<'_>, bodies: &[FunctionBody<'_>]) -> Result<(), Reject> {
    let reachable = count(module.exports.len()).saturating_add(module.element_items);
    let mut work = reachable.saturating_mul(REACHABLE);
    let mut states = 0_u64;
    for body in bodies {
        let body = Weighing::of(module, body)?;
        work = work.saturating_add(body.work());
        states = states.saturating_add(body.values.saturating_mul(body.blocks));
    }
    limit("units of work to compile", work, MAX_WORK)?;
    limit("values across blocks", states, MAX_STATES)
}

/// One function on the scales.
#[derive(Default)]
struct Weighing {
    weight: u64,
    /// Locals, and what blocks take and give.
    values: u64,
    /// Ways to leave a block before its end.
    branches: u64,
    /// Instructions behind which another block begins, once metered.
    blocks: u64,
    /// For each open block, whether it is a loop.
    open: Vec<bool>,
    loops: u64,
}

impl Weighing {
    fn of(module: &Summary<'_>, body: &FunctionBody<'_>) -> Result<Self, Reject> {
        let mut all = Self {
            weight: FUNCTION,
            ..Self::default()
        };
        for group in body.get_locals_reader().map_err(malformed)? {
            let (locals, _) = group.map_err(malformed)?;
            all.values = all.values.saturating_add(u64::from(locals));
        }
        let mut reader = body.get_operators_reader().map_err(malformed)?;
        while !reader.eof() {
            let operator = reader.read().map_err(malformed)?;
            all.add(module, &operator)?;
        }
        Ok(all)
    }

    fn add(&mut self, module: &Summary<'_>, operator: &Operator<'_>) -> Result<(), Reject> {
        match operator {
            Operator::Loop { blockty } => {
                self.loops = self.loops.saturating_add(1);
                self.enter(module, *blockty, true)?;
            }
            Operator::Block { blockty } | Operator::If { blockty } => {
                self.enter(module, *blockty, false)?;
            }
            Operator::End => {
                let closed_loop = self.open.pop() == Some(true);
                self.loops = self.loops.saturating_sub(u64::from(closed_loop));
            }
            Operator::Br { .. } | Operator::BrIf { .. } => {
                self.branches = self.branches.saturating_add(1);
            }
            Operator::BrTable { targets } => {
                let targets = u64::from(targets.len());
                limit("targets of a br_table", targets, MAX_TARGETS)?;
                self.weight = self.weight.saturating_add(targets.saturating_mul(2));
                // One more: the default.
                self.branches = self.branches.saturating_add(targets).saturating_add(1);
            }
            _ => {}
        }
        let (weight, ends_block) = weigh(operator);
        self.weight = self.weight.saturating_add(weight);
        self.blocks = self.blocks.saturating_add(u64::from(ends_block));
        Ok(())
    }

    fn work(&self) -> u64 {
        let steep = self.weight.saturating_mul(self.weight) / STEEPNESS;
        let met = self.values.saturating_mul(self.branches);
        self.weight
            .saturating_add(steep)
            .saturating_add(met.saturating_mul(RECONCILIATION))
    }

    fn enter(
        &mut self,
        module: &Summary<'_>,
        block: BlockType,
        is_loop: bool,
    ) -> Result<(), Reject> {
        self.open.push(is_loop);
        let values = match block {
            BlockType::Empty => 0,
            BlockType::Type(_) => 1,
            BlockType::FuncType(index) => module.function_type(index).map_or(0, |ty| {
                count(ty.params().len()).saturating_add(count(ty.results().len()))
            }),
        };
        self.values = self.values.saturating_add(values);
        limit(
            "blocks inside each other",
            count(self.open.len()),
            MAX_NESTING,
        )?;
        limit("loops inside each other", self.loops, MAX_LOOP_NESTING)
    }
}

/// The weight of an instruction, and whether another block begins behind it.
fn weigh(operator: &Operator<'_>) -> (u64, bool) {
    match operator {
        Operator::Loop { .. } => (26, true),
        Operator::Block { .. } => (6, true),
        Operator::If { .. } | Operator::Else => (8, true),
        Operator::End => (14, true),
        Operator::Br { .. }
        | Operator::BrIf { .. }
        | Operator::BrTable { .. }
        | Operator::Return => (18, true),
        Operator::Call { .. } => (14, true),
        Operator::CallIndirect { .. } => (34, true),
        Operator::MemoryGrow { .. } => (5, false),
        Operator::I32DivS
        | Operator::I32DivU
        | Operator::I32RemS
        | Operator::I32RemU
        | Operator::I64DivS
        | Operator::I64DivU
        | Operator::I64RemS
        | Operator::I64RemU => (4, false),
        other if is_of_floats(other) => (4, false),
        _ => (1, false),
    }
}

/// Whether an instruction computes with floats or converts them: what it gives is brought into one form, or checked.
fn is_of_floats(operator: &Operator<'_>) -> bool {
    macro_rules! name_of {
        ($( @$proposal:ident $name:ident $({ $($argument:ident: $type:ty),* })? => $visit:ident ($($arity:tt)*) )*) => {
            match operator {
                $( Operator::$name { .. } => stringify!($name), )*
                _ => "",
            }
        };
    }
    let name = wasmparser::for_each_operator!(name_of);
    name.starts_with("F32") || name.starts_with("F64") || name.contains("Trunc")
}
