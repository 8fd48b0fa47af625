//! Owns the settings of wasmtime; every setting that could change a result, a trap or a gas count is fixed here and nowhere else.

use std::num::NonZeroUsize;

use wasmtime::{
    Config, Enabled, Engine, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig,
    Strategy, WasmFeatures,
};

use crate::config::VmConfig;
use crate::error::Fault;
use crate::meter::STACK_BYTES;

/// Native stack, in bytes, that one call may use at most: wasm frames and the host functions above them.
pub const STACK_BYTES_PER_CALL: usize = WASM_STACK_BYTES + HOST_STACK_BYTES;

/// Stack of the wasm frames of one call: twice what the count of stack allows, so that the count always ends a call first.
const WASM_STACK_BYTES: usize = 2 * STACK_BYTES;
/// Room for a host function (the deepest are pairings) and the engine.
const HOST_STACK_BYTES: usize = 256 * 1024;

const PAGE_BYTES: u64 = 64 * 1024;
/// A wasm memory of 32 bits has at most this many pages.
const MAX_PAGES: u64 = 65_536;

/// Elements the table of an instance may hold.
pub(crate) const MAX_TABLE_ELEMENTS: usize = 2_500;

/// Memory kept mapped in an idle slot. Only worth its price where the kernel can say which pages were written.
const KEEP_RESIDENT_BYTES: usize = 2 * 1024 * 1024;
/// What one instance may need besides memory and table: the engine's own records, mostly globals and function references.
const MAX_INSTANCE_BYTES: usize = 4 * 1024 * 1024;

/// The pages an instance may hold.
pub(crate) fn memory_limit_pages(config: &VmConfig) -> u64 {
    (config.memory_limit_bytes / PAGE_BYTES).min(MAX_PAGES)
}

/// The bytes an instance may hold.
pub(crate) fn memory_limit_bytes(config: &VmConfig) -> usize {
    let bytes = memory_limit_pages(config).saturating_mul(PAGE_BYTES);
    usize::try_from(bytes).unwrap_or(usize::MAX)
}

/// An engine that compiles with cranelift, on all threads, and takes instances from a pool.
pub(crate) fn build(config: &VmConfig) -> Result<Engine, Fault> {
    let mut settings = Config::new();
    settings
        .strategy(Strategy::Cranelift)
        .cranelift_opt_level(OptLevel::Speed)
        .cranelift_nan_canonicalization(true)
        .wasm_features(WasmFeatures::all(), false)
        .wasm_features(features(), true)
        .max_wasm_stack(WASM_STACK_BYTES)
        // Nothing here is asynchronous, but the engine wants one stack to fit into the other.
        .async_stack_size(STACK_BYTES_PER_CALL)
        .concurrency_support(false)
        // Where a contract traps decides what it owes; which function called that one is nobody's business.
        .wasm_backtrace_max_frames(NonZeroUsize::new(1))
        .generate_address_map(true)
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool(config)));
    Engine::new(&settings)
        .map_err(|error| Fault::new("starting the wasm engine", error.to_string()))
}

/// The wasm proposals the engine knows: those of the static checks, no more.
fn features() -> WasmFeatures {
    WasmFeatures::MUTABLE_GLOBAL
        | WasmFeatures::SATURATING_FLOAT_TO_INT
        | WasmFeatures::SIGN_EXTENSION
        | WasmFeatures::MULTI_VALUE
        | WasmFeatures::FLOATS
        | WasmFeatures::REFERENCE_TYPES
}

/// Without the kernel's word on what was written, nothing is kept: to compare or to copy costs more than to map anew.
fn pool(config: &VmConfig) -> PoolingAllocationConfig {
    let scan = config.pagemap_scan && PoolingAllocationConfig::is_pagemap_scan_available();
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(config.max_instances)
        .total_memories(config.max_instances)
        .total_tables(config.max_instances)
        .max_core_instance_size(MAX_INSTANCE_BYTES)
        .max_memories_per_module(1)
        .max_tables_per_module(1)
        .max_memory_size(memory_limit_bytes(config))
        .table_elements(MAX_TABLE_ELEMENTS)
        .linear_memory_keep_resident(if scan { KEEP_RESIDENT_BYTES } else { 0 })
        .table_keep_resident(MAX_TABLE_ELEMENTS * size_of::<usize>())
        .pagemap_scan(if scan { Enabled::Yes } else { Enabled::No });
    pool
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the tests that compare both rely on: off is off, and on is what the kernel can.
    #[test]
    fn the_kernel_is_asked_where_it_can_say_and_nobody_forbids_it() {
        for (wanted, can) in [
            (true, PoolingAllocationConfig::is_pagemap_scan_available()),
            (false, false),
        ] {
            let config = VmConfig {
                pagemap_scan: wanted,
                ..VmConfig::default()
            };
            let (asked, kept) = if can {
                ("pagemap_scan: Yes", KEEP_RESIDENT_BYTES)
            } else {
                ("pagemap_scan: No", 0)
            };
            let pool = format!("{:?}", pool(&config));
            assert!(pool.contains(asked), "{pool}");
            let kept = format!("linear_memory_keep_resident: {kept},");
            assert!(pool.contains(&kept), "{pool}");
        }
    }
}
