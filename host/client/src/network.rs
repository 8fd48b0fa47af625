//! Which chain is meant and how to reach it: a `chain.json` as the chain registry has it. Owns the reading of that format,
//! leniently (unknown fields are passed over, numbers may be floats); never guesses what a chain is from a node's answer,
//! and refuses chains whose keys and addresses are Ethereum's.

use cosmwasm_std::{Coin, Decimal, Uint128};
use serde::Deserialize;
use serde_json::Value;

use crate::error::ClientError;

/// Ethereum's number in SLIP-44.
const ETHEREUM: u32 = 60;

/// A chain to talk to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its short name.
    pub name: String,
    /// Chain id: what signatures are bound to.
    pub chain_id: String,
    /// Prefix of its addresses.
    pub prefix: String,
    /// Number of its coin in SLIP-44, for paths below words.
    pub coin_type: u32,
    /// Addresses of nodes that answer CometBFT's JSON-RPC, first choice first.
    pub rpc: Vec<String>,
    /// What a unit of gas costs; none if the file does not say.
    pub gas_price: Option<GasPrice>,
}

/// What a unit of gas costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GasPrice {
    /// How much.
    pub amount: Decimal,
    /// Of which coin.
    pub denom: String,
}

impl GasPrice {
    /// Reads a price like `0.025uosmo`.
    ///
    /// # Errors
    /// `Price`.
    pub fn parse(text: &str) -> Result<Self, ClientError> {
        let wrong = || ClientError::Price(text.to_owned());
        let split = text
            .find(|c: char| !c.is_ascii_digit() && c != '.')
            .ok_or_else(wrong)?;
        let (amount, denom) = text.split_at(split);
        Ok(Self {
            amount: amount.parse().map_err(|_| wrong())?,
            denom: denom_of(denom).ok_or_else(wrong)?,
        })
    }

    /// The fee of `gas` units, rounded up; no coins at a price of zero.
    ///
    /// # Errors
    /// `Price` when it has no room in 128 bits.
    pub fn fee(&self, gas: u64) -> Result<Vec<Coin>, ClientError> {
        let amount = Uint128::from(gas)
            .checked_mul_ceil(self.amount)
            .map_err(|_| ClientError::Price(self.to_string()))?;
        if amount.is_zero() {
            return Ok(Vec::new());
        }
        Ok(vec![Coin::new(amount, self.denom.clone())])
    }
}

impl std::fmt::Display for GasPrice {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.amount, self.denom)
    }
}

/// A denomination as the Cosmos SDK allows it: 3 to 128 characters, a letter first.
fn denom_of(text: &str) -> Option<String> {
    let fits = (3..=128).contains(&text.len())
        && text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"/:._-".contains(&b));
    fits.then(|| text.to_owned())
}

/// Coins like `5uusd,1000ustake`, sorted by denomination as chains demand; none for the empty text.
///
/// # Errors
/// `Coins`: an amount that is no whole number, a wrong denomination, one given twice, or zero.
pub fn parse_coins(text: &str) -> Result<Vec<Coin>, ClientError> {
    let wrong = |why: &str| ClientError::Coins {
        text: text.to_owned(),
        why: why.to_owned(),
    };
    let mut coins = Vec::new();
    for part in text
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty())
    {
        let split = part
            .find(|c: char| !c.is_ascii_digit())
            .ok_or_else(|| wrong("a denomination is missing"))?;
        let (amount, denom) = part.split_at(split);
        let amount: Uint128 = amount
            .parse()
            .map_err(|_| wrong("an amount is not a whole number of 128 bits"))?;
        if amount.is_zero() {
            return Err(wrong("an amount is zero"));
        }
        let denom = denom_of(denom).ok_or_else(|| {
            wrong("a denomination has 3 to 128 letters, digits and /:._-, a letter first")
        })?;
        coins.push(Coin::new(amount, denom));
    }
    coins.sort_by(|a, b| a.denom.cmp(&b.denom));
    if coins
        .iter()
        .zip(coins.iter().skip(1))
        .any(|(one, next)| one.denom == next.denom)
    {
        return Err(wrong("a denomination is given twice"));
    }
    Ok(coins)
}

/// What is read of a `chain.json`.
#[derive(Deserialize)]
struct File {
    chain_name: Option<String>,
    chain_type: Option<String>,
    chain_id: Option<String>,
    bech32_prefix: Option<String>,
    slip44: Option<u32>,
    #[serde(default)]
    key_algos: Vec<String>,
    #[serde(default)]
    extra_codecs: Vec<String>,
    #[serde(default)]
    fees: Fees,
    #[serde(default)]
    apis: Apis,
}

