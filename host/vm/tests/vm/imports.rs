//! Every import that reaches the chain: what it returns, and what it refuses.

use commons_vm::{BackendError, CallError, CallReport, EntryPoint};

use crate::support::chain::MockChain;
use crate::support::json::address;
use crate::support::wasm::{LIMIT, execute, executing, failure, number, vm};

/// An import that takes pointers (or numbers) and returns one.
fn import(name: &str, params: usize) -> String {
    let params = "i32 ".repeat(params);
    format!(r#"(import "env" "{name}" (func ${name} (param {params}) (result i32)))"#)
}

const WRITE: &str = r#"(import "env" "db_write" (func $db_write (param i32 i32)))"#;
const REMOVE: &str = r#"(import "env" "db_remove" (func $db_remove (param i32)))"#;

/// Returns the region the import returns, or answers 0.
fn region_or_zero(call: &str) -> String {
    format!(
        "(local $region i32) (local.set $region {call})
        (if (result i32) (local.get $region)
            (then (local.get $region)) (else (call $answer (i32.const 0))))"
    )
}

fn run(wasm: &[u8], args: &[&[u8]], chain: &MockChain) -> CallReport {
    execute(wasm, args, chain.clone(), LIMIT)
}

fn chain_with(records: &[(&[u8], &[u8])]) -> MockChain {
    let chain = MockChain::default();
    let owned = records
        .iter()
        .map(|(key, value)| (key.to_vec(), value.to_vec()));
    chain.state.borrow_mut().storage.extend(owned);
    chain
}

/// CWA-2021-001, CWA-2025-001: an empty value is not an absent one.
#[test]
fn absent_and_empty_values_differ() {
    let wasm = executing(
        &import("db_read", 1),
        1,
        &region_or_zero("(call $db_read (local.get 0))"),
    );
    let chain = chain_with(&[(b"full", b"value"), (b"empty", b""), (b"", b"no key")]);
    let read = |key: &[u8]| run(&wasm, &[key], &chain).outcome.unwrap();
    assert_eq!(read(b"full"), b"value");
    assert_eq!(read(b"empty"), b"");
    assert_eq!(read(b"absent"), [0; 4]);
    assert_eq!(read(b""), b"no key");
}

#[test]
fn writes_and_removals_reach_the_chain() {
    let chain = chain_with(&[(b"old", b"1")]);
    let write = executing(
        WRITE,
        2,
        "(call $db_write (local.get 0) (local.get 1)) (call $answer (i32.const 9))",
    );
    assert_eq!(number(&run(&write, &[b"new", b""], &chain)), 9);
    let remove = executing(
        REMOVE,
        1,
        "(call $db_remove (local.get 0)) (call $answer (i32.const 9))",
    );
    assert_eq!(number(&run(&remove, &[b"old"], &chain)), 9);
    let storage = chain.state.borrow().storage.clone();
    assert_eq!(
        storage.into_iter().collect::<Vec<_>>(),
        [(b"new".to_vec(), Vec::new())]
    );
}

#[test]
fn too_long_keys_and_values_are_named() {
    let write = executing(
        WRITE,
        2,
        "(call $db_write (local.get 0) (local.get 1)) (call $answer (i32.const 9))",
    );
    let long_key = run(&write, &[&[7; 65_537], b"v"], &MockChain::default());
    let error = |what, length, limit| CallError::StorageLength {
        what,
        length,
        limit,
    };
    assert_eq!(failure(&long_key), error("Key", 65_537, 65_536));
    // The test contract has two pages; a value of 128 KiB needs a third.
    let write = executing(
        WRITE,
        1,
        "(local $r i32) (drop (memory.grow (i32.const 2)))
        (local.set $r (call $allocate (i32.const 131073)))
        (i32.store offset=8 (local.get $r) (i32.const 131073))
        (call $db_write (local.get 0) (local.get $r)) (call $answer (i32.const 9))",
    );
    let long_value = run(&write, &[b"k"], &MockChain::default());
    assert_eq!(failure(&long_value), error("Value", 131_073, 131_072));
}

/// Opens an iterator over the first two arguments (an empty one is no bound) and joins what `step` returns, `times` times.
fn iterating(order: u32, next: &str, step: &str) -> Vec<u8> {
    let imports = import("db_scan", 3) + &import(next, 1);
    let bound = |index: u32| {
        format!(
            "(if (result i32) (i32.load offset=8 (local.get {index})) (then (local.get {index})) (else (i32.const 0)))"
        )
    };
    executing(
        &imports,
        2,
        &format!(
            "(local $id i32) (local $region i32)
            (local.set $id (call $db_scan {} {} (i32.const {order})))
            {step}",
            bound(0),
            bound(1)
        ),
    )
}

#[test]
fn iterators_walk_the_range_in_the_order_asked() {
    let chain = chain_with(&[(b"a", b"1"), (b"b", b"2"), (b"c", b"3")]);
    let second = "(drop (call $db_next (local.get $id))) (call $db_next (local.get $id))";
    let record = |order, start: &[u8], end: &[u8]| {
        let wasm = iterating(order, "db_next", second);
        run(&wasm, &[start, end], &chain).outcome.unwrap()
    };
    let sections = |key: &[u8], value: &[u8]| [key, &[0, 0, 0, 1], value, &[0, 0, 0, 1]].concat();
    assert_eq!(record(1, b"", b""), sections(b"b", b"2"));
    assert_eq!(record(2, b"", b""), sections(b"b", b"2"));
    assert_eq!(record(1, b"b", b""), sections(b"c", b"3"));
    assert_eq!(record(2, b"", b"c"), sections(b"a", b"1"));
    let nothing = [0; 8];
    assert_eq!(record(1, b"a", b"b"), nothing);
    assert_eq!(record(1, b"c", b"a"), nothing);
}

#[test]
fn keys_and_values_can_be_walked_alone() {
    let chain = chain_with(&[(b"key", b"value")]);
    for (next, expected) in [
        ("db_next_key", b"key".as_slice()),
        ("db_next_value", b"value"),
    ] {
        let first = format!("(call ${next} (local.get $id))");
        let report = run(&iterating(1, next, &first), &[b"", b""], &chain);
        assert_eq!(report.outcome.unwrap(), expected);
        let end = format!("(drop {first}) (call $answer {first})");
        let report = run(&iterating(1, next, &end), &[b"", b""], &chain);
        assert_eq!(number(&report), 0);
    }
}

#[test]
fn an_unknown_order_ends_the_call() {
    let wasm = iterating(3, "db_next", "(call $db_next (local.get $id))");
    let report = run(&wasm, &[b"", b""], &MockChain::default());
    assert_eq!(failure(&report), CallError::Order(3));
}

#[test]
fn addresses_are_validated_and_refusals_reach_the_contract() {
    let call = region_or_zero("(call $addr_validate (local.get 0))");
    let wasm = executing(&import("addr_validate", 1), 1, &call);
    let validate = |text: &[u8]| run(&wasm, &[text], &MockChain::default()).outcome.unwrap();
    let good = address("creator");
    assert_eq!(validate(good.as_bytes()), [0; 4]);
    assert_eq!(validate(b""), b"Input is empty");
    assert_eq!(validate(&[0xff, 0xfe]), b"Input is not valid UTF-8");
    assert_eq!(validate(b"nonsense"), b"Error decoding bech32");
    let upper = good.to_uppercase();
    assert_eq!(
        validate(upper.as_bytes()),
        b"Invalid input: address not normalized"
    );
    let long = run(&wasm, &[&[b'a'; 257]], &MockChain::default());
    assert!(matches!(failure(&long), CallError::Region(_)));
}

/// Runs a conversion into a region of 90 bytes, which it returns.
fn converting(name: &str) -> Vec<u8> {
    let body = format!(
        "(local $out i32) (local $refusal i32)
        (local.set $out (call $allocate (i32.const 90)))
        (local.set $refusal (call ${name} (local.get 0) (local.get $out)))
        (if (result i32) (local.get $refusal) (then (local.get $refusal)) (else (local.get $out)))"
    );
    executing(&import(name, 2), 1, &body)
}

#[test]
fn addresses_convert_both_ways() {
    let human = address("creator");
    let chain = MockChain::default();
    let convert = |name, input: &[u8]| run(&converting(name), &[input], &chain).outcome.unwrap();
    let canonical = convert("addr_canonicalize", human.as_bytes());
    assert_eq!(canonical.len(), 32);
    assert_eq!(convert("addr_humanize", &canonical), human.as_bytes());
    assert_eq!(convert("addr_canonicalize", b""), b"Input is empty");
    assert_eq!(convert("addr_canonicalize", b"x"), b"Error decoding bech32");
    assert_eq!(
        convert("addr_humanize", b""),
        b"Invalid canonical address length"
    );
}

#[test]
fn a_query_gets_what_gas_is_left() {
    let wasm = executing(
        &import("query_chain", 1),
        1,
        "(call $query_chain (local.get 0))",
    );
    let chain = MockChain::default();
    let report = run(
        &wasm,
        &[br#"{"bank":{"balance":{"denom":"earth"}}}"#],
        &chain,
    );
    assert!(
        report
            .outcome
            .as_ref()
            .unwrap()
            .starts_with(br#"{"ok":{"ok":""#)
    );
    let given = chain.state.borrow().query_limits[0];
    assert!(given < LIMIT);
    assert!(given.0 > LIMIT.0 - report.gas_used.0);
}

#[test]
fn a_debug_message_reaches_the_host() {
    let import = r#"(import "env" "debug" (func $debug (param i32)))"#;
    let wasm = executing(
        import,
        1,
        "(call $debug (local.get 0)) (call $answer (i32.const 1))",
    );
    let chain = MockChain::default();
    assert_eq!(number(&run(&wasm, &[b"bad \xff text"], &chain)), 1);
    assert_eq!(chain.state.borrow().debug, ["bad \u{fffd} text"]);
}

#[test]
fn an_abort_ends_the_call_with_the_contracts_words() {
    let import = r#"(import "env" "abort" (func $abort (param i32)))"#;
    let wasm = executing(
        import,
        1,
        "(call $abort (local.get 0)) (call $answer (i32.const 1))",
    );
    let report = run(&wasm, &["out of bread".as_bytes()], &MockChain::default());
    assert_eq!(
        failure(&report),
        CallError::Aborted("out of bread".to_owned())
    );
}

fn read_with(prepare: impl FnOnce(&MockChain)) -> Result<CallReport, commons_vm::Fault> {
    let wasm = executing(
        &import("db_read", 1),
        1,
        "(call $answer (call $db_read (local.get 0)))",
    );
    let chain = MockChain::default();
    prepare(&chain);
    let code = vm().load(&wasm).unwrap();
    vm().call(
        &code,
        EntryPoint::Execute,
        &[b"k"],
        Box::new(chain),
        LIMIT,
        false,
    )
}

#[test]
fn a_chains_refusal_is_not_shown_to_the_contract() {
    let refusals = [
        BackendError::BadArgument,
        BackendError::Unknown("odd".to_owned()),
        BackendError::UserErr("no".to_owned()),
    ];
    for refusal in refusals {
        let text = refusal.to_string();
        let report = read_with(|chain| chain.state.borrow_mut().broken = Some(refusal)).unwrap();
        assert_eq!(failure(&report), CallError::Backend(text));
    }
}
