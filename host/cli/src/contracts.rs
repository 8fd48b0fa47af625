//! The contracts' wasm: built into this binary, or read from a folder. Never builds any.

use std::path::Path;

use anyhow::{Result, ensure};
use commons_common::registry::{ExpectedCode, Role};
use commons_common::units::Hash;
use sha2::{Digest, Sha256};

use crate::failure::Failure;

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

/// SHA-256 of the code that is built in for a contract; none if this binary was built before the contracts were.
pub fn built_in_checksum(contract: &str) -> Option<[u8; 32]> {
    let found = BUILT_IN.iter().find(|(name, _)| *name == contract);
    found.map(|(_, wasm)| Sha256::digest(wasm).into())
}

/// What a founder expects of a registry: the code of these contracts and no other. None of the registry itself.
pub fn expected<'a>(contracts: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> Vec<ExpectedCode> {
    let contracts = contracts.into_iter();
    contracts
        .filter_map(|(name, wasm)| {
            let role = Role::ALL.into_iter().find(|role| role.as_str() == name)?;
            let checksum = Hash(Sha256::digest(wasm).into());
            Some(ExpectedCode { role, checksum })
        })
        .collect()
}

/// The same, of the code that is built in.
pub fn expected_built_in() -> Vec<ExpectedCode> {
    expected(BUILT_IN.iter().copied())
}

fn read(folder: &Path, name: &str) -> Result<(String, Vec<u8>)> {
    let path = folder.join(format!("{name}.wasm"));
    let wasm = std::fs::read(&path).map_err(|error| {
        Failure::input(
            format!("cannot read {}", path.display()),
            error.to_string(),
            "give a folder of contracts with --artifacts; scripts/build-contracts makes them",
        )
    })?;
    Ok((name.to_owned(), wasm))
}
