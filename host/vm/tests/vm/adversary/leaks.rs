//! No byte of one instance's memory, table or globals reaches the next one in the same slot, of the same code or another; whether the
//! kernel says which pages were written or everything is mapped anew.

use commons_vm::{CallError, CallReport, Code, EntryPoint, Gas, TrapKind, Vm, VmConfig};
use wasmtime::PoolingAllocationConfig;

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, failure, number};

/// Runs an attack on machines with one slot, where every call takes the place of the one before: on one that cleans the slot as this
/// kernel allows, and on one that never asks the kernel. Both must come to the same reports.
fn on_one_slot(attack: impl Fn(&Vm) -> Vec<CallReport>) {
    if !PoolingAllocationConfig::is_pagemap_scan_available() {
        eprintln!("NOTE: this kernel has no PAGEMAP_SCAN, so that only the fallback is tested");
    }
    let [usual, fallback] = [true, false].map(|pagemap_scan| {
        let config = VmConfig {
            max_instances: 1,
            pagemap_scan,
            ..VmConfig::default()
        };
        attack(&Vm::new(config).unwrap())
    });
    assert!(!usual.is_empty());
    assert_eq!(usual, fallback);
}

fn run_with(vm: &Vm, code: &Code, limit: Gas) -> CallReport {
    let backend = Box::new(MockChain::default());
    vm.call(code, EntryPoint::Execute, &[], backend, limit, false)
        .unwrap()
}

fn run(vm: &Vm, code: &Code) -> CallReport {
    run_with(vm, code, LIMIT)
}

/// Fills all of 32 MiB with ones, then ends as `end` says.
fn dirty(end: &str) -> String {
    format!(
        r#"(type $none (func))
        (table $t 2500 2500 funcref)
        (elem (i32.const 0) $leak $leak $leak)
        (elem (i32.const 2499) $leak)
        (func $leak)
        (global $a (mut i32) (i32.const 0))
        (global $b (mut i64) (i64.const 0))
        (global $c (mut f64) (f64.const 0))
        (func (export "execute") (result i32) (local $at i32)
            (drop (memory.grow (i32.const 510)))
            (local.set $at (i32.const 0))
            (loop
                (i64.store (local.get $at) (i64.const -1))
                (br_if 0 (i32.lt_u
                    (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 0x2000000))))
            (global.set $a (i32.const -1))
            (global.set $b (i64.const -1))
            (global.set $c (f64.const 1e300))
            {end})"#
    )
}

/// Answers 1 if anything but the module's own text is in sight: memory size, every word of 32 MiB, globals, table.
const LOOKING: &str = r#"(type $none (func))
    (table 2500 2500 funcref)
    (elem (i32.const 7) $fine)
    (func $fine)
    (global $a (mut i32) (i32.const 0))
    (global $b (mut i64) (i64.const 0))
    (global $c (mut f64) (f64.const 0))
    (data (i32.const 70000) "\11")
    (func (export "execute") (result i32) (local $at i32) (local $seen i64)
        (if (i32.ne (memory.size) (i32.const 2)) (then (return (call $answer (i32.const 2)))))
        (drop (memory.grow (i32.const 510)))
        (loop
            (local.set $seen (i64.or (local.get $seen) (i64.load (local.get $at))))
            (br_if 0 (i32.lt_u
                (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 0x2000000))))
        (if (i64.ne (local.get $seen) (i64.const 0x11)) (then (return (call $answer (i32.const 3)))))
        (if (i32.ne (global.get $a) (i32.const 0)) (then (return (call $answer (i32.const 4)))))
        (if (i64.ne (global.get $b) (i64.const 0)) (then (return (call $answer (i32.const 5)))))
        (if (f64.ne (global.get $c) (f64.const 0)) (then (return (call $answer (i32.const 6)))))
        (call_indirect (type $none) (i32.const 7))
        (call $answer (i32.const 1)))"#;

/// Calls a place in the table that the module leaves empty.
fn calling(index: u32) -> String {
    format!(
        r#"(type $none (func))
        (table 2500 2500 funcref)
        (func (export "execute") (result i32)
            (call_indirect (type $none) (i32.const {index})) (call $answer (i32.const 1)))"#
    )
}

