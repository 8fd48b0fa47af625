//! Files that are not contracts, each refused by the rule it breaks before anything is compiled. Attacks have modules of their own.

use commons_vm::Reject;

use crate::support::verdict::{
    ALLOCATE, DEALLOCATE, INTERFACE, MEMORY, malformed, verdict_of, with,
};
use crate::support::wasm::{module, vm};

#[test]
fn the_smallest_contract_is_accepted() {
    assert_eq!(
        verdict_of(&[MEMORY, INTERFACE, ALLOCATE, DEALLOCATE]),
        Ok(())
    );
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

#[test]
fn capabilities_must_be_available() {
    let missing = std::collections::BTreeSet::from(["teleport".to_owned()]);
    let refused = with("", r#"(func (export "requires_teleport"))"#);
    assert_eq!(refused, Reject::Capabilities(missing));
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
