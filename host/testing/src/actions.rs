//! Owns the verbs of a test: store, instantiate, execute, migrate, send, query. Each makes its message and hands it to the chain; none
//! changes the state itself.

use commons_ledger::{Coin, QUERY_GAS};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::bank::v1beta1::MsgSend;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContract, MsgInstantiateContract, MsgMigrateContract, MsgStoreCode,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::account::{Account, any};
use crate::chain::{TestChain, sound};
use crate::done::{Done, Refused};

impl TestChain {
    /// Wraps a protobuf message for [`TestChain::submit`].
    #[must_use]
    pub fn message<M: prost::Message + prost::Name>(message: &M) -> Any {
        any(message)
    }

    /// Stores wasm; answers its code id.
    ///
    /// # Errors
    /// [`Refused`] if the chain does not take it, and why.
    pub fn store(&mut self, by: &Account, wasm: &[u8]) -> Result<u64, Refused> {
        let message = MsgStoreCode {
            sender: by.address().to_owned(),
            wasm_byte_code: wasm.to_vec(),
            instantiate_permission: None,
        };
        let done = self.submit(by, vec![any(&message)])?;
        let id = done.attribute("store_code", "code_id");
        let id = id.and_then(|id| id.parse().ok());
        Ok(sound(id.ok_or("no code id"), "a stored code"))
    }

    /// Makes a contract; answers its address. Who makes it may migrate it.
    ///
    /// # Errors
    /// [`Refused`] with what the contract says.
    pub fn instantiate(
        &mut self,
        by: &Account,
        code_id: u64,
        msg: &impl Serialize,
    ) -> Result<String, Refused> {
        self.instantiate_with(by, code_id, msg, &[])
    }

    /// Makes a contract and sends coins along.
    ///
    /// # Errors
    /// [`Refused`] with what the contract or the bank says.
    pub fn instantiate_with(
        &mut self,
        by: &Account,
        code_id: u64,
        msg: &impl Serialize,
        funds: &[Coin],
    ) -> Result<String, Refused> {
        let message = MsgInstantiateContract {
            sender: by.address().to_owned(),
            admin: by.address().to_owned(),
            code_id,
            label: format!("code {code_id}"),
            msg: json(msg),
            funds: proto(funds),
        };
        let done = self.submit(by, vec![any(&message)])?;
        let address = done.attribute("instantiate", "_contract_address");
        let address = address.map(str::to_owned);
        Ok(sound(address.ok_or("no address"), "a contract"))
    }

    /// Calls a contract.
    ///
    /// # Errors
    /// [`Refused`] with what the contract says.
    pub fn execute(
        &mut self,
        by: &Account,
        contract: &impl AsRef<str>,
        msg: &impl Serialize,
    ) -> Result<Done, Refused> {
        self.execute_with(by, contract, msg, &[])
    }

    /// Calls a contract and sends coins along.
    ///
    /// # Errors
    /// [`Refused`] with what the contract or the bank says.
    pub fn execute_with(
        &mut self,
        by: &Account,
        contract: &impl AsRef<str>,
        msg: &impl Serialize,
        funds: &[Coin],
    ) -> Result<Done, Refused> {
        let message = MsgExecuteContract {
            sender: by.address().to_owned(),
            contract: contract.as_ref().to_owned(),
            msg: json(msg),
            funds: proto(funds),
        };
        self.submit(by, vec![any(&message)])
    }

    /// Gives a contract other code.
    ///
    /// # Errors
    /// [`Refused`] with what the contract says, or that this account may not.
    pub fn migrate(
        &mut self,
        by: &Account,
        contract: &impl AsRef<str>,
        code_id: u64,
        msg: &impl Serialize,
    ) -> Result<Done, Refused> {
        let message = MsgMigrateContract {
            sender: by.address().to_owned(),
            contract: contract.as_ref().to_owned(),
            code_id,
            msg: json(msg),
        };
        self.submit(by, vec![any(&message)])
    }

    /// Sends coins.
    ///
    /// # Errors
    /// [`Refused`] with what the bank says.
    pub fn send(
        &mut self,
        by: &Account,
        to: &impl AsRef<str>,
        coins: &[Coin],
    ) -> Result<Done, Refused> {
        let message = MsgSend {
            from_address: by.address().to_owned(),
            to_address: to.as_ref().to_owned(),
            amount: proto(coins),
        };
        self.submit(by, vec![any(&message)])
    }

    /// Asks a contract, at the last block.
    ///
    /// # Errors
    /// What the chain says if the contract answers with an error, or with something that is no `T`.
    pub fn query<T: DeserializeOwned>(
        &self,
        contract: &impl AsRef<str>,
        msg: &impl Serialize,
    ) -> Result<T, String> {
        let (ledger, block) = (self.ledger.clone(), self.last_block());
        let (contract, msg) = (contract.as_ref().to_owned(), json(msg));
        let answer = self.on_deep_stack(move |state| {
            ledger.query_smart(state, &block, &contract, &msg, QUERY_GAS)
        });
        let answer = sound(answer, "a query").map_err(|error| error.to_string())?;
        serde_json::from_slice(&answer).map_err(|error| {
            let text = String::from_utf8_lossy(&answer);
            format!("the answer is of another shape: {error}; it is {text}")
        })
    }

    /// The value under one key of a contract.
    #[must_use]
    pub fn raw(&self, contract: &impl AsRef<str>, key: &[u8]) -> Option<Vec<u8>> {
        let value = self.ledger.query_raw(self.state(), contract.as_ref(), key);
        sound(value, "a read")
    }

    /// Everything a contract has stored, in order of its keys.
    #[must_use]
    pub fn stored(&self, contract: &impl AsRef<str>) -> Vec<(Vec<u8>, Vec<u8>)> {
        let (ledger, contract) = (self.ledger.clone(), contract.as_ref().to_owned());
        let entries = self.on_deep_stack(move |state| ledger.contract_state(state, &contract));
        sound(entries, "a read")
    }

    /// What an address holds of a denomination.
    #[must_use]
    pub fn balance(&self, address: &impl AsRef<str>, denom: &str) -> u128 {
        let balance = self.ledger.balance(self.state(), address.as_ref(), denom);
        sound(balance, "a read")
    }

    /// Number of the code that a contract runs.
    #[must_use]
    pub fn code_of(&self, contract: &impl AsRef<str>) -> Option<u64> {
        let info = self.ledger.contract_info(self.state(), contract.as_ref());
        sound(info, "a read").map(|info| info.code_id)
    }
}

/// A message of a contract. What cannot be JSON is the test's own mistake.
fn json(msg: &impl Serialize) -> Vec<u8> {
    sound(serde_json::to_vec(msg), "a message in JSON")
}

/// Coins for a message, in the order of their denominations as the chain wants them.
pub(crate) fn proto(coins: &[Coin]) -> Vec<ProtoCoin> {
    let mut coins = coins.to_vec();
    coins.sort_by(|one, other| one.denom.cmp(&other.denom));
    let proto = |coin: Coin| ProtoCoin {
        denom: coin.denom,
        amount: coin.amount.to_string(),
    };
    coins.into_iter().map(proto).collect()
}
