//! Owns the error families of the VM (reject, outcome, fault); they must never be mixed, and their texts never enter a hash.

use std::any::Any;
use std::collections::BTreeSet;

/// Why a wasm file is refused before it runs. Every node refuses the same files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Reject {
    /// Not a wasm module of the allowed features.
    #[error("invalid wasm: {0}")]
    Malformed(String),
    /// The section `cw_migrate_version` is not a decimal number of 64 bits.
    #[error("invalid section cw_migrate_version: {0}")]
    MigrateVersion(String),
    /// More of something than is allowed.
    #[error("too many {what}: {found}, limit {limit}")]
    Limit {
        /// What was counted.
        what: &'static str,
        /// How many there are.
        found: u64,
        /// How many there may be.
        limit: u64,
    },
    /// The table has no maximum.
    #[error("the table must have a maximum")]
    UnboundedTable,
    /// There is not exactly one memory defined in the module.
    #[error("a contract must define exactly one memory, found {found}")]
    MemoryCount {
        /// How many there are.
        found: usize,
    },
    /// The memory has a maximum; the host sets it.
    #[error("the memory's maximum must be unset: the host sets it")]
    MemoryMaximum,
    /// There is no `interface_version_*` export.
    #[error("missing marker export interface_version_*")]
    InterfaceMissing,
    /// There is more than one `interface_version_*` export.
    #[error("more than one marker export interface_version_*")]
    InterfaceAmbiguous,
    /// The interface is not that of CosmWasm 1.0 and later.
    #[error("unknown interface {name}, expected interface_version_8")]
    InterfaceUnknown {
        /// The marker found.
        name: String,
    },
    /// A required export is absent or not of the right kind.
    #[error("missing required export {name}")]
    MissingExport {
        /// Its name.
        name: &'static str,
    },
    /// An import the host does not offer.
    #[error("unknown import {name}")]
    UnknownImport {
        /// Module and name.
        name: String,
    },
    /// An import that is not a function.
    #[error("import {name} is not a function")]
    ImportKind {
        /// Module and name.
        name: String,
    },
    /// An import with another signature than the host's.
    #[error("import {name} has the wrong signature")]
    ImportSignature {
        /// The name in module `env`.
        name: String,
    },
    /// Capabilities this chain does not have.
    #[error("required capabilities are not available: {0:?}")]
    Capabilities(BTreeSet<String>),
    /// An instruction outside the allowed set.
    #[error("instruction of {proposal} at byte {offset}")]
    Operator {
        /// The wasm proposal it belongs to.
        proposal: &'static str,
        /// Where it is in the file.
        offset: usize,
    },
    /// A place for something that is not one of the four numbers.
    #[error("values of type {name} are not allowed")]
    ValueType {
        /// The type.
        name: String,
    },
    /// A start function would run unmetered by the caller.
    #[error("a contract must not have a start function")]
    StartFunction,
    /// A mutable global is exported.
    #[error("exported global {name} is mutable")]
    MutableGlobalExport {
        /// Its export name.
        name: String,
    },
    /// An export uses the name the meter needs.
    #[error("export name {name} is reserved")]
    ReservedExport {
        /// The name.
        name: &'static str,
    },
}

