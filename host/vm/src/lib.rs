//! Runs CosmWasm contracts on wasmtime with gas that is exact on every path; it must never know a store, a block or a clock.
//!
//! # Design
//!
//! **A call** is the only thing that runs. [`Vm::analyze`] checks a file without running it and gives an [`Analysis`] or a [`Reject`].
//! [`Vm::load`] also meters and compiles it and gives a [`Code`]: a compiled contract, cheap to clone, without any state.
//! [`Vm::call`] makes a fresh instance of it, passes the arguments of one [`EntryPoint`], takes the result, and throws the instance
//! away. Nothing survives a call but what the contract handed to its [`Backend`]; the next call begins as if there had been none.
//! Calls run on the caller's thread, on many threads at once, and a backend may call the VM again to answer a query.
//!
//! **Gas** is counted by instructions that are injected into the validated wasm, not by the engine. So the count survives upgrades of
//! wasmtime, is the same whether a call ends well, traps or runs dry, and equals that of the CosmWasm 3.0 virtual machine to the unit.
//! One counter holds what is left; the contract takes from it for its instructions, the host for copies, imports and what the backend
//! says an answer costs ([`GasInfo`]). A call that runs dry has used its whole limit. [`Vm::call_itemized`] tells where the gas went.
//! The stack is counted in the same way, by the contract's own call graph, so that deep recursion ends alike on every machine.
//!
//! **The border** between host and contract is the contract's memory. Both sides name bytes by a *region*: twelve bytes that hold an
//! offset, a capacity and a length. Whatever the contract says there is checked against its memory before it is believed, has its
//! price taken before it is copied, and has a greatest length for each argument of each [`Import`]. The host writes only where the
//! contract's `allocate` told it to. An import may be called while `allocate` runs for another one, and no deeper than that.
//!
//! **Determinism.** Equal code, arguments, backend answers and gas limit give an equal [`CallReport`], on every machine, from a cold
//! or a warm cache. Contracts see no clock, no randomness and no thread; a NaN has one form; memory grows to a limit and then fails to;
//! whether a file is accepted is decided by what is in it, never by how long it takes.
//! What [`VmConfig`] marks as part of consensus must be the same on every node; everything else changes only time.
//!
//! **Three families of errors**, never mixed. A [`Reject`] is about a file: every node refuses it, and nothing was run. A [`CallError`]
//! is the contract's own doing, deterministic, and part of the [`CallReport`]. A [`Fault`] is the host's: no statement about the
//! contract is made, and whoever gets one must commit nothing. A panic of a backend is a fault. Texts are for people, never for hashes.
//!
//! **The cache** keeps compiled contracts, never outcomes. In memory the most recently used ones stay up to a number of bytes, and
//! the pinned ones besides ([`Vm::pin`]). Machine code can outlive the process in a folder of the operator's choice
//! ([`VmConfig::cache_dir`]); a file there is found by everything that it depends on, checked by hash, and compiled anew at any doubt.
//! The checks of a file run again whenever it is not in memory, so that no verdict is older than this program. [`CacheStatistics`] tell.
//!
//! **Onlookers.** Debug messages of a contract reach [`Backend::debug`] while it runs. Loads and calls are spans of `tracing`, on
//! level `DEBUG` with the target `commons_vm`: the contract's checksum, where its code was found, entry point, gas, and how it ended.
//! None of these can change an outcome.
//!
//! **What is not here.** No storage, no accounts, no addresses, no messages between contracts: a backend brings the first three, a
//! chain the last. Nothing is read from a contract's answer: it is bytes, JSON by convention.
//!
//! # Use
//!
//! `examples/counter`, on a backend in memory that stands beside it:
//!
//! ```ignore
#![doc = include_str!("../examples/counter/main.rs")]
//! ```
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
mod observe;
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
pub use config::{ConfigError, VmConfig, VmConfigBuilder};
pub use engine::STACK_BYTES_PER_CALL;
pub use error::{CallError, Fault, LoadError, RegionError, Reject, TrapKind};
pub use gas::{Gas, GasInfo};
pub use imports::Import;
pub use observe::{GasBreakdown, ImportGas};
pub use vm::Vm;

/// The chain the tests in `tests/` run against names this crate from outside.
#[cfg(test)]
extern crate self as commons_vm;
#[cfg(test)]
#[path = "../tests/vm/support/mod.rs"]
#[allow(dead_code)]
mod support;
