//! W1 to W4: files that are not contracts, each refused by the rule it breaks before anything is compiled.

use commons_vm::{Checksum, LoadError, Reject};
use proptest::prelude::*;

use crate::support::wasm::{module, published, vm};

const MEMORY: &str = r#"(memory (export "memory") 1)"#;
const INTERFACE: &str = r#"(func (export "interface_version_8"))"#;
const ALLOCATE: &str = r#"(func (export "allocate") (param i32) (result i32) (i32.const 0))"#;
const DEALLOCATE: &str = r#"(func (export "deallocate") (param i32))"#;

/// The verdict on a module of these parts.
fn verdict_of(parts: &[&str]) -> Result<(), Reject> {
    vm().analyze(&module(&parts.concat())).map(drop)
}

/// The verdict on a proper contract with this in addition; imports must come first.
fn with(imports: &str, rest: &str) -> Reject {
    verdict_of(&[imports, MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, rest]).unwrap_err()
}

/// The verdict on a contract with this memory.
fn with_memory(memory: &str) -> Reject {
    verdict_of(&[memory, INTERFACE, ALLOCATE, DEALLOCATE]).unwrap_err()
}

fn malformed(reject: &Reject, words: &str) {
    assert!(
        matches!(reject, Reject::Malformed(text) if text.contains(words)),
        "{reject}"
    );
}

#[test]
fn the_smallest_contract_is_accepted() {
    assert_eq!(
        verdict_of(&[MEMORY, INTERFACE, ALLOCATE, DEALLOCATE]),
        Ok(())
    );
}

/// W1: bytes that are no module.
#[test]
fn noise_is_refused_and_leaves_nothing() {
    let whole = published("empty.wasm");
    let header = b"\0asm\x01\0\0\0garbage behind a good header";
    for bytes in [
        &b""[..],
        b"\0",
        header,
        &whole[..whole.len() - 1],
        &[0xa5; 4096],
    ] {
        let refused = vm().load(bytes);
        assert!(matches!(
            refused,
            Err(LoadError::Reject(Reject::Malformed(_)))
        ));
        // Whoever asks for it again is asked for the bytes again.
        let again = vm().load_by_checksum(&Checksum::of(bytes), || Err("not kept"));
        assert_eq!(again.err(), Some("not kept"));
    }
}

#[test]
fn memory_must_be_one_small_and_open_ended() {
    assert_eq!(with_memory(""), Reject::MemoryCount { found: 0 });
    let imported = r#"(import "env" "memory" (memory 1))"#;
    assert_eq!(with_memory(imported), Reject::MemoryCount { found: 0 });
    malformed(&with_memory("(memory 1) (memory 1)"), "multi");
    malformed(&with_memory("(memory 1 1 shared)"), "shared");
    malformed(&with_memory("(memory i64 1)"), "memory64");
    assert_eq!(with_memory("(memory 1 2)"), Reject::MemoryMaximum);
    let large = Reject::Limit {
        what: "initial memory pages",
        found: 513,
        limit: 512,
    };
    assert_eq!(with_memory("(memory 513)"), large);
    assert_eq!(
        with_memory("(memory 1)"),
        Reject::MissingExport { name: "memory" }
    );
}

#[test]
fn tables_must_be_one_and_bounded() {
    assert_eq!(with("", "(table 1 funcref)"), Reject::UnboundedTable);
    let limit = |what, found, limit| Reject::Limit { what, found, limit };
    assert_eq!(
        with("", "(table 1 2501 funcref)"),
        limit("table elements", 2501, 2500)
    );
    let two = "(table 1 1 funcref) (table 1 1 funcref)";
    assert_eq!(with("", two), limit("tables", 2, 1));
}

#[test]
fn the_interface_marker_must_be_the_known_one() {
    let marked = |markers: &str| verdict_of(&[MEMORY, ALLOCATE, DEALLOCATE, markers]);
    assert_eq!(marked(""), Err(Reject::InterfaceMissing));
    let seven = r#"(func (export "interface_version_7"))"#;
    let name = "interface_version_7".to_owned();
    assert_eq!(marked(seven), Err(Reject::InterfaceUnknown { name }));
    let both = [seven, INTERFACE].concat();
    assert_eq!(marked(&both), Err(Reject::InterfaceAmbiguous));
}

