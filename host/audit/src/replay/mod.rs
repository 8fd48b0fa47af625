//! Replay: executes a recorded chain again from its genesis, with nothing but the log, and compares every result. Owns the
//! comparison; never believes a root, a result or a hash that it can compute.
//!
//! For each block: the log's own digest; the header, field by field, from the block's content and the block before; the
//! validator's signature; each transaction's code, data and gas; the state root. The first thing that differs ends the replay as a
//! [`Divergence`], which names block and transaction. Whatever execution can say is said before any hash is.

mod divergence;
mod name;
mod reading;
pub(crate) mod records;
mod steps;
mod trace;

use std::io::Read;
use std::path::Path;

use commons_node::{
    Block, BlockRecord, Node, NodeError, Origin, Parent, Vm, VmConfig, verify_links,
};
use commons_store::Store;

use crate::error::AuditError;
use crate::reference::Step;

pub use divergence::{Divergence, TransactionName};
pub use name::{Names, verb};
pub use reading::{Registries, TrustReading, TrustReadings, read_trusts};
pub use steps::{given, steps};
pub use trace::{Sought, TracedTransaction, Wanted, trace, trace_home};

use records::{FromLog, FromStore, Records};

/// What a replay keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Options {
    /// Keep what contracts executed, for [`read_trusts`]; costs memory in proportion to the log.
    pub keep_steps: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self { keep_steps: true }
    }
}

/// How far a replay has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Height of the block that was just compared.
    pub height: u64,
    /// Height of the last block, where it is known beforehand.
    pub last: Option<u64>,
    /// Transactions so far.
    pub transactions: u64,
    /// Transaction signatures that were checked and good so far.
    pub signatures: u64,
}

/// What a replay found.
pub struct ReplayReport {
    /// Chain id of the genesis.
    pub chain_id: String,
    /// Blocks that were executed again, the one that differs included.
    pub blocks: u64,
    /// Transactions in them.
    pub transactions: u64,
    /// Transactions of them that failed, in the log as in replay.
    pub failed: u64,
    /// Transaction signatures that were checked and good; ballots and proofs of possession are counted by the second
    /// reader.
    pub signatures: u64,
    /// State root after the last block, as the log has it.
    pub logged_root: [u8; 32],
    /// State root after the same block, as replay has it.
    pub replayed_root: [u8; 32],
    /// The first difference, if any.
    pub difference: Option<Divergence>,
    /// What contracts executed and what coins moved, in order; empty unless asked for.
    pub steps: Vec<Step>,
    /// The chain as replayed, in memory, for queries.
    pub node: Node,
}

impl ReplayReport {
    /// Whether log and replay agree in everything.
    #[must_use]
    pub fn is_equal(&self) -> bool {
        self.difference.is_none() && self.logged_root == self.replayed_root
    }
}

