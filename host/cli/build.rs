//! Puts the built contracts into the binary, so that the demonstration runs anywhere, and the hash of the contracts'
//! source beside them. Builds nothing: without artifacts/ the binary says at run time how to make them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

const CONTRACTS: [&str; 5] = ["registry", "roll", "assembly", "survey", "trust"];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR")?).join("../..");
    let root = root.canonicalize()?;
    let artifacts = root.join("artifacts");
    println!("cargo::rerun-if-changed={}", artifacts.display());

    let mut list = String::from("&[");
    for name in CONTRACTS {
        let wasm = artifacts.join(format!("{name}.wasm"));
        println!("cargo::rerun-if-changed={}", wasm.display());
        if wasm.is_file() {
            write!(
                list,
                "({name:?}, include_bytes!({:?}) as &[u8]),",
                wasm.display().to_string()
            )?;
        }
    }
    list.push(']');
    std::fs::write(
        PathBuf::from(std::env::var("OUT_DIR")?).join("contracts.rs"),
        list,
    )?;

    let contracts = root.join("contracts");
    println!("cargo::rerun-if-changed={}", contracts.display());
    println!(
        "cargo::rustc-env=COMMONS_SOURCE_HASH={}",
        source_hash(&root, &contracts)?
    );
    Ok(())
}

/// SHA-256 over path and content of every file below contracts/ and of Cargo.lock, by path.
fn source_hash(root: &Path, contracts: &Path) -> Result<String, Box<dyn std::error::Error>> {
    let mut files = vec![root.join("Cargo.lock")];
    let mut folders = vec![contracts.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    let mut hasher = Sha256::new();
    for file in files {
        let name = file.strip_prefix(root)?.display().to_string();
        let content = std::fs::read(&file)?;
        for part in [name.as_bytes(), &content] {
            hasher.update(u64::try_from(part.len())?.to_be_bytes());
            hasher.update(part);
        }
    }
    Ok(hasher
        .finalize()
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect())
}
