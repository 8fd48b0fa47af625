//! Owns the transactions that wait for the next block, in order of arrival. It never judges one.

use std::collections::BTreeSet;

use crate::TxHash;
use crate::error::Refused;
use crate::hash::tx_hash;

/// Transactions in order of arrival, never more than fit into one block.
#[derive(Default)]
pub(crate) struct Waiting {
    txs: Vec<Vec<u8>>,
    hashes: BTreeSet<TxHash>,
    bytes: usize,
}

impl Waiting {
    /// Whether a transaction could be added where a block takes so many bytes, with the codes of a real chain if not.
    pub(crate) fn admits(&self, tx: &[u8], limit: usize) -> Result<(), Refused> {
        let refused = |code, log: String| {
            Err(Refused {
                code,
                codespace: "sdk".to_owned(),
                log,
            })
        };
        if tx.len() > limit {
            return refused(
                21,
                format!("tx too large: {} bytes, a block takes {limit}", tx.len()),
            );
        }
        if self.hashes.contains(&TxHash(tx_hash(tx))) {
            return refused(19, "tx already exists in cache".to_owned());
        }
        if self.bytes.saturating_add(tx.len()) > limit {
            return refused(
                20,
                format!(
                    "mempool is full: {} transactions with {} bytes wait",
                    self.txs.len(),
                    self.bytes
                ),
            );
        }
        Ok(())
    }

    pub(crate) fn add(&mut self, tx: Vec<u8>) -> TxHash {
        let hash = TxHash(tx_hash(&tx));
        self.hashes.insert(hash);
        self.bytes = self.bytes.saturating_add(tx.len());
        self.txs.push(tx);
        hash
    }

    pub(crate) fn txs(&self) -> &[Vec<u8>] {
        &self.txs
    }

    pub(crate) fn into_txs(self) -> Vec<Vec<u8>> {
        self.txs
    }
}
