//! Owns a running chain: its ledger, its store, and what waits. It never changes a committed block, and what it keeps in
//! memory follows from the store and the waiting transactions.

use std::fmt;
use std::io::Write;
use std::mem;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

use commons_ledger::{
    Account, BlockContext, Changes, CodeInfo, ContractInfo, Genesis, Ledger, LedgerConfig, Pending,
    QUERY_GAS, StateRead, Trace, TxResult,
};
use commons_store::log::LogError;
use commons_store::{Entries, Store, log};
use commons_vm::Vm;

use crate::error::{NodeError, Refused};
use crate::genesis::{decode_genesis, encode_genesis};
use crate::link::{MAX_BLOCK_BYTES, Parent};
use crate::record::{BlockRecord, ResultDigest};
use crate::state::State;
use crate::view::{self, View};
use crate::waiting::Waiting;

/// SHA-256 of a transaction's bytes, shown in upper-case hexadecimal as on real chains.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TxHash(pub [u8; 32]);

impl fmt::Display for TxHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode_upper(self.0))
    }
}

impl fmt::Debug for TxHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TxHash({self})")
    }
}

/// A block that was made: what the chain keeps of it, and the full results, which it does not keep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What is in the block log.
    pub record: BlockRecord,
    /// Results with logs, events and calls, one for each transaction.
    pub results: Vec<TxResult>,
}

/// A chain of one node, on disk or in memory.
pub struct Node {
    ledger: Ledger,
    store: Arc<Store>,
    genesis: Arc<Genesis>,
    /// The last block, as the next one refers to it.
    last: Parent,
    waiting: Waiting,
    /// What the waiting transactions have done to the checks of the next one.
    pending: Pending,
}

impl Node {
    /// Starts a new chain in `dir`, which must not hold one. Contracts run on `vm`, which other nodes may share.
    pub fn create(vm: Vm, dir: &Path, genesis: &Genesis) -> Result<Self, NodeError> {
        Self::begin(vm, genesis, |record, initial| {
            Store::create(dir, &genesis.chain_id, record, initial)
        })
    }

    /// Goes on with the chain in `dir`.
    pub fn open(vm: Vm, dir: &Path) -> Result<Self, NodeError> {
        Self::resume(vm, Store::open(dir)?)
    }

    /// Opens the chain in `dir` for queries, without changing a byte; blocks are refused by the store.
    pub fn open_read_only(vm: Vm, dir: &Path) -> Result<Self, NodeError> {
        Self::resume(vm, Store::open_read_only(dir)?)
    }

    /// Starts a chain in memory.
    pub fn in_memory(vm: Vm, genesis: &Genesis) -> Result<Self, NodeError> {
        Self::begin(vm, genesis, |record, initial| {
            Store::in_memory(&genesis.chain_id, record, initial)
        })
    }

    fn begin(
        vm: Vm,
        genesis: &Genesis,
        store: impl FnOnce(&[u8], &Changes) -> Result<Store, commons_store::StoreError>,
    ) -> Result<Self, NodeError> {
        let ledger = ledger(vm, genesis);
        let initial = ledger.init(genesis)?;
        // Before anything is written: a chain id that no header can have.
        Parent::genesis(&genesis.chain_id, genesis.time, [0; 32])?;
        let store = store(&encode_genesis(genesis)?, &initial)?;
        Self::on(ledger, store, genesis.clone())
    }

    fn resume(vm: Vm, store: Store) -> Result<Self, NodeError> {
        let genesis = decode_genesis(&store.genesis()?)?;
        let ledger = ledger(vm, &genesis);
        Self::on(ledger, store, genesis)
    }

    fn on(ledger: Ledger, store: Store, genesis: Genesis) -> Result<Self, NodeError> {
        let snapshot = store.snapshot()?;
        let (height, root) = (snapshot.height(), snapshot.root().0);
        drop(snapshot);
        let last = if height == 0 {
            Parent::genesis(&genesis.chain_id, genesis.time, root)?
        } else {
            let record = read_record(&store, height)?.ok_or(NodeError::RootMismatch { height })?;
            Parent::of(&record).map_err(|reason| NodeError::Record { height, reason })?
        };
        if (last.height(), last.root()) != (height, root) {
            return Err(NodeError::RootMismatch { height });
        }
        Ok(Self {
            ledger,
            store: Arc::new(store),
            genesis: Arc::new(genesis),
            last,
            waiting: Waiting::default(),
            pending: Pending::default(),
        })
    }

