//! What a chain sets for all (block limits, denominations) and what a node sets for itself (lowest gas price); it enforces nothing.

use crate::coin;
use crate::error::{Fault, Reject};
use crate::keys;
use crate::overlay::{Changes, StateRead};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{DenomUnit as ProtoUnit, Metadata as ProtoMetadata};
use prost::Message;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// Gas of a block, unless the genesis says otherwise.
const MAX_GAS: u64 = 100_000_000;
/// Bytes of a block, unless the genesis says otherwise (the default of CometBFT 0.38).
const MAX_BYTES: u64 = 22_020_096;
/// Denomination of stakes, unless the genesis says otherwise.
pub(crate) const BOND_DENOM: &str = "stake";

/// What the genesis sets for the whole chain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChainParams {
    /// Gas that the transactions of a block may use together, and so the most that one may ask for; none = no limit.
    pub max_gas: Option<u64>,
    /// Bytes that the transactions of a block may have together. The ledger only keeps it: who makes blocks enforces it.
    pub max_bytes: u64,
    /// Denomination that contracts are told when they ask for the staking coin.
    pub bond_denom: String,
    /// What denominations mean to people.
    pub denoms: Vec<DenomMetadata>,
}

impl Default for ChainParams {
    fn default() -> ChainParams {
        ChainParams {
            max_gas: Some(MAX_GAS),
            max_bytes: MAX_BYTES,
            bond_denom: BOND_DENOM.to_owned(),
            denoms: Vec::new(),
        }
    }
}

/// What a denomination means to people (bank `Metadata`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DenomMetadata {
    /// A sentence about it.
    pub description: String,
    /// Its units, the smallest first.
    pub denom_units: Vec<DenomUnit>,
    /// The denomination in the state: the unit with exponent 0.
    pub base: String,
    /// The unit to show.
    pub display: String,
    /// Name, such as `Commons Token`.
    pub name: String,
    /// Symbol on lists.
    pub symbol: String,
    /// Where more is said about it.
    pub uri: String,
    /// sha256 of what is said there, in hex.
    pub uri_hash: String,
}

/// A unit of a denomination.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct DenomUnit {
    /// Name of the unit.
    pub denom: String,
    /// One unit is 10 to this power of the base.
    pub exponent: u32,
    /// Other names of it.
    pub aliases: Vec<String>,
}

impl From<&DenomMetadata> for ProtoMetadata {
    fn from(metadata: &DenomMetadata) -> ProtoMetadata {
        let unit = |unit: &DenomUnit| ProtoUnit {
            denom: unit.denom.clone(),
            exponent: unit.exponent,
            aliases: unit.aliases.clone(),
        };
        ProtoMetadata {
            description: metadata.description.clone(),
            denom_units: metadata.denom_units.iter().map(unit).collect(),
            base: metadata.base.clone(),
            display: metadata.display.clone(),
            name: metadata.name.clone(),
            symbol: metadata.symbol.clone(),
            uri: metadata.uri.clone(),
            uri_hash: metadata.uri_hash.clone(),
        }
    }
}

impl From<ProtoMetadata> for DenomMetadata {
    fn from(metadata: ProtoMetadata) -> DenomMetadata {
        let unit = |unit: ProtoUnit| DenomUnit {
            denom: unit.denom,
            exponent: unit.exponent,
            aliases: unit.aliases,
        };
        DenomMetadata {
            description: metadata.description,
            denom_units: metadata.denom_units.into_iter().map(unit).collect(),
            base: metadata.base,
            display: metadata.display,
            name: metadata.name,
            symbol: metadata.symbol,
            uri: metadata.uri,
            uri_hash: metadata.uri_hash,
        }
    }
}

impl ChainParams {
    /// Whether nothing differs from the defaults.
    pub(crate) fn is_default(&self) -> bool {
        *self == ChainParams::default()
    }

    /// Enters what differs from the defaults into the state before the first block.
    pub(crate) fn enter(&self, changes: &mut Changes) -> Result<(), Reject> {
        let usual = ChainParams::default();
        let mut set = |name: &str, text: String| {
            changes.insert(keys::chain_param(name), Some(text.into_bytes()));
        };
        if self.max_gas != usual.max_gas {
            set("max_gas", self.max_gas.unwrap_or(0).to_string());
        }
        if self.max_bytes != usual.max_bytes {
            set("max_bytes", self.max_bytes.to_string());
        }
        let refused = |denom: &str, reason: String| Reject::Denom {
            denom: denom.to_owned(),
            reason,
        };
        if self.bond_denom != usual.bond_denom {
            coin::check_denom(&self.bond_denom)
                .map_err(|reason| refused(&self.bond_denom, reason))?;
            set("bond_denom", self.bond_denom.clone());
        }
        for metadata in &self.denoms {
            coin::check_denom(&metadata.base).map_err(|reason| refused(&metadata.base, reason))?;
            let key = keys::denom_metadata(metadata.base.as_bytes());
            let value = ProtoMetadata::from(metadata).encode_to_vec();
            if changes.insert(key, Some(value)).is_some() {
                return Err(refused(&metadata.base, "it is given twice".to_owned()));
            }
        }
        Ok(())
    }

