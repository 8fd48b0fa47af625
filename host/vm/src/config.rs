//! Owns what an operator may choose about the VM; it must never hold anything that could differ between nodes of one chain unnoticed.

use std::collections::BTreeSet;

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
    /// Instances that may live at once: threads times the depth of nested queries. One more is a [`Fault`](crate::Fault).
    pub max_instances: u32,
}

impl Default for VmConfig {
    fn default() -> Self {
        Self {
            memory_limit_bytes: 32 * 1024 * 1024,
            capabilities: CAPABILITIES.map(str::to_owned).into(),
            max_instances: 128,
        }
    }
}
