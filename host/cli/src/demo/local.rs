//! The demonstration's own chain: a node in this process, whose blocks are made on demand and have the time that they are told.

use anyhow::Result;
use commons_client::chain::Account;
use commons_client::rpc::{Attribute, Event, Executed};
use commons_common::units::UnixTime;
use commons_ledger::TxResult;
use commons_node::{Node, NodeError};

use super::cast::DENOM;
use super::chain::{Chain, Refusal, Terms};
use crate::instant::NANOS;

/// See the module.
pub struct Local {
    node: Node,
    terms: Terms,
}

impl Local {
    /// Plays on a node whose addresses have this prefix.
    pub fn new(node: Node, prefix: &str) -> Self {
        let terms = Terms {
            chain_id: node.chain_id().to_owned(),
            prefix: prefix.to_owned(),
        };
        Self { node, terms }
    }
}

impl Chain for Local {
    fn terms(&self) -> &Terms {
        &self.terms
    }

    fn height(&self) -> u64 {
        self.node.height()
    }

    fn time(&self) -> UnixTime {
        UnixTime(self.node.time_nanos() / NANOS)
    }

    fn root(&self) -> Option<String> {
        Some(hex::encode(self.node.root()))
    }

    fn account(&self, address: &str) -> Result<Option<Account>> {
        let account = self.node.account(address)?;
        Ok(account.map(|account| Account {
            number: account.number,
            sequence: account.sequence,
        }))
    }

    fn hand_in(&mut self, tx: Vec<u8>, _from: UnixTime) -> Result<Option<Refusal>> {
        match self.node.broadcast(tx) {
            Ok(_) => Ok(None),
            Err(NodeError::Refused(refused)) => Ok(Some(Refusal {
                block: None,
                codespace: refused.codespace,
                code: refused.code,
                reason: refused.log,
            })),
            Err(fault) => Err(fault.into()),
        }
    }

    fn include(&mut self, from: UnixTime) -> Result<Vec<Executed>> {
        let time = (from.0 * NANOS).max(self.node.time_nanos() + NANOS);
        let block = self.node.make_block(time)?;
        Ok(block.results.into_iter().map(executed).collect())
    }

    fn ask(&self, contract: &str, question: &[u8]) -> Result<Vec<u8>> {
        Ok(self.node.query_smart(contract, question)?)
    }

    fn balance(&self, address: &str) -> Result<u128> {
        Ok(self.node.balance(address, DENOM)?)
    }
}

fn executed(result: TxResult) -> Executed {
    let events = result.events.into_iter().map(|event| Event {
        kind: event.kind,
        attributes: event
            .attributes
            .into_iter()
            .map(|(key, value)| Attribute { key, value })
            .collect(),
    });
    Executed {
        code: result.code,
        codespace: result.codespace,
        log: result.log,
        data: result.data,
        gas_wanted: result.gas_wanted,
        gas_used: result.gas_used,
        events: events.collect(),
    }
}