/// Why a contract could not be loaded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// The file is at fault.
    #[error(transparent)]
    Reject(#[from] Reject),
    /// The host is at fault.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a call failed: the contract's doing, equal on every node.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The gas limit was reached; all of it counts as used.
    #[error("out of gas")]
    OutOfGas,
    /// The contract lacks the entry point.
    #[error("missing export {name}")]
    MissingExport {
        /// The entry point's export name.
        name: String,
    },
    /// An export takes another number of arguments than it must.
    #[error("export {name} takes {expected} arguments, {given} given")]
    Arity {
        /// The export.
        name: &'static str,
        /// How many it takes.
        expected: usize,
        /// How many the host gives.
        given: usize,
    },
    /// An export takes or returns another type than it must.
    #[error("export {name} has the wrong signature")]
    Signature {
        /// The export.
        name: &'static str,
    },
    /// The contract ended itself with this message.
    #[error("aborted: {0}")]
    Aborted(String),
    /// The wasm trapped.
    #[error("trap: {0}")]
    Trap(TrapKind),
    /// A region of the contract's memory is unusable.
    #[error(transparent)]
    Region(#[from] RegionError),
    /// A key or value is too long to be written to storage.
    #[error("{what} too big: tried to write {length} bytes to storage, limit is {limit}")]
    StorageLength {
        /// `Key` or `Value`.
        what: &'static str,
        /// Its length in bytes.
        length: u32,
        /// The limit in bytes.
        limit: u32,
    },
    /// An import called into the contract, which called an import, which did so again.
    #[error("maximum call depth exceeded")]
    DepthExceeded,
    /// A write from a call that may only read.
    #[error("must not call a writing storage function in this context")]
    WriteAccessDenied,
    /// The iteration order is neither 1 nor 2.
    #[error("invalid iteration order {0}")]
    Order(i32),
    /// A list of byte strings is not well formed.
    #[error("invalid section: {0}")]
    Section(&'static str),
    /// The chain refused an operation in a way the contract is not shown.
    #[error("chain: {0}")]
    Backend(String),
    /// The module could not be instantiated, for example a data segment lies outside the memory.
    #[error("instantiation of the module failed: {0}")]
    Instantiation(String),
}

/// The traps of the allowed instruction set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TrapKind {
    /// The call stack is exhausted.
    #[error("call stack exhausted")]
    StackOverflow,
    /// A load or store outside the memory.
    #[error("out of bounds memory access")]
    MemoryOutOfBounds,
    /// An indirect call outside the table.
    #[error("out of bounds table access")]
    TableOutOfBounds,
    /// An indirect call through an empty table entry.
    #[error("uninitialized table element")]
    IndirectCallToNull,
    /// An indirect call of a function of another type.
    #[error("indirect call type mismatch")]
    BadSignature,
    /// Division of the smallest integer by minus one.
    #[error("integer overflow")]
    IntegerOverflow,
    /// Division by zero.
    #[error("integer divide by zero")]
    DivisionByZero,
    /// A float that is no integer of the target type.
    #[error("invalid conversion to integer")]
    BadConversion,
    /// The instruction `unreachable`.
    #[error("unreachable")]
    Unreachable,
}

/// What is wrong with a region (12 bytes: offset, capacity, length) that the contract passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RegionError {
    /// The 12 bytes do not lie inside the memory.
    #[error("pointer {pointer} could not be dereferenced to a region")]
    Dereference {
        /// The pointer.
        pointer: u32,
    },
    /// The region starts at address 0.
    #[error("got a zero wasm address in the offset")]
    ZeroOffset,
    /// The region is longer than it can hold.
    #[error("region length {length} exceeds capacity {capacity}")]
    LengthExceedsCapacity {
        /// Bytes used.
        length: u32,
        /// Bytes available.
        capacity: u32,
    },
    /// The region ends beyond 32 bits.
    #[error("region exceeds address space: offset {offset}, capacity {capacity}")]
    OutOfAddressSpace {
        /// Where it starts.
        offset: u32,
        /// Bytes available.
        capacity: u32,
    },
    /// The data is longer than this argument may be.
    #[error("region length too big: got {length}, limit {limit}")]
    TooLong {
        /// Bytes used.
        length: u32,
        /// Bytes allowed.
        limit: u32,
    },
    /// The data lies outside the memory.
    #[error("tried to access memory outside the instance: offset {offset}, length {length}")]
    Access {
        /// Where it starts.
        offset: u32,
        /// Bytes to read or write.
        length: u32,
    },
    /// The data to write is longer than the region can hold.
    #[error("region too small: got {capacity}, required {required}")]
    TooSmall {
        /// Bytes available.
        capacity: u32,
        /// Bytes to write.
        required: usize,
    },
    /// `allocate` returned address 0.
    #[error("got a zero wasm address")]
    ZeroAddress,
}

/// The host is broken: stop, commit nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {detail}")]
pub struct Fault {
    what: &'static str,
    detail: String,
}

impl Fault {
    /// A fault while doing `what`.
    pub(crate) fn new(what: &'static str, detail: impl Into<String>) -> Self {
        Self {
            what,
            detail: detail.into(),
        }
    }

    /// A panic while doing `what`.
    pub(crate) fn panicked(what: &'static str, panic: &(dyn Any + Send)) -> Self {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or_else(|| panic.downcast_ref::<&str>().copied());
        Self::new(what, format!("panicked: {}", text.unwrap_or("no message")))
    }
}

/// What ends a call early, carried through the engine's own error type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Stop {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Fault(#[from] Fault),
    /// Only the exact build can say how the call goes; nothing but the instance has changed.
    #[error("the call has to be made in the exact build")]
    Undecided,
}

impl From<RegionError> for Stop {
    fn from(error: RegionError) -> Self {
        Stop::Call(CallError::Region(error))
    }
}
