//! Owns what a test learns about a transaction. It never runs one.

use std::fmt;

use commons_ledger::{TracedCall, TxResult};
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::TxMsgData;
use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgExecuteContractResponse;
use prost::Message;

use crate::diff::{self, Change};
use crate::trace;

/// A transaction that was carried out, or that failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Height of its block.
    pub height: u64,
    /// Its bytes.
    pub tx: Vec<u8>,
    /// Code, log, gas, events.
    pub result: TxResult,
    /// The calls it made, with what they led to.
    pub calls: Vec<TracedCall>,
    /// What it changed in the state, in the order of keys.
    pub changes: Vec<Change>,
}

impl Done {
    /// Value of the first attribute of this key in the first event of this type that has it.
    #[must_use]
    pub fn attribute(&self, event: &str, key: &str) -> Option<&str> {
        let events = self
            .result
            .events
            .iter()
            .filter(|found| found.kind == event);
        let mut attributes = events.flat_map(|event| &event.attributes);
        let found = attributes.find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }

    /// Gas it used, SDK gas.
    #[must_use]
    pub fn gas_used(&self) -> u64 {
        self.result.gas_used
    }

    /// What the first message answered as data, if it called a contract and that answered any.
    #[must_use]
    pub fn data(&self) -> Option<Vec<u8>> {
        let all = TxMsgData::decode(self.result.data.as_slice()).ok()?;
        let first = all.msg_responses.into_iter().next()?;
        let response = MsgExecuteContractResponse::decode(first.value.as_slice()).ok()?;
        Some(response.data).filter(|data| !data.is_empty())
    }

    /// The calls as a tree with the gas of each, for people.
    #[must_use]
    pub fn trace(&self) -> String {
        trace::text(&self.calls)
    }

    /// The changes, one a line, for people.
    #[must_use]
    pub fn diff(&self) -> String {
        diff::text(&self.changes)
    }
}

/// A transaction that failed. Its text has the chain's words and the calls up to where it failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Box<Done>);

impl Refused {
    /// What the chain says.
    #[must_use]
    pub fn log(&self) -> &str {
        &self.0.result.log
    }

    /// Codespace and code.
    #[must_use]
    pub fn code(&self) -> (&str, u32) {
        (&self.0.result.codespace, self.0.result.code)
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (codespace, code) = self.code();
        write!(f, "{codespace}/{code}: {}", self.log())?;
        if self.0.calls.is_empty() {
            return Ok(());
        }
        write!(f, "\n{}", self.0.trace())
    }
}

impl std::error::Error for Refused {}
