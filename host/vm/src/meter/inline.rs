//! Owns which small functions stand in the place of their calls, and how they do. It must never change what a contract computes or
//! pays: what is put in the place of a call is the function with all its charges.
//!
//! Contracts read JSON a byte at a time, through functions of a few instructions. Called, such a function spends its time on the call
//! and on fetching the gas counter that its caller has just stored; in the place of the call, the counter stays in a register. The
//! engine can do this too, but not to functions that have grown by their charges.
//!
//! Functions that are counted for their stack stay: there is a bound on what is put into one function and one on what is put into all
//! of a module, and the stack of one that takes others in is priced with theirs.

use wasm_encoder::{BlockType, Encode, Instruction, ValType};
use wasmparser::{FunctionBody, Operator};

use super::charge::{self, Counter, Locals};
use super::module::{Function, Module};
use super::tape::{Metered, Step, Tape};

/// Operators of a function that is put in the place of its calls.
const MAX_OPERATORS: u32 = 48;
/// Its parameters and locals.
const MAX_LOCALS: u64 = 16;
/// Operators that one function may take in.
const MAX_TAKEN_IN: u32 = 480;
/// Operators of a function that takes others in.
const MAX_CALLER_OPERATORS: u32 = 8_000;
/// What all functions of a module may take in together: operators, and what it takes to begin their locals anew. The limits on what is
/// compiled (ADR 10) look at the contract as it was uploaded; this bounds what is added to it. Contracts that people write stay far
/// below; who builds one to grow here finds its calls left as calls, from some function on.
const MAX_ADDED: u64 = 250_000;
/// How deep one is taken in within another.
const MAX_LEVEL: u32 = 3;

/// For each function of the module what is taken in.
pub(super) struct Inlining {
    functions: Vec<TakenIn>,
}

/// What a function takes in.
#[derive(Default)]
pub(super) struct TakenIn {
    /// For each direct call, in the order of the operators and with those of what is taken in, whether the callee takes its place.
    calls: Vec<bool>,
    /// Slots of all that is taken in.
    pub(super) slots: u64,
}

impl Inlining {
    /// Decides for all functions, of which some are counted for their stack.
    pub(super) fn plan(module: &Module<'_>, is_counted: impl Fn(usize) -> bool) -> Self {
        let chooser = Chooser {
            module,
            is_small: module
                .functions
                .iter()
                .enumerate()
                .map(|(place, function)| !is_counted(place) && is_small(module, function))
                .collect(),
        };
        let mut left = MAX_ADDED;
        let functions = module.functions.iter();
        Self {
            functions: functions
                .map(|function| chooser.choose(function, &mut left))
                .collect(),
        }
    }

    /// What the function at this place takes in.
    pub(super) fn of(&self, place: usize) -> Option<&TakenIn> {
        self.functions.get(place)
    }
}

fn is_small(module: &Module<'_>, function: &Function<'_>) -> bool {
    let locals = function
        .locals
        .saturating_add(module.params(function.ty).into());
    function.operators <= MAX_OPERATORS
        && locals <= MAX_LOCALS
        && !function.loops
        && !function.fails
}

/// What may still be taken in.
struct Room {
    /// Into this function.
    operators: u32,
    /// Into all functions together.
    added: u64,
}

struct Chooser<'a> {
    module: &'a Module<'a>,
    is_small: Vec<bool>,
}

impl Chooser<'_> {
    /// Decides for one function, and takes from what is left for the module.
    fn choose(&self, function: &Function<'_>, left: &mut u64) -> TakenIn {
        let mut taken = TakenIn::default();
        let mut room = Room {
            operators: match function.operators > MAX_CALLER_OPERATORS {
                true => 0,
                false => MAX_TAKEN_IN,
            },
            added: *left,
        };
        self.visit(function, 0, &mut room, &mut taken);
        *left = room.added;
        taken
    }

    /// The depth of this recursion is bounded by the levels.
    fn visit(&self, function: &Function<'_>, level: u32, room: &mut Room, taken: &mut TakenIn) {
        for call in &function.calls {
            let callee = self.callee(*call).filter(|callee| {
                let fits = callee.operators <= room.operators && self.added(callee) <= room.added;
                fits && level < MAX_LEVEL
            });
            taken.calls.push(callee.is_some());
            if let Some(callee) = callee {
                room.operators = room.operators.saturating_sub(callee.operators);
                room.added = room.added.saturating_sub(self.added(callee));
                let params = u64::from(self.module.params(callee.ty));
                let slots = callee.slots.saturating_add(params);
                taken.slots = taken.slots.saturating_add(slots);
                self.visit(callee, level.saturating_add(1), room, taken);
            }
        }
    }

    /// What a function adds to one that takes it in: its operators, and two more for each local.
    fn added(&self, callee: &Function<'_>) -> u64 {
        let params = u64::from(self.module.params(callee.ty));
        let locals = callee.locals.saturating_add(params);
        u64::from(callee.operators).saturating_add(locals.saturating_mul(2))
    }

    fn callee(&self, call: u32) -> Option<&Function<'_>> {
        let place = self.module.place(call)?;
        let is_small = self.is_small.get(place).copied().unwrap_or_default();
        is_small.then(|| self.module.functions.get(place)).flatten()
    }
}

