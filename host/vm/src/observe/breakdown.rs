//! Owns the shape in which a call's gas is told; it must never hold a part of the bill twice.

use std::collections::BTreeMap;

use crate::gas::Gas;
use crate::imports::Import;

/// Where the gas of one call went. Equal on every node, like the call itself.
///
/// The parts add up to [`CallReport::gas_used`](crate::CallReport::gas_used), whatever the outcome. What a call could not pay any more
/// counts with whoever asked for it: the gas that was left went there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GasBreakdown {
    /// Instructions of the contract, those of its `allocate` and `deallocate` included. Also what a limit names above 2^63 - 1, to
    /// where the meter counts, if the call ran out of gas.
    pub operators: Gas,
    /// Copies of the arguments into the contract and of the result out of it.
    pub arguments: Gas,
    /// What each import took that was called.
    pub imports: BTreeMap<Import, ImportGas>,
}

/// What one import took in all its calls, apart from the contract's own instructions.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ImportGas {
    /// How often it was called.
    pub calls: u64,
    /// The price of being called at all.
    pub entry: Gas,
    /// Copies between contract and host.
    pub regions: Gas,
    /// Work of the VM itself: cryptography, checks of text.
    pub work: Gas,
    /// Work of the backend that the VM charges for: [`GasInfo::cost`](crate::GasInfo::cost).
    pub backend: Gas,
    /// What the chain charged on its own meter: [`GasInfo::externally_used`](crate::GasInfo::externally_used).
    pub external: Gas,
}

impl GasBreakdown {
    /// The sum of all parts.
    #[must_use]
    pub fn total(&self) -> Gas {
        let own = self.operators.saturating_add(self.arguments);
        let imports = self.imports.values().map(ImportGas::total);
        imports.fold(own, Gas::saturating_add)
    }
}

impl ImportGas {
    /// The sum of all parts.
    #[must_use]
    pub fn total(&self) -> Gas {
        let parts = [
            self.entry,
            self.regions,
            self.work,
            self.backend,
            self.external,
        ];
        parts.into_iter().fold(Gas::ZERO, Gas::saturating_add)
    }
}
