//! What a test needs of a chain. One transaction makes one block, at the first second that the test allows, unless the test
//! submits several together; that a contract refuses it is an answer, anything else that goes wrong stops the test.

use commons_client::keys::AccountKey;
use commons_client::tx::Message;
use commons_common::units::UnixTime;
use commons_ledger::Event;
use cosmwasm_std::{Coin, from_json, to_json_vec};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::wasm::Wasm;

/// Prefix of every address.
pub const PREFIX: &str = "commons";
/// Chain id, the same on every host.
pub const CHAIN_ID: &str = "commons-test-1";
/// The one denomination of the tests.
pub const DENOM: &str = "ucommon";

/// Everything a contract stores, in order of its keys.
pub type State = Vec<(Vec<u8>, Vec<u8>)>;

/// What a transaction that took effect answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// Events, in order, as the host gives them.
    pub events: Vec<Event>,
    /// What the contract answered, empty if nothing.
    pub data: Vec<u8>,
}

impl Receipt {
    /// The first value of an attribute, in the first event of a kind that has it.
    #[must_use]
    pub fn attribute(&self, kind: &str, key: &str) -> Option<&str> {
        let events = self.events.iter().filter(|event| event.kind == kind);
        events
            .flat_map(|event| &event.attributes)
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }
}

/// What became of a transaction: a receipt, or the reason for which it changed nothing.
pub type Outcome = Result<Receipt, String>;

/// What a chain begins with.
#[derive(Clone, Debug)]
pub struct Setup {
    /// Time of the genesis, before the first block.
    pub time: UnixTime,
    /// Accounts and what each holds of [`DENOM`].
    pub accounts: Vec<(AccountKey, u128)>,
}

/// A chain.
pub trait Chain {
    /// Begins one.
    fn begin(setup: &Setup) -> Self
    where
        Self: Sized;

    /// No later block is earlier than this.
    fn wait_until(&mut self, time: UnixTime);

    /// One transaction, in a block of its own, one second after the last at the earliest.
    fn submit(&mut self, signer: &AccountKey, message: Message) -> Outcome;

    /// Several transactions in one block, in this order, where the host can; else a block each.
    fn submit_together(&mut self, transactions: Vec<(AccountKey, Message)>) -> Vec<Outcome> {
        let submit = |(signer, message)| self.submit(&signer, message);
        transactions.into_iter().map(submit).collect()
    }

    /// The node of ours that is behind this chain, if there is one: what an auditor can read.
    fn node(&self) -> Option<&Wasm> {
        None
    }

    /// Asks a contract, at the height and time of the last block.
    fn query_bytes(&self, contract: &str, question: &[u8]) -> Result<Vec<u8>, String>;

    /// Everything a contract stores.
    fn dump(&self, contract: &str) -> State;

    /// What an address holds of [`DENOM`].
    fn balance(&self, address: &str) -> u128;

    /// Height of the last block.
    fn height(&self) -> u64;

    /// Time of the last block.
    fn now(&self) -> UnixTime;

    /// Asks a contract what must have an answer.
    fn query<T: DeserializeOwned>(&self, contract: &str, question: &impl Serialize) -> T
    where
        Self: Sized,
    {
        let question = to_json_vec(question).expect("a question is JSON");
        let answer = self
            .query_bytes(contract, &question)
            .unwrap_or_else(|error| {
                panic!("{}: {error}", String::from_utf8_lossy(&question));
            });
        from_json(answer).expect("the answer has the shape that the message declares")
    }
}

/// A call of a contract, with coins or without.
#[must_use]
pub fn call(contract: &str, msg: &impl Serialize, funds: u128) -> Message {
    Message::Execute {
        contract: contract.to_owned(),
        msg: to_json_vec(msg).expect("a message is JSON"),
        funds: coins(funds),
    }
}

/// Coins of the one denomination; none for 0.
#[must_use]
pub fn coins(amount: u128) -> Vec<Coin> {
    if amount == 0 {
        return Vec::new();
    }
    vec![Coin::new(amount, DENOM)]
}

/// The time of the next block: what the test asked for, but later than the last.
#[must_use]
pub fn next_time(last: UnixTime, earliest: UnixTime) -> UnixTime {
    earliest.max(UnixTime(last.0 + 1))
}
