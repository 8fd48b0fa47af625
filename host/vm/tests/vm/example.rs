//! The example runs, and is as short as it says.

#[path = "../../examples/counter/main.rs"]
mod counter;

#[test]
fn the_example_runs() {
    counter::main().unwrap();
}

#[test]
fn the_example_has_thirty_lines() {
    let source = include_str!("../../examples/counter/main.rs");
    assert!(source.lines().count() <= 30);
}
