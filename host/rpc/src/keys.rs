//! Where the state keeps what lists are read from: the stores and keys of the Cosmos SDK and of wasmd, `store name/key`, as
//! `commons_ledger` writes them. It reads nothing.

pub(crate) fn account(address: &[u8]) -> Vec<u8> {
    [b"acc/\x01", address].concat()
}

pub(crate) fn accounts() -> Vec<u8> {
    b"acc/\x01".to_vec()
}

pub(crate) fn supply() -> Vec<u8> {
    b"bank/\x00".to_vec()
}

/// The balances of an address; the denomination follows.
pub(crate) fn balances(address: &[u8]) -> Vec<u8> {
    let length = u8::try_from(address.len()).unwrap_or(u8::MAX);
    [b"bank/\x02", &[length][..], address].concat()
}

/// The codes; the id follows in 8 bytes.
pub(crate) fn codes() -> Vec<u8> {
    b"wasm/\x01".to_vec()
}

pub(crate) fn contract_state(contract: &[u8]) -> Vec<u8> {
    [b"wasm/\x03", contract].concat()
}

/// The history of a contract; the position follows in 8 bytes.
pub(crate) fn history(contract: &[u8]) -> Vec<u8> {
    [b"wasm/\x05", contract].concat()
}

/// The contracts of a code; height, position and address follow.
pub(crate) fn contracts_by_code(code_id: u64) -> Vec<u8> {
    [b"wasm/\x06", &code_id.to_be_bytes()[..]].concat()
}

/// The pinned codes; the id follows in 8 bytes.
pub(crate) fn pinned() -> Vec<u8> {
    b"wasm/\x07".to_vec()
}

/// The contracts of a creator; height, position and address follow.
pub(crate) fn contracts_by_creator(creator: &[u8]) -> Vec<u8> {
    let length = u8::try_from(creator.len()).unwrap_or(u8::MAX);
    [b"wasm/\x09", &[length][..], creator].concat()
}

/// The first key behind all that start with `prefix`; `None` if there is none.
pub(crate) fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix.get(..=last)?.to_vec();
    if let Some(byte) = end.last_mut() {
        *byte = byte.saturating_add(1);
    }
    Some(end)
}
