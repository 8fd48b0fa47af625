//! The direction of dependencies, read from `cargo metadata` and `cargo tree`: contracts know no host, the VM knows no chain, the second
//! reader knows no rule code. The lists are of what must never be reached, so that a new crate need not be named here.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use commons_tests::cargo::{cargo, finish, root};
use serde::Deserialize;

const HOST: [&str; 9] = [
    "commons-vm",
    "commons-store",
    "commons-ledger",
    "commons-node",
    "commons-rpc",
    "commons-client",
    "commons-audit",
    "commons-cli",
    "commons-testing",
];

/// What `cargo metadata` says, as far as it is needed.
#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    workspace_members: BTreeSet<String>,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    manifest_path: String,
    dependencies: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    /// None for a normal one, else `dev` or `build`.
    kind: Option<String>,
}

/// Packages of the workspace, and every name that the lock file brings into the build.
struct Graph {
    members: BTreeMap<String, Package>,
    all: BTreeSet<String>,
}

impl Graph {
    fn read() -> Self {
        let mut command = cargo();
        command
            .args(["metadata", "--format-version", "1", "--locked"])
            .current_dir(root());
        let output = finish(&mut command);
        let metadata: Metadata =
            serde_json::from_slice(&output.stdout).expect("cargo answers as documented");
        let all = metadata
            .packages
            .iter()
            .map(|package| package.name.clone())
            .collect();
        let (members, packages) = (metadata.workspace_members, metadata.packages);
        let members = packages
            .into_iter()
            .filter(|package| members.contains(&package.id));
        Self {
            members: members
                .map(|package| (package.name.clone(), package))
                .collect(),
            all,
        }
    }

    fn member(&self, name: &str) -> &Package {
        self.members
            .get(name)
            .unwrap_or_else(|| panic!("the workspace has no {name}"))
    }

    /// Names of the contracts' crates: those that lie under `contracts/`.
    fn contracts(&self) -> BTreeSet<&str> {
        let folder = root().join("contracts");
        let contracts = self
            .members
            .values()
            .filter(|p| Path::new(&p.manifest_path).starts_with(&folder));
        contracts.map(|package| package.name.as_str()).collect()
    }

    /// What a crate's manifest names, tests included.
    fn named(&self, name: &str) -> BTreeSet<&str> {
        self.member(name)
            .dependencies
            .iter()
            .map(|d| d.name.as_str())
            .collect()
    }

    /// Every member that a crate reaches: whatever its own manifest names, and from there on what is built into it.
    /// `hidden` is not looked into.
    fn reached(&self, name: &str, hidden: &[&str]) -> BTreeSet<&str> {
        let mut waiting: Vec<&str> = self.named(name).into_iter().collect();
        let mut reached = BTreeSet::new();
        while let Some(next) = waiting.pop() {
            let Some(member) = self.members.get(next) else {
                continue;
            };
            if !reached.insert(next) || hidden.contains(&next) {
                continue;
            }
            let built_in = member
                .dependencies
                .iter()
                .filter(|d| d.kind.as_deref() != Some("dev"));
            waiting.extend(built_in.map(|d| d.name.as_str()));
        }
        reached
    }

    /// Every package that a member's library is built with, itself included, whoever makes it.
    fn everything_in(&self, name: &str) -> BTreeSet<String> {
        let mut command = cargo();
        command
            .args(["tree", "--locked", "--package", name])
            .args([
                "--edges",
                "normal,build",
                "--prefix",
                "none",
                "--format",
                "{p}",
            ])
            .current_dir(root());
        let output = finish(&mut command);
        let text = String::from_utf8(output.stdout).expect("cargo writes text");
        let names = text.lines().filter_map(|line| line.split(' ').next());
        names.map(str::to_owned).collect()
    }

    fn never(&self, name: &str, forbidden: &[&str]) {
        let reached = self.reached(name, &[]);
        for other in forbidden {
            assert!(
                !reached.contains(other),
                "{name} reaches {other}, and must not"
            );
        }
    }
}

/// A contract runs on any chain: it knows nothing of ours, not even in its tests.
#[test]
fn contracts_know_no_host() {
    let graph = Graph::read();
    let contracts = graph.contracts();
    assert!(
        contracts.len() >= 7,
        "the contracts are found: {contracts:?}"
    );
    for contract in contracts {
        graph.never(contract, &HOST);
    }
}

/// Below: what runs wasm. Beside it: what keeps bytes. Above both: the state machine, then what makes blocks.
#[test]
fn the_host_is_built_in_layers() {
    let graph = Graph::read();
    let above_vm = [
        "commons-store",
        "commons-ledger",
        "commons-node",
        "commons-client",
        "commons-audit",
    ];
    graph.never("commons-vm", &above_vm);
    graph.never(
        "commons-store",
        &[
            "commons-vm",
            "commons-ledger",
            "commons-node",
            "commons-client",
            "commons-audit",
        ],
    );
    graph.never(
        "commons-ledger",
        &[
            "commons-store",
            "commons-node",
            "commons-client",
            "commons-audit",
        ],
    );
    graph.never(
        "commons-node",
        &["commons-client", "commons-audit", "commons-rpc"],
    );
    graph.never("commons-rpc", &["commons-audit"]);
}

