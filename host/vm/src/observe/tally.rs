//! Owns the counting behind a breakdown, one call long; it must never decide whether something can be paid.

use super::breakdown::{GasBreakdown, ImportGas};
use crate::gas::{Gas, GasInfo};
use crate::imports::Import;

/// What the host takes a price for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cost {
    /// Entering an import.
    Entry,
    /// Copying a region.
    Region,
    /// Work of the VM.
    Work,
    /// An answer of the backend.
    Backend,
}

/// The breakdown of a call that is running.
#[derive(Default)]
pub(crate) struct Tally {
    breakdown: GasBreakdown,
    /// What the contract's counter held when the host last wrote or read it.
    counter: Gas,
}

impl Tally {
    /// The host left the contract's counter at this.
    pub(crate) fn leave(&mut self, counter: Gas) {
        self.counter = counter;
    }

    /// The host finds the contract's counter at this: the difference was spent on instructions.
    pub(crate) fn enter(&mut self, counter: Gas) {
        let spent = self.counter.saturating_sub(counter);
        add(&mut self.breakdown.operators, spent);
        self.counter = counter;
    }

    /// A price was asked for, by an import or for the call itself, when there was this much left to pay it from.
    pub(crate) fn charge(&mut self, import: Option<Import>, cost: Cost, info: GasInfo, left: Gas) {
        let external = info.externally_used.min(left);
        let own = info.cost.min(left.saturating_sub(external));
        let Some(import) = import else {
            // Outside the imports, the host takes a price for copies only.
            add(&mut self.breakdown.arguments, own.saturating_add(external));
            return;
        };
        let gas = self.of(import);
        add(&mut gas.external, external);
        match cost {
            Cost::Entry => {
                gas.calls = gas.calls.saturating_add(1);
                add(&mut gas.entry, own);
            }
            Cost::Region => add(&mut gas.regions, own),
            Cost::Work => add(&mut gas.work, own),
            Cost::Backend => add(&mut gas.backend, own),
        }
    }

    /// The chain ran out of gas while it worked for an import, which ends the call with all that was left.
    pub(crate) fn forfeit(&mut self, import: Option<Import>, left: Gas) {
        let lost = GasInfo::with_externally_used(left);
        self.charge(import, Cost::Backend, lost, left);
    }

    /// The breakdown; `beyond` is the part of an exhausted limit that no meter can hold.
    pub(crate) fn close(mut self, beyond: Gas) -> GasBreakdown {
        add(&mut self.breakdown.operators, beyond);
        self.breakdown
    }

    fn of(&mut self, import: Import) -> &mut ImportGas {
        self.breakdown.imports.entry(import).or_default()
    }
}

fn add(sum: &mut Gas, gas: Gas) {
    *sum = sum.saturating_add(gas);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_paid_takes_what_is_left_the_chains_part_first() {
        let price = GasInfo {
            cost: Gas(70),
            externally_used: Gas(50),
        };
        for (left, external, own) in [(200, 50, 70), (60, 50, 10), (30, 30, 0)] {
            let mut tally = Tally::default();
            tally.charge(Some(Import::DbRead), Cost::Backend, price, Gas(left));
            let gas = *tally.of(Import::DbRead);
            assert_eq!((gas.external, gas.backend), (Gas(external), Gas(own)));
        }
    }
}
