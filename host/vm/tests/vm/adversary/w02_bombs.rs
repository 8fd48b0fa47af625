//! W2: what would make compilation dear is refused for a count that any machine finds alike, or is small enough to compile at once.

use commons_vm::Reject;

use crate::support::verdict::{
    ALLOCATE, DEALLOCATE, INTERFACE, MEMORY, too_many, verdict_of, with,
};
use crate::support::wasm::{module, vm};

/// The bombs of the list, as they stand there.
#[test]
fn each_bomb_is_refused_by_its_count() {
    let functions = "(func)".repeat(100_000);
    assert_eq!(with("", &functions), too_many("functions", 100_003, 20_000));
    let params = format!("(type (func (param {})))", "i32 ".repeat(1_000));
    assert_eq!(
        with("", &params),
        too_many("parameters of a function", 1_000, 100)
    );
    let locals = format!("(func (local {}))", "i32 ".repeat(50_000));
    assert_eq!(
        with("", &locals),
        too_many("locals of a function", 50_000, 100)
    );
    let data = r#"(data (i32.const 0) "")"#.repeat(100_000);
    assert_eq!(
        with("", &data),
        too_many("pieces of memory", 100_000, 10_000)
    );
    let targets = format!("(func (br_table {} (i32.const 0)))", "0 ".repeat(1_000_000));
    let Reject::Limit { what: "bytes", .. } = with("", &targets) else {
        panic!("a table of a million bytes is a large file");
    };
    let targets = format!("(func (br_table {} (i32.const 0)))", "0 ".repeat(700_000));
    assert_eq!(
        with("", &targets),
        too_many("targets of a br_table", 699_999, 4_096)
    );
    assert_eq!(
        with("", &nested("block ", 10_000)),
        too_many("blocks inside each other", 1_001, 1_000)
    );
}

fn nested(opening: &str, depth: usize) -> String {
    format!("(func {} {})", opening.repeat(depth), "end ".repeat(depth))
}

/// CWA-2023-004, CWA-2026: the counts of CosmWasm, at their edges.
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

/// Accepts a module with so many of something and refuses one with one more.
fn bounded(what: &'static str, limit: u64, most: &str, one_more: &str) {
    let parts = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE];
    let at_limit = verdict_of(&[&parts.concat(), most]);
    assert_eq!(at_limit, Ok(()), "{what}");
    let beyond = with("", one_more);
    assert_eq!(beyond, too_many(what, limit + 1, limit), "{what}");
}

