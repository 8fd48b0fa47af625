//! Layers of uncommitted changes over the committed state; it knows nothing of keys or gas, and never commits.
//!
//! Each transaction, submessage and query opens a layer and either merges it into the one below or drops it. Layers are shared, so that an
//! iterator keeps the view it started with: a later write copies the top layer once.

use crate::error::Fault;
use commons_vm::Order;
use std::collections::{BTreeMap, VecDeque};
use std::ops::Bound;
use std::rc::Rc;

#[cfg(test)]
mod tests;

/// A key and its value.
pub type Entry = (Vec<u8>, Vec<u8>);

/// Committed state, pinned to one height.
pub trait StateRead {
    /// The value under a key, if there is one.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault>;

    /// At most `limit` entries with `start <= key < end` (no end: to the last), in the order asked for.
    ///
    /// # Errors
    /// [`Fault`] if the store cannot be read.
    fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<Entry>, Fault>;
}

/// What changed under each key; `None` = removed.
pub type Changes = BTreeMap<Vec<u8>, Option<Vec<u8>>>;

/// Entries that an iterator fetches from the committed state at once, at most. It starts with one and doubles, so that what a contract did
/// not pay for stays in proportion to what it did.
const PAGE: usize = 64;

/// The committed state under a stack of layers, the last one on top.
pub(crate) struct Overlay {
    base: Rc<dyn StateRead>,
    layers: Vec<Rc<Changes>>,
}

impl Overlay {
    /// The committed state under one layer.
    pub(crate) fn new(base: Rc<dyn StateRead>, first: Changes) -> Overlay {
        Overlay {
            base,
            layers: vec![Rc::new(first)],
        }
    }

    /// The value under a key as seen from the top.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        for layer in self.layers.iter().rev() {
            if let Some(change) = layer.get(key) {
                return Ok(change.clone());
            }
        }
        self.base.get(key)
    }

    /// Writes a value (`None` removes) into the top layer.
    pub(crate) fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        if let Some(top) = self.layers.last_mut() {
            Rc::make_mut(top).insert(key, value);
        }
    }

    /// Opens a layer and says how many lie below it.
    pub(crate) fn branch(&mut self) -> usize {
        self.layers.push(Rc::default());
        self.layers.len() - 1
    }

    /// Drops every layer above so many.
    pub(crate) fn roll_back(&mut self, below: usize) {
        self.layers.truncate(below);
    }

    /// Merges the top layer into the one below.
    pub(crate) fn merge(&mut self) {
        let top = self.take_top();
        if let Some(below) = self.layers.last_mut() {
            Rc::make_mut(below).extend(top);
        } else {
            self.layers.push(Rc::new(top));
        }
    }

    /// Takes the top layer off.
    pub(crate) fn take_top(&mut self) -> Changes {
        self.layers
            .pop()
            .map(Rc::unwrap_or_clone)
            .unwrap_or_default()
    }

    /// An iterator over `start <= key < end` that keeps the present view.
    pub(crate) fn cursor(&self, start: Vec<u8>, end: Option<Vec<u8>>, order: Order) -> Cursor {
        Cursor {
            base: Rc::clone(&self.base),
            layers: self.layers.clone(),
            page: VecDeque::new(),
            size: 1,
            rest: Some((start.clone(), end.clone())),
            start,
            end,
            order,
        }
    }
}

/// A merged iterator; a loop, whatever lies removed between two entries.
pub(crate) struct Cursor {
    base: Rc<dyn StateRead>,
    layers: Vec<Rc<Changes>>,
    /// Entries of the committed state that were fetched but not passed yet.
    page: VecDeque<Entry>,
    /// Entries to fetch next time.
    size: usize,
    /// What is still to be fetched.
    rest: Option<(Vec<u8>, Option<Vec<u8>>)>,
    start: Vec<u8>,
    end: Option<Vec<u8>>,
    order: Order,
}

impl Cursor {
    /// The next entry, or `None` at the end.
    pub(crate) fn next(&mut self) -> Result<Option<Entry>, Fault> {
        loop {
            self.fetch()?;
            let committed = self.page.front().map(|(key, _)| key.clone());
            let Some(key) = self.nearest(committed) else {
                return Ok(None);
            };
            self.pass(&key);
            let stored = match self.page.front() {
                Some((front, _)) if *front == key => self.page.pop_front(),
                _ => None,
            };
            let change = self.layers.iter().rev().find_map(|layer| layer.get(&key));
            match (change, stored) {
                (Some(Some(value)), _) => return Ok(Some((key, value.clone()))),
                (None, Some(entry)) => return Ok(Some(entry)),
                _ => {}
            }
        }
    }

    fn fetch(&mut self) -> Result<(), Fault> {
        if !self.page.is_empty() {
            return Ok(());
        }
        let Some((start, end)) = self.rest.take() else {
            return Ok(());
        };
        let page = self
            .base
            .range(&start, end.as_deref(), self.order, self.size)?;
        if page.len() == self.size
            && let Some((last, _)) = page.last()
        {
            self.rest = Some(match self.order {
                Order::Ascending => (after(last), end),
                Order::Descending => (start, Some(last.clone())),
            });
        }
        self.size = self.size.saturating_mul(2).min(PAGE);
        self.page = page.into();
        Ok(())
    }

    /// The key that comes first among the layers and the committed state.
    fn nearest(&self, committed: Option<Vec<u8>>) -> Option<Vec<u8>> {
        let mut best = committed;
        for layer in &self.layers {
            let Some(key) = self.first_of(layer) else {
                continue;
            };
            let closer = best.as_ref().is_none_or(|best| match self.order {
                Order::Ascending => key < best,
                Order::Descending => key > best,
            });
            if closer {
                best = Some(key.clone());
            }
        }
        best
    }

    fn first_of<'layer>(&self, layer: &'layer Changes) -> Option<&'layer Vec<u8>> {
        if self.end.as_ref().is_some_and(|end| *end <= self.start) {
            return None;
        }
        let end = match &self.end {
            Some(end) => Bound::Excluded(end.as_slice()),
            None => Bound::Unbounded,
        };
        let mut range = layer.range::<[u8], _>((Bound::Included(self.start.as_slice()), end));
        let entry = match self.order {
            Order::Ascending => range.next(),
            Order::Descending => range.next_back(),
        };
        entry.map(|(key, _)| key)
    }

    /// Moves the bound behind a key that was dealt with.
    fn pass(&mut self, key: &[u8]) {
        match self.order {
            Order::Ascending => self.start = after(key),
            Order::Descending => self.end = Some(key.to_vec()),
        }
    }
}

/// The smallest key greater than this one.
fn after(key: &[u8]) -> Vec<u8> {
    [key, &[0]].concat()
}
