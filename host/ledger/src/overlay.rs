//! Layers of uncommitted changes over the committed state; it knows nothing of keys or gas, and never commits.
//!
//! Each transaction, submessage and query opens a layer and either merges it into the one below or drops it. An iterator keeps the view it
//! started with: layers remember what a key was before each iterator, so that ten thousand of them cost no more than the writes beside them.

use crate::error::Fault;
use commons_vm::Order;
use std::cell::RefCell;
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

/// The changes of one layer, and for iterators what they were before.
#[derive(Default)]
struct Layer {
    now: Changes,
    /// Under a key, for moments that rise: what it had until then; the inner `None` is a removal, the outer is no change.
    past: BTreeMap<Vec<u8>, Vec<(u64, Option<Change>)>>,
}

/// A value, or a removal.
type Change = Option<Vec<u8>>;

impl Layer {
    /// Writes at a moment. Before the first iterator (moment 0) nobody can want to know what was there.
    fn put(&mut self, key: Vec<u8>, change: Change, moment: u64) {
        if moment == 0 {
            self.now.insert(key, change);
            return;
        }
        let before = self.now.insert(key.clone(), change);
        let past = self.past.entry(key).or_default();
        if past.last().is_none_or(|(until, _)| *until < moment) {
            past.push((moment, before));
        }
    }

    /// The change of a key as an iterator of this moment sees it.
    fn seen(&self, key: &[u8], moment: u64) -> Option<&Change> {
        let past = self.past.get(key).map_or(&[][..], Vec::as_slice);
        let later = past.partition_point(|(until, _)| *until <= moment);
        match past.get(later) {
            Some((_, before)) => before.as_ref(),
            None => self.now.get(key),
        }
    }
}

/// The committed state under a stack of layers, the last one on top.
pub(crate) struct Overlay {
    base: Rc<dyn StateRead>,
    layers: Vec<Rc<RefCell<Layer>>>,
    /// Rises with each iterator, which does not see what is written from then on.
    moment: u64,
}

impl Overlay {
    /// The committed state under one layer.
    pub(crate) fn new(base: Rc<dyn StateRead>, first: Changes) -> Overlay {
        let first = Layer {
            now: first,
            past: BTreeMap::new(),
        };
        Overlay {
            base,
            layers: vec![Rc::new(RefCell::new(first))],
            moment: 0,
        }
    }

    /// The value under a key as seen from the top.
    pub(crate) fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        for layer in self.layers.iter().rev() {
            if let Some(change) = layer.borrow().now.get(key) {
                return Ok(change.clone());
            }
        }
        self.base.get(key)
    }

    /// Writes a value (`None` removes) into the top layer.
    pub(crate) fn put(&mut self, key: Vec<u8>, value: Option<Vec<u8>>) {
        if let Some(top) = self.layers.last() {
            top.borrow_mut().put(key, value, self.moment);
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
        if self.layers.is_empty() {
            self.branch();
        }
        for (key, value) in top {
            self.put(key, value);
        }
    }

    /// Takes the top layer off.
    pub(crate) fn take_top(&mut self) -> Changes {
        // An iterator on this layer would find it empty, but its call has ended.
        let top = self.layers.pop().unwrap_or_default();
        top.take().now
    }

    /// An iterator over `start <= key < end` that keeps the present view.
    pub(crate) fn cursor(&mut self, start: Vec<u8>, end: Option<Vec<u8>>, order: Order) -> Cursor {
        let moment = self.moment;
        self.moment = moment.saturating_add(1);
        Cursor {
            base: Rc::clone(&self.base),
            layers: self.layers.clone(),
            moment,
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
    layers: Vec<Rc<RefCell<Layer>>>,
    moment: u64,
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
            let mut layers = self.layers.iter().rev();
            let change = layers.find_map(|layer| layer.borrow().seen(&key, self.moment).cloned());
            match (change, stored) {
                (Some(Some(value)), _) => return Ok(Some((key, value))),
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
            let layer = layer.borrow();
            let Some(key) = self.first_of(&layer) else {
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

    fn first_of<'layer>(&self, layer: &'layer Layer) -> Option<&'layer Vec<u8>> {
        if self.end.as_ref().is_some_and(|end| *end <= self.start) {
            return None;
        }
        let end = match &self.end {
            Some(end) => Bound::Excluded(end.as_slice()),
            None => Bound::Unbounded,
        };
        let range = layer
            .now
            .range::<[u8], _>((Bound::Included(self.start.as_slice()), end));
        let mut keys = range
            .map(|(key, _)| key)
            .filter(|key| layer.seen(key, self.moment).is_some());
        match self.order {
            Order::Ascending => keys.next(),
            Order::Descending => keys.next_back(),
        }
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
