//! Owns the chain: one thread has the node, takes orders one after another, makes blocks at their time, and publishes each. It never
//! answers a question: those work on what it has published.

use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use commons_ledger::Admission;
use commons_node::{Block, BlockClock, Node, NodeError, TxHash, View, tx_hash};
use tokio::sync::{broadcast, oneshot, watch};

use crate::config::BlockTime;
use crate::development::{self, Wish};
use crate::error::ServeError;
use crate::index::Index;
use crate::metrics::Metrics;

/// Orders that may wait; more are refused.
pub(crate) const QUEUE: usize = 1_024;
/// Transactions that are taken together into one block of an instant chain.
const TOGETHER: usize = 512;
/// Hashes of transactions that are remembered, as many as CometBFT's cache has.
const REMEMBERED: usize = 10_000;

/// What the thread is asked to do.
pub(crate) enum Order {
    /// Check a transaction and take it in.
    Broadcast(Broadcast),
    /// Tell what waits.
    Waiting(oneshot::Sender<Vec<Vec<u8>>>),
    /// Make the header after this height, if it is not there: a proof at the height is checked against it.
    Seal(u64, oneshot::Sender<Result<(), String>>),
    /// Something for development.
    Develop(Wish, oneshot::Sender<Result<serde_json::Value, String>>),
    /// End.
    Stop,
}

/// A transaction, and who waits for the answer of its check, if anybody.
pub(crate) struct Broadcast {
    pub(crate) tx: Vec<u8>,
    pub(crate) reply: Option<oneshot::Sender<Result<Checked, String>>>,
}

/// What the check of a transaction answered; with code 0 it waits, or is in a block already.
#[derive(Debug, Clone)]
pub(crate) struct Checked {
    pub(crate) hash: [u8; 32],
    pub(crate) code: u32,
    pub(crate) codespace: String,
    pub(crate) log: String,
}

/// The chain after a block.
pub(crate) struct Moment {
    pub(crate) view: View,
}

/// The chain with everything that its thread needs.
pub(crate) struct Chain {
    pub(crate) node: Node,
    pub(crate) index: Arc<Index>,
    pub(crate) clock: BlockClock,
    pub(crate) pace: BlockTime,
    pub(crate) admission: Admission,
    pub(crate) seen: Seen,
    pub(crate) latest: watch::Sender<Arc<Moment>>,
    pub(crate) feed: broadcast::Sender<Arc<Block>>,
    pub(crate) metrics: Arc<Metrics>,
    /// Heights that development may go back to, by number.
    pub(crate) snapshots: Vec<u64>,
}

impl Chain {
    /// Works on a chain that has a block already until it is told to stop, or the chain fails.
    pub(crate) fn run(mut self, orders: &Receiver<Order>) -> Result<(), ServeError> {
        let mut due = self.beat();
        loop {
            // Orders that never cease must not put the block off.
            if due.is_some_and(|at| until(at).is_zero()) {
                // A clock that gives no time is noted, and the next beat tries again.
                drop(self.make_block()?);
                due = self.beat();
            }
            let order = match due {
                None => orders.recv().map_err(|_| RecvTimeoutError::Disconnected),
                Some(at) => orders.recv_timeout(until(at)),
            };
            let order = match order {
                Ok(order) => order,
                Err(RecvTimeoutError::Timeout) => continue,
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            };
            if !self.obey(order, orders)? {
                return Ok(());
            }
        }
    }

    /// When the next block is due, on this machine's clock.
    // A beat is not the time of a block.
    #[allow(clippy::disallowed_methods)]
    fn beat(&self) -> Option<Instant> {
        match self.pace {
            BlockTime::Interval(beat) => Instant::now().checked_add(beat),
            _ => None,
        }
    }

    /// Carries out an order; says whether to go on.
    fn obey(&mut self, order: Order, orders: &Receiver<Order>) -> Result<bool, ServeError> {
        match order {
            Order::Stop => Ok(false),
            Order::Waiting(reply) => {
                drop(reply.send(self.node.waiting_txs().to_vec()));
                Ok(true)
            }
            Order::Seal(height, reply) => {
                let answer = self.seal(height)?;
                // Who asked may be gone.
                drop(reply.send(answer));
                Ok(true)
            }
            Order::Develop(wish, reply) => {
                let answer = development::fulfil(self, wish)?;
                // Who asked may be gone.
                drop(reply.send(answer));
                Ok(true)
            }
            Order::Broadcast(broadcast) if self.pace == BlockTime::Instant => {
                self.take_together(broadcast, orders)
            }
            Order::Broadcast(broadcast) => {
                let answer = self.check(broadcast.tx)?;
                if let Some(reply) = broadcast.reply {
                    drop(reply.send(answer));
                }
                Ok(true)
            }
        }
    }

    /// Takes in all that came meanwhile, makes the block, and answers then: who hears of a good transaction finds it.
    fn take_together(
        &mut self,
        first: Broadcast,
        orders: &Receiver<Order>,
    ) -> Result<bool, ServeError> {
        let (mut next, mut other) = (Some(first), None);
        let mut answers = Vec::new();
        while let Some(broadcast) = next.take() {
            let answer = self.check(broadcast.tx)?;
            answers.push((broadcast.reply, answer));
            if answers.len() >= TOGETHER {
                break;
            }
            match orders.try_recv() {
                Ok(Order::Broadcast(broadcast)) => next = Some(broadcast),
                Ok(order) => other = Some(order),
                Err(_) => {}
            }
        }
        let made = match self.node.waiting() {
            0 => Ok(()),
            _ => self.make_block()?.map(drop),
        };
        for (reply, answer) in answers {
            let answer = made.clone().and(answer);
            if let Some(reply) = reply {
                drop(reply.send(answer));
            }
        }
        match other {
            Some(order) => self.obey(order, orders),
            None => Ok(true),
        }
    }

