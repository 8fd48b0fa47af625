//! What a chain answered to a scenario, as a document. Owns the form; bytes are base64 in it, so that a person can read the rest.

use std::collections::BTreeMap;
use std::path::Path;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

/// A whole run.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recording {
    /// The chain's software and version.
    pub software: String,
    /// The command that made this.
    pub command: String,
    /// The scenario's name.
    pub scenario: String,
    /// Chain id.
    pub chain_id: String,
    /// Time of the first block in nanoseconds since 1970.
    pub first_time: String,
    /// Accounts of the genesis in the order of their numbers: name, address, coins.
    pub accounts: Vec<(String, String, String)>,
    /// What happened, in order.
    pub steps: Vec<Happened>,
    /// Blocks with transactions.
    pub blocks: Vec<Block>,
    /// At the end: what each contract stores, key and value in hex, by the contract's address.
    pub state: BTreeMap<String, Vec<(String, String)>>,
    /// At the end: balances by address, as the chain lists them, without the staking coin of what earns it.
    pub balances: BTreeMap<String, Vec<String>>,
}

impl Recording {
    /// Reads a recording, packed (`.gz`) or not.
    pub fn read(path: &Path) -> Result<Recording, String> {
        let wrong = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
        let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
        let recording = if path.extension().is_some_and(|end| end == "gz") {
            serde_json::from_reader(GzDecoder::new(bytes.as_slice()))
        } else {
            serde_json::from_slice(&bytes)
        };
        let mut recording: Recording = recording.map_err(|error| wrong(&error))?;
        let sent = recording.sent();
        for tx in recording.blocks.iter_mut().flat_map(|block| &mut block.txs) {
            if tx.tx.is_empty() {
                tx.tx = sent
                    .get(&tx.name)
                    .cloned()
                    .ok_or_else(|| wrong(&"a transaction without bytes"))?;
            }
        }
        Ok(recording)
    }

    /// The recording packed for keeping: bytes of transactions stand in the steps alone, by name.
    pub fn pack(mut self) -> Result<Vec<u8>, String> {
        let sent = self.sent();
        for tx in self.blocks.iter_mut().flat_map(|block| &mut block.txs) {
            if sent.get(&tx.name) == Some(&tx.tx) {
                tx.tx = String::new();
            }
        }
        let mut packer = GzEncoder::new(Vec::new(), Compression::best());
        serde_json::to_writer(&mut packer, &self).map_err(|error| error.to_string())?;
        packer.finish().map_err(|error| error.to_string())
    }

    fn sent(&self) -> BTreeMap<String, String> {
        let steps = self.steps.iter();
        steps
            .filter_map(|step| Some((step.name.clone(), step.tx.clone()?)))
            .collect()
    }
}

/// One step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Happened {
    /// Its name in the scenario.
    pub name: String,
    /// The last block that was known when it was sent or asked.
    pub after: u64,
    /// The transaction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tx: Option<String>,
    /// What the check on arrival said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// Gas of a simulation just before, or its error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub simulated: Option<Result<u64, String>>,
    /// Gas of the check on arrival: what the ante handler uses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ante_gas: Option<u64>,
    /// A question: contract, message, and the answer or the error (code, codespace, text).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asked: Option<(String, String, Result<String, Check>)>,
}

/// Code, codespace and text; code 0 is good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// Code.
    pub code: u32,
    /// Codespace.
    pub codespace: String,
    /// For people.
    pub log: String,
}

/// One block.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Block {
    /// Height.
    pub height: u64,
    /// Time in nanoseconds since 1970.
    pub time: String,
    /// Its transactions.
    pub txs: Vec<Delivered>,
}

/// A transaction in a block.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Delivered {
    /// The step it comes from.
    pub name: String,
    /// Its bytes.
    pub tx: String,
    /// What became of it.
    pub answer: Answer,
}

/// What became of a transaction.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Code.
    pub code: u32,
    /// Codespace.
    pub codespace: String,
    /// Data.
    pub data: String,
    /// Text.
    pub log: String,
    /// Gas limit.
    pub gas_wanted: u64,
    /// Gas used.
    pub gas_used: u64,
    /// Events: type, and attributes.
    pub events: Vec<(String, Vec<(String, String)>)>,
}