#[test]
fn the_allocator_must_be_exported() {
    let name = "allocate";
    let without = verdict_of(&[MEMORY, INTERFACE, DEALLOCATE]);
    assert_eq!(without, Err(Reject::MissingExport { name }));
    let global = r#"(global (export "deallocate") i32 (i32.const 0))"#;
    let name = "deallocate";
    let wrong_kind = verdict_of(&[MEMORY, INTERFACE, ALLOCATE, global]);
    assert_eq!(wrong_kind, Err(Reject::MissingExport { name }));
}

/// W3: imports must be known functions with the host's signature.
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
    let global = r#"(import "env" "db_read" (global i32))"#;
    let name = "env.db_read".to_owned();
    assert_eq!(with(global, ""), Reject::ImportKind { name });
    for signature in [
        "(param i32)",
        "(param i64) (result i32)",
        "(param i32) (result i64)",
    ] {
        let import = format!(r#"(import "env" "db_read" (func {signature}))"#);
        let name = "db_read".to_owned();
        assert_eq!(with(&import, ""), Reject::ImportSignature { name });
    }
    let many = r#"(import "env" "abort" (func (param i32)))"#.repeat(101);
    let limit = Reject::Limit {
        what: "imports",
        found: 101,
        limit: 100,
    };
    assert_eq!(with(&many, ""), limit);
}

