//! Transactions, results, events, and the answers of queries in JSON.

use commons_ledger::CheckReport;
use commons_store::{PROOF_OP, Proof};
use serde::Serialize;
use sha2::{Digest, Sha256};
use tendermint_proto::v0_38::abci::{Event, ExecTxResult};

use super::{base64, base64_or_null};
use crate::index::Position;

/// An event.
#[derive(Debug, Serialize)]
pub(crate) struct EventJson {
    r#type: String,
    attributes: Vec<AttributeJson>,
}

#[derive(Debug, Serialize)]
struct AttributeJson {
    key: String,
    value: String,
    index: bool,
}

impl From<Event> for EventJson {
    fn from(event: Event) -> Self {
        let attributes = event.attributes.into_iter();
        Self {
            r#type: event.r#type,
            attributes: attributes
                .map(|attribute| AttributeJson {
                    key: attribute.key,
                    value: attribute.value,
                    index: attribute.index,
                })
                .collect(),
        }
    }
}

/// What became of a transaction in its block.
#[derive(Debug, Serialize)]
pub(crate) struct ResultJson {
    code: u32,
    data: Option<String>,
    log: String,
    info: String,
    gas_wanted: String,
    gas_used: String,
    events: Vec<EventJson>,
    codespace: String,
}

impl Default for ResultJson {
    /// What stands where there is no result.
    fn default() -> Self {
        ExecTxResult::default().into()
    }
}

/// What the check of a transaction found.
#[derive(Debug, Serialize)]
pub(crate) struct CheckJson {
    pub(crate) code: u32,
    pub(crate) data: Option<String>,
    pub(crate) log: String,
    pub(crate) info: String,
    pub(crate) gas_wanted: String,
    pub(crate) gas_used: String,
    pub(crate) events: Vec<EventJson>,
    pub(crate) codespace: String,
}

impl From<CheckReport> for CheckJson {
    fn from(report: CheckReport) -> Self {
        Self {
            code: report.code,
            // An empty text if the check passes, and nothing if not.
            data: (report.code == 0).then(String::new),
            log: report.log,
            info: String::new(),
            gas_wanted: report.gas_wanted.to_string(),
            gas_used: report.gas_used.to_string(),
            events: Vec::new(),
            codespace: report.codespace,
        }
    }
}

impl From<ExecTxResult> for ResultJson {
    fn from(result: ExecTxResult) -> Self {
        Self {
            code: result.code,
            data: base64_or_null(&result.data),
            log: result.log,
            info: result.info,
            gas_wanted: result.gas_wanted.to_string(),
            gas_used: result.gas_used.to_string(),
            events: result.events.into_iter().map(EventJson::from).collect(),
            codespace: result.codespace,
        }
    }
}

/// What `tx` answers, and one of those that `tx_search` does.
#[derive(Debug, Serialize)]
pub(crate) struct TxAnswer {
    hash: String,
    height: String,
    index: u32,
    tx_result: ResultJson,
    tx: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    proof: Option<TxProofJson>,
}

impl TxAnswer {
    /// The answer about a transaction at a position.
    pub(crate) fn new(position: Position, tx: &[u8], result: ExecTxResult) -> Self {
        Self {
            hash: hex::encode_upper(Sha256::digest(tx)),
            height: position.height.to_string(),
            index: position.index,
            tx_result: result.into(),
            tx: base64(tx),
            proof: None,
        }
    }

    /// The same with a proof that the transaction is in its block.
    pub(crate) fn proved(self, proof: Option<TxProofJson>) -> Self {
        Self { proof, ..self }
    }
}

/// What `tx_search` answers.
#[derive(Debug, Serialize)]
pub(crate) struct SearchAnswer {
    pub(crate) txs: Vec<TxAnswer>,
    pub(crate) total_count: String,
}

/// That a transaction is under the `data_hash` of a header.
#[derive(Debug, Serialize)]
pub(crate) struct TxProofJson {
    root_hash: String,
    data: String,
    proof: ProofJson,
}

#[derive(Debug, Serialize)]
struct ProofJson {
    total: String,
    index: String,
    leaf_hash: String,
    aunts: Vec<String>,
}

impl TxProofJson {
    /// The proof for the transaction with this index; none if there is no such one.
    pub(crate) fn of(txs: &[Vec<u8>], index: usize) -> Option<Self> {
        let tx = txs.get(index)?;
        let leaves: Vec<[u8; 32]> = txs.iter().map(|tx| leaf(&Sha256::digest(tx))).collect();
        let mut aunts = Vec::new();
        let root = root(&leaves, Some(index), &mut aunts);
        Some(Self {
            root_hash: hex::encode_upper(root),
            data: base64(tx),
            proof: ProofJson {
                total: txs.len().to_string(),
                index: index.to_string(),
                leaf_hash: base64(leaves.get(index)?),
                aunts: aunts.iter().map(|aunt| base64(aunt)).collect(),
            },
        })
    }
}

