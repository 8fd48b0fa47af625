//! What contracts may ask the bank: balances, supply, and what denominations mean.

use super::{Question, entry, read_address, unsupported};
use crate::address::Address;
use crate::bank;
use crate::coin::Coin;
use crate::error::{Stop, sdk};
use crate::keys;
use crate::params::DenomMetadata;
use crate::session::{self, Session};
use commons_vm::Order;
use cosmos_sdk_proto::cosmos::bank::v1beta1::Metadata;
use cosmwasm_std::Binary;
use serde::{Deserialize, Serialize};

/// Denominations in an answer, unless the question says otherwise.
const PAGE: usize = 100;

#[derive(Deserialize, Default)]
#[serde(default)]
struct Asked {
    address: String,
    denom: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct AskedPage {
    pagination: Option<Page>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Page {
    key: Option<Binary>,
    limit: u32,
    reverse: bool,
}

#[derive(Serialize)]
struct Amount<T> {
    amount: T,
}

#[derive(Serialize)]
struct One {
    metadata: DenomMetadata,
}

#[derive(Serialize)]
struct Many {
    metadata: Vec<DenomMetadata>,
    #[serde(skip_serializing_if = "Option::is_none")]
    next_key: Option<Binary>,
}

pub(super) fn answer(session: &Session, question: &Question<'_>) -> Result<Vec<u8>, Stop> {
    let json = match question.variant {
        "balance" => {
            let asked: Asked = question.read()?;
            let address = read_address(session, &asked.address)?;
            let held = bank::balance(session, &address, &asked.denom)?;
            let amount = Coin::new(held, asked.denom);
            entry::json(&Amount { amount })
        }
        "all_balances" => {
            let asked: Asked = question.read()?;
            let address = read_address(session, &asked.address)?;
            let amount = balances(session, &address)?;
            entry::json(&Amount { amount })
        }
        "supply" => {
            let asked: Asked = question.read()?;
            let amount = Coin::new(bank::supply(session, &asked.denom)?, asked.denom);
            entry::json(&Amount { amount })
        }
        "denom_metadata" => {
            let asked: Asked = question.read()?;
            let stored = session.read(&keys::denom_metadata(asked.denom.as_bytes()))?;
            let Some(bytes) = stored else {
                return Err(sdk::NOT_FOUND.because(asked.denom).into());
            };
            let metadata: Metadata = session::message(&bytes, "denomination")?;
            let metadata = metadata.into();
            entry::json(&One { metadata })
        }
        "all_denom_metadata" => {
            let asked: AskedPage = question.read()?;
            entry::json(&page(session, asked.pagination.unwrap_or_default())?)
        }
        _ => return Err(unsupported("unknown BankQuery variant").into()),
    };
    Ok(json?)
}

/// All that an address holds, paid entry by entry.
fn balances(session: &Session, address: &Address) -> Result<Vec<Coin>, Stop> {
    let prefix = keys::balances(address);
    let end = keys::end_of(&prefix);
    let mut cursor = session.cursor(prefix.clone(), end, Order::Ascending);
    let mut coins = Vec::new();
    let mut next = cursor.next()?;
    session.charge_step(next.as_ref())?;
    while let Some((key, value)) = &next {
        let denom = key.strip_prefix(prefix.as_slice()).unwrap_or_default();
        let denom = String::from_utf8_lossy(denom).into_owned();
        coins.push(Coin::new(bank::decode(value)?, denom));
        session.charge_step(next.as_ref())?;
        next = cursor.next()?;
    }
    Ok(coins)
}

fn page(session: &Session, page: Page) -> Result<Many, Stop> {
    let prefix = keys::denom_metadata(&[]);
    let key = page.key.map(Vec::from).unwrap_or_default();
    let limit = match usize::try_from(page.limit) {
        Ok(0) | Err(_) => PAGE,
        Ok(limit) => limit,
    };
    let from = keys::denom_metadata(&key);
    let (start, end, order) = match (page.reverse, key.is_empty()) {
        (false, _) => (from, keys::end_of(&prefix), Order::Ascending),
        (true, true) => (prefix.clone(), keys::end_of(&prefix), Order::Descending),
        // The key itself is the first of the page.
        (true, false) => {
            let end = [from.as_slice(), &[0]].concat();
            (prefix.clone(), Some(end), Order::Descending)
        }
    };
    let mut cursor = session.cursor(start, end, order);
    let mut metadata = Vec::new();
    let mut next = cursor.next()?;
    session.charge_step(next.as_ref())?;
    while let Some((_, value)) = next.as_ref().filter(|_| metadata.len() < limit) {
        let read: Metadata = session::message(value, "denomination")?;
        metadata.push(read.into());
        session.charge_step(next.as_ref())?;
        next = cursor.next()?;
    }
    let next_key = next.map(|(key, _)| {
        let denom = key.strip_prefix(prefix.as_slice()).unwrap_or_default();
        Binary::from(denom)
    });
    Ok(Many { metadata, next_key })
}
