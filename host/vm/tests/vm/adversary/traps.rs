//! Every trap of wasm has its name, and is the contract's doing.

use commons_vm::{CallError, CallReport, Gas, TrapKind};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, execute, executing, failure};

fn run(wasm: &[u8]) -> CallReport {
    execute(wasm, &[], MockChain::default(), LIMIT)
}

#[test]
fn every_trap_has_its_name() {
    let trap = |rest: &str| match failure(&run(&contract("", rest))) {
        CallError::Trap(kind) => kind,
        other => panic!("not a trap: {other}"),
    };
    let body = |body: &str| trap(&format!(r#"(func (export "execute") (result i32) {body})"#));
    assert_eq!(body("unreachable"), TrapKind::Unreachable);
    assert_eq!(
        body("(i32.div_s (i32.const 1) (i32.const 0))"),
        TrapKind::DivisionByZero
    );
    assert_eq!(
        body("(i32.div_s (i32.const 0x80000000) (i32.const -1))"),
        TrapKind::IntegerOverflow
    );
    assert_eq!(
        body("(i32.trunc_f32_s (f32.const nan))"),
        TrapKind::BadConversion
    );
    assert_eq!(
        body("(i32.load (i32.const 131069))"),
        TrapKind::MemoryOutOfBounds
    );
    let table = |index: u32| {
        trap(&format!(
            r#"(type $none (func))
            (table 3 3 funcref)
            (elem (i32.const 0) $answer)
            (func (export "execute") (result i32) (call_indirect (type $none) (i32.const {index})) (i32.const 0))"#
        ))
    };
    assert_eq!(table(0), TrapKind::BadSignature);
    assert_eq!(table(1), TrapKind::IndirectCallToNull);
    assert_eq!(table(3), TrapKind::TableOutOfBounds);
}

#[test]
fn a_segment_outside_memory_fails_the_call_not_the_host() {
    let report = run(&executing(
        "",
        0,
        "(i32.const 0)) (data (i32.const 131070) \"abc\"",
    ));
    assert!(matches!(failure(&report), CallError::Instantiation(_)));
    assert_eq!(report.gas_used, Gas::ZERO);
}