fn leaf(bytes: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update([0])
        .chain_update(bytes)
        .finalize()
        .into()
}

/// The Merkle root of RFC 6962; notes what stands beside the way to `index`, the lowest first.
fn root(leaves: &[[u8; 32]], index: Option<usize>, aunts: &mut Vec<[u8; 32]>) -> [u8; 32] {
    match leaves {
        [] => Sha256::digest([]).into(),
        [one] => *one,
        _ => {
            let half = leaves.len().div_ceil(2).next_power_of_two();
            let (left, right) = leaves.split_at(half.min(leaves.len()));
            let in_left = index.filter(|index| *index < half);
            let in_right = index.and_then(|index| index.checked_sub(half));
            let (low, high) = (root(left, in_left, aunts), root(right, in_right, aunts));
            if in_left.is_some() {
                aunts.push(high);
            } else if in_right.is_some() {
                aunts.push(low);
            }
            let joined = Sha256::new().chain_update([1]);
            joined
                .chain_update(low)
                .chain_update(high)
                .finalize()
                .into()
        }
    }
}

/// What `block_results` answers.
#[derive(Debug, Serialize)]
pub(crate) struct BlockResultsAnswer {
    pub(crate) height: String,
    pub(crate) txs_results: Option<Vec<ResultJson>>,
    pub(crate) finalize_block_events: Vec<EventJson>,
    pub(crate) validator_updates: Option<Vec<()>>,
    pub(crate) consensus_param_updates: super::node::ConsensusParamsJson,
    pub(crate) app_hash: Option<String>,
}

/// What `broadcast_tx_sync` and `broadcast_tx_async` answer.
#[derive(Debug, Default, Serialize)]
pub(crate) struct BroadcastAnswer {
    pub(crate) code: u32,
    pub(crate) data: String,
    pub(crate) log: String,
    pub(crate) codespace: String,
    pub(crate) hash: String,
}

/// What `abci_query` answers.
#[derive(Debug, Serialize)]
pub(crate) struct AbciQueryAnswer {
    pub(crate) response: QueryJson,
}

/// The answer of the application.
#[derive(Debug, Default, Serialize)]
pub(crate) struct QueryJson {
    pub(crate) code: u32,
    pub(crate) log: String,
    pub(crate) info: String,
    pub(crate) index: String,
    pub(crate) key: Option<String>,
    pub(crate) value: Option<String>,
    #[serde(rename = "proofOps")]
    pub(crate) proof_ops: Option<ProofOpsJson>,
    pub(crate) height: String,
    pub(crate) codespace: String,
}

/// The steps of a proof, from the value up.
#[derive(Debug, Serialize)]
pub(crate) struct ProofOpsJson {
    ops: Vec<ProofOpJson>,
}

#[derive(Debug, Serialize)]
struct ProofOpJson {
    r#type: &'static str,
    key: String,
    data: String,
}

impl From<&Proof> for ProofOpsJson {
    fn from(proof: &Proof) -> Self {
        Self {
            ops: vec![ProofOpJson {
                r#type: PROOF_OP,
                key: base64(&proof.key),
                data: base64(&proof.encode()),
            }],
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use commons_node::data_hash;

    /// Goes up from a leaf as a verifier does (CometBFT's `computeHashFromAunts`).
    fn climb(index: usize, total: usize, leaf: [u8; 32], aunts: &[[u8; 32]]) -> [u8; 32] {
        let Some((last, rest)) = aunts.split_last() else {
            assert_eq!(total, 1);
            return leaf;
        };
        let half = total.div_ceil(2).next_power_of_two();
        let (low, high) = if index < half {
            (climb(index, half, leaf, rest), *last)
        } else {
            (*last, climb(index - half, total - half, leaf, rest))
        };
        let joined = Sha256::new().chain_update([1]);
        joined
            .chain_update(low)
            .chain_update(high)
            .finalize()
            .into()
    }

    #[test]
    fn every_transaction_of_a_block_is_proved_against_its_data_hash() {
        for count in 1usize..20 {
            let txs: Vec<Vec<u8>> = (0..count)
                .map(|n| vec![u8::try_from(n).unwrap(); 3])
                .collect();
            let leaves: Vec<[u8; 32]> = txs.iter().map(|tx| leaf(&Sha256::digest(tx))).collect();
            for index in 0..count {
                let proof = TxProofJson::of(&txs, index).unwrap();
                assert_eq!(
                    proof.root_hash,
                    hex::encode_upper(data_hash(&txs)),
                    "{count}"
                );
                let mut aunts = Vec::new();
                root(&leaves, Some(index), &mut aunts);
                assert_eq!(climb(index, count, leaves[index], &aunts), data_hash(&txs));
            }
            assert!(TxProofJson::of(&txs, count).is_none());
        }
    }
}
