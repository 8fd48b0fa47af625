//! Owns reading a chain beside the thread that makes its blocks: the state of one height, pinned, and the blocks up to it. It
//! never writes and never waits for a block.

use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use commons_ledger::{
    BlockContext, CheckReport, Fault, Genesis, Ledger, Order, Pending, QUERY_GAS, STACK_BYTES,
    StateRead, TxResult,
};
use commons_store::{Entries, Store};
use tendermint::block;

use crate::error::NodeError;
use crate::genesis::Origin;
use crate::link::Parent;
use crate::node::read_record;
use crate::record::BlockRecord;
use crate::state::State;

/// A chain as it stood after one block. Cheap to clone; every question works on the same state, however long it takes.
#[derive(Clone)]
pub struct View {
    pub(crate) ledger: Ledger,
    pub(crate) store: Arc<Store>,
    pub(crate) state: Arc<State>,
    pub(crate) origin: Arc<Origin>,
    pub(crate) last: Parent,
}

impl View {
    /// Height of the block; 0 before the first.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.last.height()
    }

    /// Time of the block, or of the genesis, in nanoseconds since 1970.
    #[must_use]
    pub fn time_nanos(&self) -> u64 {
        self.last.time_nanos()
    }

    /// State root after the block.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.last.root()
    }

    /// The id of the block; none before the first.
    #[must_use]
    pub fn block_id(&self) -> Option<block::Id> {
        self.last.id()
    }

    /// The genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.origin.genesis
    }

    /// What record 0 of the block log says.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The state machine, for reads that need [`View::state`].
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The state after the block.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }

    /// The block of a height from 1 up to this view's, `None` if there is none.
    pub fn block(&self, height: u64) -> Result<Option<BlockRecord>, NodeError> {
        if height == 0 || height > self.height() {
            return Ok(None);
        }
        read_record(&self.store, height)
    }

    /// The commit that the block of a height carries, which is that of the block before.
    pub fn last_commit(&self, height: u64) -> Result<block::Commit, NodeError> {
        let height = height.saturating_sub(1);
        let Some(record) = self.block(height)? else {
            return Ok(block::Commit::default());
        };
        let parent = Parent::of(&record);
        let parent = parent.map_err(|reason| NodeError::Record { height, reason })?;
        Ok(parent.commit().clone())
    }

    /// Copies the whole ledger as of now, which may be later than this view, into a directory that holds none; answers the height that was
    /// copied. Blocks may be made meanwhile. The key's file and its memory are not in the directory of a chain, so not in the copy.
    pub fn backup(&self, dir: &Path) -> Result<u64, NodeError> {
        Ok(self.store.backup(dir)?)
    }

    /// Runs a transaction without keeping anything, as [`crate::Node::simulate`] does.
    pub fn simulate(&self, tx: &[u8]) -> Result<TxResult, NodeError> {
        let context = BlockContext {
            height: self.height().saturating_add(1),
            ..self.context()
        };
        Ok(on_deep_stack(|| {
            self.ledger.simulate(self.shared(), &context, tx)
        })??)
    }

    /// Checks a transaction as if it came now and nothing waited, and lets nothing wait.
    pub fn check(&self, tx: &[u8]) -> Result<CheckReport, NodeError> {
        let context = BlockContext {
            height: self.height().saturating_add(1),
            ..self.context()
        };
        let mut nothing = Pending::default();
        Ok(self
            .ledger
            .check_tx(self.shared(), &mut nothing, &context, tx)?)
    }

    /// Asks a contract, as [`crate::Node::query_smart`] does.
    pub fn query_smart(&self, contract: &str, msg: &[u8]) -> Result<Vec<u8>, NodeError> {
        let context = self.context();
        on_deep_stack(|| {
            self.ledger
                .query_smart(self.shared(), &context, contract, msg, QUERY_GAS)
        })??
        .map_err(NodeError::Query)
    }

    fn context(&self) -> BlockContext {
        BlockContext {
            chain_id: self.origin.genesis.chain_id.clone(),
            height: self.height(),
            time_nanos: self.time_nanos(),
        }
    }

    fn shared(&self) -> Rc<dyn StateRead> {
        Rc::new(Shared(Arc::clone(&self.state)))
    }
}

/// The pinned state as one asker reads it.
struct Shared(Arc<State>);

impl StateRead for Shared {
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Fault> {
        self.0.get(key)
    }

    fn range(
        &self,
        start: &[u8],
        end: Option<&[u8]>,
        order: Order,
        limit: usize,
    ) -> Result<Entries, Fault> {
        self.0.range(start, end, order, limit)
    }
}

/// Runs `work` on a thread with the stack that nested contract calls need.
pub(crate) fn on_deep_stack<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, NodeError> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .name("ledger".to_owned())
            .stack_size(STACK_BYTES);
        let running = thread
            .spawn_scoped(scope, work)
            .map_err(NodeError::Thread)?;
        running.join().map_err(|_| NodeError::Panicked)
    })
}
