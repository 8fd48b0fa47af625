//! The desk where the demonstration hands in its transactions: signs them, puts them into blocks at the time it is told,
//! and reads answers. Everything goes through CheckTx and the contracts; there is no other way into their state.

use std::collections::BTreeMap;

use anyhow::{Context, Result, anyhow, bail};
use commons_client::chain::Account;
use commons_client::keys::AccountKey;
use commons_client::rpc::Executed;
use commons_client::tx::{Message, SignContext, sign};
use commons_common::units::UnixTime;
use cosmwasm_std::Coin;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::cast::DENOM;
use super::chain::{Chain, Refusal};

/// Gas of one transaction at most, in the chain's unit. Nobody pays for it here; it bounds a mistake.
const GAS_LIMIT: u64 = 2_000_000_000;

/// See the module.
pub struct Desk {
    chain: Box<dyn Chain>,
    now: UnixTime,
    waiting: BTreeMap<String, u64>,
    transactions: u64,
}

impl Desk {
    /// A desk on a chain that exists.
    pub fn new(chain: Box<dyn Chain>) -> Self {
        Self {
            now: chain.time(),
            chain,
            waiting: BTreeMap::new(),
            transactions: 0,
        }
    }

    /// The chain's id.
    pub fn chain_id(&self) -> &str {
        &self.chain.terms().chain_id
    }

    /// Prefix of its addresses.
    pub fn prefix(&self) -> &str {
        &self.chain.terms().prefix
    }

    /// Height of the last block.
    pub fn height(&self) -> u64 {
        self.chain.height()
    }

    /// State root after it, if the chain is the demonstration's own.
    pub fn root(&self) -> Option<String> {
        self.chain.root()
    }

    /// The address of a key on this chain.
    pub fn address(&self, key: &AccountKey) -> String {
        key.address(&self.chain.terms().prefix)
    }

    /// Number and sequence of a key's account.
    pub fn account(&self, key: &AccountKey) -> Result<Account> {
        let address = self.address(key);
        self.chain.account(&address)?.ok_or_else(|| {
            anyhow!("account {address} does not exist on this chain: nobody sent it anything yet")
        })
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
        let account = self.account(key)?;
        let terms = self.chain.terms();
        let waiting = self.waiting.entry(key.address(&terms.prefix)).or_default();
        let context = SignContext {
            chain_id: &terms.chain_id,
            prefix: &terms.prefix,
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
        self.queue_bytes(tx)
    }

    /// A signed transaction for the next block.
    pub fn queue_bytes(&mut self, tx: Vec<u8>) -> Result<()> {
        match self.chain.hand_in(tx, self.now)? {
            None => Ok(()),
            Some(refused) => bail!("refused before any block: {}", refused.reason),
        }
    }

    /// Makes a block of what waits; whatever is in it must succeed.
    pub fn block(&mut self) -> Result<Vec<Executed>> {
        let results = self.block_of_any()?;
        for result in &results {
            if result.code != 0 {
                bail!(
                    "block {}: a transaction failed: {}",
                    self.height(),
                    result.log
                );
            }
        }
        Ok(results)
    }

    fn block_of_any(&mut self) -> Result<Vec<Executed>> {
        let results = self.chain.include(self.now)?;
        self.now = self.chain.time();
        self.waiting.clear();
        self.transactions += u64::try_from(results.len())?;
        Ok(results)
    }

    /// One transaction in a block of its own, which must succeed.
    pub fn send(&mut self, key: &AccountKey, message: Message) -> Result<Executed> {
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
        if let Some(refusal) = self.chain.hand_in(tx, self.now)? {
            return Ok(refusal);
        }
        let result = self.block_of_any()?.pop().context("the block is empty")?;
        if result.code == 0 {
            bail!(
                "a transaction that must be refused succeeded in block {}",
                self.height()
            );
        }
        Ok(Refusal {
            block: Some(self.height()),
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
        let answer = self.chain.ask(contract, &serde_json::to_vec(question)?)?;
        serde_json::from_slice(&answer)
            .context("the contract's answer is not what this program expects")
    }

    /// Base units that a key's account holds.
    pub fn balance(&self, key: &AccountKey) -> Result<u128> {
        self.chain.balance(&self.address(key))
    }

    /// A transfer to the account of a key.
    pub fn transfer(&self, to: &AccountKey, amount: u128) -> Message {
        Message::Send {
            to: self.address(to),
            amount: coins(amount),
        }
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

/// Coins of the one denomination; none for 0.
pub fn coins(amount: u128) -> Vec<Coin> {
    if amount == 0 {
        return Vec::new();
    }
    vec![Coin::new(amount, DENOM)]
}
