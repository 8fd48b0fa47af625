//! The merged iterator against a plain map.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

use super::*;
use proptest::prelude::*;

struct Memory(BTreeMap<Vec<u8>, Vec<u8>>);

impl StateRead for Memory {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        Ok(self.0.get(key).cloned())
    }

    fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        order: Order,
        limit: usize,
    ) -> Result<Vec<(Vec<u8>, Vec<u8>)>, Fault> {
        if end.is_some_and(|end| end <= start) {
            return Ok(Vec::new());
        }
        let end = end.map_or(Bound::Unbounded, Bound::Excluded);
        let inside = self.0.range::<[u8], _>((Bound::Included(start), end));
        let entry = |(key, value): (&Vec<u8>, &Vec<u8>)| (key.clone(), value.clone());
        Ok(match order {
            Order::Ascending => inside.take(limit).map(entry).collect(),
            Order::Descending => inside.rev().take(limit).map(entry).collect(),
        })
    }
}

fn collect(mut cursor: Cursor) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut entries = Vec::new();
    while let Some(entry) = cursor.next().unwrap() {
        entries.push(entry);
    }
    entries
}

fn key() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(0u8..3, 0..4)
}

fn layer() -> impl Strategy<Value = Changes> {
    proptest::collection::btree_map(key(), proptest::option::of(key()), 0..20)
}

proptest! {
    #[test]
    fn layers_show_what_a_plain_map_would(
        base in proptest::collection::btree_map(key(), key(), 0..100),
        layers in proptest::collection::vec(layer(), 1..4),
        bounds in (key(), proptest::option::of(key())),
        descending in any::<bool>(),
    ) {
        let mut plain = base.clone();
        let mut overlay = Overlay::new(Rc::new(Memory(base)), Changes::new());
        for layer in &layers {
            overlay.branch();
            for (key, value) in layer {
                overlay.put(key.clone(), value.clone());
                match value {
                    Some(value) => plain.insert(key.clone(), value.clone()),
                    None => plain.remove(key),
                };
            }
        }
        let order = if descending { Order::Descending } else { Order::Ascending };
        let (start, end) = bounds;
        let shown = collect(overlay.cursor(start.clone(), end.clone(), order));
        let expected = Memory(plain.clone()).range(&start, end.as_deref(), order, usize::MAX).unwrap();
        prop_assert_eq!(&shown, &expected);
        for _ in &layers {
            overlay.merge();
        }
        let merged = collect(overlay.cursor(start, end, order));
        prop_assert_eq!(merged, expected);
        for key in plain.keys() {
            prop_assert_eq!(&overlay.get(key).unwrap(), &plain.get(key).cloned());
        }
    }
}

#[test]
fn a_cursor_keeps_the_view_it_was_opened_on() {
    let mut overlay = Overlay::new(Rc::new(Memory(BTreeMap::new())), Changes::new());
    overlay.put(vec![1], Some(vec![1]));
    let cursor = overlay.cursor(Vec::new(), None, Order::Ascending);
    overlay.put(vec![1], None);
    overlay.put(vec![2], Some(vec![2]));
    assert_eq!(collect(cursor), [(vec![1], vec![1])]);
}

proptest! {
    /// Iterators opened between writes, in any layer, each show the map as it was when they were opened, whenever they are asked.
    #[test]
    fn w11_every_cursor_keeps_its_own_view(
        base in proptest::collection::btree_map(key(), key(), 0..20),
        steps in proptest::collection::vec((key(), proptest::option::of(key()), any::<[bool; 4]>()), 0..60),
    ) {
        let mut plain = base.clone();
        let mut overlay = Overlay::new(Rc::new(Memory(base)), Changes::new());
        let mut views = Vec::new();
        for (key, value, [scan, descending, branch, twice]) in steps {
            if branch {
                overlay.branch();
            }
            overlay.put(key.clone(), value.clone());
            match &value {
                Some(value) => plain.insert(key.clone(), value.clone()),
                None => plain.remove(&key),
            };
            if scan {
                let order = if descending { Order::Descending } else { Order::Ascending };
                let shown = Memory(plain.clone()).range(&[], None, order, usize::MAX).unwrap();
                for _ in 0..=u8::from(twice) {
                    views.push((overlay.cursor(Vec::new(), None, order), shown.clone()));
                }
            }
            prop_assert_eq!(&overlay.get(&key).unwrap(), &value);
        }
        for (cursor, shown) in views {
            prop_assert_eq!(collect(cursor), shown);
        }
        let last = overlay.cursor(Vec::new(), None, Order::Ascending);
        let plain: Vec<_> = plain.into_iter().collect();
        prop_assert_eq!(collect(last), plain);
    }
}

/// What is committed may be removed as well: entry by entry, in both directions.
#[test]
fn w13_a_hundred_thousand_committed_entries_may_be_removed() {
    let run = || {
        let keys = || (0u32..100_000).map(|n| n.to_be_bytes().to_vec());
        let committed = keys().map(|key| (key.clone(), key)).collect();
        let mut overlay = Overlay::new(Rc::new(Memory(committed)), Changes::new());
        for key in keys().filter(|key| key != &[0, 1, 0, 0]) {
            overlay.put(key, None);
        }
        for order in [Order::Ascending, Order::Descending] {
            let cursor = overlay.cursor(Vec::new(), None, order);
            let left = vec![0, 1, 0, 0];
            assert_eq!(collect(cursor), [(left.clone(), left)]);
        }
    };
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    thread.spawn(run).unwrap().join().unwrap();
}

/// Many removals between two entries are a loop, not a recursion.
#[test]
fn w13_a_hundred_thousand_removals_need_no_stack() {
    let run = || {
        let keys: Vec<Vec<u8>> = (0u32..100_000).map(|n| n.to_be_bytes().to_vec()).collect();
        let removed = keys.iter().map(|key| (key.clone(), None)).collect();
        let empty = Rc::new(Memory(BTreeMap::new()));
        let mut overlay = Overlay::new(empty, removed);
        overlay.put(vec![0xff], Some(vec![7]));
        let cursor = overlay.cursor(Vec::new(), None, Order::Ascending);
        assert_eq!(collect(cursor), [(vec![0xff], vec![7])]);
    };
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    thread.spawn(run).unwrap().join().unwrap();
}
