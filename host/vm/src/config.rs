//! Owns what an operator may choose about the VM; it must never hold anything that could differ between nodes of one chain unnoticed.

use std::collections::BTreeSet;
use std::path::PathBuf;

/// The capabilities that wasmd 0.61 announces to contracts.
const CAPABILITIES: [&str; 11] = [
    "iterator",
    "staking",
    "stargate",
    "cosmwasm_1_1",
    "cosmwasm_1_2",
    "cosmwasm_1_3",
    "cosmwasm_1_4",
    "cosmwasm_2_0",
    "cosmwasm_2_1",
    "cosmwasm_2_2",
    "ibc2",
];

/// Settings of a [`Vm`](crate::Vm); the default is wasmd's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VmConfig {
    /// Linear memory one instance may hold, in bytes, rounded down to whole 64 KiB pages. Part of consensus.
    pub memory_limit_bytes: u64,
    /// Capabilities a contract may require through `requires_*` exports. Part of consensus.
    pub capabilities: BTreeSet<String>,
    /// Bytes a wasm file may have. Part of consensus.
    pub max_wasm_bytes: u64,
    /// Instances that may live at once: threads times the depth of nested queries. One more is a [`Fault`](crate::Fault).
    pub max_instances: u32,
    /// Compiled contracts to keep in memory, in bytes of their images, beside the pinned ones. Changes no outcome, only time.
    pub cache_memory_bytes: u64,
    /// A folder to keep machine code in across processes; none by default. It is made if it is missing, and
    /// [`Vm::new`](crate::Vm::new) refuses it if anyone but this user owns it or may write to it: machine code from there is run.
    /// Several processes, also of different versions, may share it. Changes no outcome, only time.
    pub cache_dir: Option<PathBuf>,
}

impl Default for VmConfig {
    fn default() -> Self {
        Self {
            memory_limit_bytes: 32 * 1024 * 1024,
            capabilities: CAPABILITIES.map(str::to_owned).into(),
            max_wasm_bytes: 800 * 1024,
            max_instances: 128,
            cache_memory_bytes: 100 * 1024 * 1024,
            cache_dir: None,
        }
    }
}
