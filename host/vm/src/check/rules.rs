//! Owns the rules of CosmWasm 3.0 about a module's shape, in their order; it must never look into function bodies.

use std::collections::BTreeSet;

use wasmparser::{FuncType, TypeRef};

use super::module::{Summary, count};
use crate::config::VmConfig;
use crate::engine::{MAX_TABLE_ELEMENTS, memory_limit_pages};
use crate::error::Reject;
use crate::imports;

const MAX_INITIAL_PAGES: u64 = 512;
const MAX_IMPORTS: u64 = 100;
const MAX_FUNCTIONS: u64 = 20_000;
const MAX_PARAMS: u64 = 100;
const MAX_RESULTS: u64 = 1;
const MAX_PARAMS_TOTAL: u64 = 10_000;
const MAX_LOCALS: u64 = 100;
const MAX_LOCALS_TOTAL: u64 = 10_000;

const INTERFACE_PREFIX: &str = "interface_version_";
const INTERFACE: &str = "interface_version_8";
const REQUIRED_EXPORTS: [&str; 2] = ["allocate", "deallocate"];

/// Applies the rules in order; the first broken one is the answer.
pub(super) fn check(module: &Summary<'_>, config: &VmConfig) -> Result<(), Reject> {
    check_tables(module)?;
    check_memories(module, config)?;
    check_interface(module)?;
    check_exports(module)?;
    check_imports(module)?;
    check_capabilities(module, config)?;
    check_functions(module)
}

fn check_tables(module: &Summary<'_>) -> Result<(), Reject> {
    limit("tables", count(module.tables.len()), 1)?;
    let Some(table) = module.tables.first() else {
        return Ok(());
    };
    let maximum = table.maximum.ok_or(Reject::UnboundedTable)?;
    limit("table elements", maximum, count(MAX_TABLE_ELEMENTS))
}

fn check_memories(module: &Summary<'_>, config: &VmConfig) -> Result<(), Reject> {
    let [memory] = module.memories.as_slice() else {
        let found = module.memories.len();
        return Err(Reject::MemoryCount { found });
    };
    let pages = MAX_INITIAL_PAGES.min(memory_limit_pages(config));
    limit("initial memory pages", memory.initial, pages)?;
    match memory.maximum {
        None => Ok(()),
        Some(_) => Err(Reject::MemoryMaximum),
    }
}

fn check_interface(module: &Summary<'_>) -> Result<(), Reject> {
    let mut markers = module
        .exported_functions()
        .filter(|name| name.starts_with(INTERFACE_PREFIX));
    let marker = markers.next().ok_or(Reject::InterfaceMissing)?;
    if markers.next().is_some() {
        return Err(Reject::InterfaceAmbiguous);
    }
    if marker != INTERFACE {
        let name = marker.to_owned();
        return Err(Reject::InterfaceUnknown { name });
    }
    Ok(())
}

fn check_exports(module: &Summary<'_>) -> Result<(), Reject> {
    for name in REQUIRED_EXPORTS {
        if !module.exported_functions().any(|export| export == name) {
            return Err(Reject::MissingExport { name });
        }
    }
    Ok(())
}

fn check_imports(module: &Summary<'_>) -> Result<(), Reject> {
    limit("imports", count(module.imports.len()), MAX_IMPORTS)?;
    for import in &module.imports {
        let known = import.module == imports::MODULE && imports::signature(import.name).is_some();
        let name = || format!("{}.{}", import.module, import.name);
        if !known {
            return Err(Reject::UnknownImport { name: name() });
        }
        if !matches!(import.ty, TypeRef::Func(_)) {
            return Err(Reject::ImportKind { name: name() });
        }
    }
    Ok(())
}

fn check_capabilities(module: &Summary<'_>, config: &VmConfig) -> Result<(), Reject> {
    let required = module.required_capabilities();
    let missing: BTreeSet<String> = required.difference(&config.capabilities).cloned().collect();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(Reject::Capabilities(missing))
    }
}

fn check_functions(module: &Summary<'_>) -> Result<(), Reject> {
    let most = |size: fn(&FuncType) -> usize| module.types.iter().map(size).max().unwrap_or(0);
    let params = count(most(|ty| ty.params().len()));
    let results = count(most(|ty| ty.results().len()));
    limit("functions", module.function_count, MAX_FUNCTIONS)?;
    limit("parameters of a function", params, MAX_PARAMS)?;
    limit("results of a function", results, MAX_RESULTS)?;
    limit("parameters in total", module.params_total, MAX_PARAMS_TOTAL)?;
    limit("locals of a function", module.locals_max, MAX_LOCALS)?;
    limit("locals in total", module.locals_total, MAX_LOCALS_TOTAL)
}

/// Refuses more of something than there may be.
pub(super) fn limit(what: &'static str, found: u64, limit: u64) -> Result<(), Reject> {
    if found > limit {
        return Err(Reject::Limit { what, found, limit });
    }
    Ok(())
}
