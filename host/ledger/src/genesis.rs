//! The state before the first block: accounts and balances; it makes no contract.

use crate::Ledger;
use crate::account;
use crate::coin::{self, Coin};
use crate::error::Reject;
use crate::keys;
use crate::overlay::Changes;
use crate::params::ChainParams;
use cosmos_sdk_proto::cosmos::auth::v1beta1::BaseAccount;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest chain id (CometBFT).
const MAX_CHAIN_ID: usize = 50;

/// What a chain starts from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Genesis {
    /// Name of the chain, 1 to 50 bytes; every signature is bound to it.
    pub chain_id: String,
    /// Time of the chain's start in nanoseconds since 1970; a decimal string in JSON.
    #[serde(with = "nanos")]
    pub time: u64,
    /// Prefix of all addresses, such as `commons`.
    pub address_prefix: String,
    /// Accounts in the order of their numbers, from 0.
    pub accounts: Vec<GenesisAccount>,
    /// Limits of blocks and what denominations mean; may be left out where all of it is as usual.
    #[serde(default, skip_serializing_if = "ChainParams::is_default")]
    pub params: ChainParams,
}

/// An account that exists from the start.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GenesisAccount {
    /// Address in its canonical text.
    pub address: String,
    /// Coins, sorted by denomination, each once and positive; may be empty.
    pub balance: Vec<Coin>,
}

mod nanos {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(time: &u64, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(time)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
        let text = String::deserialize(from)?;
        text.parse()
            .map_err(|_| D::Error::custom(format!("not nanoseconds: {text:?}")))
    }
}

impl Ledger {
    /// The changes that turn the empty state into the one before the first block.
    ///
    /// # Errors
    /// [`Reject`] names the first thing wrong with the genesis.
    pub fn init(&self, genesis: &Genesis) -> Result<Changes, Reject> {
        let length = genesis.chain_id.len();
        if !(1..=MAX_CHAIN_ID).contains(&length) {
            return Err(Reject::ChainId(length));
        }
        if genesis.address_prefix != self.addresses.prefix() {
            return Err(Reject::Prefix {
                expected: self.addresses.prefix().to_owned(),
                found: genesis.address_prefix.clone(),
            });
        }
        let mut changes = Changes::new();
        let mut supply: BTreeMap<&str, u128> = BTreeMap::new();
        let mut number = 0u64;
        for entry in &genesis.accounts {
            self.enter(entry, number, &mut changes)?;
            number = number.saturating_add(1);
            for coin in &entry.balance {
                let sum = supply.entry(&coin.denom).or_default();
                *sum = sum
                    .checked_add(coin.amount)
                    .ok_or_else(|| Reject::Supply(coin.denom.clone()))?;
            }
        }
        for (denom, amount) in supply {
            changes.insert(keys::supply(denom), Some(amount.to_string().into_bytes()));
        }
        genesis.params.enter(&mut changes)?;
        let next = number.to_be_bytes().to_vec();
        changes.insert(keys::next_account_number(), Some(next));
        Ok(changes)
    }

    fn enter(
        &self,
        entry: &GenesisAccount,
        account_number: u64,
        changes: &mut Changes,
    ) -> Result<(), Reject> {
        let address =
            self.addresses
                .validate(&entry.address)
                .map_err(|reason| Reject::Address {
                    address: entry.address.clone(),
                    reason,
                })?;
        coin::check_list(&entry.balance).map_err(|reason| Reject::Coins {
            address: entry.address.clone(),
            reason,
        })?;
        let account = account::encode(&BaseAccount {
            address: entry.address.clone(),
            pub_key: None,
            account_number,
            sequence: 0,
        });
        if changes
            .insert(keys::account(&address), Some(account))
            .is_some()
        {
            return Err(Reject::DuplicateAccount(entry.address.clone()));
        }
        for coin in &entry.balance {
            let amount = coin.amount.to_string().into_bytes();
            changes.insert(keys::balance(&address, &coin.denom), Some(amount));
        }
        Ok(())
    }
}
