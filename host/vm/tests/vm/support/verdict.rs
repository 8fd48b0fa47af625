//! What the static checks say of modules put together from parts.

use commons_vm::Reject;

use super::wasm::{module, vm};

pub(crate) const MEMORY: &str = r#"(memory (export "memory") 1)"#;
pub(crate) const INTERFACE: &str = r#"(func (export "interface_version_8"))"#;
pub(crate) const ALLOCATE: &str =
    r#"(func (export "allocate") (param i32) (result i32) (i32.const 0))"#;
pub(crate) const DEALLOCATE: &str = r#"(func (export "deallocate") (param i32))"#;

/// The verdict on a module of these parts.
pub(crate) fn verdict_of(parts: &[&str]) -> Result<(), Reject> {
    vm().analyze(&module(&parts.concat())).map(drop)
}

/// The verdict on a proper contract with this in addition; imports must come first.
pub(crate) fn with(imports: &str, rest: &str) -> Reject {
    verdict_of(&[imports, MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, rest]).unwrap_err()
}

/// The verdict on a contract with this memory.
pub(crate) fn with_memory(memory: &str) -> Reject {
    verdict_of(&[memory, INTERFACE, ALLOCATE, DEALLOCATE]).unwrap_err()
}

/// Asserts that a file was refused as invalid, in words that hold these.
pub(crate) fn malformed(reject: &Reject, words: &str) {
    assert!(
        matches!(reject, Reject::Malformed(text) if text.contains(words)),
        "{reject}"
    );
}

/// The refusal of too many of something.
pub(crate) fn too_many(what: &'static str, found: u64, limit: u64) -> Reject {
    Reject::Limit { what, found, limit }
}
