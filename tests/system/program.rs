//! The program `commons`, run as a person runs it: arguments in, two streams and an exit code out. Builds nothing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;

use commons_node::{Node, Vm, VmConfig};
use commons_tests::cargo::programs;
use serde_json::Value;

/// Persons and fiscal years of the shortest demonstration that has every step in it.
const SHORT: [&str; 4] = ["--persons", "30", "--years", "2"];

/// Compiled contracts of these tests' programs: not among those of whoever runs the tests.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/modules");

/// How a command ended.
#[derive(Debug)]
pub(crate) struct Ended {
    /// Exit code; none if a signal ended it.
    pub(crate) code: Option<i32>,
    /// The document on stdout; null if there is none.
    pub(crate) document: Value,
    /// What it told people.
    pub(crate) stderr: String,
}

impl Ended {
    /// The text at a path of the document.
    pub(crate) fn text(&self, pointer: &str) -> &str {
        let found = self.document.pointer(pointer).and_then(Value::as_str);
        found.unwrap_or_else(|| panic!("no text at {pointer}: {self:?}"))
    }

    /// The number at a path of the document.
    pub(crate) fn number(&self, pointer: &str) -> u64 {
        let found = self.document.pointer(pointer).and_then(Value::as_u64);
        found.unwrap_or_else(|| panic!("no number at {pointer}: {self:?}"))
    }

    /// Stops the test unless the command did what it was asked.
    pub(crate) fn good(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:?}");
        self
    }

    /// Stops the test unless the command failed with this code and said what, why and what next, to programs and people.
    pub(crate) fn failed(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        assert_eq!(self.text("/schema"), "commons/error/1");
        assert_eq!(
            self.number("/error/exit"),
            u64::try_from(code).expect("a code is positive")
        );
        for part in ["/error/what", "/error/why", "/error/next"] {
            assert!(!self.text(part).is_empty(), "{part} is empty: {self:?}");
        }
        assert!(
            self.stderr.contains("why:") && self.stderr.contains("next:"),
            "{self:?}"
        );
        self
    }
}

/// The program of this build. `cargo test --workspace` makes it, because its own package has tests that run it.
fn path() -> PathBuf {
    let path = programs().join("commons");
    assert!(
        path.is_file(),
        "{} is missing. `scripts/test` builds it beside the tests; alone: cargo build --release -p commons-cli",
        path.display()
    );
    path
}

/// The program with arguments and `--json`, not started yet.
fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(path());
    command
        .args(arguments)
        .arg("--json")
        .stdin(Stdio::null())
        .env("NO_COLOR", "1")
        .env("COMMONS_CACHE", CACHE);
    command
}

/// Runs the program to its end.
pub(crate) fn commons(arguments: &[&str]) -> Ended {
    ended(&command(arguments).output().expect("the program starts"))
}

/// Starts the program and leaves it running; its stderr can be read.
pub(crate) fn begin(arguments: &[&str]) -> Child {
    let mut command = command(arguments);
    command.stdout(Stdio::null()).stderr(Stdio::piped());
    command.spawn().expect("the program starts")
}

fn ended(output: &Output) -> Ended {
    Ended {
        code: output.status.code(),
        document: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Arguments of a short demonstration in a directory.
pub(crate) fn demo<'a>(home: &'a Path, seed: &'a str) -> Vec<&'a str> {
    let mut arguments = vec!["demo", "alaska", "--home", text(home), "--seed", seed];
    arguments.extend(SHORT);
    arguments
}

/// A finished demonstration with seed `first`, made once and shared. Tests that write take a [`copy`].
pub(crate) static FINISHED: LazyLock<(PathBuf, Ended)> = LazyLock::new(|| {
    let home = scratch("finished-home");
    let story = commons(&demo(&home, "first")).good();
    (home, story)
});

/// A path in the target folder at which nothing is.
pub(crate) fn scratch(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    if path.is_dir() {
        fs::remove_dir_all(&path).expect("what the last run left can be removed");
    }
    path
}

/// A copy of the finished demonstration's directory.
pub(crate) fn copy(name: &str) -> PathBuf {
    let (from, to) = (&FINISHED.0, scratch(name));
    fs::create_dir(&to).expect("a directory");
    for entry in fs::read_dir(from).expect("the finished home") {
        let entry = entry.expect("the finished home can be read");
        fs::copy(entry.path(), to.join(entry.file_name())).expect("a copy");
    }
    to
}

/// A path as an argument.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str()
        .expect("the target folder has a name in UTF-8")
}

/// A virtual machine that keeps nothing on disk.
pub(crate) fn vm() -> Vm {
    Vm::new(VmConfig::default()).expect("the virtual machine starts")
}

/// State root after every block of a home, from the genesis on.
pub(crate) fn roots(home: &Path) -> Vec<[u8; 32]> {
    let node = Node::open_read_only(vm(), home).expect("the home opens");
    let block = |height| node.block(height).expect("the home can be read");
    (1..=node.height())
        .map(|height| block(height).expect("no block is missing").root)
        .collect()
}
