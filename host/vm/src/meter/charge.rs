//! Owns the gas that a function body takes: what is due, and in front of which operator. It must never change what the body computes.
//!
//! The rule is that of CosmWasm 3.0. Costs of operators add up until an accounting operator (a branch, a branch target, a call, a
//! return); in front of it the sum is taken from a counter. Operators behind the last accounting operator before a trap are free.

use wasm_encoder::{BlockType, Encode, Instruction};
use wasmparser::{FunctionBody, Operator};

use crate::price;

/// What stands in the place of an operator. What it costs is what the operator costs.
pub(super) enum Place {
    /// The operator, behind the bytes that were written.
    Kept,
    /// Only the bytes that were written.
    Taken,
}

/// A body with charges in front of its accounting operators.
pub(super) fn metered(body: &FunctionBody<'_>, counter: u32) -> wasmparser::Result<Vec<u8>> {
    let start = body.range().start;
    let locals = body.get_operators_reader()?.original_position();
    let locals = body.as_bytes().get(..locals.saturating_sub(start));
    rewritten(body, counter, locals.unwrap_or_default(), |_, _| {
        Place::Kept
    })
}

/// A body with other locals, charges in front of its accounting operators, and every operator in the place that `put` gives it.
pub(super) fn rewritten(
    body: &FunctionBody<'_>,
    counter: u32,
    locals: &[u8],
    mut put: impl FnMut(&Operator<'_>, &mut Vec<u8>) -> Place,
) -> wasmparser::Result<Vec<u8>> {
    let bytes = body.as_bytes();
    let start = body.range().start;
    let mut out = Vec::with_capacity(bytes.len().saturating_mul(2));
    out.extend_from_slice(locals);
    let mut reader = body.get_operators_reader()?;
    let mut copied = reader.original_position().saturating_sub(start);
    let mut due = 0_u64;
    let mut entry = entry_cost(body)?;
    while !reader.eof() {
        let (operator, offset) = reader.read_with_offset()?;
        let accounting = is_accounting(&operator);
        let surcharge = std::mem::take(&mut entry);
        if surcharge > 0 && !accounting {
            charge(&mut out, counter, surcharge);
        } else {
            due = due.saturating_add(surcharge);
        }
        let here = offset.saturating_sub(start);
        out.extend_from_slice(bytes.get(copied..here).unwrap_or_default());
        copied = here;
        if accounting {
            due = due.saturating_add(price::ACCOUNTING_OPERATOR);
            charge(&mut out, counter, std::mem::take(&mut due));
        } else {
            due = due.saturating_add(price::OPERATOR);
        }
        if let Place::Taken = put(&operator, &mut out) {
            copied = reader.original_position().saturating_sub(start);
        }
    }
    out.extend_from_slice(bytes.get(copied..).unwrap_or_default());
    Ok(out)
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

/// Takes `cost` from the counter and traps below zero. A cost is far below 2^63: a body has fewer than 2^32 operators.
fn charge(out: &mut Vec<u8>, counter: u32, cost: u64) {
    let cost = i64::try_from(cost).unwrap_or(i64::MAX);
    for instruction in [
        Instruction::GlobalGet(counter),
        Instruction::I64Const(cost),
        Instruction::I64Sub,
        Instruction::GlobalSet(counter),
        Instruction::GlobalGet(counter),
        Instruction::I64Const(0),
        Instruction::I64LtS,
        Instruction::If(BlockType::Empty),
        Instruction::Unreachable,
        Instruction::End,
    ] {
        instruction.encode(out);
    }
}
