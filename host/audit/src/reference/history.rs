//! A value by height, as a question about "the start of a block" needs it. Owns nothing but the changes; never forgets one.

/// The changes of one value, in order of height.
#[derive(Clone, Debug)]
pub(super) struct History<T> {
    initial: T,
    changes: Vec<(u64, T)>,
}

impl<T: Copy + PartialEq> History<T> {
    pub(super) fn new(initial: T) -> Self {
        Self {
            initial,
            changes: Vec::new(),
        }
    }

    /// The value after everything so far.
    pub(super) fn now(&self) -> T {
        self.changes
            .last()
            .map_or(self.initial, |(_, value)| *value)
    }

    /// The value at the start of block `height`: changes within that block do not count.
    pub(super) fn at(&self, height: u64) -> T {
        let earlier = self.changes.partition_point(|(at, _)| *at < height);
        earlier
            .checked_sub(1)
            .and_then(|last| self.changes.get(last))
            .map_or(self.initial, |(_, value)| *value)
    }

    /// Whether the value was `wanted` at the start of block `height` or ever before it.
    pub(super) fn was_before(&self, height: u64, wanted: T) -> bool {
        let changes = self.changes.iter().take_while(|(at, _)| *at < height);
        self.initial == wanted || changes.into_iter().any(|(_, value)| *value == wanted)
    }

    /// Notes that the value is `value` from within block `height` on.
    pub(super) fn set(&mut self, height: u64, value: T) {
        match self.changes.last_mut() {
            Some((at, last)) if *at == height => *last = value,
            _ => self.changes.push((height, value)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_counts_from_the_next_block_on() {
        let mut history = History::new(0);
        history.set(5, 1);
        history.set(5, 2);
        history.set(9, 3);
        assert_eq!([5, 6, 9, 10].map(|height| history.at(height)), [0, 2, 2, 3]);
        assert_eq!(history.now(), 3);
    }
}
