//! Owns what every connection and every question shares: the way to the chain's thread, what it published last, and what the node says of
//! itself. It answers no question and makes no block.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{SyncSender, TrySendError};

use commons_ledger::GasPrice;
use commons_node::Block;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::sync::{broadcast, oneshot, watch};

use crate::COMETBFT_VERSION;
use crate::answer::node::{NodeInfoJson, ProtocolVersionJson};
use crate::chain::{Broadcast, Checked, Moment, Order, QUEUE};
use crate::config::BlockTime;
use crate::development::Wish;
use crate::index::Index;
use crate::metrics::{About, Metrics};
use crate::query::Asked;

/// What every connection shares.
pub(crate) struct Shared {
    pub(crate) orders: SyncSender<Order>,
    pub(crate) latest: watch::Receiver<Arc<Moment>>,
    pub(crate) feed: broadcast::Sender<Arc<Block>>,
    pub(crate) index: Arc<Index>,
    pub(crate) metrics: Arc<Metrics>,
    /// Becomes true when the node stops.
    pub(crate) stopping: watch::Receiver<bool>,
    pub(crate) rpc: SocketAddr,
    /// None for a chain in memory.
    pub(crate) directory: Option<PathBuf>,
    pub(crate) moniker: String,
    pub(crate) chain_id: String,
    pub(crate) pace: BlockTime,
    pub(crate) prices: Vec<GasPrice>,
}

impl Shared {
    /// The chain as it was published last.
    pub(crate) fn moment(&self) -> Arc<Moment> {
        Arc::clone(&self.latest.borrow())
    }

    /// Works on a question where it holds up no connection.
    pub(crate) async fn blocking<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Asked<'_>) -> T + Send + 'static,
    ) -> Result<T, String> {
        let shared = Arc::clone(self);
        let done = tokio::task::spawn_blocking(move || {
            let moment = shared.moment();
            let view = &moment.view;
            work(&Asked {
                view,
                shared: &shared,
            })
        });
        done.await
            .map_err(|_| "the question broke down; this is a defect of this program".to_owned())
    }

    /// Sends a transaction to the chain and waits for its check.
    pub(crate) async fn broadcast(&self, tx: Vec<u8>) -> Result<Checked, String> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Broadcast(Broadcast {
            tx,
            reply: Some(reply),
        }))?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Sends a transaction to the chain and does not wait.
    pub(crate) fn drop_off(&self, tx: Vec<u8>) -> Result<(), String> {
        self.order(Order::Broadcast(Broadcast { tx, reply: None }))
    }

    /// The transactions that wait for a block.
    pub(crate) async fn waiting(&self) -> Result<Vec<Vec<u8>>, String> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Waiting(reply))?;
        answer.await.map_err(|_| gone())
    }

    /// Sees to it that the header after `height` comes: at once where blocks are made for what comes in; else it comes by itself.
    pub(crate) async fn seal(&self, height: u64) -> Result<(), String> {
        if self.pace != BlockTime::Instant {
            return Ok(());
        }
        let (reply, answer) = oneshot::channel();
        self.order(Order::Seal(height, reply))?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    /// Asks for what only a chain for development does.
    pub(crate) async fn develop(&self, wish: Wish) -> Result<Value, String> {
        let (reply, answer) = oneshot::channel();
        self.order(Order::Develop(wish, reply))?;
        answer.await.unwrap_or_else(|_| Err(gone()))
    }

    fn order(&self, order: Order) -> Result<(), String> {
        self.orders.try_send(order).map_err(|error| match error {
            TrySendError::Full(_) => {
                format!("mempool is full: {QUEUE} requests wait already; try again later")
            }
            TrySendError::Disconnected(_) => gone(),
        })
    }

    /// The figures for a watcher.
    pub(crate) fn figures(&self) -> String {
        self.metrics.text(&About {
            chain_id: &self.chain_id,
            index_failed: self.index.failure().is_some(),
            directory: self.directory.as_deref(),
        })
    }

    pub(crate) fn rpc_address(&self) -> String {
        format!("tcp://{}", self.rpc)
    }

    pub(crate) fn minimum_gas_price(&self) -> String {
        let prices: Vec<String> = self.prices.iter().map(GasPrice::to_string).collect();
        prices.join(",")
    }

    /// What the node says of itself. It has no peers, so its id is made from the chain's.
    pub(crate) fn node_info(&self) -> NodeInfoJson {
        let digest = Sha256::digest(format!("commons node {}", self.chain_id));
        let id = digest.iter().take(20).map(|byte| format!("{byte:02x}"));
        NodeInfoJson {
            protocol_version: ProtocolVersionJson {
                p2p: "8".to_owned(),
                block: "11".to_owned(),
                app: self.moment().view.origin().app_version().to_string(),
            },
            id: id.collect(),
            listen_addr: "tcp://127.0.0.1:0".to_owned(),
            network: self.chain_id.clone(),
            version: COMETBFT_VERSION.to_owned(),
            channels: String::new(),
            moniker: self.moniker.clone(),
            other: BTreeMap::from([
                ("tx_index".to_owned(), "on".to_owned()),
                ("rpc_address".to_owned(), self.rpc_address()),
            ]),
        }
    }
}

/// Ends when the node stops.
pub(crate) async fn stopped(stopping: &mut watch::Receiver<bool>) {
    // An error means that the handle is gone, which stops the node as well.
    drop(stopping.wait_for(|stop| *stop).await);
}

fn gone() -> String {
    "the node is stopping".to_owned()
}
