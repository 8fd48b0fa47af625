//! The contracts' wasm: built into this binary, or read from a folder. Never builds any.

use std::path::Path;

use anyhow::{Context, Result, ensure};

/// What was in artifacts/ when this binary was built.
const BUILT_IN: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/contracts.rs"));
const NAMES: [&str; 5] = ["registry", "roll", "assembly", "survey", "trust"];

/// Name and bytes of every contract, from `folder` if one is given.
pub fn load(folder: Option<&Path>) -> Result<Vec<(String, Vec<u8>)>> {
    if let Some(folder) = folder {
        return NAMES.iter().map(|name| read(folder, name)).collect();
    }
    ensure!(
        BUILT_IN.len() == NAMES.len(),
        "this binary was built before the contracts were, so it holds none. Run scripts/build-contracts and build it again, or name a folder with --artifacts DIR"
    );
    Ok(BUILT_IN
        .iter()
        .map(|(name, wasm)| ((*name).to_owned(), wasm.to_vec()))
        .collect())
}

fn read(folder: &Path, name: &str) -> Result<(String, Vec<u8>)> {
    let path = folder.join(format!("{name}.wasm"));
    let wasm = std::fs::read(&path)
        .with_context(|| format!("cannot read {}: scripts/build-contracts makes it", path.display()))?;
    Ok((name.to_owned(), wasm))
}