/// W3: every import the price list knows can be linked with the signature the check expects.
#[test]
fn every_import_links() {
    let pointers = |count: usize| "i32 ".repeat(count);
    let import = |name: &str, params: usize, result: &str| {
        let params = pointers(params);
        format!(r#"(import "env" "{name}" (func (param {params}) {result}))"#)
    };
    let mut imports = String::new();
    for (name, params) in [
        ("debug", 1),
        ("abort", 1),
        ("db_remove", 1),
        ("db_write", 2),
    ] {
        imports += &import(name, params, "");
    }
    for (name, params) in [
        ("db_read", 1),
        ("db_scan", 3),
        ("db_next", 1),
        ("db_next_key", 1),
        ("db_next_value", 1),
        ("addr_validate", 1),
        ("addr_canonicalize", 2),
        ("addr_humanize", 2),
        ("query_chain", 1),
        ("secp256k1_verify", 3),
        ("secp256r1_verify", 3),
        ("ed25519_verify", 3),
        ("ed25519_batch_verify", 3),
        ("bls12_381_aggregate_g1", 2),
        ("bls12_381_aggregate_g2", 2),
        ("bls12_381_pairing_equality", 4),
        ("bls12_381_hash_to_g1", 4),
        ("bls12_381_hash_to_g2", 4),
    ] {
        imports += &import(name, params, "(result i32)");
    }
    imports += &import("secp256k1_recover_pubkey", 3, "(result i64)");
    imports += &import("secp256r1_recover_pubkey", 3, "(result i64)");
    let text = [&imports, MEMORY, INTERFACE, ALLOCATE, DEALLOCATE].concat();
    assert!(vm().load(&module(&text)).is_ok());
}

#[test]
fn capabilities_must_be_available() {
    let missing = std::collections::BTreeSet::from(["teleport".to_owned()]);
    let refused = with("", r#"(func (export "requires_teleport"))"#);
    assert_eq!(refused, Reject::Capabilities(missing));
}

/// W2 (CWA-2023-004, CWA-2026): counts that would make compilation dear.
#[test]
fn functions_parameters_and_locals_are_bounded() {
    let limit = |what, found, limit| Reject::Limit { what, found, limit };
    let functions = "(func)".repeat(20_000);
    assert_eq!(with("", &functions), limit("functions", 20_003, 20_000));
    let wide = format!("(type (func (param {})))", "i32 ".repeat(101));
    assert_eq!(with("", &wide), limit("parameters of a function", 101, 100));
    let pair = "(type (func (result i32 i32)))";
    assert_eq!(with("", pair), limit("results of a function", 2, 1));
    let hundred = format!("(func (param {}))", "i32 ".repeat(100)).repeat(100);
    assert_eq!(
        with("", &hundred),
        limit("parameters in total", 10_002, 10_000)
    );
    let locals = format!("(func (local {}))", "i32 ".repeat(101));
    assert_eq!(with("", &locals), limit("locals of a function", 101, 100));
    let locals = format!("(func (local {}))", "i32 ".repeat(100)).repeat(101);
    assert_eq!(with("", &locals), limit("locals in total", 10_100, 10_000));
}

/// W2: deep and wide code within the limits compiles.
#[test]
fn deep_blocks_and_wide_tables_compile() {
    let deep = format!("(func {} {})", "block ".repeat(5_000), "end ".repeat(5_000));
    let wide = format!("(func (br_table {} (i32.const 0)))", "0 ".repeat(50_000));
    for function in [deep, wide] {
        let text = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &function].concat();
        assert!(vm().load(&module(&text)).is_ok());
    }
}

/// W3: what would run before the call, or leak state past the host.
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

/// W4: proposals beyond the allowed ones.
#[test]
fn other_proposals_are_refused() {
    let function = |body: &str| with("", &format!("(func {body})"));
    malformed(&function("(drop (v128.const i32x4 0 0 0 0))"), "SIMD");
    malformed(
        &function(
            "(drop (f32x4.relaxed_min (v128.const i32x4 0 0 0 0) (v128.const i32x4 0 0 0 0)))",
        ),
        "support is not enabled",
    );
    malformed(&function("(return_call 0)"), "tail calls");
    malformed(
        &function("(memory.copy (i32.const 0) (i32.const 0) (i32.const 0))"),
        "bulk memory",
    );
    malformed(
        &function("(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))"),
        "bulk memory",
    );
    malformed(
        &function("(drop (i32.atomic.load (i32.const 0)))"),
        "threads",
    );
    malformed(&with("", "(type (struct))"), "gc");
    malformed(&with("", "(tag)"), "exceptions");
    malformed(
        &with("", "(global i32 (i32.add (i32.const 1) (i32.const 2)))"),
        "constant expression",
    );
    for body in [
        "(drop (ref.null func))",
        "(drop (select (result i32) (i32.const 1) (i32.const 2) (i32.const 0)))",
    ] {
        let refused = function(body);
        let proposal = "reference_types";
        assert!(
            matches!(refused, Reject::Operator { proposal: p, .. } if p == proposal),
            "{refused}"
        );
    }
    let table = "(table 1 1 funcref) (func (drop (table.grow (ref.null func) (i32.const 1))))";
    assert!(matches!(with("", table), Reject::Operator { .. }));
}

#[test]
fn an_ill_typed_body_is_refused() {
    malformed(
        &with("", "(func (result i32) (i64.const 1))"),
        "type mismatch",
    );
}

#[test]
fn the_migrate_version_must_be_a_number() {
    let section = |text: &str| {
        let section = format!(r#"(@custom "cw_migrate_version" "{text}")"#);
        let text = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &section].concat();
        vm().analyze(&module(&text))
            .map(|analysis| analysis.migrate_version)
    };
    assert_eq!(section("42"), Ok(Some(42)));
    for bad in ["", "x", "-1", "18446744073709551616", "\\ff"] {
        assert!(
            matches!(section(bad), Err(Reject::MigrateVersion(_))),
            "{bad}"
        );
    }
}

/// The first broken rule in the order of CosmWasm is the one named.
#[test]
fn the_first_broken_rule_is_named() {
    let all_wrong = r#"(import "env" "nothing" (func)) (table 1 funcref) (memory 513 600)
        (func $go) (start $go)"#;
    assert_eq!(verdict_of(&[all_wrong]), Err(Reject::UnboundedTable));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// W1: no bytes make the check panic, and what it accepts after damage still loads or is refused.
    #[test]
    fn damaged_contracts_are_judged_without_panic(at in 0_usize..13_676, to in any::<u8>()) {
        let mut wasm = published("empty.wasm");
        let at = at % wasm.len();
        wasm[at] = to;
        let judged = vm().analyze(&wasm);
        let loaded = vm().load(&wasm);
        prop_assert_eq!(judged.is_ok(), !matches!(loaded, Err(LoadError::Reject(_))));
        prop_assert!(!matches!(loaded, Err(LoadError::Fault(_))));
    }

    #[test]
    fn noise_is_judged_without_panic(tail in proptest::collection::vec(any::<u8>(), 0..200)) {
        let wasm = [b"\0asm\x01\0\0\0".as_slice(), &tail].concat();
        prop_assert!(vm().analyze(&wasm).is_err());
    }
}