#[test]
fn parts_of_a_module_are_bounded() {
    let repeated = |what, limit: u64, part: &str, there: usize| {
        let most = usize::try_from(limit).unwrap() - there;
        let (most, more) = (part.repeat(most), part.repeat(most + 1));
        bounded(what, limit, &most, &more);
    };
    // The parts that every contract has make two types already.
    repeated("function types", 1_000, "(type (func (param i64)))", 3);
    repeated("globals", 1_000, "(global i32 (i32.const 0))", 0);
    repeated("pieces of memory", 10_000, r#"(data (i32.const 0) "")"#, 0);
    let table = "(table 2500 2500 funcref)";
    let piece = "(elem (i32.const 0) func 0)";
    let pieces = |count: usize| format!("{table} {}", piece.repeat(count));
    bounded("pieces of tables", 1_000, &pieces(1_000), &pieces(1_001));
    let elements = |count: usize| {
        let piece = format!("(elem (i32.const 0) func {})", "0 ".repeat(1_000));
        let last = format!("(elem (i32.const 0) func {})", "0 ".repeat(count));
        format!("{table} {} {last}", piece.repeat(9))
    };
    bounded(
        "elements of tables",
        10_000,
        &elements(1_000),
        &elements(1_001),
    );
    let exports = |count: usize| -> String {
        let export = |at: usize| format!(r#"(export "{at}" (func 0))"#);
        (0..count).map(export).collect()
    };
    bounded("exports", 1_000, &exports(996), &exports(997));
    let sections = |count: usize| r#"(@custom "any" "thing")"#.repeat(count);
    bounded("custom sections", 100, &sections(100), &sections(101));
}

#[test]
fn blocks_loops_and_targets_are_bounded() {
    bounded(
        "blocks inside each other",
        1_000,
        &nested("block ", 1_000),
        &nested("block ", 1_001),
    );
    bounded(
        "loops inside each other",
        64,
        &nested("loop ", 64),
        &nested("loop ", 65),
    );
    // One target is the default, which is not counted.
    let targets = |count| format!("(func (br_table {} (i32.const 0)))", "0 ".repeat(count));
    bounded(
        "targets of a br_table",
        4_096,
        &targets(4_097),
        &targets(4_098),
    );
}

/// A loop beside a loop is not inside it, nor is one in the next function.
#[test]
fn nesting_ends_with_the_block() {
    let beside = "loop end ".repeat(500);
    let deep = nested("loop ", 64);
    let text = format!("(func {beside}) {deep} {deep}");
    let parts = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &text];
    assert_eq!(verdict_of(&parts), Ok(()));
}

fn too_dear(text: &str, what: &str) {
    match with("", text) {
        Reject::Limit { what: found, .. } => assert_eq!(found, what),
        other => panic!("{other}"),
    }
}

/// The same instructions are dearer in one function than in many, and too many of them are too dear in any.
#[test]
fn work_for_the_compiler_is_bounded() {
    let work = "units of work to compile";
    let function = |body: &str, times: usize| format!("(func {})", body.repeat(times));
    let many = function("loop end ", 100).repeat(200);
    let parts = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &many];
    assert_eq!(verdict_of(&parts), Ok(()));
    too_dear(&function("loop end ", 20_000), work);
    too_dear(&function("loop end ", 100).repeat(2_000), work);
    too_dear(&function("(call 0) ", 40_000), work);
    let table = "(table 1 1 funcref) (type $t (func))";
    let indirect = function("(call_indirect (type $t) (i32.const 0)) ", 30_000);
    too_dear(&format!("{table} {indirect}"), work);
    too_dear(&function("(br_if 0 (i32.const 0)) ", 60_000), work);
    too_dear(&function("(if (i32.const 0) (then) (else)) ", 40_000), work);
}

/// Values that live across many branches are reconciled at each.
#[test]
fn values_across_branches_are_bounded() {
    let branches = "(br_if 0 (local.tee 0 (local.get 1))) ".repeat(10_000);
    let few = format!("(func (local i32 i32) (loop {branches}))");
    let parts = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &few];
    assert_eq!(verdict_of(&parts), Ok(()));
    let locals = "i32 ".repeat(100);
    let many = format!("(func (local {locals}) (loop {branches})) ").repeat(3);
    too_dear(&many, "units of work to compile");
    let table = format!(
        "(func (local {locals}) (loop (br_table {} (i32.const 0)) unreachable))",
        "0 ".repeat(4_000)
    );
    too_dear(&table.repeat(7), "units of work to compile");
}

/// What a block gives or takes is a value too: a compiler that keeps a place for each in each block needs memory by the square.
#[test]
fn values_of_blocks_are_bounded() {
    let flat = |times: usize| {
        let one = "if (result i32) local.get 0 else local.get 0 end ";
        format!("(func (param i32) local.get 0 {} drop)", one.repeat(times))
    };
    let parts = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &flat(1_000)];
    assert_eq!(verdict_of(&parts), Ok(()));
    too_dear(&flat(6_000), "values across blocks");
    let wide = format!("(type $wide (func (param {})))", "i32 ".repeat(100));
    let loops = |depth: usize| {
        let values = "i32.const 0 ".repeat(100);
        let open = "loop (type $wide) ".repeat(depth);
        format!(
            "(func {values} {open} unreachable {})",
            "end ".repeat(depth)
        )
    };
    let parts = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &wide, &loops(64)];
    assert_eq!(verdict_of(&parts), Ok(()));
    let many = loops(64).repeat(30);
    too_dear(&format!("{wide} {many}"), "values across blocks");
}

/// Deep and wide code within the limits compiles.
#[test]
fn deep_blocks_and_wide_tables_compile() {
    let deep = nested("block ", 1_000);
    let loops = nested("loop ", 64);
    let wide = format!("(func (br_table {} (i32.const 0)))", "0 ".repeat(4_096));
    for function in [deep, loops, wide] {
        let text = [MEMORY, INTERFACE, ALLOCATE, DEALLOCATE, &function].concat();
        assert!(vm().load(&module(&text)).is_ok());
    }
}