/// The body of a function with all its charges and with what it takes in.
pub(super) fn metered(
    module: &Module<'_>,
    function: &Function<'_>,
    taken: &TakenIn,
    gas: u32,
) -> wasmparser::Result<Metered> {
    let Some(body) = &function.body else {
        return Ok(Metered::default());
    };
    let mut locals = Locals::of(body, module.params(function.ty))?;
    let counter = Counter::new(gas, &mut locals);
    let mut writer = Writer {
        module,
        calls: taken.calls.iter(),
        locals,
    };
    let mut tape = Tape::default();
    writer.record(body, None, &mut tape)?;
    Ok(tape.write(&writer.locals, counter))
}

struct Writer<'a, I> {
    module: &'a Module<'a>,
    calls: I,
    locals: Locals,
}

impl<'a, I: Iterator<Item = &'a bool>> Writer<'a, I> {
    /// Puts the operators of a body on the tape. One that is taken in has its locals from `first` on, and returns by leaving its block.
    fn record(
        &mut self,
        body: &FunctionBody<'_>,
        first: Option<u32>,
        tape: &mut Tape,
    ) -> wasmparser::Result<()> {
        charge::record(body, tape, |operator, due, nesting, tape| {
            let (step, instruction) = match (operator, first) {
                // Every call asks, in the order in which it was decided.
                (Operator::Call { function_index }, _)
                    if self.calls.next().is_some_and(|taken| *taken) =>
                {
                    self.take_in(*function_index, due, tape)?;
                    return Ok(true);
                }
                (Operator::Return, Some(_)) => (Step::Branch(nesting), Instruction::Br(nesting)),
                (Operator::LocalGet { local_index }, Some(first)) => (
                    Step::Plain,
                    Instruction::LocalGet(first.saturating_add(*local_index)),
                ),
                (Operator::LocalSet { local_index }, Some(first)) => (
                    Step::Plain,
                    Instruction::LocalSet(first.saturating_add(*local_index)),
                ),
                (Operator::LocalTee { local_index }, Some(first)) => (
                    Step::Plain,
                    Instruction::LocalTee(first.saturating_add(*local_index)),
                ),
                _ => return Ok(false),
            };
            let mut bytes = Vec::new();
            instruction.encode(&mut bytes);
            tape.add(step, due, &bytes);
            Ok(true)
        })
    }

    /// Puts a function in the place of a call: its arguments become locals, its other locals begin at zero, its end ends a block.
    fn take_in(&mut self, function: u32, due: u64, tape: &mut Tape) -> wasmparser::Result<()> {
        let module = self.module;
        let place = module.place(function);
        let Some(function) = place.and_then(|place| module.functions.get(place)) else {
            return Ok(());
        };
        let (Some(body), Some(ty)) = (&function.body, module.ty(function.ty)) else {
            return Ok(());
        };
        let mut begin = Vec::new();
        let params: Vec<ValType> = ty.params().iter().map(|ty| charge::number(*ty)).collect();
        let first = self.locals.next();
        for ty in &params {
            self.locals.add(*ty);
        }
        let behind = self.locals.next();
        for local in (first..behind).rev() {
            Instruction::LocalSet(local).encode(&mut begin);
        }
        for group in body.get_locals_reader()? {
            let (count, ty) = group?;
            for _ in 0..count {
                let ty = charge::number(ty);
                let local = self.locals.add(ty);
                zero(ty).encode(&mut begin);
                Instruction::LocalSet(local).encode(&mut begin);
            }
        }
        tape.add(Step::Plain, due, &begin);
        let result = ty.results().first().map(|ty| charge::number(*ty));
        let block = result.map_or(BlockType::Empty, BlockType::Result);
        let mut begin = Vec::new();
        Instruction::Block(block).encode(&mut begin);
        tape.add(Step::Block, 0, &begin);
        self.record(body, Some(first), tape)
    }
}

fn zero(ty: ValType) -> Instruction<'static> {
    match ty {
        ValType::I64 => Instruction::I64Const(0),
        ValType::F32 => Instruction::F32Const(0.0.into()),
        ValType::F64 => Instruction::F64Const(0.0.into()),
        _ => Instruction::I32Const(0),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    /// How many calls are replaced in a module of so many functions that each call a small one ten times.
    fn replaced(functions: usize) -> (usize, usize) {
        let calls = "call $leaf drop ".repeat(10);
        let callers = format!("(func {calls})").repeat(functions);
        let text = format!(
            "(module (func $leaf (result i32) (local i32 i32 i32 i32 i32 i32 i32 i32) i32.const 1) {callers})"
        );
        let wasm = wat::parse_str(text).unwrap();
        let module = Module::read(&wasm).unwrap();
        let plan = Inlining::plan(&module, |_| false);
        let calls = plan.functions.iter().flat_map(|taken| taken.calls.iter());
        let replaced = calls.clone().filter(|taken| **taken).count();
        (replaced, calls.count())
    }

    #[test]
    fn what_a_module_takes_in_altogether_is_bounded() {
        assert_eq!(replaced(100), (1_000, 1_000));
        // A constant, the end, and eight locals at two: eighteen a call.
        let bound = usize::try_from(MAX_ADDED).unwrap() / 18;
        assert_eq!(replaced(3_000), (bound, 30_000));
    }
}
