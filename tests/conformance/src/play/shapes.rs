//! Traps, control flow and numbers: what the instructions themselves do and cost.

use commons_vm::EntryPoint;

use super::SEED;
use crate::dice::Dice;
use crate::pair::Compared;
use crate::probe::numbers::{self, Instruction, PAIR, RESULT, Type};
use crate::probe::{control, traps, ways};
use crate::session::{Session, info, usual_env};
use crate::stand::{Excuse, Stand};

/// The reason under which the payloads of NaNs are counted.
pub const PAYLOAD: &str = "payload of the NaN that f32.demote_f64 or f64.promote_f32 makes of a NaN: the other engine keeps part of \
     the operand's, ours makes the canonical one; counted in values";

/// The files' names in the table.
pub(super) const NAMES: [&str; 4] = [TRAPS, CONTROL, WAYS, NUMBERED];
/// Every trap.
pub const TRAPS: &str = "probes/traps.wat";
const CONTROL: &str = "probes/control.wat";
/// Drawn ways to a trap or past it.
const WAYS: &str = "probes/ways (generated)";
/// Every numeric instruction.
pub const NUMBERED: &str = "probes/numbers (generated)";

pub(super) fn play(stand: &mut Stand) {
    numbered(stand, TRAPS, &traps(), 36, 40_000_000);
    numbered(stand, CONTROL, &control(), 20, 40_000_000);
    numbered(stand, WAYS, &ways::module(SEED), ways::FUNCTIONS, 4_000_000);
    arithmetic(stand);
}

/// Numbers that steer a shape, or are an operand of what traps.
const NUMBERS: [u32; 31] = [
    0,
    1,
    2,
    3,
    4,
    5,
    6,
    7,
    8,
    13,
    26,
    34,
    40,
    63,
    64,
    99,
    101,
    255,
    1_000,
    65_535,
    1_179_641,
    1_179_644,
    1_179_645,
    1_179_647,
    1_179_648,
    0x4f00_0000,
    0x5f00_0000,
    0x7f80_0000,
    0x7fc0_0000,
    0x8000_0000,
    u32::MAX,
];

/// Calls every function of a probe with every number, and again with limits drawn.
fn numbered(stand: &mut Stand, name: &str, wasm: &[u8], functions: u8, limit: u64) {
    let contract = stand.load(name, wasm);
    let mut session = Session::new(stand, &contract);
    session.keeps = false;
    let mut dice = Dice::new(SEED, name);
    for function in 0..functions {
        for number in NUMBERS {
            let message = [&[function][..], &number.to_le_bytes()].concat();
            session.limit = limit;
            let seen = session.call(
                EntryPoint::Execute,
                vec![usual_env(), info("creator", 0), message.clone()],
            );
            for _ in 0..2 {
                session.limit = dice.below(seen.gas_used + 2);
                session.tell(EntryPoint::Query, &message);
            }
        }
        session.limit = limit;
        session.tell(EntryPoint::Query, [function, 0, 0, 0, 0]);
    }
    // Enough gas to run out of stack first.
    if name == TRAPS {
        session.limit = 500_000_000_000;
        for function in [28, 29, 34] {
            session.tell(EntryPoint::Query, [function, 0, 0, 0, 0]);
        }
    }
}

/// Every numeric instruction on every pair of operands: edges, and as many drawn.
fn arithmetic(stand: &mut Stand) {
    let contract = stand.load(NUMBERED, &numbers::module());
    let mut session = Session::new(stand, &contract);
    session.limit = 500_000_000_000;
    session.keeps = false;
    let mut dice = Dice::new(SEED, "numbers");
    for (number, instruction) in numbers::instructions().iter().enumerate() {
        let pairs = pairs(instruction, &mut dice);
        let number = u8::try_from(number).expect("there are fewer than 256");
        if traps_on_some(instruction) {
            for pair in &pairs {
                apply(&mut session, instruction, number, pair);
            }
        } else {
            apply(&mut session, instruction, number, &pairs.concat());
        }
    }
}

/// Whether one pair can end the call, so that each needs a call of its own.
fn traps_on_some(instruction: &Instruction) -> bool {
    let name = instruction.name;
    let divides = name.contains(".div_") || name.contains(".rem_");
    divides || (name.contains(".trunc_f") && !name.contains("_sat_"))
}

fn apply(session: &mut Session<'_>, instruction: &Instruction, number: u8, pairs: &[u8]) {
    let message = [&[number][..], pairs].concat();
    let args = vec![usual_env(), info("creator", 0), message];
    let scene = session.scene(EntryPoint::Execute, args);
    let excuse = |compared: &Compared| {
        let times = payloads(instruction, pairs, compared)?;
        let (reason, gas) = (PAYLOAD, false);
        Some(Excuse { reason, times, gas })
    };
    session.stand.play_excused(&scene, excuse);
}

