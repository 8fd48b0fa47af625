//! Owns a contract that applies every numeric instruction to pairs of operands: the message names the instruction, the pairs follow.

use std::fmt::Write as _;

use super::assemble;

/// The type of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
    /// 32-bit float.
    F32,
    /// 64-bit float.
    F64,
}

impl Type {
    const fn name(self) -> &'static str {
        match self {
            Type::I32 => "i32",
            Type::I64 => "i64",
            Type::F32 => "f32",
            Type::F64 => "f64",
        }
    }
}

/// A numeric instruction.
#[derive(Clone, Copy, Debug)]
pub struct Instruction {
    /// As in the text format.
    pub name: &'static str,
    /// Its operands.
    pub operands: &'static [Type],
    /// Its result.
    pub result: Type,
}

/// Bytes of one pair of operands; one that is not used is there all the same.
pub const PAIR: usize = 16;
/// Bytes of one result.
pub const RESULT: usize = 8;

use Type::{F32, F64, I32, I64};

const fn group(names: &'static [&'static str], operands: &'static [Type], result: Type) -> Group {
    Group {
        names,
        operands,
        result,
    }
}

struct Group {
    names: &'static [&'static str],
    operands: &'static [Type],
    result: Type,
}

#[rustfmt::skip]
const GROUPS: &[Group] = &[
    group(&["i32.clz", "i32.ctz", "i32.popcnt", "i32.eqz", "i32.extend8_s", "i32.extend16_s"], &[I32], I32),
    group(&["i32.add", "i32.sub", "i32.mul", "i32.div_s", "i32.div_u", "i32.rem_s", "i32.rem_u", "i32.and", "i32.or", "i32.xor",
        "i32.shl", "i32.shr_s", "i32.shr_u", "i32.rotl", "i32.rotr"], &[I32, I32], I32),
    group(&["i32.eq", "i32.ne", "i32.lt_s", "i32.lt_u", "i32.gt_s", "i32.gt_u", "i32.le_s", "i32.le_u", "i32.ge_s", "i32.ge_u"],
        &[I32, I32], I32),
    group(&["i64.clz", "i64.ctz", "i64.popcnt", "i64.extend8_s", "i64.extend16_s", "i64.extend32_s"], &[I64], I64),
    group(&["i64.eqz", "i32.wrap_i64"], &[I64], I32),
    group(&["i64.add", "i64.sub", "i64.mul", "i64.div_s", "i64.div_u", "i64.rem_s", "i64.rem_u", "i64.and", "i64.or", "i64.xor",
        "i64.shl", "i64.shr_s", "i64.shr_u", "i64.rotl", "i64.rotr"], &[I64, I64], I64),
    group(&["i64.eq", "i64.ne", "i64.lt_s", "i64.lt_u", "i64.gt_s", "i64.gt_u", "i64.le_s", "i64.le_u", "i64.ge_s", "i64.ge_u"],
        &[I64, I64], I32),
    group(&["i64.extend_i32_s", "i64.extend_i32_u"], &[I32], I64),
    group(&["f32.abs", "f32.neg", "f32.ceil", "f32.floor", "f32.trunc", "f32.nearest", "f32.sqrt"], &[F32], F32),
    group(&["f32.add", "f32.sub", "f32.mul", "f32.div", "f32.min", "f32.max", "f32.copysign"], &[F32, F32], F32),
    group(&["f32.eq", "f32.ne", "f32.lt", "f32.gt", "f32.le", "f32.ge"], &[F32, F32], I32),
    group(&["f64.abs", "f64.neg", "f64.ceil", "f64.floor", "f64.trunc", "f64.nearest", "f64.sqrt"], &[F64], F64),
    group(&["f64.add", "f64.sub", "f64.mul", "f64.div", "f64.min", "f64.max", "f64.copysign"], &[F64, F64], F64),
    group(&["f64.eq", "f64.ne", "f64.lt", "f64.gt", "f64.le", "f64.ge"], &[F64, F64], I32),
    group(&["i32.trunc_f32_s", "i32.trunc_f32_u", "i32.trunc_sat_f32_s", "i32.trunc_sat_f32_u", "i32.reinterpret_f32"], &[F32], I32),
    group(&["i32.trunc_f64_s", "i32.trunc_f64_u", "i32.trunc_sat_f64_s", "i32.trunc_sat_f64_u"], &[F64], I32),
    group(&["i64.trunc_f32_s", "i64.trunc_f32_u", "i64.trunc_sat_f32_s", "i64.trunc_sat_f32_u"], &[F32], I64),
    group(&["i64.trunc_f64_s", "i64.trunc_f64_u", "i64.trunc_sat_f64_s", "i64.trunc_sat_f64_u", "i64.reinterpret_f64"], &[F64], I64),
    group(&["f32.convert_i32_s", "f32.convert_i32_u", "f32.reinterpret_i32"], &[I32], F32),
    group(&["f32.convert_i64_s", "f32.convert_i64_u"], &[I64], F32),
    group(&["f64.convert_i32_s", "f64.convert_i32_u"], &[I32], F64),
    group(&["f64.convert_i64_s", "f64.convert_i64_u", "f64.reinterpret_i64"], &[I64], F64),
    group(&["f32.demote_f64"], &[F64], F32),
    group(&["f64.promote_f32"], &[F32], F64),
];

