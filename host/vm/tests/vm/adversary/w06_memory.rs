//! W6: memory is bounded, and filling it is paid for.

use commons_vm::{CallError, CallReport, Gas};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, execute, executing, failure, number};

fn run(wasm: &[u8]) -> CallReport {
    execute(wasm, &[], MockChain::default(), LIMIT)
}

/// Memory grows to 512 pages; beyond that the contract is told -1 and lives on.
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

/// The contract takes the memory it is refused for what the instruction says: a number, not a trap.
#[test]
fn asking_for_memory_in_a_loop_ends_out_of_gas() {
    let greedy = "(loop (drop (memory.grow (i32.const 65535))) (drop (memory.grow (i32.const 1))) (br 0)) unreachable";
    let limit = Gas(1_000_000_000);
    let report = execute(&executing("", 0, greedy), &[], MockChain::default(), limit);
    assert_eq!(failure(&report), CallError::OutOfGas);
    assert_eq!(report.gas_used, limit);
}

/// A loop that fills 32 MiB again and again pays for every round; `memory.fill` itself is not allowed (W4).
#[test]
fn filling_all_memory_in_a_loop_ends_out_of_gas() {
    let fill = "(local $at i32) (drop (memory.grow (i32.const 510)))
        (loop
            (i64.store (i32.and (local.get $at) (i32.const 0x1fffff8)) (i64.const -1))
            (local.set $at (i32.add (local.get $at) (i32.const 8)))
            (br 0))
        unreachable";
    // Nine operators and a branch for 8 bytes: more than one round of 32 MiB.
    let limit = Gas((9 * 115 + 1_610) * 33 * 1024 * 1024 / 8);
    let report = execute(&executing("", 0, fill), &[], MockChain::default(), limit);
    assert_eq!(failure(&report), CallError::OutOfGas);
    assert_eq!(report.gas_used, limit);
}

/// What an instance grew to is nothing to the next.
#[test]
fn ten_thousand_greedy_calls_leave_no_memory_behind() {
    let touch = "(drop (memory.grow (i32.const 510)))
        (i32.store (i32.const 0x1fffff0) (i32.const 7)) (call $answer (memory.size))";
    let wasm = executing("", 0, touch);
    let first = run(&wasm);
    assert_eq!(number(&first), 512);
    let before = resident();
    for _ in 0..10_000 {
        assert_eq!(run(&wasm), first);
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 64 * 1024, "{grown} KiB more than before");
}

/// Resident memory of this process in KiB; tests run beside this one, so that only an order of magnitude can be asserted.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let size = line.unwrap().trim().trim_end_matches(" kB");
    size.parse().unwrap()
}
