//! What the demonstration asks of a chain, so that it plays on its own node and on a network alike. Owns the difference between the
//! two, which is who makes blocks and whose clock they have; knows no trust.

use anyhow::Result;
use commons_client::chain::Account;
use commons_client::rpc::Executed;
use commons_common::units::UnixTime;
use serde::Serialize;

/// A refusal, and where it happened.
#[derive(Clone, Debug, Serialize)]
pub struct Refusal {
    /// The block, or none where the transaction never came into one.
    pub block: Option<u64>,
    /// Codespace of the code.
    pub codespace: String,
    /// Code, not 0; 0 where the node refused without one.
    pub code: u32,
    /// The reason as the chain gives it.
    pub reason: String,
}

/// What signatures and addresses are bound to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Terms {
    /// Chain id.
    pub chain_id: String,
    /// Prefix of addresses.
    pub prefix: String,
}

/// A chain to play on. Errors are faults, and refusals of what must not be refused.
pub trait Chain {
    /// What signatures and addresses are bound to.
    fn terms(&self) -> &Terms;

    /// Height of the last block that the demonstration asked for.
    fn height(&self) -> u64;

    /// Its time.
    fn time(&self) -> UnixTime;

    /// State root after it, in hex, where there is a store to ask.
    fn root(&self) -> Option<String>;

    /// Number and sequence of an account as of the last block; none if there is no such account.
    fn account(&self, address: &str) -> Result<Option<Account>>;

    /// Hands in a signed transaction for a block that is no earlier than `from`; the chain's own refusal where it does not take it.
    fn hand_in(&mut self, tx: Vec<u8>, from: UnixTime) -> Result<Option<Refusal>>;

    /// Answers when everything handed in is in a block, with the results in the order of handing in.
    fn include(&mut self, from: UnixTime) -> Result<Vec<Executed>>;

    /// Asks a contract: JSON in, JSON out.
    fn ask(&self, contract: &str, question: &[u8]) -> Result<Vec<u8>>;

    /// Base units that an account holds.
    fn balance(&self, address: &str) -> Result<u128>;
}
