//! W11: iterators, however many and whatever is done to them, stay bounded and deterministic. What an iterator sees of later writes is
//! the chain's affair; its tests are the ledger's.

use commons_vm::{BackendError, CallError, CallReport, Gas};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, execute, executing, failure, number};

const SCAN: &str = r#"(import "env" "db_scan" (func $scan (param i32 i32 i32) (result i32)))"#;

fn next(name: &str) -> String {
    format!(r#"{SCAN} (import "env" "{name}" (func $next (param i32) (result i32)))"#)
}

fn run(imports: &str, body: &str, records: u8, limit: Gas) -> CallReport {
    let chain = MockChain::default();
    let record = |n: u8| (vec![n], vec![n]);
    chain
        .state
        .borrow_mut()
        .storage
        .extend((0..records).map(record));
    execute(&executing(imports, 0, body), &[], chain, limit)
}

/// An id that was never given out ends the call: before any is open, beyond the last, and at the ends of its type.
#[test]
fn an_unknown_iterator_ends_the_call() {
    let scan = "(drop (call $scan (i32.const 0) (i32.const 0) (i32.const 1)))";
    for name in ["db_next", "db_next_key", "db_next_value"] {
        for (open, id) in [("", 0), ("", 1), (scan, 2), (scan, 0), (scan, u32::MAX)] {
            let body = format!("{open} (call $next (i32.const {id}))");
            let report = run(&next(name), &body, 3, LIMIT);
            let error = BackendError::IteratorDoesNotExist { id };
            assert_eq!(failure(&report), CallError::Backend(error.to_string()));
        }
    }
}

/// Ten thousand at once, each at its own place.
#[test]
fn ten_thousand_iterators_stand_side_by_side() {
    let body = "(local $count i32) (local $id i32)
        (loop
            (local.set $id (call $scan (i32.const 0) (i32.const 0) (i32.const 1)))
            (drop (call $next (local.get $id)))
            (global.set $next (i32.const 4096))
            (br_if 0 (i32.lt_u (local.tee $count (i32.add (local.get $count) (i32.const 1))) (i32.const 10000))))
        (drop (call $next (i32.const 5000)))
        (call $answer (i32.load8_u (i32.load (call $next (i32.const 5000)))))";
    let report = run(&next("db_next_key"), body, 4, LIMIT);
    assert_eq!(number(&report), 2);
}

/// Each is paid for: the gas says how many there can be.
#[test]
fn opening_iterators_in_a_loop_ends_out_of_gas() {
    let body =
        "(loop (drop (call $scan (i32.const 0) (i32.const 0) (i32.const 2))) (br 0)) unreachable";
    let limit = Gas(100_000_000);
    let report = run(SCAN, body, 4, limit);
    assert_eq!(failure(&report), CallError::OutOfGas);
    assert_eq!(report.gas_used, limit);
}

/// At its end an iterator stays at its end.
#[test]
fn an_iterator_at_its_end_stays_there() {
    let end = "(i32.eqz (call $next (local.get $id)))";
    let body = format!(
        "(local $id i32) (local.set $id (call $scan (i32.const 0) (i32.const 0) (i32.const 1)))
        (drop (call $next (local.get $id)))
        (call $answer (i32.add {end} (i32.add {end} {end})))"
    );
    assert_eq!(number(&run(&next("db_next_value"), &body, 1, LIMIT)), 3);
}
