//! A chain in memory with the addresses and prices of the published CosmWasm tests.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::rc::Rc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bech32::primitives::decode::CheckedHrpstring;
use bech32::{Bech32, Hrp};
use commons_vm::{Backend, BackendError, BackendResult, Gas, GasInfo, Order};

const PREFIX: &str = "cosmwasm";
const CANONICALIZE: Gas = Gas(5 * 140_000);
const HUMANIZE: Gas = Gas(4 * 140_000);

type Record = (Vec<u8>, Vec<u8>);

/// What a test may look at or prepare.
#[derive(Default)]
pub(crate) struct State {
    pub(crate) storage: BTreeMap<Vec<u8>, Vec<u8>>,
    pub(crate) debug: Vec<String>,
    /// Gas limits the querier was given.
    pub(crate) query_limits: Vec<Gas>,
    /// When set, every storage read fails like this.
    pub(crate) broken: Option<BackendError>,
    /// Price of a read beyond the key's length.
    pub(crate) read_price: GasInfo,
    pub(crate) panics: bool,
    iterators: Vec<std::vec::IntoIter<Record>>,
}

/// A backend; clones share one state.
#[derive(Clone, Default)]
pub(crate) struct MockChain {
    pub(crate) state: Rc<RefCell<State>>,
}

fn external<T>(result: Result<T, BackendError>, gas: usize) -> BackendResult<T> {
    let gas = Gas(u64::try_from(gas).unwrap());
    (result, GasInfo::with_externally_used(gas))
}

fn refuse<T>(text: &str) -> Result<T, BackendError> {
    Err(BackendError::UserErr(text.to_owned()))
}

fn canonical(human: &str) -> Result<Vec<u8>, BackendError> {
    let Ok(checked) = CheckedHrpstring::new::<Bech32>(human) else {
        return refuse("Error decoding bech32");
    };
    if checked.hrp() != Hrp::parse(PREFIX).unwrap() {
        return refuse("Wrong bech32 prefix");
    }
    let bytes: Vec<u8> = checked.byte_iter().collect();
    check_length(&bytes).map(|()| bytes)
}

fn check_length(bytes: &[u8]) -> Result<(), BackendError> {
    match bytes.len() {
        1..=255 => Ok(()),
        _ => refuse("Invalid canonical address length"),
    }
}

/// The text of an address.
pub(crate) fn human(canonical: &[u8]) -> String {
    bech32::encode::<Bech32>(Hrp::parse(PREFIX).unwrap(), canonical).unwrap()
}

impl Backend for MockChain {
    fn get(&mut self, key: &[u8]) -> BackendResult<Option<Vec<u8>>> {
        let state = self.state.borrow();
        assert!(!state.panics, "the disk is gone");
        if let Some(error) = &state.broken {
            return (Err(error.clone()), state.read_price);
        }
        let mut gas = state.read_price;
        let length = Gas(u64::try_from(key.len()).unwrap());
        gas.externally_used = gas.externally_used.saturating_add(length);
        (Ok(state.storage.get(key).cloned()), gas)
    }

    fn set(&mut self, key: &[u8], value: &[u8]) -> BackendResult<()> {
        let mut state = self.state.borrow_mut();
        state.storage.insert(key.to_vec(), value.to_vec());
        external(Ok(()), key.len() + value.len())
    }

    fn remove(&mut self, key: &[u8]) -> BackendResult<()> {
        self.state.borrow_mut().storage.remove(key);
        external(Ok(()), key.len())
    }

    fn scan(
        &mut self,
        start: Option<&[u8]>,
        end: Option<&[u8]>,
        order: Order,
    ) -> BackendResult<u32> {
        let mut state = self.state.borrow_mut();
        let empty = matches!((start, end), (Some(start), Some(end)) if start > end);
        let bounds = (
            start.map_or(Bound::Unbounded, Bound::Included),
            end.map_or(Bound::Unbounded, Bound::Excluded),
        );
        let mut records: Vec<Record> = Vec::new();
        if !empty {
            let range = state.storage.range::<[u8], _>(bounds);
            records.extend(range.map(|(key, value)| (key.clone(), value.clone())));
        }
        if order == Order::Descending {
            records.reverse();
        }
        state.iterators.push(records.into_iter());
        let id = u32::try_from(state.iterators.len()).unwrap();
        external(Ok(id), 11)
    }

    fn next(&mut self, iterator: u32) -> BackendResult<Option<Record>> {
        let mut state = self.state.borrow_mut();
        let index = usize::try_from(iterator).unwrap().checked_sub(1);
        let Some(records) = index.and_then(|index| state.iterators.get_mut(index)) else {
            let error = BackendError::IteratorDoesNotExist { id: iterator };
            return (Err(error), GasInfo::free());
        };
        match records.next() {
            Some((key, value)) => {
                let gas = Gas(u64::try_from(key.len() + value.len()).unwrap());
                (Ok(Some((key, value))), GasInfo::with_cost(gas))
            }
            None => external(Ok(None), 37),
        }
    }

    fn addr_validate(&self, text: &str) -> BackendResult<()> {
        let bytes = match canonical(text) {
            Ok(bytes) => bytes,
            Err(error) => return (Err(error), GasInfo::with_cost(CANONICALIZE)),
        };
        let result = if human(&bytes) == text {
            Ok(())
        } else {
            refuse("Invalid input: address not normalized")
        };
        (
            result,
            GasInfo::with_cost(CANONICALIZE.saturating_add(HUMANIZE)),
        )
    }

    fn addr_canonicalize(&self, human: &str) -> BackendResult<Vec<u8>> {
        (canonical(human), GasInfo::with_cost(CANONICALIZE))
    }

    fn addr_humanize(&self, canonical: &[u8]) -> BackendResult<String> {
        let text = check_length(canonical).map(|()| human(canonical));
        (text, GasInfo::with_cost(HUMANIZE))
    }

    /// Every balance is zero of the denomination asked for.
    fn query(&mut self, request: &[u8], gas_limit: Gas) -> BackendResult<Vec<u8>> {
        self.state.borrow_mut().query_limits.push(gas_limit);
        let request: serde_json::Value = serde_json::from_slice(request).unwrap_or_default();
        let denom = request["bank"]["balance"]["denom"].as_str();
        let denom = denom.unwrap_or_default();
        let balance = format!(r#"{{"amount":{{"denom":"{denom}","amount":"0"}}}}"#);
        let response = format!(r#"{{"ok":{{"ok":"{}"}}}}"#, STANDARD.encode(balance));
        let gas = 100_000 + 100 * response.len();
        if u64::try_from(gas).unwrap() > gas_limit.0 {
            return external(Err(BackendError::OutOfGas), gas);
        }
        external(Ok(response.into_bytes()), gas)
    }

    fn debug(&mut self, message: &str) {
        self.state.borrow_mut().debug.push(message.to_owned());
    }
}