    /// Takes a transaction into the next block if its check passes: against the committed state and what waits already.
    pub fn broadcast(&mut self, tx: Vec<u8>) -> Result<TxHash, NodeError> {
        self.waiting.admits(&tx)?;
        let (state, context) = (self.state()?, self.next_context());
        let report = self
            .ledger
            .check_tx(Rc::new(state), &mut self.pending, &context, &tx)?;
        if report.code != 0 {
            return Err(Refused {
                code: report.code,
                codespace: report.codespace,
                log: report.log,
            }
            .into());
        }
        Ok(self.waiting.add(tx))
    }

    /// Makes a block of all that waits, at this time in nanoseconds since 1970, which must lie after the last block's.
    ///
    /// The block is durable when this returns. On an error there is no block and everything still waits.
    pub fn make_block(&mut self, time_nanos: u64) -> Result<Block, NodeError> {
        let waiting = mem::take(&mut self.waiting);
        let pending = mem::take(&mut self.pending);
        let block = self.apply(waiting.txs(), time_nanos);
        if block.is_err() {
            self.waiting = waiting;
            self.pending = pending;
        }
        block
    }

    /// Makes a block of exactly these transactions, without checking them first: a block's content is what it is.
    ///
    /// What waits keeps waiting as far as it still passes the check.
    pub fn apply(&mut self, txs: &[Vec<u8>], time_nanos: u64) -> Result<Block, NodeError> {
        let context = self.block_context(txs, time_nanos)?;
        let header = self.last.next_header(txs, time_nanos)?;
        let ledger = self.ledger.clone();
        let outcome =
            self.on_deep_stack(move |state| ledger.execute_block(state, &context, txs))??;

        let digests = outcome.results.iter().map(digest).collect();
        let mut record = BlockRecord {
            header,
            txs: txs.to_vec(),
            results: digests,
            root: [0; 32],
        };
        let height = record.height();
        let next = Parent::of(&record).map_err(|reason| NodeError::Record { height, reason })?;
        let root = self.store.commit(height, &outcome.changes, |root| {
            record.root = root.0;
            record.encode()
        })?;
        // From here on the block is committed: nothing may fail any more.
        self.last = next.with_root(root.0);
        self.check_again();
        Ok(Block {
            record,
            results: outcome.results,
        })
    }

    /// Runs a transaction without keeping anything, to learn its gas; signatures are not checked.
    pub fn simulate(&self, tx: &[u8]) -> Result<TxResult, NodeError> {
        let (ledger, context) = (self.ledger.clone(), self.next_context());
        Ok(self.on_deep_stack(move |state| ledger.simulate(state, &context, tx))??)
    }

    /// Runs the next block with this content up to the transaction with this index, as [`Node::apply`] would, and says what calls
    /// that one makes and where their gas goes. Nothing is kept; none if the block has no such transaction.
    pub fn trace(
        &self,
        txs: &[Vec<u8>],
        time_nanos: u64,
        index: usize,
    ) -> Result<Option<Trace>, NodeError> {
        let context = self.block_context(txs, time_nanos)?;
        let ledger = self.ledger.clone();
        Ok(self.on_deep_stack(move |state| ledger.trace(state, &context, txs, index))??)
    }

    /// Height of the last block; 0 before the first.
    #[must_use]
    pub fn height(&self) -> u64 {
        self.last.height()
    }

    /// Time of the last block, or of the genesis, in nanoseconds since 1970.
    #[must_use]
    pub fn time_nanos(&self) -> u64 {
        self.last.time_nanos()
    }

