//! Owns the judgement on a receipt: whether the chain that signed it has the transaction, or dropped it, or is no longer the chain that it
//! was. It executes nothing and believes the log's bytes; [`crate::replay`] is who checks those.

use std::io::Read;
use std::path::Path;

use commons_node::{BlockRecord, Origin, Receipt, tx_hash};
use commons_store::Store;

use crate::error::AuditError;
use crate::replay::records::{FromLog, FromStore, Records};

/// What became of a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// A block after the one of the receipt has the transaction.
    Kept {
        /// Height of the block.
        height: u64,
        /// Index in it.
        index: usize,
    },
    /// The log ends with the block of the receipt, or before it: nothing can be said yet.
    Open {
        /// Last height of the log.
        last: u64,
    },
    /// Blocks were made since, and none has it. The node dropped it, or it ceased to be good: another transaction took its sequence or its
    /// coins, or its time ran out, which its sender can tell.
    Dropped {
        /// Last height of the log.
        last: u64,
        /// Blocks since the receipt.
        blocks: u64,
    },
    /// The block that the receipt names is not in the log: the operator signed two histories.
    Rewritten {
        /// Height of the block.
        height: u64,
        /// Its hash in the receipt.
        promised: String,
        /// Its hash in the log.
        found: String,
    },
    /// It binds nobody here: it is of another chain, or by another key than the chain's.
    NotOfThisChain {
        /// Why.
        why: String,
    },
}

/// Holds a receipt against a log file.
///
/// # Errors
/// [`AuditError`] if the log cannot be read.
pub fn examine(input: impl Read, receipt: &Receipt) -> Result<Verdict, AuditError> {
    judge(&mut FromLog::new(input)?, receipt)
}

/// Holds a receipt against a ledger directory, which is not changed.
///
/// # Errors
/// [`AuditError`] if the ledger cannot be read.
pub fn examine_home(dir: &Path, receipt: &Receipt) -> Result<Verdict, AuditError> {
    judge(&mut FromStore::new(Store::open_read_only(dir)?)?, receipt)
}

fn judge(records: &mut impl Records, receipt: &Receipt) -> Result<Verdict, AuditError> {
    let (_, genesis) = records.next_record()?.ok_or(AuditError::Empty)?;
    let origin = Origin::decode(&genesis).map_err(AuditError::Genesis)?;
    if let Some(why) = foreign(&origin, receipt) {
        return Ok(Verdict::NotOfThisChain { why });
    }
    let mut last = 0;
    while let Some((height, bytes)) = records.next_record()? {
        last = height;
        if height < receipt.height {
            continue;
        }
        let record = BlockRecord::decode(&bytes);
        let record = record.map_err(|reason| AuditError::Record { height, reason })?;
        if height == receipt.height {
            let found = record.block_id().hash.to_string();
            let promised = hex::encode_upper(receipt.block);
            if found != promised {
                return Ok(Verdict::Rewritten {
                    height,
                    promised,
                    found,
                });
            }
            continue;
        }
        let mut txs = record.txs.iter();
        if let Some(index) = txs.position(|tx| tx_hash(tx) == receipt.hash.0) {
            return Ok(Verdict::Kept { height, index });
        }
    }
    match last.checked_sub(receipt.height) {
        None | Some(0) => Ok(Verdict::Open { last }),
        Some(blocks) => Ok(Verdict::Dropped { last, blocks }),
    }
}

fn foreign(origin: &Origin, receipt: &Receipt) -> Option<String> {
    let chain_id = &origin.genesis.chain_id;
    if receipt.chain_id != *chain_id {
        return Some(format!(
            "it is of chain {}, the log of {chain_id}",
            receipt.chain_id
        ));
    }
    let checked = receipt.verify(&origin.validator);
    checked.err().map(|why| why.to_string())
}