    /// Checks a transaction and lets it wait. The inner error is for the asker alone.
    pub(crate) fn check(&mut self, tx: Vec<u8>) -> Result<Result<Checked, String>, ServeError> {
        let hash = tx_hash(&tx);
        if self.seen.contains(&hash) {
            return Ok(Err("tx already exists in cache".to_owned()));
        }
        let refused = |code, codespace: &str, log| {
            Ok(Ok(Checked {
                hash,
                code,
                codespace: codespace.to_owned(),
                log,
            }))
        };
        self.metrics.received();
        match self.node.broadcast(tx) {
            Ok(TxHash(hash)) => {
                self.seen.add(hash);
                self.give_receipt(hash);
                self.metrics.set_waiting(self.node.waiting());
                refused(0, "", String::new())
            }
            // The mempool itself speaks: on a real chain that is an error of the call, not of the transaction.
            Err(NodeError::Refused(answer)) if matches!(answer.code, 19..=21) => {
                Ok(Err(answer.log))
            }
            Err(NodeError::Refused(answer)) => refused(answer.code, &answer.codespace, answer.log),
            Err(error) => Err(error.into()),
        }
    }

    /// Signs that a transaction was taken in, for whoever asks for it; not while the clock cannot be believed.
    fn give_receipt(&mut self, hash: [u8; 32]) {
        let Ok(now) = self.time() else {
            return;
        };
        let receipt = self.node.receipt(TxHash(hash), now);
        if let Some(Ok(receipt)) = receipt.map(|receipt| receipt.to_json()) {
            self.index
                .receipts
                .add(hash, receipt.to_string().into_bytes());
        }
    }

    /// Makes a block of all that waits and publishes it. The inner error is for who asked for the block, and what waits keeps waiting.
    pub(crate) fn make_block(&mut self) -> Result<Result<Arc<Block>, String>, ServeError> {
        let time = match self.time() {
            Ok(time) => time,
            Err(reason) => return Ok(Err(reason)),
        };
        let block = self.node.make_block(time)?;
        self.made(block).map(Ok)
    }

    /// The time of the next block, if the clock can be believed; if not, that is noted.
    pub(crate) fn time(&mut self) -> Result<u64, String> {
        let time = self.clock.now(self.node.time_nanos());
        let time = time.map_err(|error| format!("no block is made: {error}"));
        self.metrics.set_stuck(time.as_ref().err().cloned());
        time
    }

    /// Makes an empty block above `height` if that is the last. The inner error is for the asker alone.
    fn seal(&mut self, height: u64) -> Result<Result<(), String>, ServeError> {
        let time = match self.time() {
            Ok(time) => time,
            Err(reason) => return Ok(Err(reason)),
        };
        match self.node.seal_above(height, time) {
            Ok(None) => Ok(Ok(())),
            Ok(Some(block)) => self.made(block).map(|_| Ok(())),
            Err(error @ NodeError::NoBlock { .. }) => Ok(Err(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// Notes a block that was made, and publishes it.
    fn made(&mut self, block: Block) -> Result<Arc<Block>, ServeError> {
        if let Err(error) = self.index.add(&block) {
            self.index.fail(error.to_string());
        }
        for result in block.results.iter().filter(|result| result.code != 0) {
            self.seen.remove(&result.hash);
        }
        self.metrics.made(&block);
        self.metrics.set_waiting(self.node.waiting());
        self.publish()?;
        let block = Arc::new(block);
        // An error means that nobody listens.
        drop(self.feed.send(Arc::clone(&block)));
        Ok(block)
    }

    /// Lets questions see the chain as it stands.
    pub(crate) fn publish(&mut self) -> Result<(), ServeError> {
        let view = self.node.view()?;
        self.latest.send_replace(Arc::new(Moment { view }));
        Ok(())
    }
}

/// How long until then.
// As above.
#[allow(clippy::disallowed_methods)]
fn until(at: Instant) -> Duration {
    at.saturating_duration_since(Instant::now())
}

/// The hashes of the transactions that came last, so that none is taken twice.
#[derive(Default)]
pub(crate) struct Seen {
    hashes: BTreeSet<[u8; 32]>,
    order: VecDeque<[u8; 32]>,
}

impl Seen {
    fn contains(&self, hash: &[u8; 32]) -> bool {
        self.hashes.contains(hash)
    }

    fn add(&mut self, hash: [u8; 32]) {
        if self.hashes.insert(hash) {
            self.order.push_back(hash);
        }
        while self.order.len() > REMEMBERED {
            if let Some(oldest) = self.order.pop_front() {
                self.hashes.remove(&oldest);
            }
        }
    }

    fn remove(&mut self, hash: &[u8; 32]) {
        if self.hashes.remove(hash) {
            self.order.retain(|known| known != hash);
        }
    }

    /// Forgets everything: the chain has gone back.
    pub(crate) fn clear(&mut self) {
        *self = Self::default();
    }
}
