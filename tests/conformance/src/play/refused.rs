//! Files that no chain takes: both machines must refuse them, and for the same reason.

use commons_vm::{LoadError, Reject};
use cosmwasm_vm::VmError;

use crate::material::published;
use crate::stand::Stand;

/// Published files that both refuse.
const OLD: [&str; 14] = [
    "corrupted.wasm",
    "floaty_0.16.wasm",
    "hackatom_0.10.wasm",
    "hackatom_0.11.wasm",
    "hackatom_0.12.wasm",
    "hackatom_0.14.wasm",
    "hackatom_0.15.wasm",
    "hackatom_0.16.wasm",
    "hackatom_0.7.wasm",
    "hackatom_0.8.wasm",
    "hackatom_0.9.wasm",
    "ibc_reflect_0.14.wasm",
    "ibc_reflect_0.15.wasm",
    "ibc_reflect_0.16.wasm",
];

pub(super) fn play(stand: &mut Stand) {
    for (name, wasm) in published() {
        if OLD.contains(&name.as_str()) {
            refuse(stand, &name, &wasm);
        }
    }
    for (name, text) in modules() {
        let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"));
        refuse(stand, &format!("module {name}"), &wasm);
    }
    let sound = module("", "");
    let sound = wat::parse_str(sound).expect("it is a module");
    assert!(
        stand.pair.load("sound", &sound).is_ok(),
        "only what is changed is refused"
    );
    for (name, wasm) in [
        ("bytes: none", Vec::new()),
        ("bytes: text", b"contract".to_vec()),
        ("bytes: a header alone", sound[..8].to_vec()),
        ("bytes: cut off", sound[..sound.len() - 3].to_vec()),
        ("bytes: a component", b"\0asm\x0d\0\x01\0".to_vec()),
        ("bytes: another version", b"\0asm\x02\0\0\0".to_vec()),
    ] {
        refuse(stand, name, &wasm);
    }
}

fn refuse(stand: &mut Stand, name: &str, wasm: &[u8]) {
    match stand.pair.load(name, wasm) {
        Ok(_) => stand
            .findings
            .push(format!("{name}: both machines take it")),
        Err(refused) => match (&refused.ours, &refused.theirs) {
            (Some(LoadError::Reject(ours)), Some(theirs)) if reason(ours) == said(theirs) => {
                stand.refused.insert(name.to_owned(), reason(ours));
            }
            (ours, theirs) => stand.findings.push(format!(
                "{name}: refused for different reasons: ours {ours:?}, theirs {theirs:?}"
            )),
        },
    }
}

/// The reason that commons-vm gives.
fn reason(reject: &Reject) -> &'static str {
    match reject {
        Reject::Malformed(_) => "not valid wasm of the allowed features",
        Reject::MigrateVersion(_) => "migrate version is no number",
        Reject::Limit { what, .. } => what,
        Reject::UnboundedTable => "table without a maximum",
        Reject::MemoryCount { .. } => "not exactly one memory",
        Reject::MemoryMaximum => "memory with a maximum",
        Reject::InterfaceMissing => "no interface version",
        Reject::InterfaceAmbiguous => "several interface versions",
        Reject::InterfaceUnknown { .. } => "unknown interface version",
        Reject::MissingExport { .. } => "missing export",
        Reject::UnknownImport { .. } => "unknown import",
        Reject::ImportKind { .. } => "import that is no function",
        Reject::Capabilities(_) => "unavailable capability",
        Reject::Operator { .. } => "instruction of a feature that is not allowed",
        _ => "a reason of commons-vm alone",
    }
}

/// The reason that cosmwasm-vm gives, in the same words.
fn said(error: &VmError) -> &'static str {
    let text = error.to_string();
    let known = SAID.iter().find(|(part, _)| text.contains(part));
    known.map_or("a reason of cosmwasm-vm alone", |(_, reason)| reason)
}

const SAID: [(&str, &str); 27] = [
    (
        "could not be deserialized",
        "not valid wasm of the allowed features",
    ),
    ("invalid digit found", "migrate version is no number"),
    ("from empty string", "migrate version is no number"),
    ("number too large to fit", "migrate version is no number"),
    ("invalid utf-8 sequence", "migrate version is no number"),
    ("more than 1 table section", "tables"),
    ("too large max limit", "table elements"),
    ("unbound table section", "table without a maximum"),
    ("must contain exactly one memory", "not exactly one memory"),
    ("minimum must not exceed", "initial memory pages"),
    ("maximum must be unset", "memory with a maximum"),
    ("missing a required marker export", "no interface version"),
    ("more than one marker export", "several interface versions"),
    ("unknown interface_version_*", "unknown interface version"),
    ("doesn't have required export", "missing export"),
    ("Import count exceeds limit", "imports"),
    ("requires unsupported import", "unknown import"),
    ("requires non-function import", "import that is no function"),
    (
        "requires unavailable capabilities",
        "unavailable capability",
    ),
    ("more than 20000 functions", "functions"),
    ("more than 100 parameters", "parameters of a function"),
    ("more than 1 results", "results of a function"),
    ("function parameters in total", "parameters in total"),
    ("more than 100 locals", "locals of a function"),
    ("function locals in total", "locals in total"),
    (
        "is not supported",
        "instruction of a feature that is not allowed",
    ),
    (
        "are not supported",
        "instruction of a feature that is not allowed",
    ),
];

