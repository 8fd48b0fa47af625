//! The desk where the demonstration hands in its transactions: signs them, puts them into blocks at the time it is told,
//! and reads answers. Everything goes through CheckTx and the contracts; there is no other way into their state.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail};
use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, sign};
use commons_common::units::UnixTime;
use commons_ledger::TxResult;
use commons_node::{Node, NodeError};
use cosmwasm_std::Coin;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cast::{DENOM, PREFIX};

/// Gas of one transaction at most, in the chain's unit. Nobody pays for it here; it bounds a mistake.
const GAS_LIMIT: u64 = 2_000_000_000;
const NANOS: u64 = 1_000_000_000;

/// A refusal, and where it happened.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// The block, or none where the transaction never came into one.
    pub block: Option<u64>,
    /// Codespace of the code.
    pub codespace: String,
    /// Code, not 0.
    pub code: u32,
    /// The reason as the chain gives it.
    pub reason: String,
}

/// See the module.
pub struct Desk {
    /// The chain.
    pub node: Node,
    now: UnixTime,
    waiting: BTreeMap<String, u64>,
    transactions: u64,
}

impl Desk {
    /// A desk on a chain that exists.
    pub fn new(node: Node) -> Self {
        let now = UnixTime(node.time_nanos() / NANOS);
        Self {
            node,
            now,
            waiting: BTreeMap::new(),
            transactions: 0,
        }
    }

    /// Transactions in blocks so far.
    pub const fn transactions(&self) -> u64 {
        self.transactions
    }

    /// The time of the last block.
    pub const fn now(&self) -> UnixTime {
        self.now
    }

    /// Blocks from here on are no earlier than this.
    pub fn wait_until(&mut self, time: UnixTime) {
        self.now = self.now.max(time);
    }

    /// Signs one transaction as of now; the next one of the same signer counts on it.
    pub fn sign(&mut self, key: &AccountKey, messages: &[Message]) -> Result<Vec<u8>> {
        let address = key.address(PREFIX);
        let account = self.node.account(&address)?.ok_or_else(|| {
            anyhow!("account {address} does not exist on this chain: nobody sent it anything yet")
        })?;
        let waiting = self.waiting.entry(address).or_default();
        let context = SignContext {
            chain_id: self.node.chain_id(),
            prefix: PREFIX,
            account_number: account.number,
            sequence: account.sequence + *waiting,
            gas_limit: GAS_LIMIT,
            fee: Vec::new(),
            memo: "",
        };
        *waiting += 1;
        Ok(sign(messages, key, context))
    }

    /// Hands in one transaction for the next block.
    pub fn queue(&mut self, key: &AccountKey, message: Message) -> Result<()> {
        let tx = self.sign(key, &[message])?;
        match self.node.broadcast(tx) {
            Ok(_) => Ok(()),
            Err(NodeError::Refused(refused)) => bail!("refused before any block: {}", refused.log),
            Err(fault) => Err(fault.into()),
        }
    }

    /// Makes a block of what waits; whatever is in it must succeed.
    pub fn block(&mut self) -> Result<Vec<TxResult>> {
        let results = self.block_of_any()?;
        for result in &results {
            if result.code != 0 {
                bail!(
                    "block {}: a transaction failed: {}",
                    self.node.height(),
                    result.log
                );
            }
        }
        Ok(results)
    }

    fn block_of_any(&mut self) -> Result<Vec<TxResult>> {
        let time = (self.now.0 * NANOS).max(self.node.time_nanos() + NANOS);
        let block = self.node.make_block(time)?;
        self.now = UnixTime(time / NANOS);
        self.waiting.clear();
        self.transactions += u64::try_from(block.results.len())?;
        Ok(block.results)
    }

    /// One transaction in a block of its own, which must succeed.
    pub fn send(&mut self, key: &AccountKey, message: Message) -> Result<TxResult> {
        self.queue(key, message)?;
        self.block()?.pop().context("the block is empty")
    }

    /// One transaction that must be refused, at the door or in its block. Success is an error.
    pub fn refused(&mut self, key: &AccountKey, message: Message) -> Result<Refusal> {
        let tx = self.sign(key, &[message])?;
        self.waiting.clear();
        self.refused_bytes(tx)
    }

    /// A signed transaction that must be refused.
    pub fn refused_bytes(&mut self, tx: Vec<u8>) -> Result<Refusal> {
        match self.node.broadcast(tx) {
            Ok(_) => {}
            Err(NodeError::Refused(refused)) => {
                return Ok(Refusal {
                    block: None,
                    codespace: refused.codespace,
                    code: refused.code,
                    reason: refused.log,
                });
            }
            Err(fault) => return Err(fault.into()),
        }
        let result = self.block_of_any()?.pop().context("the block is empty")?;
        if result.code == 0 {
            bail!(
                "a transaction that must be refused succeeded in block {}",
                self.node.height()
            );
        }
        Ok(Refusal {
            block: Some(self.node.height()),
            codespace: result.codespace,
            code: result.code,
            reason: result.log,
        })
    }

    /// Asks a contract.
    pub fn query<T: DeserializeOwned>(
        &self,
        contract: &str,
        question: &impl Serialize,
    ) -> Result<T> {
        let answer = self
            .node
            .query_smart(contract, &serde_json::to_vec(question)?)?;
        serde_json::from_slice(&answer)
            .context("the contract's answer is not what this program expects")
    }

    /// Base units that an account holds.
    pub fn balance(&self, address: &str) -> Result<u128> {
        Ok(self.node.balance(address, DENOM)?)
    }
}

/// A call of a contract, with coins or without.
pub fn call(contract: &str, msg: &impl Serialize, funds: u128) -> Result<Message> {
    Ok(Message::Execute {
        contract: contract.to_owned(),
        msg: serde_json::to_vec(msg)?,
        funds: coins(funds),
    })
}

/// A transfer between accounts.
pub fn transfer(to: &AccountKey, amount: u128) -> Message {
    Message::Send {
        to: to.address(PREFIX),
        amount: coins(amount),
    }
}

/// Coins of the one denomination; none for 0.
pub fn coins(amount: u128) -> Vec<Coin> {
    if amount == 0 {
        return Vec::new();
    }
    vec![Coin::new(amount, DENOM)]
}
