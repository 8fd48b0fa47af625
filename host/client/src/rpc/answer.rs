//! Answers of a node, as far as they are read: CometBFT 0.38's JSON, and what 0.37 and 0.39 write alike. Owns their shapes; never
//! looks at a node's version, since chains of today report every one. Numbers may be texts or numbers, bytes are base64.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize};

/// What is read of `status`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Status {
    /// The node.
    pub node_info: NodeInfo,
    /// Its chain.
    pub sync_info: SyncInfo,
}

/// Which chain a node is of.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct NodeInfo {
    /// Chain id.
    pub network: String,
    /// For people; decides nothing.
    #[serde(default)]
    pub version: String,
}

/// How far a node has come.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct SyncInfo {
    /// Height of the last block.
    #[serde(deserialize_with = "number")]
    pub latest_block_height: u64,
    /// Its time, RFC 3339.
    #[serde(default)]
    pub latest_block_time: String,
    /// Whether the node is still behind.
    #[serde(default)]
    pub catching_up: bool,
}

/// What is read of `abci_query`.
#[derive(Deserialize)]
pub struct AbciQuery {
    pub response: AbciResponse,
}

/// What an application answered.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct AbciResponse {
    /// 0 for an answer.
    #[serde(default)]
    pub code: u32,
    /// Whose code.
    #[serde(default)]
    pub codespace: String,
    /// Why there is none.
    #[serde(default)]
    pub log: String,
    /// The answer's bytes.
    #[serde(default, deserialize_with = "bytes")]
    pub value: Vec<u8>,
    /// After which block it holds.
    #[serde(default, deserialize_with = "number")]
    pub height: u64,
    /// Its proof, if one was asked for.
    #[serde(default, rename = "proofOps")]
    pub proof: Option<ProofOps>,
}

/// A proof, step by step, from the value up.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProofOps {
    /// The steps.
    #[serde(default)]
    pub ops: Vec<ProofOp>,
}

/// One step of a proof.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ProofOp {
    /// Its kind, as `ics23:iavl`.
    #[serde(rename = "type")]
    pub kind: String,
    /// Of which key.
    #[serde(default, deserialize_with = "bytes")]
    pub key: Vec<u8>,
    /// The proof itself.
    #[serde(default, deserialize_with = "bytes")]
    pub data: Vec<u8>,
}

/// What is read of `broadcast_tx_sync`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Broadcast {
    /// 0 if the transaction waits for a block now.
    #[serde(default)]
    pub code: u32,
    /// Whose code.
    #[serde(default)]
    pub codespace: String,
    /// Why it does not.
    #[serde(default)]
    pub log: String,
    /// Its hash, upper-case hex.
    pub hash: String,
}

/// What is read of `tx_search`.
#[derive(Deserialize)]
pub struct Found {
    pub txs: Vec<FoundTx>,
}

/// A transaction in a block.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct FoundTx {
    /// Its hash, upper-case hex.
    pub hash: String,
    /// Height of the block.
    #[serde(deserialize_with = "number")]
    pub height: u64,
    /// Place in the block.
    #[serde(default)]
    pub index: u32,
    /// What it did.
    pub tx_result: Executed,
    /// Its bytes.
    #[serde(default, deserialize_with = "bytes")]
    pub tx: Vec<u8>,
}

/// What a transaction did.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Executed {
    /// 0 if it was carried out.
    #[serde(default)]
    pub code: u32,
    /// Whose code.
    #[serde(default)]
    pub codespace: String,
    /// Why it was not.
    #[serde(default)]
    pub log: String,
    /// What its messages answered: the protobuf of `TxMsgData`.
    #[serde(default, deserialize_with = "bytes")]
    pub data: Vec<u8>,
    /// Gas it might have used.
    #[serde(default, deserialize_with = "number")]
    pub gas_wanted: u64,
    /// Gas it used.
    #[serde(default, deserialize_with = "number")]
    pub gas_used: u64,
    /// What it told of itself.
    #[serde(default, deserialize_with = "list")]
    pub events: Vec<Event>,
}

/// An event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// Its type.
    #[serde(rename = "type")]
    pub kind: String,
    /// In the order of the chain.
    #[serde(default, deserialize_with = "list")]
    pub attributes: Vec<Attribute>,
}

/// An attribute of an event, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    /// Its name.
    #[serde(default)]
    pub key: String,
    /// What it says.
    #[serde(default, deserialize_with = "text")]
    pub value: String,
}

/// What is read of `block`.
#[derive(Deserialize)]
pub struct Block {
    pub block: BlockBody,
}

/// A block.
#[derive(Deserialize)]
pub struct BlockBody {
    pub header: BlockHeader,
}

/// A block's header, as far as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct BlockHeader {
    /// Chain id.
    pub chain_id: String,
    /// Height.
    #[serde(deserialize_with = "number")]
    pub height: u64,
    /// Time, RFC 3339.
    pub time: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Number {
    Text(String),
    Whole(u64),
}

/// CometBFT writes 64-bit numbers as texts and small ones as numbers.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    match Option::<Number>::deserialize(deserializer)? {
        None => Ok(0),
        Some(Number::Whole(number)) => Ok(number),
        Some(Number::Text(text)) => text
            .parse()
            .map_err(|_| D::Error::custom(format!("{text:?} is no whole number"))),
    }
}

fn bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    let text = Option::<String>::deserialize(deserializer)?.unwrap_or_default();
    STANDARD
        .decode(text)
        .map_err(|error| D::Error::custom(format!("bytes that are not base64: {error}")))
}

/// Go writes an empty list as `null`.
fn list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}

fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
