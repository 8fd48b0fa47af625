//! P17: from a clone to the first result: `scripts/demo` in a fresh clone of the committed sources. Cold, with empty build
//! caches, then warm, in further clones with the caches that the cold run filled.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use commons_tests::cargo::root;
use commons_tests::table::{Line, Spread};

const INPUTS: &str = "git clone of the committed sources, then scripts/demo as it stands (1,000 persons, 34 years); \
    toolchain and crates' sources are on the machine already";

/// Cold, then warm with what the cold run built. Quick: warm only, with the caches of whoever calls.
pub fn measure(quick: bool) -> Vec<Line> {
    let warm = |runs: Vec<f64>| {
        line(
            "P17.warm",
            "clone to first result, filled build caches",
            runs,
        )
    };
    if quick {
        eprintln!("P17: with the caches of this machine; the cold run is left out");
        return vec![warm(vec![run(None)])];
    }
    let caches = tempfile::tempdir().expect("a directory for the caches");
    eprintln!("P17: with empty build caches; this takes minutes");
    let cold = line(
        "P17.cold",
        "clone to first result, empty build caches",
        vec![run(Some(caches.path()))],
    );
    eprintln!("P17: with filled caches, 3 runs");
    vec![
        cold,
        warm((0..3).map(|_| run(Some(caches.path()))).collect()),
    ]
}

fn line(id: &str, name: &str, runs: Vec<f64>) -> Line {
    Line {
        id: id.to_owned(),
        name: name.to_owned(),
        unit: "s".to_owned(),
        ours: Spread::of(runs),
        peer: None,
        ratio: None,
        ratio_is: None,
        pairs: None,
        inputs: INPUTS.to_owned(),
    }
}

/// Seconds from the beginning of the clone to the end of the demonstration.
fn run(caches: Option<&Path>) -> f64 {
    let folder = tempfile::tempdir().expect("a directory for the clone");
    let clone = folder.path().join("commons");
    let began = now();
    finish(
        Command::new("git")
            .args(["clone", "--quiet"])
            .arg(root())
            .arg(&clone),
    );
    let mut demo = Command::new(clone.join("scripts/demo"));
    demo.arg("--home").arg(folder.path().join("home"));
    if let Some(caches) = caches {
        demo.env("CARGO_TARGET_DIR", caches.join("target"))
            .env("XDG_CACHE_HOME", caches.join("cache"));
    }
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            demo.env_remove(&name);
        }
    }
    finish(&mut demo);
    began.elapsed().as_secs_f64()
}

/// Runs a command whose stdout is not part of ours.
fn finish(command: &mut Command) {
    let status = command.stdout(Stdio::null()).status();
    let status = status.unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

#[allow(clippy::disallowed_methods, reason = "a benchmark reads the clock")]
fn now() -> Instant {
    Instant::now()
}
