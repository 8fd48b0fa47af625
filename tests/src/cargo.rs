//! Where this build lies, and the cargo that made it. Never writes outside the build's own target folder.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// Root of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("the workspace is there")
}

/// Folder of this profile's programs: `<target>/release`. A test binary lies in `deps/` under it.
#[must_use]
pub fn programs() -> PathBuf {
    let this = std::env::current_exe().expect("the binary has a path");
    let folder = this.parent().expect("a file lies in a folder");
    let programs = folder.ends_with("deps").then(|| folder.parent()).flatten();
    programs.unwrap_or(folder).to_owned()
}

/// Target folder of this build.
#[must_use]
pub fn target() -> PathBuf {
    let target = programs().parent().map(Path::to_owned);
    target.expect("cargo puts profiles in the target folder")
}

/// The cargo that runs this test, or the one on the path; without the variables that it sets for the tests alone.
#[must_use]
pub fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    forget_this_package(&mut command);
    command
}

/// Keeps what cargo tells a test about itself from what the test starts: a build must not depend on who began it.
pub fn forget_this_package(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
}

/// Runs a command to its end; what it printed. Stops the test if it failed.
pub fn finish(command: &mut Command) -> Output {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(
        output.status.success(),
        "{command:?} failed ({}):\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output
}
