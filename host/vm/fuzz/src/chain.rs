//! Owns a chain in memory: storage, iterators, addresses that are hexadecimal, queries that are answered with themselves.

use std::collections::BTreeMap;
use std::ops::Bound;

use commons_vm::{Backend, BackendError, BackendResult, Gas, GasInfo, Order};

type Record = (Vec<u8>, Vec<u8>);

/// The chain of one call.
#[derive(Clone, Default)]
pub struct Ledger {
    storage: BTreeMap<Vec<u8>, Vec<u8>>,
    iterators: Vec<std::vec::IntoIter<Record>>,
}

impl Ledger {
    /// A chain on which a few records lie.
    #[must_use]
    pub fn inhabited() -> Self {
        let records = [
            (&b""[..], &b"nameless"[..]),
            (b"k", b""),
            (b"key", b"value"),
        ];
        let records = records.map(|(key, value)| (key.to_vec(), value.to_vec()));
        Self {
            storage: records.into(),
            iterators: Vec::new(),
        }
    }
}

fn price(bytes: usize) -> GasInfo {
    let bytes = u64::try_from(bytes).unwrap_or(u64::MAX);
    GasInfo::with_externally_used(Gas(bytes))
}

fn refused<T>(why: &str) -> BackendResult<T> {
    let error = BackendError::UserErr(why.to_owned());
    (Err(error), GasInfo::with_cost(Gas(700_000)))
}

impl Backend for Ledger {
    fn get(&mut self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        (Ok(self.storage.get(key).cloned()), price(key.len()))
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        self.storage.insert(key.to_vec(), value.to_vec());
        (Ok(()), price(key.len() + value.len()))
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.storage.remove(key);
        (Ok(()), price(key.len()))
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32> {
        let empty = matches!((start, end), (Some(start), Some(end)) if start > end);
        let bounds = (
            start.map_or(Bound::Unbounded, Bound::Included),
            end.map_or(Bound::Unbounded, Bound::Excluded),
        );
        let mut records: Vec<Record> = Vec::new();
        if !empty {
            let range = self.storage.range::<[u8], _>(bounds);
            records.extend(range.map(|(key, value)| (key.clone(), value.clone())));
        }
        if order == Order::Descending {
            records.reverse();
        }
        self.iterators.push(records.into_iter());
        let id = u32::try_from(self.iterators.len());
        (id.map_err(|_| BackendError::BadArgument), price(11))
    }

    fn next(&mut self, iterator: u32) -> BackendResult<Option<Record>> {
        let index = usize::try_from(iterator)
            .ok()
            .and_then(|id| id.checked_sub(1));
        let Some(records) = index.and_then(|index| self.iterators.get_mut(index)) else {
            let error = BackendError::IteratorDoesNotExist { id: iterator };
            return (Err(error), GasInfo::free());
        };
        let record = records.next();
        let bytes = record
            .as_ref()
            .map_or(37, |(key, value)| key.len() + value.len());
        (Ok(record), price(bytes))
    }

    fn addr_validate(&self, human: &str) -> BackendResult<()> {
        match self.addr_canonicalize(human) {
            (Ok(_), price) => (Ok(()), price),
            (Err(error), price) => (Err(error), price),
        }
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        let digit = |byte: u8| char::from(byte).to_digit(16);
        let bytes: Option<Vec<u8>> = human
            .as_bytes()
            .chunks(2)
            .map(|pair| match pair {
                [high, low] => u8::try_from(digit(*high)? * 16 + digit(*low)?).ok(),
                _ => None,
            })
            .collect();
        match bytes {
            Some(bytes) => (Ok(bytes), GasInfo::with_cost(Gas(700_000))),
            None => refused("not hexadecimal"),
        }
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        if canonical.is_empty() {
            return refused("empty");
        }
        let text = canonical.iter().map(|byte| format!("{byte:02x}")).collect();
        (Ok(text), GasInfo::with_cost(Gas(560_000)))
    }

    fn query(&mut self, request: &[u8], gas_limit: Gas) -> BackendResult<Vec<u8>> {
        let price = price(100_000 + 100 * request.len());
        if price.externally_used > gas_limit {
            return (Err(BackendError::OutOfGas), price);
        }
        (Ok(request.to_vec()), price)
    }
}
