//! W7: recursion without end is a trap at the same gas, whatever the stack of the thread.

use commons_vm::{CallError, CallReport, TrapKind};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, execute, failure, number};

fn run(wasm: &[u8]) -> CallReport {
    execute(wasm, &[], MockChain::default(), LIMIT)
}

fn on_thread(stack: usize, wasm: Vec<u8>) -> CallReport {
    let thread = std::thread::Builder::new().stack_size(stack);
    thread.spawn(move || run(&wasm)).unwrap().join().unwrap()
}

/// The gas at the end is the same on every run, and on threads of any stack.
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
    // The table is called before any function that calls itself is: what closes the cycle is the table.
    let through_the_table = contract(
        "",
        r#"(type $step (func (param i32) (result i32)))
        (table 1 1 funcref)
        (elem (i32.const 0) $deep)
        (func (export "execute") (result i32)
            (call_indirect (type $step) (i32.const 0) (i32.const 0)))
        (func $deep (type $step)
            (i32.add (i32.const 1) (call_indirect (type $step) (local.get 0) (i32.const 0))))"#,
    );
    for wasm in [direct, mutual, through_the_table] {
        let first = run(&wasm);
        assert_eq!(failure(&first), CallError::Trap(TrapKind::StackOverflow));
        assert_eq!(run(&wasm), first);
        assert_eq!(on_thread(2 * 1024 * 1024, wasm.clone()), first);
        assert_eq!(on_thread(64 * 1024 * 1024, wasm), first);
    }
}

/// The count ends a call before the native stack does, however large the compiler makes a frame: values that wait on the operand
/// stack, values that it keeps because they are computed again, floats, and many parameters.
#[test]
fn large_frames_end_by_the_count() {
    const VALUES: usize = 3_000;
    let each = |text: &dyn Fn(usize) -> String| (1..=VALUES).map(text).collect::<String>();
    let waiting = format!(
        "(func $deep (param i32) (result i32) {} (call $deep (local.get 0)) {})",
        each(&|n| format!("(i32.mul (local.get 0) (i32.const {}))", 2 * n + 1)),
        "i32.xor ".repeat(VALUES),
    );
    let again = |ty: &str, op: &str| {
        let sum = each(&|n| format!("({ty}.{op} (local.get 1) ({ty}.const {n})) {ty}.add "));
        format!(
            "(func $deep (param i32) (result i32) (local {ty})
                (local.set 1 ({ty}.load (local.get 0)))
                ({ty}.store (i32.const 64) ({ty}.const 0) {sum})
                (drop (call $deep (local.get 0)))
                ({ty}.store (i32.const 64) ({ty}.const 0) {sum})
                (i32.const 0))"
        )
    };
    let params = "i32 ".repeat(100);
    let passed = (0..100)
        .map(|n| format!("(local.get {n})"))
        .collect::<String>();
    let wide = format!(
        "(func $wide (param {params}) (result i32) (i32.add (i32.const 1) (call $wide {passed})))
        (func $deep (param i32) (result i32) (call $wide {}))",
        "(i32.const 1)".repeat(100)
    );
    // Constants alone, which become values where ways come together: at the head of a loop and at the end of a block.
    let constants = |from: usize| {
        (0..100)
            .map(|n| format!("(i32.const {}) ", from + n))
            .collect::<String>()
    };
    let sink = "(global.set $sink) ".repeat(100);
    let entering = format!(
        "(global $sink (mut i32) (i32.const 0))
        (func $deep (param i32) (result i32) {}
            loop $again (param {params})
                (drop (call $deep (local.get 0))) {sink} {}
                (br_if $again (global.get $sink)) {}
            end
            (i32.const 0))",
        constants(1),
        constants(1_000),
        "drop ".repeat(100),
    );
    let leaving = format!(
        "(func $deep (param i32) (result i32) {} (call $deep (local.get 0)) {})",
        "(block (result i32) (br_if 0 (i32.const 1) (local.get 0)) (drop) (i32.const 2)) "
            .repeat(300),
        "i32.xor ".repeat(300),
    );
    let functions = [
        entering,
        leaving,
        waiting,
        again("i32", "xor"),
        again("i64", "mul"),
        again("f64", "div"),
        wide,
    ];
    for function in functions {
        let enter = r#"(func (export "execute") (result i32) (call $deep (i32.const 8)))"#;
        let wasm = contract("", &format!("{function} {enter}"));
        let report = run(&wasm);
        assert_eq!(failure(&report), CallError::Trap(TrapKind::StackOverflow));
    }
}

/// Depth that ends is no matter: the stack comes back when a function returns.
#[test]
fn the_stack_is_given_back() {
    let wasm = contract(
        "",
        r#"(func $deep (param i32) (result i32)
            (if (result i32) (local.get 0)
                (then (i32.add (i32.const 1) (call $deep (i32.sub (local.get 0) (i32.const 1)))))
                (else (i32.const 0))))
        (func (export "execute") (result i32) (local $round i32) (local $sum i32)
            (loop $again
                (local.set $sum (i32.add (local.get $sum) (call $deep (i32.const 20000))))
                (local.set $round (i32.add (local.get $round) (i32.const 1)))
                (br_if $again (i32.lt_u (local.get $round) (i32.const 10))))
            (call $answer (local.get $sum)))"#,
    );
    assert_eq!(number(&run(&wasm)), 200_000);
}
