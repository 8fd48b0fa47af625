//! Contracts of others, built to wasm from what crates.io has, unmodified. Writes only into target folders of its own.

use crate::cargo::{cargo, finish, root, target};

/// The packages of `tests/peers`.
pub const NAMES: [&str; 4] = ["cw20-base", "cw4-group", "cw3-flex-multisig", "cw721-base"];

/// What the compiler of a contract is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// Few instructions: `opt-level = 3`.
    Speed,
    /// Few bytes: `opt-level = "z"`.
    Size,
}

impl Level {
    /// Its name, as a profile has it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Speed => "3",
            Self::Size => "z",
        }
    }
}

/// Compiles one of [`NAMES`] for speed.
#[must_use]
pub fn built(package: &str) -> Vec<u8> {
    built_for(package, Level::Speed)
}

/// Compiles one of [`NAMES`]. Without the two features, as for our own contracts: no released chain takes `memory.copy` and
/// `memory.fill`. Each level has a target folder of its own, because cargo does not see that entry points appear only in the
/// package it was asked to build.
#[must_use]
pub fn built_for(package: &str, level: Level) -> Vec<u8> {
    let folder = target().join(match level {
        Level::Speed => "peers",
        Level::Size => "peers-z",
    });
    let mut command = cargo();
    command
        .current_dir(root().join("tests/peers"))
        .args([
            "rustc",
            "--quiet",
            "--locked",
            "--release",
            "-p",
            package,
            "--lib",
        ])
        .args([
            "--crate-type",
            "cdylib",
            "--target",
            "wasm32-unknown-unknown",
        ])
        .env("CARGO_TARGET_DIR", &folder)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", level.name())
        .env(
            "CARGO_ENCODED_RUSTFLAGS",
            "-Ctarget-feature=-bulk-memory,-bulk-memory-opt",
        );
    finish(&mut command);
    let file = format!("{}.wasm", package.replace('-', "_"));
    let wasm = folder.join("wasm32-unknown-unknown/release").join(file);
    std::fs::read(&wasm).unwrap_or_else(|error| panic!("{}: {error}", wasm.display()))
}
