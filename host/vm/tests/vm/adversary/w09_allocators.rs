//! W9: an allocator that lies, traps, spends all gas or calls back ends its own call with a typed error.

use commons_vm::{Backend, CallError, CallReport, Order, RegionError, TrapKind};

use crate::support::chain::MockChain;
use crate::support::import::{self, Returns, prepared_chain};
use crate::support::wasm::{LIMIT, execute, failure, module};

/// A contract whose allocator is this.
fn with_allocator(imports: &str, allocate: &str) -> Vec<u8> {
    module(&with_allocator_text(imports, allocate, ""))
}

fn with_allocator_text(imports: &str, allocate: &str, rest: &str) -> String {
    format!(
        r#"{imports}
        (memory (export "memory") 1)
        (data (i32.const 64) "\50\00\00\00\01\00\00\00\01\00\00\00")
        (data (i32.const 80) "k")
        (func (export "interface_version_8"))
        (func (export "allocate") {allocate})
        (func (export "deallocate") (param i32))
        (func (export "execute") (param i32) (result i32) (i32.const 64))
        {rest}"#
    )
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

/// Whatever `allocate` does, the call ends in a typed error.
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

/// CWA-2023-002: an allocator that calls imports that allocate is cut off at the second level.
#[test]
fn an_allocator_that_calls_imports_is_cut_off() {
    let read = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
    let report = allocating(read, "(param i32) (result i32) (call $read (i32.const 64))");
    assert_eq!(failure(&report), CallError::DepthExceeded);
}

/// The same for whatever import has something to hand over, in the allocator and in the entry point.
#[test]
fn an_allocator_that_calls_any_import_is_cut_off() {
    for import in import::all() {
        if import.returns != Returns::Region {
            continue;
        }
        if import.name == "addr_humanize" {
            continue; // One letter is an address to the chain of the tests: nothing is handed over.
        }
        let places = "(i32.const 64)".repeat(import.params.len());
        let numbered = import.name.starts_with("db_next");
        let places = if numbered { "(i32.const 1)" } else { &places };
        let allocate = format!("(param i32) (result i32) (call $call {places})");
        let wasm = with_allocator(&import.declaration(), &allocate);
        let mut chain = MockChain::default();
        let records = [b"k", b"l", b"m"].map(|key| (key.to_vec(), b"v".to_vec()));
        chain.state.borrow_mut().storage.extend(records);
        assert_eq!(chain.scan(None, None, Order::Ascending).0, Ok(1));
        let report = execute(&wasm, &[b"msg"], chain, LIMIT);
        assert_eq!(
            failure(&report),
            CallError::DepthExceeded,
            "{}",
            import.name
        );
    }
}

/// An allocator may call imports that need no memory; what it writes counts like all the rest.
#[test]
fn an_allocator_may_write_to_storage() {
    let write = r#"(import "env" "db_write" (func $write (param i32 i32)))"#;
    let allocate = "(param i32) (result i32)
        (call $write (i32.const 64) (i32.const 64)) (i32.const 96)";
    let text = with_allocator_text(
        write,
        allocate,
        r#"(data (i32.const 96) "\78\00\00\00\09\00\00\00")"#,
    );
    let chain = MockChain::default();
    let report = execute(&module(&text), &[b"msg"], chain.clone(), LIMIT);
    assert_eq!(report.outcome.unwrap(), b"k");
    assert_eq!(chain.state.borrow().storage[b"k".as_slice()], b"k");
}

/// Memory may move while the host waits for the allocator: what it read before stays what it was.
#[test]
fn an_allocator_may_grow_memory_each_time() {
    let text = r#"(global $next (mut i32) (i32.const 65536))
        (func $allocate (export "allocate") (param i32) (result i32)
            (local $region i32)
            (drop (memory.grow (i32.const 1)))
            (local.set $region (global.get $next))
            (global.set $next (i32.add (global.get $next) (i32.const 65536)))
            (i32.store (local.get $region) (i32.add (local.get $region) (i32.const 12)))
            (i32.store offset=4 (local.get $region) (i32.const 65524))
            (local.get $region))"#;
    let wasm = module(&format!(
        r#"(import "env" "db_read" (func $read (param i32) (result i32)))
        (memory (export "memory") 1)
        (func (export "interface_version_8"))
        {text}
        (func (export "deallocate") (param i32))
        (func (export "execute") (param i32) (result i32) (local $count i32)
            (loop
                (br_if 0 (i32.lt_u
                    (local.tee $count (i32.add (local.get $count) (i32.const 1)))
                    (i32.const 300)))
                (drop (call $read (local.get 0))))
            (call $read (local.get 0)))"#
    ));
    let report = execute(&wasm, &[b"k"], prepared_chain(), LIMIT);
    assert_eq!(report.outcome.unwrap(), b"v");
}

/// What frees the result may trap as well, or call back; it is part of the call.
#[test]
fn a_hostile_deallocator_only_harms_its_own_call() {
    let with = |imports: &str, deallocate: &str| {
        module(&format!(
            r#"{imports}
            (memory (export "memory") 1)
            (data (i32.const 64) "\50\00\00\00\01\00\00\00\01\00\00\00")
            (data (i32.const 80) "k")
            (func (export "interface_version_8"))
            (func (export "allocate") (param i32) (result i32) (i32.const 64))
            (func (export "deallocate") {deallocate})
            (func (export "execute") (result i32) (i32.const 64))"#
        ))
    };
    let run = |imports: &str, deallocate: &str| {
        execute(&with(imports, deallocate), &[], prepared_chain(), LIMIT)
    };
    assert_eq!(run("", "(param i32)").outcome.unwrap(), b"k");
    let trapped = CallError::Trap(TrapKind::Unreachable);
    assert_eq!(failure(&run("", "(param i32) unreachable")), trapped);
    let endless = run("", "(param i32) (loop (br 0))");
    assert_eq!(failure(&endless), CallError::OutOfGas);
    let name = "deallocate";
    let signature = CallError::Signature { name };
    let returns = run("", "(param i32) (result i32) (i32.const 0)");
    assert_eq!(failure(&returns), signature);
    let read = r#"(import "env" "db_read" (func $read (param i32) (result i32)))"#;
    let calls_back = run(read, "(param i32) (drop (call $read (i32.const 64)))");
    assert_eq!(
        calls_back.outcome.unwrap(),
        b"k",
        "one level deeper is allowed"
    );
}
