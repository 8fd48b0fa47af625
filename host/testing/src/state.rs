//! Owns the state of a test chain: a map that is shared until somebody writes. It knows no key's meaning.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use commons_ledger::{Changes, Entry, Fault, Order, StateRead};

/// The state at one moment; a copy costs nothing until one of the two is written to.
#[derive(Clone, Default)]
pub(crate) struct State(Arc<BTreeMap<Vec<u8>, Vec<u8>>>);

impl State {
    pub(crate) fn write(&mut self, changes: Changes) {
        let map = Arc::make_mut(&mut self.0);
        for (key, change) in changes {
            match change {
                Some(value) => map.insert(key, value),
                None => map.remove(&key),
            };
        }
    }

    pub(crate) fn value(&self, key: &[u8]) -> Option<&[u8]> {
        self.0.get(key).map(Vec::as_slice)
    }
}

impl StateRead for State {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.0.get(key).cloned())
    }

    fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, Fault> {
        if end.is_some_and(|end| end <= start) {
            return Ok(Vec::new());
        }
        let bounds = (
            Bound::Included(start),
            end.map_or(Bound::Unbounded, Bound::Excluded),
        );
        let found = self.0.range::<[u8], _>(bounds);
        let copy = |(key, value): (&Vec<u8>, &Vec<u8>)| (key.clone(), value.clone());
        Ok(match order {
            Order::Ascending => found.take(limit).map(copy).collect(),
            Order::Descending => found.rev().take(limit).map(copy).collect(),
        })
    }
}
