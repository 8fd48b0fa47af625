//! Owns the spans that `tracing` is told; they must never hold what a contract was asked or what it answered.
//!
//! Both are on level `DEBUG` with the target `commons_vm`. Where nobody listens, a span is one comparison.

use tracing::{Span, debug_span, field};

use crate::analysis::EntryPoint;
use crate::call::CallReport;
use crate::checksum::Checksum;
use crate::code::Code;
use crate::error::{CallError, Fault, LoadError};
use crate::gas::Gas;

const TARGET: &str = "commons_vm";

/// Where a contract was found.
#[derive(Clone, Copy)]
pub(crate) enum Found {
    Memory,
    Disk,
    Compiler,
}

/// Spans the loading of a contract.
pub(crate) fn load(checksum: &Checksum) -> Span {
    debug_span!(
        target: TARGET,
        "load",
        contract = %checksum,
        wasm_bytes = field::Empty,
        code_from = field::Empty,
        outcome = field::Empty,
    )
}

/// Notes in the span of a load that the file was needed.
pub(crate) fn wasm(bytes: &[u8]) {
    Span::current().record("wasm_bytes", bytes.len());
}

/// Notes in the span of a load where the machine code is from.
pub(crate) fn found(place: Found) {
    let place = match place {
        Found::Memory => "memory",
        Found::Disk => "disk",
        Found::Compiler => "compiler",
    };
    // The name is this span's own, so that no span of somebody else's is written to where this one is off.
    Span::current().record("code_from", place);
}

/// Notes in the span of a load how it ended.
pub(crate) fn loaded(result: Result<&Code, &LoadError>) {
    let outcome = match result {
        Ok(_) => "ok",
        Err(LoadError::Reject(_)) => "reject",
        Err(LoadError::Fault(_)) => "fault",
    };
    Span::current().record("outcome", outcome);
}

/// Spans a call.
pub(crate) fn call(code: &Code, entry: EntryPoint, gas_limit: Gas) -> Span {
    debug_span!(
        target: TARGET,
        "call",
        contract = %code.analysis().checksum,
        entry = entry.name(),
        gas_limit = gas_limit.0,
        gas_used = field::Empty,
        outcome = field::Empty,
    )
}

/// Notes in the span of a call how it ended.
pub(crate) fn called(span: &Span, result: Result<&CallReport, &Fault>) {
    let outcome = match result {
        Err(_) => "fault",
        Ok(report) => {
            span.record("gas_used", report.gas_used.0);
            report.outcome.as_ref().map_or_else(class, |_| "ok")
        }
    };
    span.record("outcome", outcome);
}

/// The error without its values.
fn class(error: &CallError) -> &'static str {
    match error {
        CallError::OutOfGas => "out of gas",
        CallError::MissingExport { .. } => "missing export",
        CallError::Arity { .. } | CallError::Signature { .. } => "wrong signature",
        CallError::Aborted(_) => "aborted",
        CallError::Trap(_) => "trap",
        CallError::Region(_) | CallError::Section(_) => "bad region",
        CallError::StorageLength { .. } => "too long for storage",
        CallError::DepthExceeded => "too deep",
        CallError::WriteAccessDenied => "write denied",
        CallError::Order(_) => "bad order",
        CallError::Backend(_) => "refused by the chain",
        CallError::Instantiation(_) => "not instantiated",
    }
}
