//! W3: modules of the wrong shape are refused with the reason named.

use commons_vm::Reject;

use crate::support::import;
use crate::support::verdict::{
    ALLOCATE, DEALLOCATE, INTERFACE, MEMORY, malformed, too_many, verdict_of, with, with_memory,
};
use crate::support::wasm::{module, vm};

#[test]
fn memory_must_be_one_small_and_open_ended() {
    assert_eq!(with_memory(""), Reject::MemoryCount { found: 0 });
    let imported = r#"(import "env" "memory" (memory 1))"#;
    assert_eq!(with_memory(imported), Reject::MemoryCount { found: 0 });
    malformed(&with_memory("(memory 1) (memory 1)"), "multi");
    malformed(&with_memory("(memory 1 1 shared)"), "shared");
    malformed(&with_memory("(memory i64 1)"), "memory64");
    malformed(&with_memory("(memory 1 (pagesize 1))"), "page size");
    assert_eq!(with_memory("(memory 1 2)"), Reject::MemoryMaximum);
    assert_eq!(
        with_memory("(memory 513)"),
        too_many("initial memory pages", 513, 512)
    );
    assert_eq!(
        with_memory("(memory 1)"),
        Reject::MissingExport { name: "memory" }
    );
}

#[test]
fn tables_must_be_one_and_bounded() {
    assert_eq!(with("", "(table 1 funcref)"), Reject::UnboundedTable);
    assert_eq!(
        with("", "(table 1 2501 funcref)"),
        too_many("table elements", 2501, 2500)
    );
    let two = "(table 1 1 funcref) (table 1 1 funcref)";
    assert_eq!(with("", two), too_many("tables", 2, 1));
    malformed(&with("", "(table i64 1 1 funcref)"), "memory64");
}

#[test]
fn imports_must_be_the_hosts() {
    let unknown = |name: &str| Reject::UnknownImport {
        name: name.to_owned(),
    };
    assert_eq!(
        with(r#"(import "env" "db_drop" (func))"#, ""),
        unknown("env.db_drop")
    );
    let elsewhere = r#"(import "wasi" "db_read" (func (param i32) (result i32)))"#;
    assert_eq!(with(elsewhere, ""), unknown("wasi.db_read"));
    let name = "env.db_read".to_owned();
    let global = r#"(import "env" "db_read" (global i32))"#;
    assert_eq!(with(global, ""), Reject::ImportKind { name: name.clone() });
    let table = r#"(import "env" "db_read" (table 1 1 funcref))"#;
    assert_eq!(with(table, ""), Reject::ImportKind { name });
    let many = r#"(import "env" "abort" (func (param i32)))"#.repeat(101);
    assert_eq!(with(&many, ""), too_many("imports", 101, 100));
}

/// A contract with one import of this signature.
fn importing(name: &str, params: &[&str], result: Option<&str>) -> String {
    let params = params.join(" ");
    let result = result.map_or(String::new(), |result| format!("(result {result})"));
    let import = format!(r#"(import "env" "{name}" (func (param {params}) {result}))"#);
    [&import, MEMORY, INTERFACE, ALLOCATE, DEALLOCATE].concat()
}

#[test]
fn imports_must_have_the_hosts_signature() {
    for import in import::all() {
        let name = import.name;
        let right = vec!["i32"; import.params.len()];
        let result = import.returns.value_type();
        let verdict = |params: &[&str], result| verdict_of(&[&importing(name, params, result)]);
        assert_eq!(verdict(&right, result), Ok(()), "{name}");
        let refused = Err(Reject::ImportSignature {
            name: name.to_owned(),
        });
        assert_eq!(verdict(&right[1..], result), refused, "{name}");
        assert_eq!(verdict(&[&right[..], &["i32"]].concat(), result), refused);
        assert_eq!(verdict(&[&["i64"], &right[1..]].concat(), result), refused);
        for other in [None, Some("i32"), Some("i64"), Some("f32")] {
            if other != result {
                assert_eq!(verdict(&right, other), refused, "{name} {other:?}");
            }
        }
    }
}

/// Every import the price list knows exists under its name.
#[test]
fn all_imports_can_be_linked_together() {
    let imports: Vec<String> = import::all()
        .iter()
        .map(|import| import.declaration().replace("$call", ""))
        .collect();
    assert_eq!(imports.len(), 24);
    let text = [&imports.concat(), MEMORY, INTERFACE, ALLOCATE, DEALLOCATE].concat();
    assert!(vm().load(&module(&text)).is_ok());
}

/// What would run before the call, or leak state past the host.
#[test]
fn start_functions_and_mutable_exports_are_refused() {
    assert_eq!(with("", "(func $go) (start $go)"), Reject::StartFunction);
    let name = "counter".to_owned();
    let global = r#"(global (export "counter") (mut i32) (i32.const 0))"#;
    assert_eq!(with("", global), Reject::MutableGlobalExport { name });
    let fixed = r#"(global (export "counter") i32 (i32.const 0))"#;
    assert_eq!(
        verdict_of(&[MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, fixed]),
        Ok(())
    );
    let name = "commons_gas_left";
    let reserved = r#"(func (export "commons_gas_left"))"#;
    assert_eq!(with("", reserved), Reject::ReservedExport { name });
}

/// References are refused as instructions (W4); places to keep them would be refused by the compiler otherwise, or by another one.
#[test]
fn only_numbers_are_values() {
    let value_type = |name: &str| Reject::ValueType {
        name: name.to_owned(),
    };
    for (text, name) in [
        ("(func (result funcref) unreachable)", "funcref"),
        ("(func (local funcref))", "funcref"),
        ("(type (func (param funcref)))", "funcref"),
        ("(global (mut funcref) (ref.func 0))", "funcref"),
    ] {
        assert_eq!(with("", text), value_type(name), "{text}");
    }
    for text in [
        "(func (param externref))",
        "(global externref (ref.null extern))",
        "(table 1 1 externref)",
    ] {
        malformed(&with("", text), "gc types are disallowed");
    }
}