/// However the writer ended, the next contract finds its own module and zeros.
#[test]
fn another_code_finds_only_its_own() {
    on_one_slot(|vm| {
        let looking = vm.load(&contract("", LOOKING)).unwrap();
        let empty_places =
            [0, 1, 2, 3, 1_000, 2_499].map(|at| vm.load(&contract("", &calling(at))).unwrap());
        let mut reports = Vec::new();
        for end in [
            "(call $answer (i32.const 1))",
            "unreachable",
            "(loop (br 0)) unreachable",
            "(i32.const 0)",
        ] {
            let writer = vm.load(&contract("", &dirty(end))).unwrap();
            reports.push(run_with(vm, &writer, Gas(20_000_000_000)));
            let found = run(vm, &looking);
            assert_eq!(number(&found), 1, "after {end}");
            reports.push(found);
            for code in &empty_places {
                run_with(vm, &writer, Gas(20_000_000_000));
                let null = CallError::Trap(TrapKind::IndirectCallToNull);
                let found = run(vm, code);
                assert_eq!(failure(&found), null, "after {end}");
                reports.push(found);
            }
        }
        reports
    });
}

/// The same code is the likelier victim: its slot is given back to it first, its image still mapped.
#[test]
fn the_same_code_finds_itself_new() {
    let again = LOOKING.replace(
        r#"(call $answer (i32.const 1)))"#,
        r#"(local.set $at (i32.const 0))
            (loop
                (i64.store (local.get $at) (i64.const -1))
                (br_if 0 (i32.lt_u
                    (local.tee $at (i32.add (local.get $at) (i32.const 8))) (i32.const 0x2000000))))
            (global.set $a (i32.const -1))
            (global.set $b (i64.const -1))
            (global.set $c (f64.const 1e300))
            (call $answer (i32.const 1)))"#,
    );
    assert_ne!(again, LOOKING);
    on_one_slot(|vm| {
        let code = vm.load(&contract("", &again)).unwrap();
        let first = run(vm, &code);
        assert_eq!(number(&first), 1);
        for _ in 0..20 {
            assert_eq!(run(vm, &code), first);
        }
        vec![first]
    });
}

/// A page that only one of two codes has in its image is that code's alone.
#[test]
fn data_of_one_code_is_not_seen_by_another() {
    let secret = r#"(data (i32.const 100000) "a secret of the first")
        (func (export "execute") (result i32) (call $answer (i32.load (i32.const 100000))))"#;
    on_one_slot(|vm| {
        let holder = vm.load(&contract("", secret)).unwrap();
        let looking = vm.load(&contract("", LOOKING)).unwrap();
        let mut reports = Vec::new();
        for _ in 0..5 {
            let (held, found) = (run(vm, &holder), run(vm, &looking));
            assert_eq!(number(&held), u32::from_le_bytes(*b"a se"));
            assert_eq!(number(&found), 1);
            reports.extend([held, found]);
        }
        reports
    });
}

/// Few pages, written here and there, are what the kernel is asked about: far apart, one beside a piece of data, the last before
/// memory is grown and the first behind.
#[test]
fn single_pages_are_clean_again() {
    let places = [0, 4_095, 69_632, 131_071, 131_072, 1_048_576, 33_554_431];
    let each = |text: &dyn Fn(i32) -> String| places.map(text).concat();
    let text = format!(
        r#"(data (i32.const 69632) "\11")
        (func (export "execute") (result i32) (local $seen i32)
            (drop (memory.grow (i32.const 510)))
            {}
            {}
            (call $answer (local.get $seen)))"#,
        each(&|at| format!(
            "(local.set $seen (i32.add (local.get $seen) (i32.load8_u (i32.const {at}))))"
        )),
        each(&|at| format!("(i32.store8 (i32.const {at}) (i32.const 255))")),
    );
    on_one_slot(|vm| {
        let code = vm.load(&contract("", &text)).unwrap();
        let reports: Vec<CallReport> = (0..5).map(|_| run(vm, &code)).collect();
        for report in &reports {
            assert_eq!(
                number(report),
                0x11,
                "its own piece of data and nothing else"
            );
        }
        reports
    });
}
