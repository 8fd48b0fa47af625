//! Owns what can be seen of a call from outside a machine, in words that both share. It must not hide what differs.

use std::fmt;

use commons_vm::{CallError, RegionError, TrapKind};
use cosmwasm_vm::VmError;

use crate::store::{Records, Step};

/// What one call did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Observation {
    /// The bytes that the contract returned, undecoded, or why there are none.
    pub outcome: Result<Vec<u8>, Failure>,
    /// All gas used, inside and outside.
    pub gas_used: u64,
    /// The part that the chain had counted itself.
    pub gas_external: u64,
    /// The storage afterwards. That of a failed call too, though a chain would drop it.
    pub records: Records,
    /// Debug messages.
    pub debug: Vec<String>,
    /// What the contract asked of the chain.
    pub trace: Vec<Step>,
}

/// Why a call did not return. The machines' own texts differ; this is what they agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// All gas is used.
    OutOfGas,
    /// There is no such export.
    MissingExport,
    /// An export takes another number of arguments.
    Arity,
    /// An export takes or returns something else than numbers of 32 bits, or another number of results.
    Signature,
    /// The contract ended itself with this text.
    Aborted(String),
    /// The wasm trapped, in the words of the specification.
    Trap(&'static str),
    /// The contract's stack is exhausted: the one failure at which gas may differ.
    StackExhausted,
    /// A region or a list of sections is not as it must be.
    Communication(&'static str),
    /// A key or a value is too long.
    StorageLength,
    /// An import called the contract, which called an import, which did so again.
    Depth,
    /// A write where only reading is allowed.
    ReadOnly,
    /// The backend failed in a way that the contract is not shown.
    Backend,
    /// There is no instance.
    Instantiation,
    /// Anything else, in the machine's own words.
    Other(String),
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self:?}")
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::OutOfGas => Failure::OutOfGas,
            CallError::MissingExport { .. } => Failure::MissingExport,
            CallError::Arity { .. } => Failure::Arity,
            CallError::Signature { .. } => Failure::Signature,
            CallError::Aborted(text) => Failure::Aborted(text),
            CallError::Trap(TrapKind::StackOverflow) => Failure::StackExhausted,
            CallError::Trap(kind) => Failure::Trap(trap(kind)),
            CallError::Region(error) => Failure::Communication(region(error)),
            CallError::StorageLength { .. } => Failure::StorageLength,
            CallError::DepthExceeded => Failure::Depth,
            CallError::WriteAccessDenied => Failure::ReadOnly,
            CallError::Order(_) => Failure::Communication("order"),
            CallError::Section(_) => Failure::Communication("section"),
            CallError::Backend(_) => Failure::Backend,
            CallError::Instantiation(_) => Failure::Instantiation,
        }
    }
}

fn trap(kind: TrapKind) -> &'static str {
    match kind {
        TrapKind::StackOverflow => "call stack exhausted",
        TrapKind::MemoryOutOfBounds => "out of bounds memory access",
        TrapKind::TableOutOfBounds => "undefined element",
        TrapKind::IndirectCallToNull => "uninitialized element",
        TrapKind::BadSignature => "indirect call type mismatch",
        TrapKind::IntegerOverflow => "integer overflow",
        TrapKind::DivisionByZero => "integer divide by zero",
        TrapKind::BadConversion => "invalid conversion to integer",
        TrapKind::Unreachable => "unreachable",
    }
}

fn region(error: RegionError) -> &'static str {
    match error {
        RegionError::Dereference { .. } => "dereference",
        RegionError::ZeroOffset => "zero offset",
        RegionError::LengthExceedsCapacity { .. } => "length exceeds capacity",
        RegionError::OutOfAddressSpace { .. } => "out of address space",
        RegionError::TooLong { .. } => "too long",
        RegionError::Access { .. } => "access",
        RegionError::TooSmall { .. } => "too small",
        RegionError::ZeroAddress => "zero address",
    }
}

impl From<VmError> for Failure {
    fn from(error: VmError) -> Self {
        match error {
            VmError::GasDepletion { .. } => Failure::OutOfGas,
            VmError::ResolveErr { .. } => Failure::MissingExport,
            VmError::FunctionArityMismatch { .. } => Failure::Arity,
            VmError::ResultMismatch { .. } | VmError::ConversionErr { .. } => Failure::Signature,
            VmError::InstantiationErr { .. } => Failure::Instantiation,
            other => spoken(&other.to_string()),
        }
    }
}

/// What surrounds the text of an error that has passed through the contract's stack.
const WRAPPINGS: [&str; 2] = [
    "Error executing Wasm: ",
    "Wasmer runtime error: RuntimeError: ",
];

/// Traps, as both machines' words begin.
const TRAPS: [&str; 8] = [
    "unreachable",
    "out of bounds memory access",
    "undefined element",
    "uninitialized element",
    "indirect call type mismatch",
    "integer overflow",
    "integer divide by zero",
    "invalid conversion to integer",
];

/// Errors between host and contract, as cosmwasm-vm's words go on after the first ones.
const COMMUNICATION: [(&str, &str); 11] = [
    ("could not be dereferenced", "dereference"),
    ("Got a zero Wasm address in the offset", "zero offset"),
    ("exceeds capacity", "length exceeds capacity"),
    ("Region exceeds address space", "out of address space"),
    ("Region length too big.", "too long"),
    ("Region too small.", "too small"),
    ("Tried to access memory of region", "access"),
    ("Got an invalid section", "section"),
    ("Got an invalid value for iteration order", "order"),
    ("Got a zero Wasm address", "zero address"),
    ("Cannot decode UTF8", "text"),
];

/// Other texts of cosmwasm-vm, as they begin.
const SAYINGS: [(&str, Failure); 10] = [
    (
        "Ran out of gas during contract execution",
        Failure::OutOfGas,
    ),
    ("Maximum call depth exceeded.", Failure::Depth),
    (
        "Must not call a writing storage function",
        Failure::ReadOnly,
    ),
    ("Generic error: Key too big.", Failure::StorageLength),
    ("Generic error: Value too big.", Failure::StorageLength),
    ("Error calling into the VM's backend: ", Failure::Backend),
    ("The called function args arity", Failure::Arity),
    ("Unexpected number of result values", Failure::Signature),
    ("Couldn't convert from ", Failure::Signature),
    ("call stack exhausted", Failure::StackExhausted),
];

/// What a text of cosmwasm-vm says: an error that crosses the contract's stack arrives as its text.
fn spoken(text: &str) -> Failure {
    let mut core = text;
    while let Some(rest) = WRAPPINGS.iter().find_map(|wrap| core.strip_prefix(wrap)) {
        core = rest;
    }
    if let Some(reason) = core.strip_prefix("Aborted: ") {
        return Failure::Aborted(reason.to_owned());
    }
    if let Some(trap) = TRAPS.iter().find(|trap| core.starts_with(**trap)) {
        return Failure::Trap(trap);
    }
    if let Some(detail) = core.strip_prefix("Error in guest/host communication: ")
        && let Some((_, what)) = COMMUNICATION.iter().find(|(said, _)| detail.contains(said))
    {
        return Failure::Communication(what);
    }
    let known = SAYINGS.iter().find(|(said, _)| core.starts_with(said));
    known.map_or_else(
        || Failure::Other(core.to_owned()),
        |(_, failure)| failure.clone(),
    )
}
