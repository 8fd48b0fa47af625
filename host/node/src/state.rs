//! Owns the ledger's view of the store: committed state, pinned to one height. It never writes.

use commons_ledger::{Fault, Order, StateRead};
use commons_store::{Entries, Snapshot, StoreError};

/// The state after one block, as the ledger reads it.
pub struct State(pub(crate) Snapshot);

impl StateRead for State {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.0.get(key).map_err(unreadable)
    }

    fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        order: Order,
        limit: usize,
    ) -> Result<Entries, Fault> {
        self.0
            .range(start, end, matches!(order, Order::Ascending), limit)
            .map_err(unreadable)
    }
}

// By value: the shape that `map_err` asks for.
#[allow(clippy::needless_pass_by_value)]
fn unreadable(error: StoreError) -> Fault {
    Fault::State(error.to_string())
}
