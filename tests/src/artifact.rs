//! The contracts' wasm as `scripts/build-contracts` leaves it in `artifacts/`. Reads only; builds nothing.

use std::path::Path;

/// Contracts, in the order in which tests store them: code ids 1 to 5.
pub const NAMES: [&str; 5] = ["registry", "roll", "assembly", "survey", "trust"];

/// The wasm of one contract.
#[must_use]
pub fn wasm(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../artifacts/{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!(
            "{}: {error}. The contracts are not built: run scripts/build-contracts first",
            path.display()
        )
    })
}
