//! Owns the gas that a function body takes: what is due, and in front of which operator. It must never change what the body computes.
//!
//! The rule is that of CosmWasm 3.0. Costs of operators add up until an accounting operator (a branch, a branch target, a call, a
//! return); in front of it the sum is taken from a counter. Operators behind the last accounting operator before a trap are free.
//!
//! The counter is a global, which is right at every instruction that may trap or leave the function. What it said last is kept in
//! a local besides: a charge then waits for no load of what the charge before it has stored, which is what tight loops would do.

use wasm_encoder::{BlockType, Encode, Instruction, ValType};
use wasmparser::{FunctionBody, Operator};

use super::tape::{Step, Tape};
use crate::price;

/// The locals of a body, and more behind them.
pub(super) struct Locals {
    groups: Vec<(u32, ValType)>,
    next: u32,
}

impl Locals {
    /// The locals of a body that has so many parameters.
    pub(super) fn of(body: &FunctionBody<'_>, params: u32) -> wasmparser::Result<Self> {
        let mut locals = Self {
            groups: Vec::new(),
            next: params,
        };
        for group in body.get_locals_reader()? {
            let (count, ty) = group?;
            locals.groups.push((count, number(ty)));
            locals.next = locals.next.saturating_add(count);
        }
        Ok(locals)
    }

    /// The index of the next one.
    pub(super) fn next(&self) -> u32 {
        self.next
    }

    /// Adds one and returns its index.
    pub(super) fn add(&mut self, ty: ValType) -> u32 {
        let index = self.next;
        self.groups.push((1, ty));
        self.next = index.saturating_add(1);
        index
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        self.groups.len().encode(out);
        for (count, ty) in &self.groups {
            count.encode(out);
            ty.encode(out);
        }
    }
}

/// The checks allow no other type of a local.
pub(super) fn number(ty: wasmparser::ValType) -> ValType {
    match ty {
        wasmparser::ValType::I64 => ValType::I64,
        wasmparser::ValType::F32 => ValType::F32,
        wasmparser::ValType::F64 => ValType::F64,
        _ => ValType::I32,
    }
}

/// Puts the operators of a body on a tape with what is due in front of each, unless `put` puts something else there. It gets the
/// operator, what is due, and how many blocks of the body are open.
pub(super) fn record(
    body: &FunctionBody<'_>,
    tape: &mut Tape,
    mut put: impl FnMut(&Operator<'_>, u64, u32, &mut Tape) -> wasmparser::Result<bool>,
) -> wasmparser::Result<()> {
    let bytes = body.as_bytes();
    let start = body.range().start;
    let mut reader = body.get_operators_reader()?;
    let mut nesting = 0_u32;
    tape.add(Step::Plain, entry_cost(body)?, &[]);
    let mut due = 0_u64;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        let end = reader.original_position().saturating_sub(start);
        let step = step(&operator)?;
        let mut due_here = 0;
        if is_accounting(&operator) {
            due_here = std::mem::take(&mut due).saturating_add(price::ACCOUNTING_OPERATOR);
        } else {
            due = due.saturating_add(price::OPERATOR);
        }
        if !put(&operator, due_here, nesting, tape)? {
            let bytes = bytes.get(offset.saturating_sub(start)..end);
            tape.add(step, due_here, bytes.unwrap_or_default());
        }
        nesting = match operator {
            Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                nesting.saturating_add(1)
            }
            Operator::End => nesting.saturating_sub(1),
            _ => nesting,
        };
    }
    Ok(())
}

fn step(operator: &Operator<'_>) -> wasmparser::Result<Step> {
    Ok(match operator {
        Operator::Block { .. } => Step::Block,
        Operator::Loop { .. } => Step::Loop,
        Operator::If { .. } => Step::If,
        Operator::Else => Step::Else,
        Operator::End => Step::End,
        Operator::Br { relative_depth } => Step::Branch(*relative_depth),
        Operator::BrIf { relative_depth } => Step::BranchIf(*relative_depth),
        Operator::BrTable { targets } => {
            let others = targets
                .targets()
                .collect::<wasmparser::Result<Vec<u32>>>()?;
            Step::BranchTable(others.into_iter().chain([targets.default()]).collect())
        }
        Operator::Return | Operator::Unreachable => Step::Leave,
        Operator::Call { .. } | Operator::CallIndirect { .. } => Step::Call,
        _ => Step::Plain,
    })
}

/// The price of declaring many locals, which the engine has to clear.
fn entry_cost(body: &FunctionBody<'_>) -> wasmparser::Result<u64> {
    let mut locals = 0_u64;
    for group in body.get_locals_reader()? {
        locals = locals.saturating_add(u64::from(group?.0));
    }
    Ok(locals
        .saturating_sub(price::FREE_LOCALS)
        .saturating_mul(price::OPERATOR))
}

fn is_accounting(operator: &Operator<'_>) -> bool {
    matches!(
        operator,
        Operator::Loop { .. }
            | Operator::End
            | Operator::If { .. }
            | Operator::Else
            | Operator::Br { .. }
            | Operator::BrIf { .. }
            | Operator::BrTable { .. }
            | Operator::Call { .. }
            | Operator::CallIndirect { .. }
            | Operator::Return
    )
}

/// Where gas is counted in a function.
#[derive(Clone, Copy)]
pub(super) struct Counter {
    global: u32,
    local: u32,
}

impl Counter {
    pub(super) fn new(global: u32, locals: &mut Locals) -> Self {
        let local = locals.add(ValType::I64);
        Self { global, local }
    }

    /// Keeps what the global says: at the start, and when a call has changed it.
    pub(super) fn read(&self, out: &mut Vec<u8>) {
        for instruction in [
            Instruction::GlobalGet(self.global),
            Instruction::LocalSet(self.local),
        ] {
            instruction.encode(out);
        }
    }

    /// Takes `cost` and traps below zero. A cost is far below 2^63: a body has fewer than 2^32 operators.
    pub(super) fn charge(&self, out: &mut Vec<u8>, cost: u64) {
        let cost = i64::try_from(cost).unwrap_or(i64::MAX);
        for instruction in [
            Instruction::LocalGet(self.local),
            Instruction::I64Const(cost),
            Instruction::I64Sub,
            Instruction::LocalTee(self.local),
            Instruction::GlobalSet(self.global),
            Instruction::LocalGet(self.local),
            Instruction::I64Const(0),
            Instruction::I64LtS,
            Instruction::If(BlockType::Empty),
            Instruction::Unreachable,
            Instruction::End,
        ] {
            instruction.encode(out);
        }
    }
}
