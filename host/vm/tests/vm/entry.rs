//! Calling entry points: which export, which arguments, what is read back.

use std::collections::BTreeSet;

use commons_vm::{CallError, CallReport, EntryPoint, Gas};

use crate::support::chain::MockChain;
use crate::support::wasm::{LIMIT, contract, failure, number, vm};

fn call(wasm: &[u8], entry: EntryPoint, args: &[&[u8]]) -> CallReport {
    let code = vm().load(wasm).unwrap();
    let backend = Box::new(MockChain::default());
    vm().call(&code, entry, args, backend, LIMIT, false)
        .unwrap()
}

/// A contract with one export that returns its last argument.
fn echo(name: &str, params: usize) -> Vec<u8> {
    let types = "i32 ".repeat(params);
    let last = params - 1;
    let text =
        format!(r#"(func (export "{name}") (param {types}) (result i32) (local.get {last}))"#);
    contract("", &text)
}

#[test]
fn every_entry_point_is_called_by_its_name_with_its_arguments() {
    for entry in EntryPoint::ALL {
        let args: Vec<&[u8]> = entry
            .parameters()
            .iter()
            .map(|name| name.as_bytes())
            .collect();
        let wasm = echo(entry.name(), args.len());
        let report = call(&wasm, entry, &args);
        assert_eq!(report.outcome.as_deref(), Ok(*args.last().unwrap()));
        let one_less = call(&wasm, entry, &args[1..]);
        let (expected, given) = (args.len(), args.len() - 1);
        let name = entry.name();
        let arity = CallError::Arity {
            name,
            expected,
            given,
        };
        assert_eq!(failure(&one_less), arity);
        let analysis = vm().analyze(&wasm).unwrap();
        assert_eq!(analysis.entry_points, BTreeSet::from([entry]));
        assert!(!analysis.has_ibc_entry_points);
    }
}

#[test]
fn a_migrate_function_of_the_older_form_gets_two_arguments() {
    let args: [&[u8]; 3] = [b"env", b"msg", b"migrate info"];
    let newer = call(&echo("migrate", 3), EntryPoint::Migrate, &args);
    assert_eq!(newer.outcome.unwrap(), b"migrate info");
    let older = call(&echo("migrate", 2), EntryPoint::Migrate, &args);
    assert_eq!(older.outcome.unwrap(), b"msg");
    let given_two = call(&echo("migrate", 2), EntryPoint::Migrate, &args[..2]);
    assert!(
        given_two.gas_used < older.gas_used,
        "the first attempt is paid for"
    );
    let neither = call(&echo("migrate", 1), EntryPoint::Migrate, &args);
    let arity = CallError::Arity {
        name: "migrate",
        expected: 1,
        given: 2,
    };
    assert_eq!(failure(&neither), arity);
}

/// Whoever gives two arguments is not asked for the third, and pays for one attempt.
#[test]
fn a_migrate_function_of_the_newer_form_refuses_two_arguments_once() {
    let args: [&[u8]; 2] = [b"env", b"msg"];
    let refused = call(&echo("migrate", 3), EntryPoint::Migrate, &args);
    let arity = CallError::Arity {
        name: "migrate",
        expected: 3,
        given: 2,
    };
    assert_eq!(failure(&refused), arity);
    let missing = call(&contract("", ""), EntryPoint::Migrate, &args);
    assert_eq!(refused.gas_used, missing.gas_used);
}

#[test]
fn other_entry_points_get_no_second_chance() {
    let report = call(
        &echo("execute", 2),
        EntryPoint::Execute,
        &[b"env", b"info", b"msg"],
    );
    let arity = CallError::Arity {
        name: "execute",
        expected: 2,
        given: 3,
    };
    assert_eq!(failure(&report), arity);
}

#[test]
fn a_missing_entry_point_is_found_after_the_arguments_are_paid() {
    let report = call(&contract("", ""), EntryPoint::Sudo, &[b"env", b"msg"]);
    let name = "sudo".to_owned();
    assert_eq!(failure(&report), CallError::MissingExport { name });
    assert!(report.gas_used > Gas(2 * 230_000));
}

#[test]
fn a_result_of_the_wrong_type_is_found_after_the_work_is_paid() {
    let text = |result: &str| format!(r#"(func (export "query") {result})"#);
    let run = |result: &str| call(&contract("", &text(result)), EntryPoint::Query, &[]);
    let signature = CallError::Signature { name: "query" };
    let wide = run("(result i64) nop (i64.const 1)");
    assert_eq!(failure(&wide), signature);
    assert_eq!(wide.gas_used, Gas(2 * 115 + 1_610));
    assert_eq!(failure(&run("")), signature);
    let params = call(
        &contract(
            "",
            r#"(func (export "query") (param i64) (result i32) (i32.const 64))"#,
        ),
        EntryPoint::Query,
        &[b"env"],
    );
    assert_eq!(failure(&params), signature);
}

/// CWA-2025-001: an empty argument arrives as an empty region.
#[test]
fn an_empty_argument_is_an_empty_region() {
    let text = r#"(func (export "query") (param i32) (result i32)
        (call $answer (i32.load offset=8 (local.get 0))))"#;
    let report = call(&contract("", text), EntryPoint::Query, &[b""]);
    assert_eq!(number(&report), 0);
}
