//! W4: which proposals of wasm a contract may use, one test each.

use commons_vm::{CallError, Reject, TrapKind};

use crate::support::chain::MockChain;
use crate::support::verdict::{
    ALLOCATE, DEALLOCATE, INTERFACE, MEMORY, malformed, verdict_of, with,
};
use crate::support::wasm::{LIMIT, execute, executing, failure, number};

/// The verdict on a contract with a function of this body.
fn body(body: &str) -> Reject {
    with("", &format!("(func {body})"))
}

fn answer(body: &str) -> u32 {
    let wasm = executing("", 0, &format!("(call $answer {body})"));
    number(&execute(&wasm, &[], MockChain::default(), LIMIT))
}

/// Floats are allowed; a not-a-number that is computed has one form, whatever went in.
#[test]
fn floats_are_allowed_and_canonical() {
    let single = "(f32.reinterpret_i32 (i32.const 0x7fa12345))";
    let double = "(f64.reinterpret_i64 (i64.const 0xfff123456789abcd))";
    let bits = |expression: &str| answer(&format!("(i32.reinterpret_f32 {expression})"));
    for expression in [
        format!("(f32.add {single} (f32.const 1))"),
        format!("(f32.sqrt {single})"),
        format!("(f32.min {single} (f32.const 0))"),
        "(f32.div (f32.const 0) (f32.const 0))".to_owned(),
    ] {
        assert_eq!(bits(&expression), 0x7fc0_0000, "{expression}");
    }
    let high = |expression: &str| {
        let bits = format!("(i64.reinterpret_f64 {expression})");
        let half = format!("(i32.wrap_i64 (i64.shr_u {bits} (i64.const 32)))");
        assert_eq!(answer(&format!("(i32.wrap_i64 {bits})")), 0, "{expression}");
        answer(&half)
    };
    let product = format!("(f64.mul {double} (f64.const 1))");
    assert_eq!(high(&product), 0x7ff8_0000);
    assert_eq!(bits(&format!("(f32.neg {single})")), 0xffa1_2345);
}

#[test]
fn sign_extension_is_allowed() {
    assert_eq!(answer("(i32.extend8_s (i32.const 0x80))"), 0xffff_ff80);
}

/// What does not fit saturates, or traps, as the instruction says.
#[test]
fn both_float_conversions_are_allowed() {
    assert_eq!(answer("(i32.trunc_sat_f64_u (f64.const 1e20))"), u32::MAX);
    let wasm = executing("", 0, "(call $answer (i32.trunc_f64_u (f64.const 1e20)))");
    let report = execute(&wasm, &[], MockChain::default(), LIMIT);
    assert_eq!(failure(&report), CallError::Trap(TrapKind::IntegerOverflow));
}

/// Functions return one value at most; blocks may have parameters.
#[test]
fn blocks_with_parameters_are_allowed() {
    let block = "(i32.const 40) (i32.const 2) (block (param i32 i32) (result i32) i32.add)";
    let wasm = executing("", 0, &format!("{block} (call $answer)"));
    let report = execute(&wasm, &[], MockChain::default(), LIMIT);
    assert_eq!(number(&report), 42);
}

#[test]
fn simd_is_refused() {
    malformed(&body("(drop (v128.const i32x4 0 0 0 0))"), "SIMD");
}

#[test]
fn relaxed_simd_is_refused() {
    let vector = "(v128.const i32x4 0 0 0 0)";
    let relaxed = format!("(drop (f32x4.relaxed_min {vector} {vector}))");
    malformed(&body(&relaxed), "support is not enabled");
    let hidden = "(param v128) (drop (f32x4.relaxed_min (local.get 0) (local.get 0)))";
    malformed(&body(hidden), "SIMD");
}

#[test]
fn tail_calls_are_refused() {
    malformed(&body("(return_call 0)"), "tail calls");
    let table = "(table 1 1 funcref) (type $t (func)) (func (return_call_indirect (type $t) (i32.const 0)))";
    malformed(&with("", table), "tail calls");
}

