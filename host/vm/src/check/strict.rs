//! Owns the rules by which this host refuses at upload what CosmWasm 3.0 lets fail, or leaves unsaid, at the first call.

use wasmparser::{ExternalKind, FuncType, TypeRef, ValType};

use super::module::{Summary, count};
use super::rules::limit;
use crate::error::Reject;
use crate::imports;

/// The export through which the meter's counter is reached; no contract may use the name.
pub(crate) const GAS_EXPORT: &str = "commons_gas_left";
/// The export through which the count of stack is reached; no contract may use the name.
pub(crate) const STACK_EXPORT: &str = "commons_stack_left";
/// The export by which the host allocates first, where memory has grown already; no contract may use the name.
pub(crate) const FIRST_ALLOCATE_EXPORT: &str = "commons_first_allocate";
/// The export that says how far memory reaches by the contract's own count; no contract may use the name.
pub(crate) const REACH_EXPORT: &str = "commons_reach";

const RESERVED_EXPORTS: [&str; 4] = [
    GAS_EXPORT,
    STACK_EXPORT,
    FIRST_ALLOCATE_EXPORT,
    REACH_EXPORT,
];

const MEMORY_EXPORT: &str = "memory";

/// Function types; the most seen in a published contract is 47.
const MAX_TYPES: u64 = 1_000;
/// Exports; the most seen is 26.
const MAX_EXPORTS: u64 = 1_000;
/// Globals; the most seen is 3.
const MAX_GLOBALS: u64 = 1_000;
/// Pieces of tables; the most seen is 1.
const MAX_ELEMENT_SEGMENTS: u64 = 1_000;
/// Functions named in pieces of tables; the most seen is 269.
const MAX_ELEMENTS: u64 = 10_000;
/// Pieces of memory; the most seen is 137.
const MAX_DATA_SEGMENTS: u64 = 10_000;
/// Custom sections; the most seen is 3.
const MAX_CUSTOM_SECTIONS: u64 = 100;

/// Applies the rules in order.
pub(super) fn check(module: &Summary<'_>) -> Result<(), Reject> {
    if module.has_start {
        return Err(Reject::StartFunction);
    }
    check_memory_export(module)?;
    check_reserved_exports(module)?;
    check_global_exports(module)?;
    check_import_signatures(module)?;
    check_value_types(module)?;
    check_counts(module)
}

fn check_counts(module: &Summary<'_>) -> Result<(), Reject> {
    limit("function types", count(module.types.len()), MAX_TYPES)?;
    limit("exports", count(module.exports.len()), MAX_EXPORTS)?;
    limit("globals", count(module.globals.len()), MAX_GLOBALS)?;
    let segments = module.element_segments;
    limit("pieces of tables", segments, MAX_ELEMENT_SEGMENTS)?;
    limit("elements of tables", module.element_items, MAX_ELEMENTS)?;
    limit("pieces of memory", module.data_segments, MAX_DATA_SEGMENTS)?;
    let sections = module.custom_sections;
    limit("custom sections", sections, MAX_CUSTOM_SECTIONS)
}

fn check_memory_export(module: &Summary<'_>) -> Result<(), Reject> {
    let mut exports = module.exports.iter();
    let exported = exports.any(|e| e.name == MEMORY_EXPORT && e.kind == ExternalKind::Memory);
    if exported {
        Ok(())
    } else {
        let name = MEMORY_EXPORT;
        Err(Reject::MissingExport { name })
    }
}

fn check_reserved_exports(module: &Summary<'_>) -> Result<(), Reject> {
    for name in RESERVED_EXPORTS {
        if module.exports.iter().any(|e| e.name == name) {
            return Err(Reject::ReservedExport { name });
        }
    }
    Ok(())
}

fn check_global_exports(module: &Summary<'_>) -> Result<(), Reject> {
    for export in &module.exports {
        // No import is a global, so that the indices of globals start in this module.
        let index = usize::try_from(export.index).unwrap_or(usize::MAX);
        let global = module.globals.get(index);
        if export.kind == ExternalKind::Global && global.is_some_and(|global| global.mutable) {
            let name = export.name.to_owned();
            return Err(Reject::MutableGlobalExport { name });
        }
    }
    Ok(())
}

fn check_import_signatures(module: &Summary<'_>) -> Result<(), Reject> {
    for import in &module.imports {
        let TypeRef::Func(index) = import.ty else {
            continue;
        };
        let fits = module
            .function_type(index)
            .is_some_and(|ty| matches_host(import.name, ty));
        if !fits {
            let name = import.name.to_owned();
            return Err(Reject::ImportSignature { name });
        }
    }
    Ok(())
}

fn matches_host(name: &str, ty: &FuncType) -> bool {
    imports::signature(name).is_some_and(|signature| {
        let params = ty.params();
        params.len() == signature.params
            && params
                .iter()
                .all(|param| *param == wasmparser::ValType::I32)
            && ty.results() == signature.result.as_slice()
    })
}

/// References are no values here: the instructions that make them are refused, and so must be places to keep them.
fn check_value_types(module: &Summary<'_>) -> Result<(), Reject> {
    let of_functions = module
        .types
        .iter()
        .flat_map(|ty| ty.params().iter().chain(ty.results()));
    let of_globals = module.globals.iter().map(|global| &global.content_type);
    let mut all = of_functions.chain(of_globals).chain(&module.local_types);
    match all.find(|ty| !is_number(**ty)) {
        Some(ty) => Err(Reject::ValueType {
            name: ty.to_string(),
        }),
        None => check_tables(module),
    }
}

fn check_tables(module: &Summary<'_>) -> Result<(), Reject> {
    match module
        .tables
        .iter()
        .find(|table| !table.element_type.is_func_ref())
    {
        Some(table) => {
            let name = table.element_type.to_string();
            Err(Reject::ValueType { name })
        }
        None => Ok(()),
    }
}

fn is_number(ty: ValType) -> bool {
    matches!(
        ty,
        ValType::I32 | ValType::I64 | ValType::F32 | ValType::F64
    )
}
