//! Owns the figures that a watcher of the node wants, in the text form of Prometheus. It never decides anything.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use commons_node::Block;

/// What is not counted, but read when somebody asks.
pub(crate) struct About<'a> {
    pub(crate) chain_id: &'a str,
    pub(crate) index_failed: bool,
    /// None for a chain in memory.
    pub(crate) directory: Option<&'a Path>,
}

/// What Prometheus expects of any process, as far as the system tells: memory in use and open files.
fn process() -> Vec<(&'static str, &'static str, &'static str, u64)> {
    let mut figures = Vec::new();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let resident = resident.and_then(|text| text.trim().strip_suffix(" kB")?.parse::<u64>().ok());
    if let Some(kib) = resident {
        let bytes = kib.saturating_mul(1024);
        let name = "process_resident_memory_bytes";
        figures.push((name, "gauge", "Memory in use.", bytes));
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        let open = u64::try_from(open.count()).unwrap_or(u64::MAX);
        figures.push(("process_open_fds", "gauge", "Open files.", open));
    }
    figures
}

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
    pub(crate) fn text(&self, about: &About<'_>) -> String {
        let mut text = self.counted();
        let bytes: u64 = about.directory.map_or(0, |directory| {
            let files = ["ledger.redb", "index.redb"].map(|name| directory.join(name));
            let lengths = files.iter().filter_map(|file| std::fs::metadata(file).ok());
            lengths.map(|data| data.len()).sum()
        });
        // Labels are the chain's id and this program's version: neither has a character that would need another form.
        write!(
            text,
            "# HELP commons_info What runs.\n# TYPE commons_info gauge\ncommons_info{{chain_id=\"{}\",version=\"{}\"}} 1\n\
             # HELP commons_index_failed Whether searches are refused because the index of results failed.\n# TYPE commons_index_failed gauge\n\
             commons_index_failed {}\n\
             # HELP commons_disk_bytes Length of the chain's files.\n# TYPE commons_disk_bytes gauge\ncommons_disk_bytes {bytes}\n",
            about.chain_id,
            env!("CARGO_PKG_VERSION"),
            u8::from(about.index_failed),
        )
        .unwrap_or_default();
        for (name, kind, help, value) in process() {
            write!(
                text,
                "# HELP {name} {help}\n# TYPE {name} {kind}\n{name} {value}\n"
            )
            .unwrap_or_default();
        }
        text
    }

    fn counted(&self) -> String {
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
