//! Looks at one transaction of a recorded chain: executes the log again up to it and notes the calls it makes. Compares every
//! block before it as a replay does, and its own result; never shows a transaction that ends here as the log does not say.

use std::io::Read;
use std::path::Path;
use std::str::FromStr;

use commons_ledger::Trace;
use commons_node::{BlockRecord, Node, TxHash, Vm, tx_hash, verify_links};
use commons_store::Store;

use super::divergence::{self, Divergence, TransactionName};
use super::name::Names;
use super::records::{FromLog, FromStore, Records};
use super::{Options, Progress, Run, begin};
use crate::error::AuditError;

/// Digits of a hash that are enough to name a transaction: those that replay prints.
const MIN_DIGITS: usize = 8;

/// Which transaction is looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The first whose hash begins with these digits, upper case.
    Hash(String),
    /// The one at this place.
    Place {
        /// Height of its block.
        height: u64,
        /// Its index in the block, from 0.
        index: usize,
    },
}

impl FromStr for Wanted {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const EXPECTED: &str = "neither a hash, of which 8 digits are enough, nor HEIGHT/INDEX";
        if let Some((height, index)) = text.split_once('/') {
            let (height, index) = (height.parse(), index.parse());
            let (Ok(height), Ok(index)) = (height, index) else {
                return Err(EXPECTED);
            };
            return Ok(Self::Place { height, index });
        }
        let digits = text.to_ascii_uppercase();
        let is_hex = digits.chars().all(|digit| digit.is_ascii_hexdigit());
        if !is_hex || !(MIN_DIGITS..=64).contains(&digits.len()) {
            return Err(EXPECTED);
        }
        Ok(Self::Hash(digits))
    }
}

impl Wanted {
    fn find(&self, record: &BlockRecord, at: u64) -> Option<usize> {
        match self {
            Self::Place { height, index } => {
                (*height == at && *index < record.txs.len()).then_some(*index)
            }
            Self::Hash(digits) => {
                let mut txs = record.txs.iter();
                txs.position(|tx| TxHash(tx_hash(tx)).to_string().starts_with(digits))
            }
        }
    }

    /// Whether no block from this height on can have it.
    fn is_before(&self, at: u64) -> bool {
        matches!(self, Self::Place { height, .. } if *height < at)
    }
}

/// A transaction, executed again.
pub struct TracedTransaction {
    /// Where it is and what it asks for.
    pub name: TransactionName,
    /// Time of its block in nanoseconds since 1970.
    pub time_nanos: u64,
    /// What it did, and the calls it made.
    pub trace: Trace,
    /// Names of contracts that were founded before it.
    pub names: Names,
}

/// What came of looking for a transaction.
pub enum Sought {
    /// It is there, and ends as the log says.
    Found(Box<TracedTransaction>),
    /// The log does not have it; so many blocks it has, as far as it was read.
    Missing {
        /// Height of the last block that was read.
        height: u64,
    },
    /// The log differs from replay before the transaction is reached, or in what it says of it.
    Differs(Box<Divergence>),
}

/// Looks for a transaction in a log file.
///
/// # Errors
/// [`AuditError`] if the log is damaged or not a log.
pub fn trace(
    log: impl Read,
    wanted: &Wanted,
    vm: Vm,
    progress: &mut dyn FnMut(Progress),
) -> Result<Sought, AuditError> {
    seek(FromLog::new(log)?, wanted, vm, progress)
}

/// Looks for a transaction in the log of the ledger in `dir`, which is opened for reading and not changed.
///
/// # Errors
/// [`AuditError`] as for [`trace`], and if the directory cannot be opened.
pub fn trace_home(
    dir: &Path,
    wanted: &Wanted,
    vm: Vm,
    progress: &mut dyn FnMut(Progress),
) -> Result<Sought, AuditError> {
    let records = FromStore::new(Store::open_read_only(dir)?)?;
    seek(records, wanted, vm, progress)
}

fn seek(
    mut records: impl Records,
    wanted: &Wanted,
    vm: Vm,
    progress: &mut dyn FnMut(Progress),
) -> Result<Sought, AuditError> {
    let origin = begin(&mut records)?;
    let node = Node::replaying(vm, &origin).map_err(AuditError::Genesis)?;
    let mut run = Run::new(node, Options { keep_steps: false })?;
    loop {
        let next = records.next_record();
        let (height, bytes) = match next {
            Ok(Some(record)) if !wanted.is_before(record.0) => record,
            Ok(_) => {
                let height = run.report.node.height();
                return Ok(Sought::Missing { height });
            }
            Err(reason) => return Err(run.explain(reason, &records)),
        };
        let record = BlockRecord::decode(&bytes);
        let record = record.map_err(|reason| AuditError::Record { height, reason })?;
        if let Some(index) = wanted.find(&record, height) {
            return look(run, &record, height, index);
        }
        run.block(&record)?;
        if let Some(divergence) = run.report.difference {
            return Ok(Sought::Differs(Box::new(divergence)));
        }
        progress(Progress {
            height,
            last: records.last(),
            transactions: run.report.transactions,
            signatures: run.report.signatures,
        });
    }
}

/// Executes a transaction on what those before it have left, and holds its result against the log's.
fn look(run: Run, record: &BlockRecord, height: u64, index: usize) -> Result<Sought, AuditError> {
    let differs = |divergence| Ok(Sought::Differs(Box::new(divergence)));
    if let Err(reason) = verify_links(record, &run.parent) {
        return differs(Divergence::Header { height, reason });
    }
    let time_nanos = record.time_nanos();
    let time_nanos = time_nanos.map_err(|reason| AuditError::Record { height, reason })?;
    let trace = match run.report.node.trace(&record.txs, time_nanos, index) {
        Ok(Some(trace)) => trace,
        Ok(None) => return Ok(Sought::Missing { height }),
        Err(reason) if reason.is_fault() => return Err(AuditError::Host { height, reason }),
        Err(reason) => {
            let reason = reason.to_string();
            return differs(Divergence::Block { height, reason });
        }
    };
    let tx = record.txs.get(index).map(Vec::as_slice).unwrap_or_default();
    let name = TransactionName {
        height,
        index,
        what: run.names.of(tx),
        hash: TxHash(tx_hash(tx)),
    };
    if let Some(divergence) = divergence::result(&name, record, &trace.result) {
        return differs(divergence);
    }
    Ok(Sought::Found(Box::new(TracedTransaction {
        name,
        time_nanos,
        trace,
        names: run.names,
    })))
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn a_transaction_is_named_by_hash_or_place() {
        let place = Wanted::Place {
            height: 12,
            index: 3,
        };
        assert_eq!("12/3".parse(), Ok(place));
        assert_eq!("00c0ffee".parse(), Ok(Wanted::Hash("00C0FFEE".to_owned())));
        let long = "a".repeat(65);
        for wrong in [
            "",
            "12/",
            "/3",
            "-1/3",
            "1/2/3",
            "c0ffee",
            "no digits",
            &long,
        ] {
            assert!(wrong.parse::<Wanted>().is_err(), "{wrong}");
        }
    }
}
