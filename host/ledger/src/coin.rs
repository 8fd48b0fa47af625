//! Coins: their form and order; it never moves any.

use crate::amount;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmwasm_std::{Uint128, Uint256};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An amount of one denomination, in its smallest unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coin {
    /// Denomination: a letter, then 2 to 127 of letters, digits, `/`, `:`, `.`, `_`, `-`.
    pub denom: String,
    /// Amount in the smallest unit; a decimal string in JSON.
    #[serde(with = "decimal")]
    pub amount: u128,
}

impl Coin {
    /// A coin of so much of one denomination.
    pub fn new(amount: u128, denom: impl Into<String>) -> Coin {
        Coin {
            denom: denom.into(),
            amount,
        }
    }
}

impl std::fmt::Display for Coin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.amount, self.denom)
    }
}

mod decimal {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(super) fn serialize<S: Serializer>(amount: &u128, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(amount)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<u128, D::Error> {
        let text = String::deserialize(from)?;
        super::parse_amount(&text)
            .ok_or_else(|| D::Error::custom(format!("not an amount: {text:?}")))
    }
}

/// An amount in its one decimal form: digits only, no leading zero.
pub(crate) fn parse_amount(text: &str) -> Option<u128> {
    let canonical = text == "0" || !text.starts_with('0');
    let digits = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    (canonical && digits).then(|| text.parse().ok()).flatten()
}

/// Coins that somebody names in a message: of up to 256 bits, while nobody holds more than 128.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) denom: String,
    pub(crate) amount: Uint256,
}

impl Wanted {
    /// The coin, if there can be so much of it.
    pub(crate) fn coin(&self) -> Option<Coin> {
        let amount = Uint128::try_from(self.amount).ok()?.u128();
        Some(Coin::new(amount, self.denom.clone()))
    }
}

impl std::fmt::Display for Wanted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", self.amount, self.denom)
    }
}

/// The SDK's text of a list: `1a,2b`.
pub(crate) fn list(coins: &[impl ToString]) -> String {
    let texts: Vec<String> = coins.iter().map(ToString::to_string).collect();
    texts.join(",")
}

/// The same of coins as a transaction has them.
pub(crate) fn proto_list(coins: &[ProtoCoin]) -> String {
    let text = |coin: &ProtoCoin| format!("{}{}", coin.amount, coin.denom);
    let texts: Vec<String> = coins.iter().map(text).collect();
    texts.join(",")
}

/// Brings the amounts of a transaction into their canonical form.
pub(crate) fn canonicalise<'a>(
    coins: impl IntoIterator<Item = &'a mut ProtoCoin>,
) -> Result<(), String> {
    for coin in coins {
        coin.amount = amount::canonical(&coin.amount)?;
    }
    Ok(())
}

/// Coins of a transaction whose amounts are canonical; `None` if one is negative.
pub(crate) fn wanted(coins: &[ProtoCoin]) -> Option<Vec<Wanted>> {
    let read = |coin: &ProtoCoin| {
        Some(Wanted {
            denom: coin.denom.clone(),
            amount: amount::whole(&coin.amount)?,
        })
    };
    coins.iter().map(read).collect()
}

/// Reads coins that the state will keep; `None` if an amount is no number of 128 bits.
pub(crate) fn from_proto(coins: &[ProtoCoin]) -> Option<Vec<Coin>> {
    let read = |coin: &ProtoCoin| {
        let amount = amount::canonical(&coin.amount).ok()?;
        Some(Coin::new(parse_amount(&amount)?, coin.denom.clone()))
    };
    coins.iter().map(read).collect()
}

/// The form that transactions carry.
pub(crate) fn to_proto(coins: &[Coin]) -> Vec<ProtoCoin> {
    let write = |coin: &Coin| ProtoCoin {
        denom: coin.denom.clone(),
        amount: coin.amount.to_string(),
    };
    coins.iter().map(write).collect()
}

/// The same for coins that somebody names.
pub(crate) fn wanted_to_proto(coins: &[Wanted]) -> Vec<ProtoCoin> {
    let write = |coin: &Wanted| ProtoCoin {
        denom: coin.denom.clone(),
        amount: coin.amount.to_string(),
    };
    coins.iter().map(write).collect()
}

/// Checks the form of a denomination (Cosmos SDK `types/coin.go`).
pub(crate) fn check_denom(denom: &str) -> Result<(), String> {
    let mut bytes = denom.bytes();
    let first = bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic());
    let rest = bytes.all(|byte| byte.is_ascii_alphanumeric() || b"/:._-".contains(&byte));
    if first && rest && (3..=128).contains(&denom.len()) {
        return Ok(());
    }
    Err(format!("invalid denom: {denom}"))
}

/// Checks that a list is sorted by denomination, without duplicates, and positive throughout. The empty list passes.
pub(crate) fn check_list(coins: &[Coin]) -> Result<(), String> {
    let shown = |coin: &Coin| (coin.denom.clone(), coin.amount > 0, coin.to_string());
    check_each(coins.iter().map(shown))
}

/// The same for coins of a transaction whose amounts are canonical.
pub(crate) fn check_proto(coins: &[ProtoCoin]) -> Result<(), String> {
    let shown = |coin: &ProtoCoin| {
        let text = format!("{}{}", coin.amount, coin.denom);
        (coin.denom.clone(), amount::is_positive(&coin.amount), text)
    };
    check_each(coins.iter().map(shown))
}

/// Each coin as its denomination, whether there is any of it, and its text.
fn check_each(coins: impl Iterator<Item = (String, bool, String)>) -> Result<(), String> {
    let mut low: Option<String> = None;
    for (denom, positive, text) in coins {
        check_denom(&denom)?;
        match &low {
            Some(low) if denom < *low => return Err(format!("denomination {denom} is not sorted")),
            Some(low) if denom == *low => return Err(format!("duplicate denomination {denom}")),
            Some(_) if !positive => return Err(format!("coin {denom} amount is not positive")),
            None if !positive => return Err(format!("coin {text} amount is not positive")),
            _ => low = Some(denom),
        }
    }
    Ok(())
}

/// What wasmd makes of the coins in a contract's message: duplicates added up, zeroes dropped, sorted. `Err` if a sum overflows or a denomination is malformed.
pub(crate) fn normalised(coins: Vec<Wanted>) -> Result<Vec<Wanted>, String> {
    let mut sums: BTreeMap<String, Uint256> = BTreeMap::new();
    for coin in coins {
        check_denom(&coin.denom)?;
        let sum = sums.entry(coin.denom).or_default();
        *sum = sum
            .checked_add(coin.amount)
            .map_err(|_| "integer overflow".to_owned())?;
    }
    let sums = sums.into_iter().filter(|(_, amount)| !amount.is_zero());
    Ok(sums
        .map(|(denom, amount)| Wanted { denom, amount })
        .collect())
}

/// Takes the coins of one sorted list off another, and drops what comes to nothing. `None` if there is not enough of one.
pub(crate) fn subtract(from: &[Coin], coins: &[Coin]) -> Option<Vec<Coin>> {
    let mut left: BTreeMap<&str, u128> = BTreeMap::new();
    for coin in from {
        left.insert(&coin.denom, coin.amount);
    }
    for coin in coins {
        let held = left.entry(&coin.denom).or_default();
        *held = held.checked_sub(coin.amount)?;
    }
    let left = left.into_iter().filter(|(_, amount)| *amount > 0);
    Some(
        left.map(|(denom, amount)| Coin::new(amount, denom))
            .collect(),
    )
}