const MEMORY: &str = r#"(memory (export "memory") 1)"#;
const INTERFACE: &str = r#"(func (export "interface_version_8"))"#;
const ALLOCATE: &str = r#"(func (export "allocate") (param i32) (result i32) (i32.const 0))"#;
const DEALLOCATE: &str = r#"(func (export "deallocate") (param i32))"#;

/// A module that is a contract but for what is added.
fn module(imports: &str, rest: &str) -> String {
    format!("(module {imports} {MEMORY} {INTERFACE} {ALLOCATE} {DEALLOCATE} {rest})")
}

/// One module for every rule, which it breaks and no other.
fn modules() -> Vec<(String, String)> {
    let mut modules: Vec<(String, String)> = Vec::new();
    let mut add = |name: &str, text: String| modules.push((name.to_owned(), text));
    let whole = |parts: &[&str]| format!("(module {})", parts.join(" "));
    add(
        "without a memory",
        whole(&[INTERFACE, ALLOCATE, DEALLOCATE]),
    );
    let large = r#"(memory (export "memory") 513)"#;
    add(
        "with 513 pages",
        whole(&[large, INTERFACE, ALLOCATE, DEALLOCATE]),
    );
    let bounded = r#"(memory (export "memory") 1 512)"#;
    add(
        "with a bounded memory",
        whole(&[bounded, INTERFACE, ALLOCATE, DEALLOCATE]),
    );
    add(
        "without an interface",
        whole(&[MEMORY, ALLOCATE, DEALLOCATE]),
    );
    let seven = r#"(func (export "interface_version_7"))"#;
    add(
        "of another interface",
        whole(&[MEMORY, seven, ALLOCATE, DEALLOCATE]),
    );
    add("of two interfaces", module("", seven));
    add("without allocate", whole(&[MEMORY, INTERFACE, DEALLOCATE]));
    add("without deallocate", whole(&[MEMORY, INTERFACE, ALLOCATE]));
    add(
        "with two tables",
        module("", "(table 1 1 funcref) (table 1 1 funcref)"),
    );
    add("with a large table", module("", "(table 1 2501 funcref)"));
    add("with an unbounded table", module("", "(table 1 funcref)"));
    add(
        "with an unknown import",
        module(r#"(import "env" "unknown" (func))"#, ""),
    );
    add(
        "with an import of another module",
        module(r#"(import "wasi" "db_read" (func))"#, ""),
    );
    add(
        "with a global as an import",
        module(r#"(import "env" "db_read" (global i32))"#, ""),
    );
    let import = r#"(import "env" "debug" (func (param i32)))"#;
    add("with 101 imports", module(&import.repeat(101), ""));
    add(
        "that requires water",
        module("", r#"(func (export "requires_water"))"#),
    );
    add(
        "with 101 parameters",
        module("", &format!("(func (param {}))", "i32 ".repeat(101))),
    );
    add(
        "with two results",
        module("", "(func (result i32 i32) (i32.const 1) (i32.const 2))"),
    );
    add(
        "with 10,100 parameters",
        module(
            "",
            &format!("(func (param {}))", "i32 ".repeat(100)).repeat(101),
        ),
    );
    add(
        "with 101 locals",
        module("", &format!("(func (local {}))", "i64 ".repeat(101))),
    );
    add(
        "with 10,100 locals",
        module(
            "",
            &format!("(func (local {}))", "i64 ".repeat(100)).repeat(101),
        ),
    );
    add(
        "with 20,001 functions",
        module("", &"(func)".repeat(20_001)),
    );
    add(
        "with a number that is not one",
        module("", r#"(@custom "cw_migrate_version" "one")"#),
    );
    add(
        "with a number of nothing",
        module("", r#"(@custom "cw_migrate_version" "")"#),
    );
    add(
        "with a number beyond 64 bits",
        module(
            "",
            r#"(@custom "cw_migrate_version" "18446744073709551616")"#,
        ),
    );
    add(
        "with a number in bad text",
        module("", r#"(@custom "cw_migrate_version" "\ff")"#),
    );
    for (what, body) in [
        (
            "memory.copy",
            "(memory.copy (i32.const 0) (i32.const 0) (i32.const 0))",
        ),
        (
            "memory.fill",
            "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))",
        ),
        ("v128.const", "(drop (v128.const i32x4 0 0 0 0))"),
        ("i32.atomic.load", "(drop (i32.atomic.load (i32.const 0)))"),
        ("return_call", "(return_call $self)"),
        ("a type error", "(i32.const 1)"),
        ("an unknown label", "(br 7)"),
    ] {
        add(
            &format!("with {what}"),
            module("", &format!("(func $self {body})")),
        );
    }
    for (what, body) in [
        ("ref.null", "(drop (ref.null func))"),
        ("ref.is_null", "(drop (ref.is_null (ref.null func)))"),
        ("table.get", "(drop (table.get 0 (i32.const 0)))"),
        ("table.size", "(drop (table.size 0))"),
        (
            "table.grow",
            "(drop (table.grow 0 (ref.null func) (i32.const 1)))",
        ),
        (
            "table.fill",
            "(table.fill 0 (i32.const 0) (ref.null func) (i32.const 0))",
        ),
        (
            "typed select",
            "(drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 0)))",
        ),
    ] {
        add(
            &format!("with {what}"),
            module("", &format!("(table 1 1 funcref) (func {body})")),
        );
    }
    modules
}