/// Every numeric instruction of the allowed set, constants and memory accesses aside.
#[must_use]
pub fn instructions() -> Vec<Instruction> {
    let of = |group: &'static Group| {
        group.names.iter().map(|name| Instruction {
            name,
            operands: group.operands,
            result: group.result,
        })
    };
    GROUPS.iter().flat_map(of).collect()
}

/// The contract. `execute`'s message is the instruction's number in [`instructions`] (one byte), then pairs of operands, each
/// operand in 8 bytes; the result has 8 bytes for each pair.
#[must_use]
pub fn module() -> Vec<u8> {
    let instructions = instructions();
    let mut functions = String::new();
    let mut elements = String::new();
    for (number, instruction) in instructions.iter().enumerate() {
        let operands: String = instruction
            .operands
            .iter()
            .enumerate()
            .map(|(index, ty)| format!("({}.load offset={} (local.get 0))", ty.name(), 8 * index))
            .collect();
        let (name, result) = (instruction.name, instruction.result.name());
        writeln!(
            functions,
            "(func $f{number} (param i32) ({result}.store (global.get $out) ({name} {operands})))"
        )
        .expect("a string takes text");
        write!(elements, "$f{number} ").expect("a string takes text");
    }
    let count = instructions.len();
    assemble(&format!(
        r#"(module
        ;; <prelude>
        (func $allocate (export "allocate") (param $size i32) (result i32) (call $fresh (local.get $size)))
        (func (export "deallocate") (param i32))
        (type $apply (func (param i32)))
        {functions}
        (table {count} {count} funcref)
        (elem (i32.const 0) {elements})
        (func (export "execute") (param i32 i32 i32) (result i32)
            (local $at i32) (local $end i32) (local $which i32)
            (local.set $at (i32.load (local.get 2)))
            (local.set $end (i32.add (local.get $at) (i32.load offset=8 (local.get 2))))
            (local.set $which (i32.load8_u (local.get $at)))
            (local.set $at (i32.add (local.get $at) (i32.const 1)))
            (block $done
                (loop $more
                    (br_if $done (i32.ge_u (local.get $at) (local.get $end)))
                    (call_indirect (type $apply) (local.get $at) (local.get $which))
                    (global.set $out (i32.add (global.get $out) (i32.const {RESULT})))
                    (local.set $at (i32.add (local.get $at) (i32.const {PAIR})))
                    (br $more)))
            (call $output)))"#
    ))
}
