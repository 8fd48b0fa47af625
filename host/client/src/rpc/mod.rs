//! A thin client of CometBFT's JSON-RPC over HTTP: the few methods that a wallet needs, in the dialect of 0.38. Owns how a
//! node is asked; believes nothing it answers beyond its shape. [`crate::light`] checks answers against headers.

mod answer;
mod error;
mod transport;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use answer::{AbciQuery, Block, Found};
pub use answer::{
    AbciResponse, Attribute, BlockHeader, Broadcast, Event, Executed, FoundTx, NodeInfo, ProofOp,
    ProofOps, Status, SyncInfo,
};
pub use error::RpcError;
pub use transport::Bounds;
use transport::Transport;

/// See the module.
#[derive(Debug)]
pub struct Rpc(Transport);

impl Rpc {
    /// A client of these nodes, which must be of one chain. Connects to none yet.
    #[must_use]
    pub fn new(endpoints: Vec<String>, bounds: Bounds) -> Self {
        Self(Transport::new(endpoints, bounds))
    }

    /// Chain id and height of the node.
    ///
    /// # Errors
    /// [`RpcError`].
    pub fn status(&self) -> Result<Status, RpcError> {
        self.0.ask("status", &json!({}))
    }

    /// Asks the application. A `height` of 0 is the last block.
    ///
    /// # Errors
    /// [`RpcError`]; an application's own refusal is an answer with a code.
    pub fn abci_query(
        &self,
        path: &str,
        data: &[u8],
        height: u64,
        prove: bool,
    ) -> Result<AbciResponse, RpcError> {
        let params = json!({
            "path": path,
            "data": hex::encode(data),
            "height": height.to_string(),
            "prove": prove,
        });
        let answer: AbciQuery = self.0.ask("abci_query", &params)?;
        Ok(answer.response)
    }

    /// Hands a signed transaction to the first node. Once: whether a call that failed half-way reached the node, only a search
    /// for the transaction's hash can say.
    ///
    /// # Errors
    /// [`RpcError`]; a transaction that the node refuses is an answer with a code.
    pub fn broadcast(&self, tx: &[u8]) -> Result<Broadcast, RpcError> {
        let params = json!({ "tx": STANDARD.encode(tx) });
        self.0.tell("broadcast_tx_sync", &params)
    }

    /// The transaction of a hash (upper-case hex), if it is in a block that the node indexed.
    ///
    /// # Errors
    /// [`RpcError`].
    pub fn find(&self, hash: &str) -> Result<Option<FoundTx>, RpcError> {
        let params = json!({ "query": format!("tx.hash='{hash}'"), "page": "1" });
        let found: Found = self.0.ask("tx_search", &params)?;
        Ok(found
            .txs
            .into_iter()
            .find(|tx| tx.hash.eq_ignore_ascii_case(hash)))
    }

    /// The receipt that the node signed when it accepted a transaction, unread; only nodes of this program give any.
    ///
    /// # Errors
    /// [`RpcError`].
    pub fn receipt(&self, hash: &str) -> Result<Value, RpcError> {
        self.0.ask("receipt", &json!({ "hash": hash }))
    }

    /// The header of a block.
    ///
    /// # Errors
    /// [`RpcError`].
    pub fn header(&self, height: u64) -> Result<BlockHeader, RpcError> {
        let params = json!({ "height": height.to_string() });
        let answer: Block = self.0.ask("block", &params)?;
        Ok(answer.block.header)
    }

    /// Header and signatures of a block, unread.
    ///
    /// # Errors
    /// [`RpcError`].
    pub fn commit(&self, height: u64) -> Result<Value, RpcError> {
        self.0
            .ask("commit", &json!({ "height": height.to_string() }))
    }

    /// A page of the validators of a block, unread. Pages begin at 1.
    ///
    /// # Errors
    /// [`RpcError`].
    pub fn validators(&self, height: u64, page: u32) -> Result<Value, RpcError> {
        let params = json!({
            "height": height.to_string(),
            "page": page.to_string(),
            "per_page": "100",
        });
        self.0.ask("validators", &params)
    }
}
