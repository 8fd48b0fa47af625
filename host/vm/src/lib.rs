//! Runs CosmWasm contracts on wasmtime with gas that is exact on every path; it must never know a store, a block or a clock.
//!
//! The road of a contract: [`Vm::analyze`] checks the bytes ([`Analysis`] or [`Reject`]), [`Vm::load`] also meters and compiles them
//! into a [`Code`] kept in memory under its [`Checksum`], and [`Vm::call`] runs one entry point in a fresh instance against a
//! [`Backend`]. What a contract does wrong is a [`CallError`] inside the [`CallReport`]; what the host does wrong is a [`Fault`].
//!
//! Machine code can outlive the process in a folder of the operator's choice ([`VmConfig::cache_dir`]); nothing but machine code
//! does, and no outcome depends on whether it was found. [`CacheStatistics`] tell.
//!
//! Gas is counted by instructions injected into the validated wasm, not by the engine: the count survives upgrades of wasmtime and
//! equals that of the CosmWasm 3.0 virtual machine, traps included.
//!
//! Native stack: one call may use [`STACK_BYTES_PER_CALL`] of its thread. A backend whose `query` calls back into the VM needs a
//! thread with that much for every level of nesting.

#![deny(clippy::float_arithmetic)]
#![deny(unsafe_code)]

mod analysis;
mod backend;
mod cache;
mod call;
mod check;
mod checksum;
mod code;
mod config;
mod engine;
mod error;
mod frame;
mod gas;
mod imports;
mod meter;
mod price;
mod region;
mod section;
mod trap;
mod vm;

pub use analysis::{Analysis, EntryPoint};
pub use backend::{Backend, BackendError, BackendResult, Order};
pub use cache::{CacheStatistics, Held};
pub use call::CallReport;
pub use checksum::Checksum;
pub use code::Code;
pub use config::VmConfig;
pub use engine::STACK_BYTES_PER_CALL;
pub use error::{CallError, Fault, LoadError, RegionError, Reject, TrapKind};
pub use gas::{Gas, GasInfo};
pub use vm::Vm;

/// The chain the tests in `tests/` run against names this crate from outside.
#[cfg(test)]
extern crate self as commons_vm;
#[cfg(test)]
#[path = "../tests/vm/support/mod.rs"]
#[allow(dead_code)]
mod support;
