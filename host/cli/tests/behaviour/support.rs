//! Runs the binary, and makes one small home that the tests copy.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use serde_json::Value;
use tempfile::TempDir;

/// Trust (a) of the demonstration.
pub const TRUST: &str = "Alaska as it spends";

/// Compiled contracts of all tests: each is compiled once.
const CACHE: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/modules");

/// The binary, without anything of the tester's environment.
pub fn commons() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_commons"));
    command
        .env_clear()
        .env("COLUMNS", "100")
        .env("COMMONS_CACHE", CACHE);
    command
}

/// One run and what came of it.
pub struct Run {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Run {
    pub fn of(output: Output) -> Self {
        Self {
            code: output
                .status
                .code()
                .expect("the process was not ended by a signal"),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// The one document on stdout.
    pub fn json(&self) -> Value {
        let document: Value =
            serde_json::from_str(&self.out).unwrap_or_else(|e| panic!("{e}: {}", self.out));
        assert!(document["schema"].is_string(), "no schema: {}", self.out);
        document
    }

    #[track_caller]
    pub fn expect(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout: {}\nstderr: {}",
            self.out, self.err
        );
        self
    }

    /// A failure in the agreed shape, with these words in it.
    #[track_caller]
    pub fn refused(self, code: i32, words: &[&str]) -> Self {
        let run = self.expect(code);
        assert!(
            run.err.contains("why: ") && run.err.contains("next: "),
            "{}",
            run.err
        );
        for word in words {
            assert!(run.err.contains(word), "no {word:?} in: {}", run.err);
        }
        run
    }
}

pub fn run<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Run {
    Run::of(commons().args(arguments).output().unwrap())
}

/// The demonstration's home and its document.
struct Made {
    home: PathBuf,
    story: Value,
    _dir: TempDir,
}

/// A home of 30 persons and 3 fiscal years, made once and copied for each test.
fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("home");
        let arguments = [
            "demo",
            "alaska",
            "--persons",
            "30",
            "--years",
            "3",
            "--json",
            "--home",
        ];
        let arguments = arguments.map(OsStr::new);
        let story = run(arguments.into_iter().chain([home.as_os_str()]))
            .expect(0)
            .json();
        Made {
            home,
            story,
            _dir: dir,
        }
    })
}

/// A home of a test's own.
pub struct Home {
    dir: TempDir,
}

impl Home {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        for entry in std::fs::read_dir(&made().home).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
        }
        Self { dir }
    }

    pub fn path(&self) -> &Path {
        self.dir.path()
    }

    /// Runs a command in this home.
    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(
            commons()
                .args(arguments)
                .arg("--home")
                .arg(self.path())
                .output()
                .unwrap(),
        )
    }

    /// The number of the poll that the demonstration leaves open.
    pub fn open_poll(&self) -> u64 {
        made().story["poll"]["open"].as_u64().unwrap()
    }
}
