//! The chain in a home directory, in process. Owns the open node, how it is asked, and how one signed transaction becomes
//! one block; takes no other way into contract state.

use std::path::Path;

use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, sign};
use commons_common::units::UnixTime;
use commons_ledger::TxResult;
use commons_node::Node;
use cosmwasm_std::to_json_vec;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::compiled;
use crate::failure::Failure;
use crate::instant::NANOS;

/// Gas of one transaction at most, in the chain's unit. Nobody pays for it on a local chain; it bounds a mistake.
const GAS_LIMIT: u64 = 2_000_000_000;

/// See the module.
pub struct Chain(Node);

/// A transaction that was carried out.
pub struct Sent {
    /// The block it is in.
    pub height: u64,
    /// The block's time.
    pub at: UnixTime,
    /// What it did.
    pub result: TxResult,
}

impl Chain {
    /// Opens for questions only; changes no byte.
    pub fn read(dir: &Path) -> Result<Self, Failure> {
        Ok(Self(Node::open_read_only(compiled::vm()?, dir)?))
    }

    /// Opens for making blocks; nobody else may have it open.
    pub fn write(dir: &Path) -> Result<Self, Failure> {
        Ok(Self(Node::open(compiled::vm()?, dir)?))
    }

    /// Chain id.
    pub fn id(&self) -> &str {
        self.0.chain_id()
    }

    /// Prefix of addresses.
    pub fn prefix(&self) -> &str {
        &self.0.genesis().address_prefix
    }

    /// Height of the last block.
    pub fn height(&self) -> u64 {
        self.0.height()
    }

    /// State root after it.
    pub fn root(&self) -> [u8; 32] {
        self.0.root()
    }

    /// Its time: the chain's now.
    pub fn now(&self) -> UnixTime {
        UnixTime(self.0.time_nanos() / NANOS)
    }

    /// Asks a contract.
    pub fn ask<T: DeserializeOwned>(
        &self,
        contract: &str,
        question: &impl Serialize,
    ) -> Result<T, Failure> {
        let question = to_json_vec(question).map_err(Failure::internal)?;
        let answer = self.0.query_smart(contract, &question)?;
        serde_json::from_slice(&answer).map_err(|error| {
            Failure::no(
                format!("{contract} gives an answer that this program does not read"),
                error.to_string(),
                "use the release that fits the contracts of this chain",
            )
        })
    }

    /// Calls a contract: one transaction in a block of its own, at `time` in nanoseconds or a second after the last.
    pub fn call(
        &mut self,
        key: &AccountKey,
        contract: &str,
        msg: &impl Serialize,
        time: Option<u64>,
    ) -> Result<Sent, Failure> {
        let message = Message::Execute {
            contract: contract.to_owned(),
            msg: to_json_vec(msg).map_err(Failure::internal)?,
            funds: Vec::new(),
        };
        let time = time.unwrap_or_else(|| self.0.time_nanos().saturating_add(NANOS));
        let tx = self.sign(key, message)?;
        self.0.broadcast(tx)?;
        let mut block = self.0.make_block(time)?;
        let result = block
            .results
            .pop()
            .ok_or_else(|| Failure::internal("the block is empty"))?;
        if result.code != 0 {
            return Err(Failure::no(
                format!("refused in block {}", self.height()),
                format!("{} ({}/{})", result.log, result.codespace, result.code),
                "no state but the account's sequence changed; correct what the reason names and try again",
            ));
        }
        Ok(Sent {
            height: self.height(),
            at: self.now(),
            result,
        })
    }

    fn sign(&self, key: &AccountKey, message: Message) -> Result<Vec<u8>, Failure> {
        let address = key.address(self.prefix());
        let account = self.0.account(&address)?.ok_or_else(|| {
            Failure::no(
                format!("account {address} does not exist on this chain"),
                "an account begins with the first coin sent to it, or with the genesis",
                "use a home that `commons demo alaska` made: its genesis has the relayer's account",
            )
        })?;
        let context = SignContext {
            chain_id: self.id(),
            prefix: self.prefix(),
            account_number: account.number,
            sequence: account.sequence,
            gas_limit: GAS_LIMIT,
            fee: Vec::new(),
            memo: "",
        };
        Ok(sign(&[message], key, context))
    }
}
