//! Owns the decision which wasm files are contracts; it must never run or compile them, and its cost must stay linear in the file.
//!
//! The rules and their order are those of CosmWasm 3.0; [`strict`] and [`effort`] add those by which this host is stricter.

mod effort;
mod module;
mod operators;
mod rules;
mod strict;

use std::collections::BTreeSet;

use crate::analysis::{Analysis, EntryPoint};
use crate::checksum::Checksum;
use crate::config::VmConfig;
use crate::error::Reject;
use module::Summary;

#[cfg(test)]
pub(crate) use operators::{ALLOWED as ALLOWED_PROPOSALS, proposal};
pub(crate) use strict::{FIRST_ALLOCATE_EXPORT, GAS_EXPORT, REACH_EXPORT, STACK_EXPORT};

/// Checks a file by every rule and says what it is.
pub(crate) fn check(wasm: &[u8], config: &VmConfig) -> Result<Analysis, Reject> {
    rules::limit("bytes", module::count(wasm.len()), config.max_wasm_bytes)?;
    let mut module = Summary::read(wasm)?;
    rules::check(&module, config)?;
    let functions = std::mem::take(&mut module.functions);
    let bodies = operators::check(functions)?;
    strict::check(&module)?;
    effort::check(&module, &bodies)?;
    Ok(analysis(wasm, &module))
}

fn analysis(wasm: &[u8], module: &Summary<'_>) -> Analysis {
    let names: BTreeSet<&str> = module.exported_functions().collect();
    Analysis {
        checksum: Checksum::of(wasm),
        entry_points: EntryPoint::ALL
            .into_iter()
            .filter(|entry| names.contains(entry.name()))
            .collect(),
        has_ibc_entry_points: EntryPoint::IBC
            .iter()
            .all(|entry| names.contains(entry.name())),
        required_capabilities: module.required_capabilities(),
        migrate_version: module.migrate_version,
    }
}
