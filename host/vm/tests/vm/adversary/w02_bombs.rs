//! W2: what would make compilation dear is refused for a count that any machine finds alike, or is small enough to compile at once.

use crate::support::verdict::{ALLOCATE, DEALLOCATE, INTERFACE, MEMORY, too_many, with};
use crate::support::wasm::{module, vm};

/// CWA-2023-004, CWA-2026: counts that would make compilation dear.
#[test]
fn functions_parameters_and_locals_are_bounded() {
    let functions = "(func)".repeat(20_000);
    assert_eq!(with("", &functions), too_many("functions", 20_003, 20_000));
    let wide = format!("(type (func (param {})))", "i32 ".repeat(101));
    assert_eq!(
        with("", &wide),
        too_many("parameters of a function", 101, 100)
    );
    let pair = "(type (func (result i32 i32)))";
    assert_eq!(with("", pair), too_many("results of a function", 2, 1));
    let hundred = format!("(func (param {}))", "i32 ".repeat(100)).repeat(100);
    assert_eq!(
        with("", &hundred),
        too_many("parameters in total", 10_002, 10_000)
    );
    let locals = format!("(func (local {}))", "i32 ".repeat(101));
    assert_eq!(
        with("", &locals),
        too_many("locals of a function", 101, 100)
    );
    let locals = format!("(func (local {}))", "i32 ".repeat(100)).repeat(101);
    assert_eq!(
        with("", &locals),
        too_many("locals in total", 10_100, 10_000)
    );
}

/// Deep and wide code within the limits compiles.
#[test]
fn deep_blocks_and_wide_tables_compile() {
    let deep = format!("(func {} {})", "block ".repeat(5_000), "end ".repeat(5_000));
    let wide = format!("(func (br_table {} (i32.const 0)))", "0 ".repeat(50_000));
    for function in [deep, wide] {
        let text = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &function].concat();
        assert!(vm().load(&module(&text)).is_ok());
    }
}