/// Replays a log file.
///
/// # Errors
/// [`AuditError`] if the log is damaged or not a log; a log that is whole and wrong is a [`Divergence`] in the report.
pub fn run(
    log: impl Read,
    options: Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<ReplayReport, AuditError> {
    replay(FromLog::new(log)?, options, progress, distrusting()?)
}

/// Replays a log file on a virtual machine that may have the contracts compiled already.
///
/// # Errors
/// [`AuditError`] as for [`run`].
pub fn run_on(log: impl Read, options: Options, vm: Vm) -> Result<ReplayReport, AuditError> {
    replay(FromLog::new(log)?, options, &mut |_| (), vm)
}

/// Replays the log of the ledger in `dir`, which is opened for reading and not changed.
///
/// # Errors
/// [`AuditError`] as for [`run`], and if the directory cannot be opened.
pub fn run_home(
    dir: &Path,
    options: Options,
    progress: &mut dyn FnMut(Progress),
) -> Result<ReplayReport, AuditError> {
    replay(
        FromStore::new(Store::open_read_only(dir)?)?,
        options,
        progress,
        distrusting()?,
    )
}

/// A virtual machine without a folder of compiled contracts: an auditor runs what he compiled himself.
fn distrusting() -> Result<Vm, AuditError> {
    Vm::new(VmConfig::default()).map_err(|fault| AuditError::Host {
        height: 0,
        reason: fault.into(),
    })
}

fn replay(
    mut records: impl Records,
    options: Options,
    progress: &mut dyn FnMut(Progress),
    vm: Vm,
) -> Result<ReplayReport, AuditError> {
    let origin = begin(&mut records)?;
    let node = Node::replaying(vm, &origin).map_err(AuditError::Genesis)?;
    let mut run = Run::new(node, options)?;
    loop {
        let next = records.next_record();
        let (height, bytes) = match next {
            Ok(Some(record)) => record,
            Ok(None) => return Ok(run.report),
            Err(reason) => return Err(run.explain(reason, &records)),
        };
        let record = BlockRecord::decode(&bytes);
        let record = record.map_err(|reason| AuditError::Record { height, reason })?;
        run.block(&record)?;
        progress(Progress {
            height,
            last: records.last(),
            transactions: run.report.transactions,
            signatures: run.report.signatures,
        });
        if run.report.difference.is_some() {
            return Ok(run.report);
        }
    }
}

/// The genesis of a log, which must be of the chain that the log says.
fn begin(records: &mut impl Records) -> Result<Origin, AuditError> {
    let (_, record) = records.next_record()?.ok_or(AuditError::Empty)?;
    let origin = Origin::decode(&record).map_err(AuditError::Genesis)?;
    if records.chain_id() != origin.genesis.chain_id {
        return Err(AuditError::ChainId {
            log: records.chain_id().to_owned(),
            genesis: origin.genesis.chain_id,
        });
    }
    Ok(origin)
}

/// A replay under way.
struct Run {
    report: ReplayReport,
    /// The last block as the log has it: what the next header must follow from.
    parent: Parent,
    names: Names,
    options: Options,
}

impl Run {
    fn new(node: Node, options: Options) -> Result<Self, AuditError> {
        let genesis = node.genesis();
        let parent = Parent::genesis(node.origin(), node.root())
            .map_err(|reason| AuditError::Genesis(reason.into()))?;
        let given = options.keep_steps.then(|| given(genesis));
        Ok(Self {
            parent,
            names: Names::default(),
            options,
            report: ReplayReport {
                chain_id: node.chain_id().to_owned(),
                blocks: 0,
                transactions: 0,
                failed: 0,
                signatures: 0,
                logged_root: node.root(),
                replayed_root: node.root(),
                difference: None,
                steps: given.unwrap_or_default(),
                node,
            },
        })
    }

    /// Executes one block again and compares. What execution says comes before what the header says, because it is
    /// about a transaction and not about a hash.
    fn block(&mut self, record: &BlockRecord) -> Result<(), AuditError> {
        let height = self.report.node.height().saturating_add(1);
        let link = verify_links(record, &self.parent).err();
        let link = link.map(|reason| Divergence::Header { height, reason });
        let replayed = match self.execute(record, height) {
            Ok(replayed) => replayed,
            Err(reason) if reason.is_fault() => return Err(AuditError::Host { height, reason }),
            Err(reason) => {
                let refused = Divergence::Block {
                    height,
                    reason: reason.to_string(),
                };
                self.report.difference = Some(link.unwrap_or(refused));
                return Ok(());
            }
        };
        let outcome = divergence::outcome(record, &replayed, height, &self.names);
        let state = divergence::state(record, &replayed, height);
        self.report.difference = outcome.or(link).or(state);
        self.count(record, &replayed);
        if self.report.difference.is_none() {
            let parent = Parent::of(record);
            self.parent = parent
                .map_err(|reason| AuditError::Record { height, reason })?
                .signed_by(self.report.node.validator());
        }
        Ok(())
    }

    fn execute(&mut self, record: &BlockRecord, height: u64) -> Result<Block, NodeError> {
        let time = record.time_nanos();
        let time = time.map_err(|reason| NodeError::Record { height, reason })?;
        self.report.node.apply(&record.txs, time)
    }

    fn count(&mut self, record: &BlockRecord, replayed: &Block) {
        let report = &mut self.report;
        report.blocks = report.blocks.saturating_add(1);
        report.logged_root = record.root;
        report.replayed_root = replayed.record.root;
        for result in &replayed.results {
            report.transactions = report.transactions.saturating_add(1);
            report.failed = report.failed.saturating_add(u64::from(result.code != 0));
            let signatures = u64::from(result.signatures_checked);
            report.signatures = report.signatures.saturating_add(signatures);
        }
        let steps = steps(replayed);
        self.names.learn(&steps);
        if self.options.keep_steps {
            report.steps.extend(steps);
        }
    }

    /// Says of a damaged log what in the damaged block no longer fits, if its bytes can still be read.
    fn explain(mut self, reason: AuditError, records: &impl Records) -> AuditError {
        let AuditError::Log(reason) = reason else {
            return reason;
        };
        let record = records
            .damaged()
            .and_then(|bytes| BlockRecord::decode(&bytes).ok());
        let Some(record) = record else {
            return AuditError::Log(reason);
        };
        match self.block(&record).map(|()| self.report.difference) {
            Ok(Some(divergence)) => AuditError::Altered {
                reason,
                divergence: Box::new(divergence),
            },
            _ => AuditError::Log(reason),
        }
    }
}
