//! Owns a running chain: its ledger, its store, and what waits. It never changes a committed block, and what it keeps in
//! memory follows from the store and the waiting transactions.

use std::cmp::Ordering;
use std::fmt;
use std::io::Write;
use std::mem;
use std::rc::Rc;
use std::sync::Arc;

use commons_ledger::{
    Account, Admission, BlockContext, CodeInfo, ContractInfo, Genesis, Ledger, Pending, QUERY_GAS,
    StateRead, Trace, TxResult,
};
use commons_store::log::LogError;
use commons_store::{Entries, Store, log};
use tendermint::block::{Commit, Header};

use crate::error::{NodeError, Refused};
use crate::genesis::Origin;
use crate::link::Parent;
use crate::record::{BlockRecord, ResultDigest};
use crate::signer::Signer;
use crate::state::State;
use crate::validator::Validator;
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
    /// The commit of the block before, which this one carries.
    pub last_commit: Commit,
    /// Results with logs, events and calls, one for each transaction.
    pub results: Vec<TxResult>,
}

/// A chain of one node, on disk or in memory.
pub struct Node {
    pub(crate) ledger: Ledger,
    pub(crate) store: Arc<Store>,
    pub(crate) origin: Arc<Origin>,
    /// Signs blocks; absent when a chain is read or executed again.
    pub(crate) signer: Option<Signer>,
    /// The last block, as the next one refers to it.
    pub(crate) last: Parent,
    pub(crate) waiting: Waiting,
    /// What the waiting transactions have done to the checks of the next one.
    pub(crate) pending: Pending,
}

impl Node {
    /// Takes a transaction into the next block if its check passes: against the committed state and what waits already.
    pub fn broadcast(&mut self, tx: Vec<u8>) -> Result<TxHash, NodeError> {
        self.waiting.admits(&tx, self.origin.max_block_bytes())?;
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
            commit: self.sign(&header, txs)?,
            header,
            txs: txs.to_vec(),
            results: digests,
            root: [0; 32],
        };
        let height = record.height();
        let next = Parent::of(&record).map_err(|reason| NodeError::Record { height, reason })?;
        let next = next.signed_by(&self.origin.validator);
        let root = self.store.commit(height, &outcome.changes, |root| {
            record.root = root.0;
            record.encode()
        })?;
        // From here on the block is committed: nothing may fail any more.
        let before = mem::replace(&mut self.last, next.with_root(root.0));
        self.check_again();
        Ok(Block {
            record,
            last_commit: before.commit().clone(),
            results: outcome.results,
        })
    }

    /// Sees to it that the header after `height` exists, which a proof at `height` is checked against: it has the state root
    /// after that block as its `app_hash`. If `height` is the last, a block with nothing in it is made; what waits keeps
    /// waiting. Answers that block, or `None` if none was needed.
    pub fn seal_above(&mut self, height: u64, time_nanos: u64) -> Result<Option<Block>, NodeError> {
        let last = self.height();
        match height.cmp(&last) {
            Ordering::Less => Ok(None),
            Ordering::Equal => self.apply(&[], time_nanos).map(Some),
            Ordering::Greater => Err(NodeError::NoBlock { height, last }),
        }
    }

    /// The commit of the next block. It comes after execution, which can fail, and before the store, which keeps it.
    fn sign(&mut self, header: &Header, txs: &[Vec<u8>]) -> Result<Option<Commit>, NodeError> {
        let Some(signer) = &mut self.signer else {
            return Ok(None);
        };
        let id = self.last.next_id(header, txs);
        Ok(Some(signer.sign(header, id, txs)?))
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
        &self.origin.genesis.chain_id
    }

    /// State root after the last block.
    #[must_use]
    pub fn root(&self) -> [u8; 32] {
        self.last.root()
    }

    /// What record 0 of the block log says.
    #[must_use]
    pub fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The genesis.
    #[must_use]
    pub fn genesis(&self) -> &Genesis {
        &self.origin.genesis
    }

    /// Who signs the chain's blocks.
    #[must_use]
    pub fn validator(&self) -> &Validator {
        &self.origin.validator
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
            origin: Arc::clone(&self.origin),
            last: self.last.clone(),
        })
    }

    /// The state after the last block, pinned.
    pub fn state(&self) -> Result<State, NodeError> {
        Ok(State(self.store.snapshot()?))
    }

    /// Sets the node's own conditions for what may wait. Blocks are the same under all of them.
    pub fn set_admission(&mut self, admission: Admission) {
        self.ledger = self.ledger.clone().with_admission(admission);
    }

    /// The transactions that wait for the next block, in their order.
    #[must_use]
    pub fn waiting_txs(&self) -> &[Vec<u8>] {
        self.waiting.txs()
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
            chain_id: self.origin.genesis.chain_id.clone(),
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
        let limit = self.origin.max_block_bytes();
        if bytes > limit {
            return Err(NodeError::BlockTooLong {
                height,
                bytes,
                limit,
            });
        }
        Ok(context)
    }

    /// Checks what waits against the state after a block, and drops what no longer passes or cannot be checked.
    pub(crate) fn check_again(&mut self) {
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