    /// Chain id of the genesis.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.genesis.chain_id
    }

    /// State root after the last block.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.last.root()
    }

    /// The genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.genesis
    }

    /// The state machine, for reads that the node has no word for; pass it [`Node::state`].
    #[must_use]
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The chain as it stands now, for reading beside the thread that makes its blocks. Whoever holds one holds the directory too.
    pub fn view(&self) -> Result<View, NodeError> {
        Ok(View {
            ledger: self.ledger.clone(),
            store: Arc::clone(&self.store),
            state: Arc::new(self.state()?),
            genesis: Arc::clone(&self.genesis),
            last: self.last.clone(),
        })
    }

    /// The state after the last block, pinned.
    pub fn state(&self) -> Result<State, NodeError> {
        Ok(State(self.store.snapshot()?))
    }

    /// Number of transactions that wait for the next block.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.waiting.txs().len()
    }

    /// The block of `height` (from 1), `None` if there is none.
    pub fn block(&self, height: u64) -> Result<Option<BlockRecord>, NodeError> {
        if height == 0 {
            return Ok(None);
        }
        read_record(&self.store, height)
    }

    /// Asks a contract, at the height and time of the last block; the answer is the contract's JSON.
    pub fn query_smart(&self, contract: &str, msg: &[u8]) -> Result<Vec<u8>, NodeError> {
        let (ledger, context) = (self.ledger.clone(), self.last_context());
        self.on_deep_stack(move |state| {
            ledger.query_smart(state, &context, contract, msg, QUERY_GAS)
        })??
        .map_err(NodeError::Query)
    }

    /// The value under one key of a contract.
    pub fn query_raw(&self, contract: &str, key: &[u8]) -> Result<Option<Vec<u8>>, NodeError> {
        Ok(self.ledger.query_raw(&self.state()?, contract, key)?)
    }

    /// Everything a contract has stored, in order of its keys.
    pub fn contract_state(&self, contract: &str) -> Result<Entries, NodeError> {
        Ok(self
            .ledger
            .contract_state(Rc::new(self.state()?), contract)?)
    }

    /// Number and sequence of an account.
    pub fn account(&self, address: &str) -> Result<Option<Account>, NodeError> {
        Ok(self.ledger.account(&self.state()?, address)?)
    }

    /// What an address holds of a denomination.
    pub fn balance(&self, address: &str, denom: &str) -> Result<u128, NodeError> {
        Ok(self.ledger.balance(&self.state()?, address, denom)?)
    }

    /// The contract at an address.
    pub fn contract_info(&self, contract: &str) -> Result<Option<ContractInfo>, NodeError> {
        Ok(self.ledger.contract_info(&self.state()?, contract)?)
    }

    /// The code with an id.
    pub fn code_info(&self, code_id: u64) -> Result<Option<CodeInfo>, NodeError> {
        Ok(self.ledger.code_info(&self.state()?, code_id)?)
    }

    /// Writes the block log, genesis included, as a log file; returns the number of records.
    pub fn export_log(&self, out: impl Write) -> Result<u64, LogError> {
        log::export(&self.store, out)
    }

    /// The block that would be next, for checks and simulations: at the time of the last one.
    fn next_context(&self) -> BlockContext {
        BlockContext {
            height: self.height().saturating_add(1),
            ..self.last_context()
        }
    }

    fn last_context(&self) -> BlockContext {
        BlockContext {
            chain_id: self.genesis.chain_id.clone(),
            height: self.height(),
            time_nanos: self.time_nanos(),
        }
    }

    /// The next block with this content, if it may be made at all.
    fn block_context(&self, txs: &[Vec<u8>], time_nanos: u64) -> Result<BlockContext, NodeError> {
        let context = BlockContext {
            time_nanos,
            ..self.next_context()
        };
        let (height, last) = (context.height, self.time_nanos());
        if time_nanos <= last {
            return Err(NodeError::Time {
                height,
                given: time_nanos,
                last,
            });
        }
        let bytes = txs
            .iter()
            .fold(0usize, |sum, tx| sum.saturating_add(tx.len()));
        if bytes > MAX_BLOCK_BYTES {
            return Err(NodeError::BlockTooLong {
                height,
                bytes,
                limit: MAX_BLOCK_BYTES,
            });
        }
        Ok(context)
    }

    /// Checks what waits against the state after a block, and drops what no longer passes or cannot be checked.
    fn check_again(&mut self) {
        self.pending = Pending::default();
        let waiting = mem::take(&mut self.waiting);
        for tx in waiting.into_txs() {
            // A refusal drops the transaction; a fault here shows again at the next call that reads the state.
            drop(self.broadcast(tx));
        }
    }

    /// Runs `work` on the committed state, on a thread with the stack that nested contract calls need.
    fn on_deep_stack<T: Send>(
        &self,
        work: impl FnOnce(Rc<dyn StateRead>) -> T + Send,
    ) -> Result<T, NodeError> {
        let state = self.state()?;
        view::on_deep_stack(move || work(Rc::new(state)))
    }
}

fn ledger(vm: Vm, genesis: &Genesis) -> Ledger {
    Ledger::new(
        vm,
        LedgerConfig {
            address_prefix: genesis.address_prefix.clone(),
        },
    )
}

pub(crate) fn read_record(store: &Store, height: u64) -> Result<Option<BlockRecord>, NodeError> {
    let Some(bytes) = store.record(height)? else {
        return Ok(None);
    };
    BlockRecord::decode(&bytes)
        .map(Some)
        .map_err(|reason| NodeError::Record { height, reason })
}

fn digest(result: &TxResult) -> ResultDigest {
    ResultDigest {
        code: result.code,
        data: result.data.clone(),
        gas_wanted: result.gas_wanted,
        gas_used: result.gas_used,
    }
}
