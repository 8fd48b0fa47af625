//! Owns a served chain from its start to its end: opens it, starts its thread and the sockets, hands questions to a pool of threads, and
//! stops all of it in order. It answers nothing itself.

use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};

use commons_ledger::{Admission, Genesis};
use commons_node::{BlockClock, Node, NodeError, SignError, Signer, Validator, is_development};
use commons_store::{Keep, Store, StoreError};
use sha2::{Digest, Sha256};
use tokio::sync::{broadcast, oneshot, watch};

use crate::chain::{Chain, Moment, Order, QUEUE, Seen};
use crate::config::{BlockTime, Config, Place};
use crate::connection;
use crate::control::Control;
use crate::error::ServeError;
use crate::http;
use crate::index::Index;
use crate::metrics::Metrics;
use crate::replay;
use crate::shared::Shared;

/// Threads that answer questions. More questions wait for one of them, as many as there are connections.
const READERS: usize = 8;
/// Threads that move bytes between sockets and questions.
const CARRIERS: usize = 2;
/// Blocks that a listener may be behind before it is dropped.
const FEED: usize = 256;

/// A running node.
pub struct Handle {
    rpc: SocketAddr,
    grpc: Option<SocketAddr>,
    rest: Option<SocketAddr>,
    genesis: Genesis,
    validator: Validator,
    shared: Arc<Shared>,
    orders: SyncSender<Order>,
    stop: watch::Sender<bool>,
    chain: Option<JoinHandle<Result<(), ServeError>>>,
    sockets: Option<tokio::runtime::Runtime>,
    served: Option<tokio::task::JoinHandle<()>>,
    /// Told when the thread of the chain has ended, whatever the reason.
    ended: Mutex<Option<oneshot::Receiver<()>>>,
}

#[allow(
    clippy::needless_pass_by_value,
    reason = "whoever starts a node has no use for its configuration afterwards"
)]
/// Opens or makes the chain and serves it; the addresses answer when this returns.
pub fn spawn(config: Config) -> Result<Handle, ServeError> {
    // The chain first: a second node on a directory is to hear of the first one, not of a port that is taken.
    let node = open(&config)?;
    let rpc_socket = listen(config.rpc)?;
    let grpc_socket = config.grpc.map(listen).transpose()?;
    let rest_socket = config.rest.map(listen).transpose()?;
    let (rpc, grpc) = (
        address(&rpc_socket)?,
        grpc_socket.as_ref().map(address).transpose()?,
    );
    let rest = rest_socket.as_ref().map(address).transpose()?;
    let (genesis, validator) = (node.genesis().clone(), node.validator().clone());
    if config.block_time == BlockTime::Manual && !is_development(&genesis.chain_id) {
        return Err(ServeError::NeverABlock(genesis.chain_id));
    }
    let (orders, queue) = sync_channel(QUEUE);
    let (stop, stopping) = watch::channel(false);
    let (mut chain, latest) = chain(&config, node)?;
    if chain.node.height() == 0 {
        chain.make_block()?.map_err(ServeError::NoFirstBlock)?;
    }
    let shared = Arc::new(Shared {
        orders: orders.clone(),
        latest,
        feed: chain.feed.clone(),
        index: Arc::clone(&chain.index),
        metrics: Arc::clone(&chain.metrics),
        stopping,
        rpc,
        directory: match &config.place {
            Place::Memory => None,
            Place::Directory(dir) => Some(dir.clone()),
        },
        moniker: config.moniker.clone(),
        chain_id: genesis.chain_id.clone(),
        pace: config.block_time,
        prices: config.minimum_gas_prices.clone(),
    });
    let sockets = runtime()?;
    let control = match &config.place {
        Place::Memory => None,
        Place::Directory(dir) => Control::open(dir).ok(),
    };
    let serving = Arc::clone(&shared);
    let served = sockets.spawn(async move {
        let network = serve(Arc::clone(&serving), rpc_socket, (grpc_socket, rest_socket));
        match control {
            None => network.await,
            Some(control) => {
                tokio::join!(network, control.serve(serving));
            }
        }
    });
    let (thread, ended) = start(chain, queue)?;
    Ok(Handle {
        rpc,
        grpc,
        rest,
        genesis,
        validator,
        shared,
        orders,
        stop,
        chain: Some(thread),
        sockets: Some(sockets),
        served: Some(served),
        ended: Mutex::new(Some(ended)),
    })
}

