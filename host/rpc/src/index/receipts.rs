//! Owns the receipts for transactions that wait for a block, in memory and bounded. Whoever sent the transaction keeps its receipt: the
//! node's own copy proves nothing to anybody.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// How many are kept, as many as hashes of transactions are remembered.
const MOST: usize = 10_000;

/// See the module.
#[derive(Default)]
pub(crate) struct Receipts(Mutex<Waiting>);

#[derive(Default)]
struct Waiting {
    by_hash: BTreeMap<[u8; 32], Vec<u8>>,
    order: VecDeque<[u8; 32]>,
}

impl Receipts {
    /// Keeps one, and lets go of the oldest where there are too many.
    pub(crate) fn add(&self, hash: [u8; 32], receipt: Vec<u8>) {
        let mut waiting = self.lock();
        if waiting.by_hash.insert(hash, receipt).is_none() {
            waiting.order.push_back(hash);
        }
        while waiting.order.len() > MOST {
            if let Some(oldest) = waiting.order.pop_front() {
                waiting.by_hash.remove(&oldest);
            }
        }
    }

    pub(crate) fn of(&self, hash: &[u8; 32]) -> Option<Vec<u8>> {
        self.lock().by_hash.get(hash).cloned()
    }

    /// Takes one out: its transaction is in a block.
    pub(crate) fn take(&self, hash: &[u8; 32]) -> Option<Vec<u8>> {
        self.lock().by_hash.remove(hash)
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        // A panic elsewhere leaves a map that is whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
