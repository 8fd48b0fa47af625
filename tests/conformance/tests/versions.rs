//! What both sides are built from: this workspace has a lock file of its own, which must not drift from the project's.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A package of a lock file: name and version.
type Package = (String, String);

/// Packages by name and version, each with what it depends on.
fn packages(lock: &str) -> BTreeMap<Package, Vec<String>> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(lock);
    let text = std::fs::read_to_string(&file).unwrap();
    let field = |block: &str, name: &str| {
        let prefix = format!("{name} = \"");
        let line = block.lines().find_map(|line| line.strip_prefix(&prefix));
        line.map(|line| line.trim_end_matches('"').to_owned())
    };
    let blocks = text.split("[[package]]").skip(1);
    blocks
        .map(|block| {
            let package = (
                field(block, "name").unwrap(),
                field(block, "version").unwrap(),
            );
            let list = block
                .split_once("dependencies = [")
                .map_or("", |(_, list)| list);
            let list = list.split_once(']').map_or("", |(list, _)| list);
            let quoted = list.split('"').skip(1).step_by(2).map(str::to_owned);
            (package, quoted.collect())
        })
        .collect()
}

/// Everything that a package is built from, itself included.
fn closure(lock: &str, name: &str) -> BTreeSet<Package> {
    let packages = packages(lock);
    let find = |dependency: &str| {
        let mut words = dependency.split(' ');
        let (name, version) = (words.next().unwrap(), words.next());
        let mut found = packages.keys().filter(|(other, _)| other == name);
        let found = found.find(|(_, other)| version.is_none_or(|version| version == other));
        found
            .unwrap_or_else(|| panic!("{dependency} is not in {lock}"))
            .clone()
    };
    let mut closure = BTreeSet::new();
    let mut waiting = vec![find(name)];
    while let Some(package) = waiting.pop() {
        if closure.insert(package.clone()) {
            waiting.extend(packages[&package].iter().map(|dependency| find(dependency)));
        }
    }
    closure
}

/// commons-vm is compared as it is built into the node: every crate under it has the version of the root's lock file.
#[test]
fn the_vm_under_test_is_built_from_the_same_versions_as_the_node() {
    let here = closure("Cargo.lock", "commons-vm");
    let there = closure("../../Cargo.lock", "commons-vm");
    for name in ["wasmtime", "wasmparser", "wasm-encoder", "cosmwasm-crypto"] {
        assert!(
            here.iter().any(|(other, _)| other == name),
            "{name} is built in"
        );
    }
    let strange: Vec<&Package> = here.difference(&there).collect();
    assert!(strange.is_empty(), "only here: {strange:?}");
}

/// The peer is the release that the documentation names, with the contracts' own standard library.
#[test]
fn the_peer_is_the_release_that_is_named() {
    let peer = closure("Cargo.lock", "cosmwasm-vm");
    let has = |name: &str, version: &str| peer.contains(&(name.to_owned(), version.to_owned()));
    assert!(has("cosmwasm-vm", "3.0.10"));
    assert!(has("cosmwasm-std", "3.0.10"));
    assert!(has("cosmwasm-crypto", "3.0.10"));
}

/// The lints are those of the project.
#[test]
fn the_lints_are_those_of_the_project() {
    let lints = |manifest: &str| {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(manifest);
        let text = std::fs::read_to_string(file).unwrap();
        let (_, lints) = text.split_once("[workspace.lints.rust]").unwrap();
        let lines = lints.lines().skip(1);
        let mut section = "rust";
        let mut found = BTreeSet::new();
        for line in lines {
            match line.trim() {
                "[workspace.lints.clippy]" => section = "clippy",
                line if line.starts_with('[') => break,
                line if !line.is_empty() => {
                    found.insert(format!("{section}: {line}"));
                }
                _ => {}
            }
        }
        found
    };
    let root = lints("../../Cargo.toml");
    assert!(root.len() > 10);
    assert_eq!(lints("Cargo.toml"), root);
}
