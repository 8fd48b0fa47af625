//! Contracts that mean harm: each ends in its own typed, repeatable failure.

use commons_vm::{CallError, CallReport, Gas, RegionError, TrapKind};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, execute, executing, failure, module, number};

fn run(wasm: &[u8]) -> CallReport {
    execute(wasm, &[], MockChain::default(), LIMIT)
}

fn on_thread(stack: usize, wasm: Vec<u8>) -> CallReport {
    let thread = std::thread::Builder::new().stack_size(stack);
    thread.spawn(move || run(&wasm)).unwrap().join().unwrap()
}

/// W7: recursion without end traps at the same gas on every run and every thread stack.
#[test]
fn endless_recursion_is_a_repeatable_trap() {
    let direct = contract(
        "",
        r#"(func $deep (param i32) (result i32)
            (i32.add (i32.const 1) (call $deep (i32.add (local.get 0) (i32.const 1)))))
        (func (export "execute") (result i32) (call $deep (i32.const 0)))"#,
    );
    let mutual = contract(
        "",
        r#"(type $step (func (param i32) (result i32)))
        (table 2 2 funcref)
        (elem (i32.const 0) $even $odd)
        (func $even (type $step)
            (i32.add (i32.const 1) (call_indirect (type $step) (local.get 0) (i32.const 1))))
        (func $odd (type $step)
            (i32.add (i32.const 2) (call_indirect (type $step) (local.get 0) (i32.const 0))))
        (func (export "execute") (result i32) (call $even (i32.const 0)))"#,
    );
    for wasm in [direct, mutual] {
        let first = run(&wasm);
        assert_eq!(failure(&first), CallError::Trap(TrapKind::StackOverflow));
        assert_eq!(run(&wasm), first);
        assert_eq!(on_thread(2 * 1024 * 1024, wasm.clone()), first);
        assert_eq!(on_thread(64 * 1024 * 1024, wasm), first);
    }
}

/// W6: memory grows to 512 pages; beyond that the contract is told -1 and lives on.
#[test]
fn memory_grows_to_the_limit_and_no_further() {
    let grow = |body: &str| number(&run(&executing("", 0, body)));
    let full = "(call $answer (memory.grow (i32.const 510)))";
    assert_eq!(grow(full), 2);
    let beyond = "(call $answer (memory.grow (i32.const 511)))";
    assert_eq!(grow(beyond), u32::MAX);
    let then_beyond =
        "(drop (memory.grow (i32.const 510))) (call $answer (memory.grow (i32.const 1)))";
    assert_eq!(grow(then_beyond), u32::MAX);
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

/// W4: floats are allowed, and a not-a-number that is computed has one form.
#[test]
fn computed_nan_is_canonical() {
    let not_a_number = "(f32.reinterpret_i32 (i32.const 0x7fa12345))";
    let body =
        format!("(call $answer (i32.reinterpret_f32 (f32.add {not_a_number} (f32.const 1))))");
    assert_eq!(number(&run(&executing("", 0, &body))), 0x7fc0_0000);
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

/// A contract whose allocator is this.
fn with_allocator(imports: &str, allocate: &str) -> Vec<u8> {
    module(&format!(
        r#"{imports}
        (memory (export "memory") 1)
        (data (i32.const 64) "\50\00\00\00\01\00\00\00\01\00\00\00")
        (data (i32.const 80) "k")
        (func (export "interface_version_8"))
        (func (export "allocate") {allocate})
        (func (export "deallocate") (param i32))
        (func (export "execute") (param i32) (result i32) (i32.const 64))"#
    ))
}

fn allocating(imports: &str, allocate: &str) -> CallReport {
    let chain = MockChain::default();
    chain
        .state
        .borrow_mut()
        .storage
        .insert(b"k".to_vec(), b"v".to_vec());
    execute(&with_allocator(imports, allocate), &[b"msg"], chain, LIMIT)
}

/// W9: whatever `allocate` does, the call ends in a typed error.
#[test]
fn a_hostile_allocator_only_harms_its_own_call() {
    let pointer =
        |body: &str| failure(&allocating("", &format!("(param i32) (result i32) {body}")));
    assert_eq!(
        pointer("(i32.const 0)"),
        CallError::Region(RegionError::ZeroAddress)
    );
    assert_eq!(
        pointer("(i32.const 65530)"),
        CallError::Region(RegionError::Dereference { pointer: 65_530 })
    );
    assert_eq!(
        pointer("(i32.const 64)"),
        CallError::Region(RegionError::TooSmall {
            capacity: 1,
            required: 3
        })
    );
    assert_eq!(
        pointer("unreachable"),
        CallError::Trap(TrapKind::Unreachable)
    );
    assert_eq!(pointer("(loop (br 0)) unreachable"), CallError::OutOfGas);
    let name = "allocate";
    let shape = |shape: &str| failure(&allocating("", shape));
    assert_eq!(
        shape("(param i64) (result i32) (i32.const 64)"),
        CallError::Signature { name }
    );
    assert_eq!(
        shape("(param i32) (result i64) (i64.const 64)"),
        CallError::Signature { name }
    );
    assert_eq!(shape("(param i32)"), CallError::Signature { name });
    let arity = CallError::Arity {
        name,
        expected: 2,
        given: 1,
    };
    assert_eq!(shape("(param i32 i32) (result i32) (i32.const 64)"), arity);
}

/// W9 (CWA-2023-002): an allocator that calls imports that allocate is cut off at the second level.
#[test]
fn an_allocator_that_calls_imports_is_cut_off() {
    let read = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
    let report = allocating(read, "(param i32) (result i32) (call $read (i32.const 64))");
    assert_eq!(failure(&report), CallError::DepthExceeded);
}
