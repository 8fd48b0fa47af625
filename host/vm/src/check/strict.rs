//! Owns the rules by which this host refuses at upload what CosmWasm 3.0 lets fail, or leaves unsaid, at the first call.

use wasmparser::{ExternalKind, FuncType, TypeRef};

use super::module::Summary;
use crate::error::Reject;
use crate::imports;

/// The export through which the meter's counter is reached; no contract may use the name.
pub(crate) const GAS_EXPORT: &str = "commons_gas_left";
/// The export through which the count of stack is reached; no contract may use the name.
pub(crate) const STACK_EXPORT: &str = "commons_stack_left";

const MEMORY_EXPORT: &str = "memory";

/// Applies the rules in order.
pub(super) fn check(module: &Summary<'_>) -> Result<(), Reject> {
    if module.has_start {
        return Err(Reject::StartFunction);
    }
    check_memory_export(module)?;
    check_reserved_exports(module)?;
    check_global_exports(module)?;
    check_import_signatures(module)
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
    for name in [GAS_EXPORT, STACK_EXPORT] {
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
