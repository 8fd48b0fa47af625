//! Holds the two builds of a contract to the same outcome, gas and effects, call by call.

#![allow(clippy::unwrap_used, clippy::panic)]

use crate::analysis::EntryPoint;
use crate::backend::Backend;
use crate::call::CallReport;
use crate::code::Code;
use crate::config::VmConfig;
use crate::error::{CallError, TrapKind};
use crate::gas::Gas;
use crate::support::chain::MockChain;
use crate::support::{json, wasm};
use crate::vm::Vm;

const LIMIT: Gas = Gas(2_000_000_000);

/// A contract with two pages whose allocator and the answer of whose query are given.
fn contract(allocate: &str, answer: &str) -> Vec<u8> {
    with(allocate, answer, "")
}

/// The same, with more in the module.
fn with(allocate: &str, answer: &str, more: &str) -> Vec<u8> {
    let text = format!(
        r#"(module
            (import "env" "debug" (func $debug (param i32)))
            (type $unary (func (param i32) (result i32)))
            (memory (export "memory") 2)
            (table 1 1 funcref)
            (elem (i32.const 0) $itself)
            (global $next (mut i32) (i32.const 131072))
            (func (export "interface_version_8"))
            (func (export "deallocate") (param i32))
            (func $itself (param i32) (result i32) (local.get 0))
            (func $recurse (param i32) (result i32) (call $recurse (local.get 0)))
            (func $take (param $size i32) (result i32) (local $region i32)
                (local.set $region (global.get $next))
                (i32.store (local.get $region) (i32.add (local.get $region) (i32.const 12)))
                (i32.store offset=4 (local.get $region) (local.get $size))
                (i32.store offset=8 (local.get $region) (i32.const 0))
                (global.set $next (i32.add (global.get $next) (i32.add (local.get $size) (i32.const 16))))
                (local.get $region))
            (func $grow (drop (memory.grow (i32.const 1))))
            (func $allocate (export "allocate") (param $size i32) (result i32)
                {allocate})
            (func (export "query") (param $env i32) (param $message i32) (result i32) (local $region i32)
                (local.set $region (call $take (i32.const 4)))
                (i32.store offset=12 (local.get $region) {answer})
                (i32.store offset=8 (local.get $region) (i32.const 4))
                (local.get $region))
            {more})"#
    );
    wat::parse_str(text).unwrap()
}

/// An allocator as those of Rust begin: one page, when it is first used.
const USUAL: &str =
    "(if (i32.eq (memory.size) (i32.const 2)) (then (call $grow))) (call $take (local.get $size))";

fn query(vm: &Vm, code: &Code, limit: Gas) -> CallReport {
    let backend: Box<dyn Backend> = Box::new(MockChain::default());
    let args: [&[u8]; 2] = [b"{}", b"{}"];
    vm.call(code, EntryPoint::Query, &args, backend, limit, true)
        .unwrap()
}

/// A VM that shares no contract with another test.
fn alone() -> Vm {
    let config = VmConfig {
        max_instances: 2,
        ..VmConfig::default()
    };
    Vm::new(config).unwrap()
}

/// Which build decided.
#[derive(Debug, PartialEq, Eq)]
enum By {
    /// The loaded one, which has its memory already.
    Grown,
    /// The exact one, after the grown one could not.
    Exact,
    /// There is no other than the exact one.
    OnlyExact,
}

fn decided_by(code: &Code) -> By {
    if code.loaded().exports.first.is_none() {
        By::OnlyExact
    } else if std::ptr::eq(code.preferred(), code.loaded()) {
        By::Grown
    } else {
        By::Exact
    }
}

/// Loads and queries; then queries the exact build, which must say the same.
fn both(allocate: &str, answer: &str) -> (By, CallReport) {
    let vm = alone();
    let code = vm.load(&contract(allocate, answer)).unwrap();
    let report = query(&vm, &code, LIMIT);
    let by = decided_by(&code);
    vm.exact_from_now(&code).unwrap();
    assert_eq!(query(&vm, &code, LIMIT), report);
    (by, report)
}