#[derive(Default, Deserialize)]
struct Fees {
    #[serde(default)]
    fee_tokens: Vec<FeeToken>,
}

#[derive(Deserialize)]
struct FeeToken {
    denom: String,
    average_gas_price: Option<Value>,
    fixed_min_gas_price: Option<Value>,
    low_gas_price: Option<Value>,
}

#[derive(Default, Deserialize)]
struct Apis {
    #[serde(default)]
    rpc: Vec<Api>,
}

#[derive(Deserialize)]
struct Api {
    address: String,
}

impl Network {
    /// Reads a `chain.json`.
    ///
    /// # Errors
    /// `Network`: not JSON, a field without which nothing can be signed or asked, or a chain of another kind.
    pub fn parse(json: &str) -> Result<Self, ClientError> {
        let wrong = |why: String| ClientError::Network(why);
        let file: File = serde_json::from_str(json).map_err(|error| wrong(error.to_string()))?;
        file.refuse_other_kinds()?;
        let needed = |field: &str, value: Option<String>| {
            value
                .filter(|value| !value.is_empty())
                .ok_or_else(|| wrong(format!("it has no {field}")))
        };
        let chain_id = needed("chain_id", file.chain_id)?;
        let prefix = needed("bech32_prefix", file.bech32_prefix)?;
        if bech32::Hrp::parse(&prefix).is_err() || prefix.to_lowercase() != prefix {
            return Err(wrong(format!("{prefix:?} is no prefix of addresses")));
        }
        let rpc: Vec<String> = file
            .apis
            .rpc
            .into_iter()
            .map(|api| api.address.trim_end_matches('/').to_owned())
            .filter(|address| address.starts_with("http://") || address.starts_with("https://"))
            .collect();
        if rpc.is_empty() {
            return Err(wrong(
                "apis.rpc names no address with http:// or https://".to_owned(),
            ));
        }
        Ok(Self {
            name: file.chain_name.unwrap_or_else(|| chain_id.clone()),
            chain_id,
            prefix,
            coin_type: file.slip44.unwrap_or(118),
            rpc,
            gas_price: file.fees.fee_tokens.iter().find_map(FeeToken::price),
        })
    }
}

impl File {
    /// Ethereum-like chains hash and encode keys in other ways: what we signed would be refused, and the address we show
    /// would be nobody's.
    fn refuse_other_kinds(&self) -> Result<(), ClientError> {
        if let Some(kind) = self.chain_type.as_deref().filter(|kind| *kind != "cosmos") {
            return Err(ClientError::Network(format!(
                "it is of type {kind:?}; only \"cosmos\" is spoken here"
            )));
        }
        let sign = if self.slip44 == Some(ETHEREUM) {
            Some("slip44 is 60".to_owned())
        } else {
            let named = |list: &[String], words: &[&str]| {
                let found = list.iter().find(|item| words.contains(&item.as_str()));
                found.map(|item| format!("it names {item}"))
            };
            named(&self.key_algos, &["ethsecp256k1"])
                .or_else(|| named(&self.extra_codecs, &["ethermint", "injective"]))
        };
        match sign {
            Some(sign) => Err(ClientError::Network(format!(
                "its keys and addresses are Ethereum's ({sign}), which this program does not make"
            ))),
            None => Ok(()),
        }
    }
}

impl FeeToken {
    fn price(&self) -> Option<GasPrice> {
        let found = [
            &self.average_gas_price,
            &self.fixed_min_gas_price,
            &self.low_gas_price,
        ];
        let number = found.into_iter().flatten().next()?;
        Some(GasPrice {
            amount: decimal(number)?,
            denom: denom_of(&self.denom)?,
        })
    }
}

/// A number of JSON, or one in a string, to 18 digits behind the point.
fn decimal(number: &Value) -> Option<Decimal> {
    let text = match number {
        Value::String(text) => text.clone(),
        // A float's shortest text, which never has an exponent here: 0.00001 stays that.
        Value::Number(number) => match number.as_u64() {
            Some(whole) => whole.to_string(),
            None => number.as_f64()?.to_string(),
        },
        _ => return None,
    };
    let text = match text.split_once('.') {
        Some((whole, part)) => format!("{whole}.{}", part.get(..18).unwrap_or(part)),
        None => text,
    };
    text.parse().ok()
}
