//! Owns where the suite's contracts and vectors come from: files that published crates ship, found through cargo. It must copy
//! none of them into the repository.

use std::path::PathBuf;
use std::sync::OnceLock;

use commons_tests::cargo::{cargo, finish, root};

/// The folder of a crate that this workspace is built with.
#[must_use]
pub fn crate_folder(name: &str, version: &str) -> PathBuf {
    static METADATA: OnceLock<serde_json::Value> = OnceLock::new();
    let metadata = METADATA.get_or_init(|| {
        let mut command = cargo();
        command.current_dir(root().join("tests/conformance")).args([
            "metadata",
            "--format-version",
            "1",
            "--locked",
            "--quiet",
        ]);
        serde_json::from_slice(&finish(&mut command).stdout).expect("cargo speaks JSON")
    });
    let mut packages = metadata["packages"].as_array().into_iter().flatten();
    let package = packages.find(|package| package["name"] == name && package["version"] == version);
    let package = package.unwrap_or_else(|| panic!("{name} {version} is not in the lock file"));
    let manifest = PathBuf::from(package["manifest_path"].as_str().expect("a path is text"));
    manifest
        .parent()
        .expect("a file lies in a folder")
        .to_owned()
}

/// The contracts that the published cosmwasm-vm ships, by file name.
#[must_use]
pub fn published() -> Vec<(String, Vec<u8>)> {
    let folder = crate_folder("cosmwasm-vm", "3.0.10").join("testdata");
    let files = std::fs::read_dir(&folder).expect("the crate ships its test contracts");
    let mut found: Vec<(String, Vec<u8>)> = files
        .map(|file| file.expect("the folder can be read").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "wasm")
        })
        .map(|path| {
            let name = path.file_name().expect("a file has a name");
            let name = name.to_str().expect("the names are text").to_owned();
            (name, std::fs::read(&path).expect("the file can be read"))
        })
        .collect();
    found.sort();
    found
}

/// A vector file that the published cosmwasm-crypto ships.
#[must_use]
pub fn vectors(path: &str) -> serde_json::Value {
    let file = crate_folder("cosmwasm-crypto", "3.0.10")
        .join("testdata")
        .join(path);
    let text = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    serde_json::from_slice(&text).expect("vectors are JSON")
}

/// All vector files in one of its folders.
#[must_use]
pub fn vector_files(folder: &str) -> Vec<serde_json::Value> {
    let path = crate_folder("cosmwasm-crypto", "3.0.10")
        .join("testdata")
        .join(folder);
    let files = std::fs::read_dir(&path).expect("the crate ships its vectors");
    let mut names: Vec<_> = files
        .map(|file| file.expect("it can be read").file_name())
        .collect();
    names.sort();
    let file = |name: &std::ffi::OsString| format!("{folder}/{}", name.to_string_lossy());
    names.iter().map(|name| vectors(&file(name))).collect()
}
