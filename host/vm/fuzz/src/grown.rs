//! Owns what wasm-smith is asked for: modules that a contract may contain, or on purpose may not.

use arbitrary::{Result, Unstructured};
use wasm_smith::{Config, Module};

use crate::imports;

/// How far a grown module may leave what contracts are allowed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wild {
    /// Not at all.
    No,
    /// By proposals that must be refused.
    Proposals,
}

/// Grows a module from input bytes.
pub(crate) fn grow(u: &mut Unstructured<'_>, wild: Wild) -> Result<Vec<u8>> {
    let mut config = Config {
        available_imports: Some(imports::module(u.arbitrary()?)),
        // Imports count as functions.
        max_imports: 24,
        min_funcs: 2,
        max_funcs: 20,
        max_instructions: 80,
        max_nesting_depth: 12,
        max_types: 16,
        max_globals: 8,
        max_data_segments: 0,
        max_memories: 1,
        min_memories: 1,
        max_tables: 1,
        max_table_elements: 64,
        table_max_size_required: true,
        max_elements: 32,
        max_element_segments: 4,
        max_exports: 0,
        allow_start_export: false,
        ..Config::default()
    };
    refuse_proposals(&mut config);
    if wild == Wild::Proposals {
        allow_some_proposals(&mut config, u)?;
    }
    Ok(Module::new(config, u)?.to_bytes())
}

/// Leaves what CosmWasm allows.
fn refuse_proposals(config: &mut Config) {
    config.bulk_memory_enabled = false;
    config.exceptions_enabled = false;
    config.extended_const_enabled = false;
    config.gc_enabled = false;
    config.memory64_enabled = false;
    config.multi_value_enabled = false;
    config.reference_types_enabled = false;
    config.relaxed_simd_enabled = false;
    config.simd_enabled = false;
    config.tail_call_enabled = false;
    config.threads_enabled = false;
    config.wide_arithmetic_enabled = false;
    config.custom_page_sizes_enabled = false;
    config.shared_everything_threads_enabled = false;
}

fn allow_some_proposals(config: &mut Config, u: &mut Unstructured<'_>) -> Result<()> {
    let bits: u16 = u.arbitrary()?;
    let bit = |at: u32| bits >> at & 1 == 1;
    config.bulk_memory_enabled = bit(0);
    config.exceptions_enabled = bit(1);
    config.extended_const_enabled = bit(2);
    config.gc_enabled = bit(3) && bit(4);
    config.memory64_enabled = bit(5);
    config.multi_value_enabled = bit(6);
    config.reference_types_enabled = bit(4);
    config.relaxed_simd_enabled = bit(7) && bit(8);
    config.simd_enabled = bit(8);
    config.tail_call_enabled = bit(9);
    config.threads_enabled = bit(10);
    config.wide_arithmetic_enabled = bit(11);
    config.allow_start_export = bit(12);
    config.table_max_size_required = !bit(13);
    config.max_tables = if bit(14) && bit(4) { 2 } else { 1 };
    config.max_data_segments = if bit(15) { 4 } else { 0 };
    Ok(())
}