fn listen(address: SocketAddr) -> Result<TcpListener, ServeError> {
    let failed = |source| ServeError::Listen { address, source };
    let socket = TcpListener::bind(address).map_err(failed)?;
    socket.set_nonblocking(true).map_err(failed)?;
    Ok(socket)
}

fn address(socket: &TcpListener) -> Result<SocketAddr, ServeError> {
    socket.local_addr().map_err(|source| ServeError::System {
        doing: "read the address of a socket",
        source,
    })
}

/// Opens the chain, or makes it from the genesis.
fn open(config: &Config) -> Result<Node, ServeError> {
    let vm = config.vm.clone();
    let missing = |dir: PathBuf| ServeError::NoGenesis(dir);
    let dir = match (&config.place, &config.genesis) {
        (Place::Memory, Some(genesis)) => {
            let signer = signer(config)?;
            let node = Node::in_memory_keeping(vm, genesis, signer, Keep::default());
            return Ok(node?);
        }
        (Place::Memory, None) => return Err(missing("memory".into())),
        (Place::Directory(dir), _) => dir,
    };
    let signer = signer(config).map_err(|error| in_use(dir, error))?;
    if !Store::is_in(dir) {
        let genesis = config.genesis.as_ref();
        let genesis = genesis.ok_or_else(|| missing(dir.clone()))?;
        return Ok(Node::create_signed(vm, dir, genesis, signer)?);
    }
    let node = Node::open_signed(vm, dir, signer)?;
    match &config.genesis {
        Some(genesis) if genesis != node.genesis() => Err(ServeError::OtherGenesis {
            dir: dir.clone(),
            found: node.chain_id().to_owned(),
        }),
        _ => Ok(node),
    }
}

/// The key that blocks are signed with.
fn signer(config: &Config) -> Result<Signer, ServeError> {
    match &config.validator_key {
        None => Ok(Signer::development()),
        Some(file) => Ok(Signer::open(file).map_err(NodeError::from)?),
    }
}

/// Whoever starts a second node on a directory is to hear which process has it; its key is in use as well then.
fn in_use(dir: &Path, error: ServeError) -> ServeError {
    if let ServeError::Node(NodeError::Sign(SignError::InUse { .. })) = &error
        && let Err(locked @ StoreError::Locked { .. }) = Store::open_read_only(dir)
    {
        return NodeError::from(locked).into();
    }
    error
}

type Published = watch::Receiver<Arc<Moment>>;

/// The chain with its index brought up to it, and the place where it publishes.
fn chain(config: &Config, mut node: Node) -> Result<(Chain, Published), ServeError> {
    let admission = Admission {
        min_gas_prices: config.minimum_gas_prices.clone(),
        ..Admission::default()
    };
    node.set_admission(admission.clone());
    let directory = match &config.place {
        Place::Memory => None,
        Place::Directory(dir) => Some(dir.clone()),
    };
    let view = node.view()?;
    let name: [u8; 32] = Sha256::digest(node.origin().encode()?).into();
    let index = Index::open(directory.as_deref(), &name, node.height())?;
    replay::complete(&index, &config.vm, &view)?;
    let (latest, published) = watch::channel(Arc::new(Moment { view }));
    let metrics = Arc::new(Metrics::default());
    metrics.start(node.height(), node.time_nanos());
    let clock = if is_development(node.chain_id()) {
        BlockClock::after(node.time_nanos())
    } else {
        BlockClock::default()
    };
    let chain = Chain {
        index: Arc::new(index),
        clock,
        pace: config.block_time,
        admission,
        seen: Seen::default(),
        latest,
        feed: broadcast::channel(FEED).0,
        metrics,
        snapshots: Vec::new(),
        node,
    };
    Ok((chain, published))
}

type Running = JoinHandle<Result<(), ServeError>>;

fn start(
    chain: Chain,
    queue: Receiver<Order>,
) -> Result<(Running, oneshot::Receiver<()>), ServeError> {
    let (end, ended) = oneshot::channel();
    let thread = Builder::new().name("chain".to_owned()).spawn(move || {
        let result = chain.run(&queue);
        // Nobody may be waiting for it.
        end.send(()).unwrap_or_default();
        result
    });
    let thread = thread.map_err(|source| ServeError::System {
        doing: "start the thread of the chain",
        source,
    })?;
    Ok((thread, ended))
}

