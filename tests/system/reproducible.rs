//! The contracts built once more, from a copy of the sources in another folder: the same bytes.

use std::fs;
use std::io;
use std::path::Path;
use std::process::Command;

use commons_tests::artifact;
use commons_tests::cargo::{finish, forget_this_package, root, target};
use sha2::{Digest, Sha256};

/// What is copied: the workspace without its results.
const SOURCES: [&str; 7] = [
    "Cargo.toml",
    "Cargo.lock",
    "rust-toolchain.toml",
    "contracts",
    "host",
    "tests",
    "scripts",
];

/// Whoever builds these sources gets these checksums, whatever the folder is called. The copy and its builds stay in the
/// target folder, with the times of the sources, so that a second run compiles only what changed.
#[test]
fn two_folders_give_the_same_contracts() {
    let second = target().join("second");
    let (copy, out) = (
        second.join("a copy of the sources"),
        second.join("artifacts"),
    );
    if copy.exists() {
        fs::remove_dir_all(&copy).expect("the last copy goes");
    }
    fs::create_dir_all(&copy).expect("a folder for the copy");
    for name in SOURCES {
        copy_all(&root().join(name), &copy.join(name))
            .unwrap_or_else(|error| panic!("{name}: {error}"));
    }

    let mut build = Command::new(copy.join("scripts/build-contracts"));
    build
        .arg("--out")
        .arg(&out)
        .env("COMMONS_CONTRACT_TARGET_DIR", second.join("target"));
    forget_this_package(&mut build);
    finish(&mut build);

    for name in artifact::NAMES {
        let again = fs::read(out.join(format!("{name}.wasm"))).expect("the second build made it");
        assert_eq!(
            sha256(&artifact::wasm(name)),
            sha256(&again),
            "{name}.wasm: artifacts/ differs from a build of these sources elsewhere. If a source changed after the last \
             scripts/build-contracts, run that; else the build is not reproducible"
        );
    }
    let checksums = |folder: &Path| {
        fs::read_to_string(folder.join("checksums.txt")).expect("checksums are written")
    };
    assert_eq!(checksums(&root().join("artifacts")), checksums(&out));
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// Copies a file or a folder, with the time of each file's last change; a folder of results is left out.
fn copy_all(from: &Path, to: &Path) -> io::Result<()> {
    if from.is_file() {
        fs::copy(from, to)?;
        let changed = fs::metadata(from)?.modified()?;
        return fs::File::options()
            .append(true)
            .open(to)?
            .set_modified(changed);
    }
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if entry.file_name() != "target" {
            copy_all(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}
