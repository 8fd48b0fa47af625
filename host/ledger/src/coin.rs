//! Coins: their form and order; it never moves any.

use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
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

/// The SDK's text of a list: `1a,2b`.
pub(crate) fn list(coins: &[Coin]) -> String {
    let texts: Vec<String> = coins.iter().map(Coin::to_string).collect();
    texts.join(",")
}

/// Reads coins of a transaction; `None` if an amount is not a canonical number of 128 bits.
pub(crate) fn from_proto(coins: &[ProtoCoin]) -> Option<Vec<Coin>> {
    coins
        .iter()
        .map(|coin| Some(Coin::new(parse_amount(&coin.amount)?, coin.denom.clone())))
        .collect()
}

/// The form that transactions carry.
pub(crate) fn to_proto(coins: &[Coin]) -> Vec<ProtoCoin> {
    coins
        .iter()
        .map(|coin| ProtoCoin {
            denom: coin.denom.clone(),
            amount: coin.amount.to_string(),
        })
        .collect()
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
    let mut low: Option<&str> = None;
    for coin in coins {
        check_denom(&coin.denom)?;
        match low {
            Some(low) if coin.denom.as_str() < low => {
                return Err(format!("denomination {} is not sorted", coin.denom));
            }
            Some(low) if coin.denom == low => {
                return Err(format!("duplicate denomination {}", coin.denom));
            }
            Some(_) if coin.amount == 0 => {
                return Err(format!("coin {} amount is not positive", coin.denom));
            }
            None if coin.amount == 0 => return Err(format!("coin {coin} amount is not positive")),
            _ => low = Some(&coin.denom),
        }
    }
    Ok(())
}

/// What wasmd makes of the coins in a contract's message: duplicates added up, zeroes dropped, sorted. `Err` if a sum overflows or a denomination is malformed.
pub(crate) fn normalised(coins: Vec<Coin>) -> Result<Vec<Coin>, String> {
    let mut sums: BTreeMap<String, u128> = BTreeMap::new();
    for coin in coins {
        check_denom(&coin.denom)?;
        let sum = sums.entry(coin.denom).or_default();
        *sum = sum
            .checked_add(coin.amount)
            .ok_or_else(|| "integer overflow".to_owned())?;
    }
    Ok(sums
        .into_iter()
        .filter(|(_, amount)| *amount > 0)
        .map(|(denom, amount)| Coin { denom, amount })
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
