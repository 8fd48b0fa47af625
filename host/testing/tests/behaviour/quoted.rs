//! The README quotes the first test as it runs.

#[test]
fn readme_quotes_the_first_test() {
    let readme = include_str!("../../../../README.md");
    let code = include_str!("first_test.rs");
    let quoted = format!("```rust\n{code}```");
    assert!(
        readme.contains(&quoted),
        "README.md does not quote host/testing/tests/behaviour/first_test.rs as it is"
    );
    assert!(code.lines().count() <= 50, "it fits on one screen");
}
