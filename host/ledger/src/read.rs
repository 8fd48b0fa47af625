//! Questions from outside a transaction; they are free of charge, except smart queries, and change nothing.

use crate::account;
use crate::address::Address;
use crate::bank;
use crate::coin::Coin;
use crate::error::{Failure, Fault, QueryError, Stop, sdk};
use crate::json;
use crate::keys;
use crate::overlay::{Changes, Entry, Overlay, StateRead};
use crate::params::{ChainParams, DenomMetadata};
use crate::session::{self, Depth, Mode, Opening, Session};
use crate::wasm::{self, ContractInfo};
use crate::{BlockContext, Ledger};
use commons_vm::{Checksum, Order};
use cosmos_sdk_proto::cosmos::bank::v1beta1::Metadata;
use cosmos_sdk_proto::cosmwasm::wasm::v1::CodeInfo;
use std::rc::Rc;
use std::sync::Arc;

/// What a smart query from outside may use unless its asker says otherwise, in SDK gas (wasmd's `query_gas_limit`).
pub const QUERY_GAS: u64 = 3_000_000;

/// The part of an account that a signer needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Number that signatures are bound to.
    pub number: u64,
    /// Sequence of the next transaction.
    pub sequence: u64,
}

fn answer(failure: &Failure) -> QueryError {
    let (code, text) = match (failure.codespace, failure.code) {
        ("sdk", 7 | 18) => (18, "invalid request"),
        _ => (6, "unknown request"),
    };
    QueryError {
        codespace: "sdk".to_owned(),
        code,
        log: format!("{}: {text}", failure.text),
    }
}

impl Ledger {
    /// Asks a contract. The result is the contract's own JSON; `gas_limit` is in SDK gas.
    ///
    /// # Errors
    /// [`Fault`] if the host is broken; a [`QueryError`] inside if the question or the contract is at fault.
    pub fn query_smart(
        &self,
        state: Rc<dyn StateRead>,
        block: &BlockContext,
        contract: &str,
        msg: &[u8],
        gas_limit: u64,
    ) -> Result<Result<Vec<u8>, QueryError>, Fault> {
        let address = match self.addresses.read(contract) {
            Ok(address) => address,
            Err(reason) => {
                return Ok(Err(QueryError {
                    codespace: "sdk".to_owned(),
                    code: 18,
                    log: format!("{reason}: invalid request"),
                }));
            }
        };
        if !json::is_valid(msg) {
            let text = "rpc error: code = InvalidArgument desc = invalid query data";
            return Ok(Err(QueryError {
                codespace: "sdk".to_owned(),
                code: 18,
                log: format!("{text}: invalid request"),
            }));
        }
        let opening = Opening {
            vm: self.vm.clone(),
            addresses: self.addresses.clone(),
            block: block.clone(),
            mode: Mode::Query,
            tx_hash: [0; 32],
            block_gas: 0,
            max_gas: None,
            admission: Arc::clone(&self.admission),
        };
        let session = Session::new(opening, Overlay::new(state, Changes::new()));
        session.open_meter(gas_limit);
        match wasm::query::smart(&session, &address, msg, Depth::default()) {
            Ok(bytes) => Ok(Ok(bytes)),
            Err(Stop::Failed(failure)) => Ok(Err(answer(&failure))),
            Err(Stop::OutOfGas(location)) => {
                let used = session.meter().used();
                let text = format!(
                    "out of gas in location: {location}; gasWanted: {gas_limit}, gasUsed: {used}"
                );
                Ok(Err(answer(&sdk::OUT_OF_GAS.because(text))))
            }
            Err(Stop::Fault(fault)) => Err(fault),
        }
    }

