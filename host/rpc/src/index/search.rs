//! Looks transactions up by conditions on their events. As on a real chain all conditions but those on the height must hold of one and the
//! same event.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use redb::ReadableDatabase;

use super::grammar::{Condition, Test};
use super::{EVENTS, Index, Position, RESULTS, prefix};
use crate::error::IndexError;
use crate::keys;

const HASH: &str = "tx.hash";
const HEIGHT: &str = "tx.height";

/// Most matches that one condition may have: a search holds them in memory.
const MAX_MATCHES: usize = 1_000_000;

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub(crate) enum SearchError {
    /// The question is at fault.
    #[error("{0}")]
    Question(String),
    /// The index is.
    #[error(transparent)]
    Index(#[from] IndexError),
}

/// A transaction and one event of it.
type Match = (Position, u32);

impl Index {
    /// The transactions for which all conditions hold, in the order of the chain.
    pub(crate) fn search(&self, conditions: &[Condition]) -> Result<Vec<Position>, SearchError> {
        if let Some(reason) = self.failure() {
            let text = format!("transaction indexing is disabled: {reason}");
            return Err(SearchError::Question(text));
        }
        if let Some(hash) = conditions.iter().find(|condition| condition.key == HASH) {
            return self.by_hash(hash);
        }
        let heights = heights(conditions, HEIGHT);
        if heights.is_empty() {
            return Ok(Vec::new());
        }
        let mut found: Option<BTreeSet<Match>> = None;
        for condition in conditions.iter().filter(|one| one.key != HEIGHT) {
            let matches = self.matches(condition, &heights)?;
            found = Some(match found {
                Some(before) => before.intersection(&matches).copied().collect(),
                None => matches,
            });
        }
        match found {
            None => Ok(self.all(&heights)?),
            Some(found) => {
                let positions: BTreeSet<Position> =
                    found.into_iter().map(|(position, _)| position).collect();
                Ok(positions.into_iter().collect())
            }
        }
    }

    fn by_hash(&self, condition: &Condition) -> Result<Vec<Position>, SearchError> {
        let Test::Is(text) = &condition.test else {
            let text = "tx.hash is compared with a text";
            return Err(SearchError::Question(text.to_owned()));
        };
        let hash = hex::decode(text).map_err(|error| {
            SearchError::Question(format!(
                "error during searching for a hash in the query: {error}"
            ))
        })?;
        Ok(self.position(&hash)?.into_iter().collect())
    }

    fn matches(
        &self,
        condition: &Condition,
        heights: &RangeInclusive<u64>,
    ) -> Result<BTreeSet<Match>, SearchError> {
        let value = match &condition.test {
            Test::Is(text) => Some(text.as_str()),
            _ => None,
        };
        let own = prefix(&condition.key, None);
        let start = prefix(&condition.key, value);
        let end = keys::end_of(&start);
        let database = |error: redb::Error| IndexError::Database(Box::new(error));
        let read = self.database.begin_read();
        let read = read.map_err(|error| database(error.into()))?;
        let table = read.open_table(EVENTS);
        let table = table.map_err(|error| database(error.into()))?;
        let range = match &end {
            Some(end) => table.range(start.as_slice()..end.as_slice()),
            None => table.range(start.as_slice()..),
        };
        let mut found = BTreeSet::new();
        for entry in range.map_err(|error| database(error.into()))? {
            let (key, _) = entry.map_err(|error| database(error.into()))?;
            let (value, place) = split(key.value().strip_prefix(own.as_slice()))?;
            if heights.contains(&place.0.height) && condition.admits(&value) {
                found.insert(place);
            }
            if found.len() > MAX_MATCHES {
                let text = format!(
                    "more than {MAX_MATCHES} transactions match {}; narrow the query",
                    condition.key
                );
                return Err(SearchError::Question(text));
            }
        }
        Ok(found)
    }

    fn all(&self, heights: &RangeInclusive<u64>) -> Result<Vec<Position>, IndexError> {
        let at = |height: u64, index| Position { height, index }.bytes();
        let table = self.database.begin_read()?.open_table(RESULTS)?;
        let (start, end) = (at(*heights.start(), 0), at(*heights.end(), u32::MAX));
        let mut found = Vec::new();
        for entry in table.range(start.as_slice()..=end.as_slice())? {
            let (key, _) = entry?;
            found.push(Position::read(key.value())?);
            if found.len() >= MAX_MATCHES {
                break;
            }
        }
        Ok(found)
    }
}

/// The heights that the conditions on this name leave.
pub(crate) fn heights(conditions: &[Condition], name: &str) -> RangeInclusive<u64> {
    use super::grammar::Comparison as C;
    let (mut low, mut high) = (i128::from(0u64), i128::from(u64::MAX));
    for condition in conditions.iter().filter(|one| one.key == name) {
        match &condition.test {
            // A number in quotes is one all the same.
            Test::Is(text) => match text.parse() {
                Ok(number) => {
                    low = low.max(number);
                    high = high.min(number);
                }
                Err(_) => high = -1,
            },
            Test::Number(C::Equal, number) => {
                low = low.max(*number);
                high = high.min(*number);
            }
            Test::Number(C::Less, number) => high = high.min(number.saturating_sub(1)),
            Test::Number(C::AtMost, number) => high = high.min(*number),
            Test::Number(C::More, number) => low = low.max(number.saturating_add(1)),
            Test::Number(C::AtLeast, number) => low = low.max(*number),
            Test::Exists => {}
            Test::Contains(_) => high = -1,
        }
    }
    match (u64::try_from(low), u64::try_from(high)) {
        (Ok(low), Ok(high)) => low..=high,
        _ => RangeInclusive::new(1, 0),
    }
}

/// The value and the place of an entry, behind the name of its attribute.
fn split(entry: Option<&[u8]>) -> Result<(String, Match), IndexError> {
    let damaged = || IndexError::Damaged("an event".to_owned());
    let (length, rest) = entry
        .and_then(<[u8]>::split_first_chunk::<4>)
        .ok_or_else(damaged)?;
    let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| damaged())?;
    let (value, place) = rest.split_at_checked(length).ok_or_else(damaged)?;
    let (position, number) = place.split_at_checked(12).ok_or_else(damaged)?;
    let number = u32::from_be_bytes(number.try_into().map_err(|_| damaged())?);
    let value = String::from_utf8_lossy(value).into_owned();
    Ok((value, (Position::read(position)?, number)))
}
