//! Owns the figures that a watcher of the node wants, in the text form of Prometheus. It never decides anything.

use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use commons_node::Block;

/// Counters since the start, and the state of the chain.
#[derive(Default)]
pub(crate) struct Metrics {
    received: AtomicU64,
    blocks: AtomicU64,
    carried_out: AtomicU64,
    failed: AtomicU64,
    gas: AtomicU64,
    height: AtomicU64,
    time: AtomicU64,
    calls: AtomicU64,
    refused: AtomicU64,
    connections: AtomicU64,
    waiting: AtomicU64,
    /// Why no block is made, if so.
    stuck: Mutex<Option<String>>,
}

impl Metrics {
    /// The chain as it is found.
    pub(crate) fn start(&self, height: u64, time: u64) {
        self.height.store(height, Ordering::Relaxed);
        self.time.store(time, Ordering::Relaxed);
    }

    /// A transaction came.
    pub(crate) fn received(&self) {
        self.received.fetch_add(1, Ordering::Relaxed);
    }

    /// A block was made.
    pub(crate) fn made(&self, block: &Block) {
        self.blocks.fetch_add(1, Ordering::Relaxed);
        for result in &block.results {
            let counter = if result.code == 0 {
                &self.carried_out
            } else {
                &self.failed
            };
            counter.fetch_add(1, Ordering::Relaxed);
            self.gas.fetch_add(result.gas_used, Ordering::Relaxed);
        }
        self.height.store(block.record.height(), Ordering::Relaxed);
        let time = block.record.time_nanos().unwrap_or_default();
        self.time.store(time, Ordering::Relaxed);
    }

    /// So many transactions wait for the next block.
    pub(crate) fn set_waiting(&self, waiting: usize) {
        let waiting = u64::try_from(waiting).unwrap_or(u64::MAX);
        self.waiting.store(waiting, Ordering::Relaxed);
    }

    /// Whether blocks are made, and if not, why.
    pub(crate) fn set_stuck(&self, reason: Option<String>) {
        if let Ok(mut stuck) = self.stuck.lock() {
            *stuck = reason;
        }
    }

    /// Why no block is made, if so.
    pub(crate) fn stuck(&self) -> Option<String> {
        self.stuck.lock().ok().and_then(|stuck| stuck.clone())
    }

    /// A call was made, by whatever way.
    pub(crate) fn called(&self, well: bool) {
        self.calls.fetch_add(1, Ordering::Relaxed);
        if !well {
            self.refused.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// A connection was opened.
    pub(crate) fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// All figures.
    pub(crate) fn text(&self) -> String {
        let time = self.time.load(Ordering::Relaxed) / 1_000_000_000;
        let seconds = AtomicU64::new(time);
        let figures = [
            ("height", "gauge", "Height of the last block.", &self.height),
            (
                "block_time_seconds",
                "gauge",
                "Time of the last block, since 1970.",
                &seconds,
            ),
            (
                "transactions_waiting",
                "gauge",
                "Transactions that wait for the next block.",
                &self.waiting,
            ),
            (
                "blocks_total",
                "counter",
                "Blocks made since the start.",
                &self.blocks,
            ),
            (
                "transactions_received_total",
                "counter",
                "Transactions that were checked.",
                &self.received,
            ),
            (
                "transactions_carried_out_total",
                "counter",
                "Transactions in blocks with code 0.",
                &self.carried_out,
            ),
            (
                "transactions_failed_total",
                "counter",
                "Transactions in blocks with another code.",
                &self.failed,
            ),
            (
                "gas_used_total",
                "counter",
                "Gas that transactions in blocks used.",
                &self.gas,
            ),
            (
                "calls_total",
                "counter",
                "Calls by JSON-RPC and gRPC.",
                &self.calls,
            ),
            (
                "calls_refused_total",
                "counter",
                "Calls that were answered with an error.",
                &self.refused,
            ),
            (
                "connections_total",
                "counter",
                "Connections that were accepted.",
                &self.connections,
            ),
        ];
        let mut text = String::new();
        for (name, kind, help, value) in figures {
            let value = value.load(Ordering::Relaxed);
            // Writing to a String cannot fail.
            write!(
                text,
                "# HELP commons_{name} {help}\n# TYPE commons_{name} {kind}\ncommons_{name} {value}\n"
            )
            .unwrap_or_default();
        }
        text
    }
}