    /// The parameters of a chain, without what its denominations mean.
    pub(crate) fn read(state: &dyn StateRead) -> Result<ChainParams, Fault> {
        let mut params = ChainParams::default();
        if let Some(number) = number(state, "max_gas")? {
            params.max_gas = Some(number).filter(|limit| *limit > 0);
        }
        if let Some(number) = number(state, "max_bytes")? {
            params.max_bytes = number;
        }
        if let Some(denom) = text(state, "bond_denom")? {
            params.bond_denom = denom;
        }
        Ok(params)
    }
}

fn text(state: &dyn StateRead, name: &'static str) -> Result<Option<String>, Fault> {
    let bytes = state.get(&keys::chain_param(name))?;
    let text = bytes.map(String::from_utf8).transpose();
    text.map_err(|error| Fault::Corrupt {
        what: name,
        reason: error.to_string(),
    })
}

fn number(state: &dyn StateRead, name: &'static str) -> Result<Option<u64>, Fault> {
    let Some(text) = text(state, name)? else {
        return Ok(None);
    };
    match text.parse() {
        Ok(number) => Ok(Some(number)),
        Err(_) => Err(Fault::Corrupt {
            what: name,
            reason: text,
        }),
    }
}

/// What a node sets for itself: which transactions it lets wait, and how much a simulation may use. It decides no block.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admission {
    /// A transaction must pay one of these for each unit of its gas limit; empty = it may be free.
    pub min_gas_prices: Vec<GasPrice>,
    /// Gas that a simulation may use; none = what a block may use.
    pub simulation_gas: Option<u64>,
}

/// A price of one unit of gas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GasPrice {
    /// Denomination of the price.
    pub denom: String,
    /// Price in units of 10^-18 of the denomination.
    atto: u128,
}

/// Units of [`GasPrice`] in one of its denomination.
const ATTO: u128 = 1_000_000_000_000_000_000;

impl GasPrice {
    /// The fee for so much gas, rounded up; the largest amount there is if it does not fit.
    pub(crate) fn fee(&self, gas: u64) -> u128 {
        let product = self.atto.checked_mul(u128::from(gas));
        product.map_or(u128::MAX, |product| product.div_ceil(ATTO))
    }
}

impl fmt::Display for GasPrice {
    /// With eighteen decimals, as the SDK writes it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, part) = (self.atto / ATTO, self.atto % ATTO);
        write!(f, "{whole}.{part:018}{}", self.denom)
    }
}

impl FromStr for GasPrice {
    type Err = String;

    /// Reads a decimal number of at most 18 decimals and a denomination, such as `0.025utoken`.
    fn from_str(text: &str) -> Result<GasPrice, String> {
        let wrong = || format!("not a gas price: {text:?}; write it like 0.025utoken");
        let at = text.find(|character: char| character.is_ascii_alphabetic());
        let (number, denom) = text.split_at(at.ok_or_else(wrong)?);
        coin::check_denom(denom)?;
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let digits =
            |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 18 {
            return Err(wrong());
        }
        let whole: u128 = whole.parse().map_err(|_| wrong())?;
        let decimals: u128 = format!("{decimals:0<18}").parse().map_err(|_| wrong())?;
        let atto = whole.checked_mul(ATTO);
        let atto = atto.and_then(|whole| whole.checked_add(decimals));
        Ok(GasPrice {
            denom: denom.to_owned(),
            atto: atto.ok_or_else(wrong)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gas_prices_are_read_and_fees_rounded_up() {
        let price: GasPrice = "0.025utoken".parse().unwrap();
        assert_eq!(price.denom, "utoken");
        assert_eq!((price.fee(40), price.fee(41), price.fee(0)), (1, 2, 0));
        let whole: GasPrice = "3utoken".parse().unwrap();
        assert_eq!(whole.fee(7), 21);
        let free: GasPrice = "0utoken".parse().unwrap();
        assert_eq!(free.fee(u64::MAX), 0);
        for text in [
            "",
            "1",
            "utoken",
            "1.utoken",
            "-1utoken",
            "1.0000000000000000001utoken",
            "1x",
        ] {
            assert!(text.parse::<GasPrice>().is_err(), "{text}");
        }
    }
}