fn runtime() -> Result<tokio::runtime::Runtime, ServeError> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(CARRIERS)
        .max_blocking_threads(READERS)
        .thread_name("rpc")
        .enable_all()
        .build()
        .map_err(|source| ServeError::System {
            doing: "start the threads of the server",
            source,
        })
}

async fn serve(
    shared: Arc<Shared>,
    rpc: TcpListener,
    (grpc, rest): (Option<TcpListener>, Option<TcpListener>),
) {
    use connection::Protocol::{Http1, Http2};
    let json = http::router(Arc::clone(&shared));
    let json = connection::serve(rpc, json, Http1, Arc::clone(&shared));
    let grpc = async {
        if let Some(socket) = grpc {
            let router = crate::grpc::router(Arc::clone(&shared));
            connection::serve(socket, router, Http2, Arc::clone(&shared)).await;
        }
    };
    let rest = async {
        if let Some(socket) = rest {
            let router = crate::rest::router(Arc::clone(&shared));
            connection::serve(socket, router, Http1, Arc::clone(&shared)).await;
        }
    };
    tokio::join!(json, grpc, rest);
}

impl Handle {
    /// Where JSON-RPC is answered.
    #[must_use]
    pub fn rpc(&self) -> SocketAddr {
        self.rpc
    }

    /// Where gRPC is answered, if it is.
    #[must_use]
    pub fn grpc(&self) -> Option<SocketAddr> {
        self.grpc
    }

    /// Where REST is answered, if it is.
    #[must_use]
    pub fn rest(&self) -> Option<SocketAddr> {
        self.rest
    }

    /// The genesis of the chain.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// Who signs the blocks of the chain.
    #[must_use]
    pub fn validator(&self) -> &Validator {
        &self.validator
    }

    /// Answers a text of JSON-RPC, a call or a batch of them, as the port does, without a socket; none if no answer is wanted. Not to be called
    /// from within a runtime, which it would block.
    #[must_use]
    pub fn answer(&self, text: &[u8]) -> Option<String> {
        let sockets = self.sockets.as_ref()?;
        let answer = sockets.block_on(http::answer(&self.shared, text));
        let answer = answer.unwrap_or_else(|error| Some(http::failure(None, &error)));
        answer.map(|answer| answer.to_string())
    }

    /// Waits until the process is told to end (SIGINT, SIGTERM) or the chain has failed, and stops then.
    pub fn wait(self) -> Result<(), ServeError> {
        use tokio::signal::unix::{SignalKind, signal};
        let ended = self.ended.lock().ok().and_then(|mut ended| ended.take());
        if let (Some(sockets), Some(ended)) = (&self.sockets, ended) {
            let waited: std::io::Result<()> = sockets.block_on(async {
                let mut interrupt = signal(SignalKind::interrupt())?;
                let mut terminate = signal(SignalKind::terminate())?;
                tokio::select! {
                    _ = interrupt.recv() => {}
                    _ = terminate.recv() => {}
                    _ = ended => {}
                }
                Ok(())
            });
            waited.map_err(|source| ServeError::System {
                doing: "listen to signals",
                source,
            })?;
        }
        self.stop()
    }

    /// Stops: no new connections, open ones are finished within seconds, then the chain's thread ends and its directory is let go.
    pub fn stop(mut self) -> Result<(), ServeError> {
        self.end()
    }

    fn end(&mut self) -> Result<(), ServeError> {
        self.stop.send_replace(true);
        let (sockets, served) = (self.sockets.take(), self.served.take());
        // On a thread of its own: whoever lets a node go may be working in a runtime, which must not be blocked.
        let closing = std::thread::spawn(move || {
            let Some(sockets) = sockets else { return };
            if let Some(served) = served {
                // An error is a panic of the task, which has ended then, too.
                drop(sockets.block_on(served));
            }
            sockets.shutdown_timeout(std::time::Duration::from_secs(5));
        });
        let closed = closing.join().map_err(|_| ServeError::Panicked);
        // A full queue is read until there is room; a chain that has ended takes nothing.
        drop(self.orders.send(Order::Stop));
        match self.chain.take() {
            Some(chain) => chain
                .join()
                .unwrap_or(Err(ServeError::Panicked))
                .and(closed),
            None => closed,
        }
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        // Whoever wants to know how it ended calls `stop`.
        drop(self.end());
    }
}