/// In how many values only the payload of a NaN differs, if that is all and it is allowed.
fn payloads(instruction: &Instruction, pairs: &[u8], compared: &Compared) -> Option<u64> {
    let is_nan = |bytes: &[u8], ty: Type| match ty {
        Type::F32 => f32::from_le_bytes(*bytes.first_chunk().expect("4 bytes")).is_nan(),
        Type::F64 => f64::from_le_bytes(*bytes.first_chunk().expect("8 bytes")).is_nan(),
        _ => false,
    };
    if !["f32.demote_f64", "f64.promote_f32"].contains(&instruction.name) {
        return None;
    }
    let (Ok(ours), Ok(theirs)) = (&compared.ours.outcome, &compared.theirs.outcome) else {
        return None;
    };
    let results = ours.chunks_exact(RESULT).zip(theirs.chunks_exact(RESULT));
    let mut count = 0;
    for ((ours, theirs), pair) in results.zip(pairs.chunks_exact(PAIR)) {
        if ours == theirs {
            continue;
        }
        let all_nan = is_nan(pair, instruction.operands[0])
            && is_nan(ours, instruction.result)
            && is_nan(theirs, instruction.result);
        if !all_nan {
            return None;
        }
        count += 1;
    }
    let same_length = ours.len() == theirs.len();
    let rest = compared.ours.records == compared.theirs.records
        && compared.ours.trace == compared.theirs.trace;
    (same_length && rest).then_some(count)
}

/// Pairs of operands as bytes.
fn pairs(instruction: &Instruction, dice: &mut Dice) -> Vec<Vec<u8>> {
    let first = operands(instruction.operands[0], dice);
    let second = match instruction.operands.get(1) {
        Some(ty) => operands(*ty, dice),
        None => vec![0],
    };
    let mut pairs = Vec::new();
    for a in &first {
        for b in &second {
            pairs.push([a.to_le_bytes(), b.to_le_bytes()].concat());
        }
    }
    pairs
}

/// Bits of operands: every edge of the type, and some drawn.
fn operands(ty: Type, dice: &mut Dice) -> Vec<u64> {
    let drawn = (0..8).map(|_| dice.bits());
    let edges: &[u64] = match ty {
        Type::I32 => &[
            0,
            1,
            2,
            31,
            32,
            0x7f,
            0x80,
            0x7fff_ffff,
            0x8000_0000,
            0xffff_ffff,
        ],
        Type::I64 => &[
            0,
            1,
            63,
            64,
            0x8000_0000,
            0xffff_ffff,
            0x7fff_ffff_ffff_ffff,
            0x8000_0000_0000_0000,
            u64::MAX,
        ],
        Type::F32 => &FLOATS_32,
        Type::F64 => &FLOATS_64,
    };
    edges.iter().copied().chain(drawn).collect()
}

/// Zeroes, ones, smallest, largest, infinities, the edges of the integers, and NaNs: canonical, negative, with payloads, signalling.
const FLOATS_32: [u64; 26] = [
    0x0000_0000,
    0x8000_0000,
    0x3f80_0000,
    0xbf80_0000,
    0x3f00_0000,
    0xbf00_0000,
    0x3fc0_0000,
    0x0000_0001,
    0x8000_0001,
    0x007f_ffff,
    0x0080_0000,
    0x7f7f_ffff,
    0xff7f_ffff,
    0x7f80_0000,
    0xff80_0000,
    0x4eff_ffff,
    0x4f00_0000,
    0xcf00_0000,
    0x4f80_0000,
    0x5f00_0000,
    0xdf00_0000,
    0x7fc0_0000,
    0xffc0_0000,
    0x7fc0_1234,
    0x7f80_0001,
    0xffbf_ffff,
];
const FLOATS_64: [u64; 28] = [
    0x0000_0000_0000_0000,
    0x8000_0000_0000_0000,
    0x3ff0_0000_0000_0000,
    0xbff0_0000_0000_0000,
    0x3fe0_0000_0000_0000,
    0xbfe0_0000_0000_0000,
    0x3ff8_0000_0000_0000,
    0x0000_0000_0000_0001,
    0x000f_ffff_ffff_ffff,
    0x0010_0000_0000_0000,
    0x7fef_ffff_ffff_ffff,
    0xffef_ffff_ffff_ffff,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x41df_ffff_ffc0_0000,
    0x41e0_0000_0000_0000,
    0xc1e0_0000_0000_0000,
    0xc1e0_0000_0020_0000,
    0x41ef_ffff_ffe0_0000,
    0x43e0_0000_0000_0000,
    0xc3e0_0000_0000_0000,
    0x43f0_0000_0000_0000,
    0x47ef_ffff_e000_0000,
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0000,
    0x7ff8_0000_1234_5678,
    0x7ff0_0000_0000_0001,
    0xfff7_ffff_ffff_ffff,
];