fn trapped(report: &CallReport) -> TrapKind {
    match &report.outcome {
        Err(CallError::Trap(kind)) => *kind,
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_allocator_that_takes_a_page_first_is_decided_where_memory_has_grown() {
    let (by, report) = both(USUAL, "(memory.size)");
    assert_eq!(by, By::Grown);
    assert_eq!(report.outcome.unwrap(), 3_u32.to_le_bytes());
}

#[test]
fn memory_ends_in_the_same_place_afterwards() {
    let end = "(i32.load (i32.const 196605))";
    let (by, report) = both(USUAL, end);
    assert_eq!(by, By::Grown);
    assert_eq!(trapped(&report), TrapKind::MemoryOutOfBounds);
    let (by, report) = both(USUAL, "(i32.load (i32.const 196604))");
    assert_eq!(by, By::Grown);
    assert_eq!(report.outcome.unwrap(), 0_u32.to_le_bytes());
    let (by, report) = both(USUAL, "(memory.grow (i32.const 2))");
    assert_eq!(by, By::Grown);
    assert_eq!(report.outcome.unwrap(), 3_u32.to_le_bytes());
}

#[test]
fn what_is_not_grown_yet_is_out_of_reach() {
    for access in [
        "(drop (i32.load8_u (i32.const 131072)))",
        "(drop (i64.load offset=131065 (i32.const 0)))",
        "(drop (f64.load (i32.const -8)))",
        "(i32.store8 (i32.const 131072) (i32.const 1))",
        "(i64.store16 offset=131071 (i32.const 0) (i64.const 1))",
        "(f32.store offset=131069 (i32.const 0) (f32.const 1))",
        "(f64.store (i32.const 131065) (f64.const 1))",
    ] {
        let (by, report) = both(&format!("{access} {USUAL}"), "(i32.const 0)");
        assert_eq!(by, By::Exact, "{access}");
        assert_eq!(trapped(&report), TrapKind::MemoryOutOfBounds, "{access}");
    }
}

#[test]
fn what_is_within_reach_is_read_and_written() {
    let writes = "(i32.store8 (i32.const 131071) (i32.const 7))
        (i64.store16 offset=131060 (i32.const 0) (i64.const 0x0102))
        (f32.store offset=131064 (i32.const 0) (f32.const 1))
        (f64.store (i32.const 131048) (f64.load (i32.const 131048)))
        (i64.store (i32.const 131032) (i64.load32_s (i32.const 131064)))";
    let read = "(i32.add (i32.load8_u (i32.const 131071))
        (i32.add (i32.load16_u (i32.const 131060)) (i32.load (i32.const 131032))))";
    let (by, report) = both(&format!("{writes} {USUAL}"), read);
    assert_eq!(by, By::Grown);
    let sum = 7 + 0x0102 + 1.0_f32.to_bits();
    assert_eq!(report.outcome.unwrap(), sum.to_le_bytes());
}

#[test]
fn an_allocator_of_another_kind_is_decided_in_the_exact_build() {
    let at_once = "(drop (memory.grow (i32.const 2))) (call $take (local.get $size))";
    let twice = "(call $grow) (call $grow) (call $take (local.get $size))";
    let none = "(if (i32.eqz (local.get $size)) (then (call $grow))) (global.set $next (i32.const 4096)) (call $take (local.get $size))";
    let nothing = "(drop (memory.grow (i32.const 0))) (call $grow) (call $take (local.get $size))";
    let by_import =
        "(call $grow) (call $debug (call $take (local.get $size))) (call $take (local.get $size))";
    let by_table =
        "(call $grow) (call_indirect (type $unary) (call $take (local.get $size)) (i32.const 0))";
    let by_recursion = "(call $grow) (call $recurse (local.get $size))";
    for allocate in [
        at_once,
        twice,
        none,
        nothing,
        by_import,
        by_table,
        by_recursion,
    ] {
        let (by, report) = both(allocate, "(memory.size)");
        assert_eq!(by, By::Exact, "{allocate}");
        assert_eq!(
            report.outcome.is_ok(),
            allocate != by_recursion,
            "{allocate}: {report:?}"
        );
    }
}

#[test]
fn an_allocator_that_never_grows_has_one_build() {
    let (by, report) = both(
        "(global.set $next (i32.const 4096)) (call $take (local.get $size))",
        "(memory.size)",
    );
    assert_eq!(by, By::OnlyExact);
    assert_eq!(report.outcome.unwrap(), 2_u32.to_le_bytes());
}

#[test]
fn a_failure_of_the_first_allocation_is_the_same() {
    for (allocate, by, kind) in [
        (
            "(call $grow) (unreachable)",
            By::Grown,
            TrapKind::Unreachable,
        ),
        (
            "(call $grow) (i32.div_u (local.get $size) (i32.const 0))",
            By::Grown,
            TrapKind::DivisionByZero,
        ),
        (
            "(if (i32.eqz (local.get $size)) (then (call $grow))) (unreachable)",
            By::Grown,
            TrapKind::Unreachable,
        ),
    ] {
        let (decided, report) = both(allocate, "(i32.const 0)");
        assert_eq!(decided, by, "{allocate}");
        assert_eq!(trapped(&report), kind, "{allocate}");
    }
    let (by, report) = both("(call $grow) (i32.const 0)", "(i32.const 0)");
    assert_eq!(by, By::Grown);
    assert!(matches!(report.outcome, Err(CallError::Region(_))));
}

/// Wherever the gas runs out, it runs out in the same place.
#[test]
fn every_limit_of_gas_ends_both_builds_alike() {
    let vm = alone();
    let source = contract(USUAL, "(memory.size)");
    let grown = vm.load(&source).unwrap();
    let whole = query(&vm, &grown, LIMIT).gas_used;
    let other = alone();
    let exact = other.load(&source).unwrap();
    other.exact_from_now(&exact).unwrap();
    let mut finished = 0;
    for limit in (0..=whole.0).step_by(115).chain([whole.0]) {
        let report = query(&vm, &grown, Gas(limit));
        assert_eq!(report, query(&other, &exact, Gas(limit)), "{limit}");
        finished += u32::from(report.outcome.is_ok());
    }
    assert_eq!(finished, 1);
    assert_eq!(decided_by(&grown), By::Grown);
}

#[test]
fn data_in_the_first_page_of_the_heap_is_the_exact_builds_to_refuse() {
    let vm = alone();
    let data = r#"(data (i32.const 131071) "ab")"#;
    let code = vm.load(&with(USUAL, "(i32.const 0)", data)).unwrap();
    assert_eq!(decided_by(&code), By::OnlyExact);
    let report = query(&vm, &code, LIMIT);
    assert!(matches!(report.outcome, Err(CallError::Instantiation(_))));
}

#[test]
fn a_contract_that_begins_at_the_limit_of_memory_has_one_build() {
    let config = VmConfig {
        memory_limit_bytes: 2 * 65_536,
        max_instances: 2,
        ..VmConfig::default()
    };
    let vm = Vm::new(config).unwrap();
    let code = vm.load(&contract(USUAL, "(memory.size)")).unwrap();
    assert_eq!(decided_by(&code), By::OnlyExact);
    let report = query(&vm, &code, LIMIT);
    assert_eq!(trapped(&report), TrapKind::MemoryOutOfBounds);
}

/// A call without arguments enters the contract before anything is allocated.
#[test]
fn a_call_without_arguments_is_made_in_the_exact_build() {
    let vm = alone();
    let sudo =
        r#"(func (export "sudo") (result i32) (drop (i32.load (i32.const 131072))) (i32.const 0))"#;
    let code = vm.load(&with(USUAL, "(i32.const 0)", sudo)).unwrap();
    let backend: Box<dyn Backend> = Box::new(MockChain::default());
    let report = vm
        .call(&code, EntryPoint::Sudo, &[], backend, LIMIT, false)
        .unwrap();
    assert_eq!(trapped(&report), TrapKind::MemoryOutOfBounds);
    // Others are still made where memory has grown.
    query(&vm, &code, LIMIT);
    assert_eq!(decided_by(&code), By::Grown);
}

#[test]
fn official_contracts_run_where_memory_has_grown_and_do_the_same() {
    let vm = alone();
    let setup = json::hackatom_setup();
    for file in [
        "hackatom.wasm",
        "hackatom_1.0.wasm",
        "hackatom_1.2.wasm",
        "hackatom_1.3.wasm",
    ] {
        let code = vm.load(&wasm::published(file)).unwrap();
        let chain = MockChain::default();
        let live = |chain: &MockChain| {
            let call = |entry, args: &[&[u8]]| {
                let read_only = entry == EntryPoint::Query;
                let backend = Box::new(chain.clone());
                vm.call(&code, entry, args, backend, Gas(50_000_000_000), read_only)
                    .unwrap()
            };
            let info = json::info("creator", 1000);
            let release: &[u8] = br#"{"release":{"denom":"earth"}}"#;
            let big: &[u8] = br#"{"allocate_large_memory":{"pages":48}}"#;
            let panics: &[u8] = br#"{"panic":{}}"#;
            [
                call(EntryPoint::Instantiate, &[&json::env(), &info, &setup]),
                call(EntryPoint::Execute, &[&json::env(), &info, release]),
                call(EntryPoint::Execute, &[&json::env(), &info, big]),
                call(EntryPoint::Execute, &[&json::env(), &info, panics]),
                call(EntryPoint::Query, &[&json::env(), br#"{"verifier":{}}"#]),
                call(EntryPoint::Query, &[&json::env(), b"nonsense"]),
            ]
        };
        let grown = live(&chain);
        assert_eq!(decided_by(&code), By::Grown, "{file}");
        vm.exact_from_now(&code).unwrap();
        let other = MockChain::default();
        assert_eq!(live(&other), grown, "{file}");
        assert_eq!(other.state.borrow().storage, chain.state.borrow().storage);
        assert!(grown.iter().any(|report| report.outcome.is_ok()), "{file}");
    }
}
