//! W7: recursion without end is a trap at the same gas, whatever the stack of the thread.

use commons_vm::{CallError, CallReport, TrapKind};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, execute, failure};

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
    for wasm in [direct, mutual] {
        let first = run(&wasm);
        assert_eq!(failure(&first), CallError::Trap(TrapKind::StackOverflow));
        assert_eq!(run(&wasm), first);
        assert_eq!(on_thread(2 * 1024 * 1024, wasm.clone()), first);
        assert_eq!(on_thread(64 * 1024 * 1024, wasm), first);
    }
}
