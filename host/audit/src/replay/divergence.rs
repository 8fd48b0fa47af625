//! The first thing in which a log and its replay differ, as a sentence that names block and transaction. Compares; executes
//! nothing.

use std::fmt;

use commons_ledger::TxResult;
use commons_node::{Block, BlockRecord, LinkError, ResultDigest, TxHash};
use thiserror::Error;

use super::name::Names;

/// Which transaction is spoken of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TransactionName {
    /// Height of its block.
    pub height: u64,
    /// Its index in the block, from 0.
    pub index: usize,
    /// What it asks for, as in `CastBallots to assembly of 'X'`.
    pub what: String,
    /// SHA-256 of its bytes.
    pub hash: TxHash,
}

impl fmt::Display for TransactionName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hash = self.hash.to_string();
        let short = hash.get(..8).unwrap_or(&hash);
        write!(
            f,
            "block {}, transaction {} ({}, hash {short}…)",
            self.height, self.index, self.what
        )
    }
}

/// The first difference.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Divergence {
    /// A transaction's result is another.
    #[error("{transaction}: {}", sentence(logged, replayed, reason))]
    Outcome {
        /// Which transaction.
        transaction: TransactionName,
        /// Its result in the log.
        logged: Box<ResultDigest>,
        /// Its result in replay.
        replayed: Box<ResultDigest>,
        /// Why replay refuses it; empty if it does not.
        reason: String,
    },
    /// A header does not follow from the block's content and the block before.
    #[error("{reason}")]
    Header {
        /// Height of the block.
        height: u64,
        /// Which field, as stated and as computed.
        reason: LinkError,
    },
    /// A block that could not have been made at all.
    #[error("block {height}: the log has it, replay cannot make it: {reason}")]
    Block {
        /// Height of the block.
        height: u64,
        /// Why not.
        reason: String,
    },
    /// Every transaction agrees, and the state does not.
    #[error(
        "block {height}: each of its {transactions} transactions ends as the log says, but the log states root {} for the state after it, and replay comes to {}",
        hex::encode(logged),
        hex::encode(replayed)
    )]
    State {
        /// Height of the block.
        height: u64,
        /// Transactions in it.
        transactions: usize,
        /// Root in the log.
        logged: [u8; 32],
        /// Root of replay.
        replayed: [u8; 32],
    },
}

impl Divergence {
    /// Height of the block that differs.
    #[must_use]
    pub fn height(&self) -> u64 {
        match self {
            Self::Outcome { transaction, .. } => transaction.height,
            Self::Header { height, .. }
            | Self::Block { height, .. }
            | Self::State { height, .. } => *height,
        }
    }
}

fn sentence(logged: &ResultDigest, replayed: &ResultDigest, reason: &str) -> String {
    match (logged.code, replayed.code) {
        (0, 0) => {}
        (0, _) => return format!("the log says it succeeded, replay refuses it: {reason}"),
        (code, 0) => {
            return format!("the log says it failed with code {code}, replay carries it out");
        }
        (was, is) if was != is => {
            return format!(
                "the log says it failed with code {was}, replay refuses it with code {is}: {reason}"
            );
        }
        _ => {}
    }
    if logged.data != replayed.data {
        return format!(
            "the log says it answered {}, replay answers {}",
            short(&logged.data),
            short(&replayed.data)
        );
    }
    if logged.gas_wanted != replayed.gas_wanted {
        return format!(
            "the log says its gas limit is {}, its own bytes say {}",
            logged.gas_wanted, replayed.gas_wanted
        );
    }
    format!(
        "the log says it used {} gas, replay uses {}",
        logged.gas_used, replayed.gas_used
    )
}

/// Bytes for people: as many as fit a line.
fn short(bytes: &[u8]) -> String {
    const SHOWN: usize = 32;
    match bytes.get(..SHOWN) {
        Some(start) => format!("{}… ({} bytes)", hex::encode(start), bytes.len()),
        None if bytes.is_empty() => "nothing".to_owned(),
        None => hex::encode(bytes),
    }
}

/// The first transaction whose result differs.
pub(super) fn outcome(
    record: &BlockRecord,
    replayed: &Block,
    height: u64,
    names: &Names,
) -> Option<Divergence> {
    let pairs = record.results.iter().zip(&replayed.record.results);
    let (index, (logged, digest)) = pairs
        .enumerate()
        .find(|(_, (logged, digest))| logged != digest)?;
    let bytes = record.txs.get(index)?;
    let reason = replayed.results.get(index).map(why).unwrap_or_default();
    Some(Divergence::Outcome {
        transaction: TransactionName {
            height,
            index,
            what: names.of(bytes),
            hash: TxHash(commons_node::tx_hash(bytes)),
        },
        logged: Box::new(logged.clone()),
        replayed: Box::new(digest.clone()),
        reason,
    })
}

fn why(result: &TxResult) -> String {
    if result.code == 0 {
        return String::new();
    }
    format!("{} ({}/{})", result.log, result.codespace, result.code)
}

/// Another result of the one transaction that was executed.
pub(super) fn result(
    transaction: &TransactionName,
    record: &BlockRecord,
    replayed: &TxResult,
) -> Option<Divergence> {
    let logged = record.results.get(transaction.index)?;
    let digest = ResultDigest {
        code: replayed.code,
        data: replayed.data.clone(),
        gas_wanted: replayed.gas_wanted,
        gas_used: replayed.gas_used,
    };
    (*logged != digest).then(|| Divergence::Outcome {
        transaction: transaction.clone(),
        logged: Box::new(logged.clone()),
        replayed: Box::new(digest),
        reason: why(replayed),
    })
}

/// Another state after the same results.
pub(super) fn state(record: &BlockRecord, replayed: &Block, height: u64) -> Option<Divergence> {
    (record.root != replayed.record.root).then_some(Divergence::State {
        height,
        transactions: record.txs.len(),
        logged: record.root,
        replayed: replayed.record.root,
    })
}