/// The VM is a library for any chain: it is built with no other crate of this project, no store, no types of a chain's messages or
/// of its protocol.
#[test]
fn the_vm_is_built_without_chain_or_store() {
    let graph = Graph::read();
    let built = graph.everything_in("commons-vm");
    assert!(built.contains("wasmtime"), "the list is whole: {built:?}");
    for package in &built {
        let ours = package.starts_with("commons-") && package != "commons-vm";
        assert!(!ours, "the VM is built with {package}");
    }
    let foreign = [
        "redb",
        "jmt",
        "cosmos-sdk-proto",
        "cosmrs",
        "cosmwasm-std",
        "cosmwasm-vm",
        "prost",
        "tendermint",
        "tendermint-proto",
        "tokio",
    ];
    for package in foreign {
        assert!(!built.contains(package), "the VM is built with {package}");
    }
}

/// What signs for the local node signs for real chains with the same code, so it can know neither.
#[test]
fn the_client_knows_no_node() {
    let forbidden = [
        "commons-vm",
        "commons-store",
        "commons-ledger",
        "commons-node",
        "commons-rpc",
        "commons-audit",
    ];
    Graph::read().never("commons-client", &forbidden);
}

/// The command line is the top.
#[test]
fn nobody_depends_on_the_command_line() {
    let graph = Graph::read();
    for name in graph.members.keys() {
        graph.never(name, &["commons-cli"]);
    }
}

/// Acting for an account without its key is in the test chain alone, and no program of ours is built with it.
#[test]
fn nobody_depends_on_the_test_chain() {
    let graph = Graph::read();
    assert!(graph.members.contains_key("commons-testing"));
    for name in graph.members.keys() {
        graph.never(name, &["commons-testing"]);
    }
}

/// The auditor knows messages, not rules: of the contracts' crates it names only the message types. That those stand on
/// `commons-math` themselves gives the auditor no name for it.
#[test]
fn the_auditor_shares_no_rule_code() {
    let graph = Graph::read();
    let reached = graph.reached("commons-audit", &["commons-common"]);
    for contract in graph.contracts() {
        if contract != "commons-common" {
            assert!(
                !reached.contains(contract),
                "commons-audit reaches {contract}, and must not"
            );
        }
    }
}

/// The second reader goes by messages and the standard alone: nothing of the host, nothing of the first audit, no rule of
/// the contracts by way of the message crate.
#[test]
fn the_second_reader_stands_alone() {
    let folder = root().join("host/audit/src/reference");
    let mut files = 0;
    for entry in std::fs::read_dir(&folder).expect("the second reader is there") {
        let path = entry.expect("its folder can be read").path();
        assert!(
            path.is_file(),
            "{}: this test reads one folder, without folders in it",
            path.display()
        );
        let source = std::fs::read_to_string(&path).expect("source is text");
        for (number, line) in source.lines().enumerate() {
            let top = path.ends_with("mod.rs") && line.starts_with("use super::");
            if let Some(crossing) = crossing(line).or(top.then_some("super")) {
                panic!(
                    "{}:{}: the second reader must not know `{crossing}`: {line}",
                    path.display(),
                    number + 1
                );
            }
        }
        files += 1;
    }
    assert!(files > 5, "the second reader is more than {files} files");
}

/// The part of a line of code that leads out of the second reader, if any.
fn crossing(line: &str) -> Option<&'static str> {
    let code = line.split("//").next().unwrap_or_default();
    let outside = [
        "commons_vm",
        "commons_ledger",
        "commons_store",
        "commons_node",
        "commons_client",
        "commons_math",
        "super::super",
    ];
    let inside = code.replace("crate::reference", "");
    let left = if inside.contains("crate::") {
        Some("crate::")
    } else {
        None
    };
    outside
        .into_iter()
        .find(|name| code.contains(name))
        .or(left)
}

/// A check that cannot fail checks nothing.
#[test]
fn a_line_that_leaves_the_second_reader_is_seen() {
    assert_eq!(
        crossing("use commons_ledger::Tx; // as sent"),
        Some("commons_ledger")
    );
    assert_eq!(crossing("let x = crate::replay::run();"), Some("crate::"));
    assert_eq!(crossing("use crate::reference::number::add;"), None);
    assert_eq!(crossing("let x = 1; // not as commons_math does it"), None);
}

/// The reference VM is compared with in benches of its own workspace; with it in this build, wasmer would come along.
#[test]
fn no_second_wasm_engine_is_in_the_build() {
    let graph = Graph::read();
    assert!(
        graph.all.contains("wasmtime"),
        "the list of packages is whole"
    );
    for engine in ["cosmwasm-vm", "wasmer", "wasmi"] {
        assert!(!graph.all.contains(engine), "{engine} is in the build");
    }
}