#[test]
fn bulk_memory_is_refused() {
    for instruction in [
        "(memory.copy (i32.const 0) (i32.const 0) (i32.const 0))",
        "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))",
    ] {
        malformed(&body(instruction), "bulk memory");
    }
    let passive = r#"(data $later "text")"#;
    malformed(&with("", passive), "bulk-memory");
    let init = r#"(data $d "x") (func (memory.init $d (i32.const 0) (i32.const 0) (i32.const 0)))"#;
    malformed(&with("", init), "bulk-memory");
    let copy = "(table 1 1 funcref) (func (table.copy (i32.const 0) (i32.const 0) (i32.const 0)))";
    malformed(&with("", copy), "bulk memory");
}

#[test]
fn threads_are_refused() {
    malformed(&body("(drop (i32.atomic.load (i32.const 0)))"), "threads");
    malformed(&body("(atomic.fence)"), "threads");
    malformed(
        &body("(drop (memory.atomic.notify (i32.const 0) (i32.const 0)))"),
        "threads",
    );
}

#[test]
fn garbage_collection_is_refused() {
    malformed(&with("", "(type (struct))"), "gc");
    malformed(&with("", "(type (array i32))"), "gc");
    malformed(&with("", "(rec (type (func)) (type (func)))"), "gc");
    malformed(&with("", "(type (sub (func)))"), "gc");
    malformed(&body("(drop (ref.i31 (i32.const 0)))"), "gc");
}

#[test]
fn exceptions_are_refused() {
    malformed(&with("", "(tag)"), "exceptions");
    malformed(&body("(try_table)"), "exceptions");
    let thrown = "(param exnref)";
    malformed(&body(thrown), "exception");
}

/// Only the encoding of indirect calls is allowed, which names a table by more than one byte.
#[test]
fn instructions_of_reference_types_are_refused() {
    let table = "(table $t 1 1 funcref)";
    for instruction in [
        "(drop (ref.null func))",
        "(drop (ref.is_null (ref.null func)))",
        "(drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 0)))",
        "(drop (table.get $t (i32.const 0)))",
        "(drop (table.size $t))",
        "(drop (table.grow $t (ref.null func) (i32.const 1)))",
        "(table.set $t (i32.const 0) (ref.null func))",
    ] {
        let refused = with("", &format!("{table} (func {instruction})"));
        let proposal = "reference_types";
        assert!(
            matches!(refused, Reject::Operator { proposal: p, .. } if p == proposal),
            "{instruction}: {refused}"
        );
    }
    let filled = "(table.fill $t (i32.const 0) (ref.null func) (i32.const 1))";
    assert!(matches!(
        with("", &format!("{table} (func {filled})")),
        Reject::Operator { .. } | Reject::Malformed(_)
    ));
}

#[test]
fn typed_function_references_are_refused() {
    let typed = "(type $t (func)) (func (param (ref $t)) (call_ref $t (local.get 0)))";
    malformed(&with("", typed), "");
}

#[test]
fn other_memories_are_refused() {
    let memories = |second: &str| {
        let parts = [MEMORY, second, INTERFACE, ALLOCATE, DEALLOCATE];
        verdict_of(&parts).unwrap_err()
    };
    malformed(&memories("(memory 1)"), "multi");
    malformed(&memories("(memory i64 1)"), "");
    malformed(&memories("(memory 1 1 shared)"), "");
}

#[test]
fn computed_constants_are_refused() {
    malformed(
        &with("", "(global i32 (i32.add (i32.const 1) (i32.const 2)))"),
        "constant expression",
    );
}

#[test]
fn wide_arithmetic_is_refused() {
    let wide = "(param i64) (i64.mul_wide_u (local.get 0) (local.get 0)) drop drop";
    malformed(&body(wide), "wide arithmetic");
}

#[test]
fn stack_switching_is_refused() {
    let switched = "(type $f (func)) (type $c (cont $f))";
    malformed(&with("", switched), "stack switching");
}

#[test]
fn components_are_refused() {
    let component = wat::parse_str("(component)").unwrap();
    malformed(
        &crate::support::wasm::vm().analyze(&component).unwrap_err(),
        "component",
    );
}