    /// The value under one key of a contract, if there is one.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn query_raw(
        &self,
        state: &dyn StateRead,
        contract: &str,
        key: &[u8],
    ) -> Result<Option<Vec<u8>>, Fault> {
        self.at(contract, |address| {
            state.get(&[&keys::contract_store(address), key].concat())
        })
    }

    /// Number and sequence of an account, if the address has one.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn account(&self, state: &dyn StateRead, address: &str) -> Result<Option<Account>, Fault> {
        self.at(address, |address| {
            let Some(bytes) = state.get(&keys::account(address))? else {
                return Ok(None);
            };
            let account = account::decode(&bytes)?;
            Ok(Some(Account {
                number: account.account_number,
                sequence: account.sequence,
            }))
        })
    }

    /// What an address holds of a denomination; 0 for what is no address.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn balance(
        &self,
        state: &dyn StateRead,
        address: &str,
        denom: &str,
    ) -> Result<u128, Fault> {
        let amount = self.at(address, |address| {
            let stored = state.get(&keys::balance(address, denom))?;
            stored.map(|bytes| bank::decode(&bytes)).transpose()
        })?;
        Ok(amount.unwrap_or(0))
    }

    /// All that an address holds, sorted by denomination; nothing for what is no address.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn balances(&self, state: Rc<dyn StateRead>, address: &str) -> Result<Vec<Coin>, Fault> {
        let Ok(address) = self.addresses.read(address) else {
            return Ok(Vec::new());
        };
        coins_under(state, &keys::balances(&address))
    }

    /// All there is, sorted by denomination.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn supply(&self, state: Rc<dyn StateRead>) -> Result<Vec<Coin>, Fault> {
        coins_under(state, &keys::supply(""))
    }

    /// What is said about denominations, sorted by the base denomination.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn denoms(&self, state: Rc<dyn StateRead>) -> Result<Vec<DenomMetadata>, Fault> {
        let entries = entries_under(state, &keys::denom_metadata(&[]))?;
        let read = |(_, value): &Entry| {
            let metadata: Metadata = session::message(value, "denomination")?;
            Ok(metadata.into())
        };
        entries.iter().map(read).collect()
    }

    /// What the genesis set for the whole chain, without what denominations mean ([`Ledger::denoms`]).
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn chain_params(&self, state: &dyn StateRead) -> Result<ChainParams, Fault> {
        ChainParams::read(state)
    }

    /// The contract at an address, if there is one.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn contract_info(
        &self,
        state: &dyn StateRead,
        contract: &str,
    ) -> Result<Option<ContractInfo>, Fault> {
        self.at(contract, |address| {
            let stored = state.get(&keys::contract_info(address))?;
            stored
                .map(|bytes| wasm::decode_contract(&bytes))
                .transpose()
        })
    }

    /// The code with an id, if there is one.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn code_info(
        &self,
        state: &dyn StateRead,
        code_id: u64,
    ) -> Result<Option<CodeInfo>, Fault> {
        let stored = state.get(&keys::code_info(code_id))?;
        stored.map(|bytes| wasm::decode_code(&bytes)).transpose()
    }

    /// The uncompressed bytes of a code, if it is stored.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn code_bytes(
        &self,
        state: &dyn StateRead,
        checksum: &Checksum,
    ) -> Result<Option<Vec<u8>>, Fault> {
        state.get(&keys::code_bytes(checksum))
    }

    /// Everything a contract has stored, in order of its keys, without the prefix of the store.
    ///
    /// # Errors
    /// [`Fault`] if the state cannot be read.
    pub fn contract_state(
        &self,
        state: Rc<dyn StateRead>,
        contract: &str,
    ) -> Result<Vec<Entry>, Fault> {
        let Ok(address) = self.addresses.read(contract) else {
            return Ok(Vec::new());
        };
        entries_under(state, &keys::contract_store(&address))
    }

    /// Runs a reader at an address; what is no address has nothing.
    fn at<T>(
        &self,
        text: &str,
        read: impl FnOnce(&Address) -> Result<Option<T>, Fault>,
    ) -> Result<Option<T>, Fault> {
        match self.addresses.read(text) {
            Ok(address) => read(&address),
            Err(_) => Ok(None),
        }
    }
}

/// All entries under a prefix, in order of their keys, without the prefix.
fn entries_under(state: Rc<dyn StateRead>, prefix: &[u8]) -> Result<Vec<Entry>, Fault> {
    let end = keys::end_of(prefix);
    let mut overlay = Overlay::new(state, Changes::new());
    let mut cursor = overlay.cursor(prefix.to_vec(), end, Order::Ascending);
    let mut entries = Vec::new();
    while let Some((key, value)) = cursor.next()? {
        let own = key.strip_prefix(prefix).unwrap_or_default();
        entries.push((own.to_vec(), value));
    }
    Ok(entries)
}

/// Amounts under a prefix, by denomination.
fn coins_under(state: Rc<dyn StateRead>, prefix: &[u8]) -> Result<Vec<Coin>, Fault> {
    let entries = entries_under(state, prefix)?;
    let read = |(key, value): &Entry| {
        let denom = String::from_utf8_lossy(key).into_owned();
        Ok(Coin::new(bank::decode(value)?, denom))
    };
    entries.iter().map(read).collect()
}
