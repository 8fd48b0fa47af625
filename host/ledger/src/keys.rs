//! Every storage key of the ledger; it never reads or writes.
//!
//! All stores of the chain share one flat key space. A key is `store name ‖ "/" ‖ key inside the store`, where the store name has no `/`,
//! so that no key of one store is a prefix of a key of another. Inside a store the keys are those of the Cosmos SDK and of wasmd,
//! and gas is charged for them alone: the store name costs nothing, as on a real chain. Index entries of the SDK that nobody reads here
//! (accounts by number, holders by denomination) and constant parameters are paid for, but not kept.
//!
//! Entries of an index are empty on a real chain; here they have one byte, so that each has a proof.
//!
//! | store | key inside | value |
//! |---|---|---|
//! | `acc` | `01 ‖ address` | `Any(BaseAccount)` |
//! | `acc` | `02` | next account number, u64 big endian |
//! | `bank` | `00 ‖ denomination` | supply, decimal text |
//! | `bank` | `01 ‖ denomination` | bank `Metadata` |
//! | `bank` | `02 ‖ length ‖ address ‖ denomination` | balance, decimal text; absent = 0 |
//! | `wasm` | `01 ‖ code id` | `CodeInfo` |
//! | `wasm` | `02 ‖ address` | `ContractInfo` |
//! | `wasm` | `03 ‖ address(32) ‖ key` | the contract's own value |
//! | `wasm` | `04 ‖ "lastCodeId"`, `04 ‖ "lastContractId"` | next id, u64 big endian |
//! | `wasm` | `05 ‖ address ‖ position` | `ContractCodeHistoryEntry` |
//! | `wasm` | `06 ‖ code id ‖ height ‖ position ‖ address` | `01`: contracts by code |
//! | `wasm` | `08` | `height ‖ counter(u32)`: the transactions of the block so far |
//! | `wasm` | `09 ‖ length ‖ creator ‖ height ‖ position ‖ address` | `01`: contracts by creator |
//! | `feegrant` | `00 ‖ length ‖ grantee ‖ length ‖ granter` | `Grant` |
//! | `feegrant` | `01 ‖ time (29 bytes of text) ‖ length ‖ grantee ‖ length ‖ granter` | `01`: grants by their end |
//! | `chain` | `max_gas`, `max_bytes`, `bond_denom` | decimal text; denomination; absent = default |
//! | `code` | `sha256(wasm)` | the uncompressed bytes; wasmd keeps them in files, so access is free |

use crate::address::Address;
use commons_vm::Checksum;

const ACC: &[u8] = b"acc/";
const BANK: &[u8] = b"bank/";
const WASM: &[u8] = b"wasm/";
const FEEGRANT: &[u8] = b"feegrant/";
const CHAIN: &[u8] = b"chain/";
const CODE: &[u8] = b"code/";

fn join(parts: &[&[u8]]) -> Vec<u8> {
    parts.concat()
}

/// Bytes of a key inside its store: what gas is charged for.
pub(crate) fn length_in_store(key: &[u8]) -> usize {
    key.iter()
        .position(|byte| *byte == b'/')
        .map_or(key.len(), |slash| key.len() - slash - 1)
}

/// The account of an address.
pub(crate) fn account(address: &Address) -> Vec<u8> {
    join(&[ACC, &[0x01], address.as_bytes()])
}

/// The number of the next account.
pub(crate) fn next_account_number() -> Vec<u8> {
    join(&[ACC, &[0x02]])
}

/// The supply of a denomination.
pub(crate) fn supply(denom: &str) -> Vec<u8> {
    join(&[BANK, &[0x00], denom.as_bytes()])
}

/// The balance of an address in one denomination.
pub(crate) fn balance(address: &Address, denom: &str) -> Vec<u8> {
    join(&[
        BANK,
        &[0x02, address.length_byte()],
        address.as_bytes(),
        denom.as_bytes(),
    ])
}

/// What stands in front of the balances of an address; the denomination follows.
pub(crate) fn balances(address: &Address) -> Vec<u8> {
    balance(address, "")
}

/// The metadata of a denomination; without one, what stands in front of all of them.
pub(crate) fn denom_metadata(denom: &[u8]) -> Vec<u8> {
    join(&[BANK, &[0x01], denom])
}

/// The allowance that one gives another.
pub(crate) fn grant(grantee: &Address, granter: &Address) -> Vec<u8> {
    join(&[
        FEEGRANT,
        &[0x00, grantee.length_byte()],
        grantee.as_bytes(),
        &[granter.length_byte()],
        granter.as_bytes(),
    ])
}

/// An allowance in the list of those that end, by the sortable text of the moment.
pub(crate) fn grant_end(moment: &str, grantee: &Address, granter: &Address) -> Vec<u8> {
    let grant = grant(grantee, granter);
    let pair = grant.get(FEEGRANT.len() + 1..).unwrap_or_default();
    join(&[FEEGRANT, &[0x01], moment.as_bytes(), pair])
}

/// The part of that list before a moment, without its end.
pub(crate) fn grants_ending(moment: &str) -> (Vec<u8>, Vec<u8>) {
    let end = join(&[FEEGRANT, &[0x01], moment.as_bytes(), &[0]]);
    (join(&[FEEGRANT, &[0x01]]), end)
}

/// The allowance that an entry of that list is about; `None` if it is too short for one.
pub(crate) fn grant_of_end(key: &[u8]) -> Option<Vec<u8>> {
    const MOMENT: usize = 29;
    let pair = key.get(FEEGRANT.len() + 1 + MOMENT..)?;
    Some(join(&[FEEGRANT, &[0x00], pair]))
}

/// A parameter of the chain.
pub(crate) fn chain_param(name: &str) -> Vec<u8> {
    join(&[CHAIN, name.as_bytes()])
}

/// Code by its id.
pub(crate) fn code_info(code_id: u64) -> Vec<u8> {
    join(&[WASM, &[0x01], &code_id.to_be_bytes()])
}

/// Contract by its address.
pub(crate) fn contract_info(contract: &Address) -> Vec<u8> {
    join(&[WASM, &[0x02], contract.as_bytes()])
}

/// What stands in front of every key of a contract.
pub(crate) fn contract_store(contract: &Address) -> Vec<u8> {
    join(&[WASM, &[0x03], contract.as_bytes()])
}

/// The id of the next code.
pub(crate) fn next_code_id() -> Vec<u8> {
    join(&[WASM, &[0x04], b"lastCodeId"])
}

/// The id of the next contract with a classic address.
pub(crate) fn next_contract_id() -> Vec<u8> {
    join(&[WASM, &[0x04], b"lastContractId"])
}

/// What stands in front of the history entries of a contract; the 8 byte position follows.
pub(crate) fn history(contract: &Address) -> Vec<u8> {
    join(&[WASM, &[0x05], contract.as_bytes()])
}

/// One history entry of a contract; positions count from 1.
pub(crate) fn history_entry(contract: &Address, position: u64) -> Vec<u8> {
    join(&[&history(contract), &position.to_be_bytes()])
}

/// Index of the contracts of a code, by (height, position) of their last change of code.
pub(crate) fn contract_by_code(code_id: u64, at: (u64, u64), contract: &Address) -> Vec<u8> {
    join(&[
        WASM,
        &[0x06],
        &code_id.to_be_bytes(),
        &at.0.to_be_bytes(),
        &at.1.to_be_bytes(),
        contract.as_bytes(),
    ])
}

/// Whether a code is pinned. Nothing is pinned here, but the chain pays for looking.
pub(crate) fn pinned(code_id: u64) -> Vec<u8> {
    join(&[WASM, &[0x07], &code_id.to_be_bytes()])
}

/// The counter of transactions in the block.
pub(crate) fn tx_counter() -> Vec<u8> {
    join(&[WASM, &[0x08]])
}

/// Index of the contracts of a creator, by (height, position) of their creation.
pub(crate) fn contract_by_creator(
    creator: &Address,
    at: (u64, u64),
    contract: &Address,
) -> Vec<u8> {
    join(&[
        WASM,
        &[0x09, creator.length_byte()],
        creator.as_bytes(),
        &at.0.to_be_bytes(),
        &at.1.to_be_bytes(),
        contract.as_bytes(),
    ])
}

/// The bytes of a code.
pub(crate) fn code_bytes(checksum: &Checksum) -> Vec<u8> {
    join(&[CODE, &checksum.0])
}

/// The first key behind all that start with `prefix`; `None` if there is none.
pub(crate) fn end_of(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != u8::MAX)?;
    let mut end = prefix.get(..=last)?.to_vec();
    if let Some(byte) = end.last_mut() {
        *byte += 1;
    }
    Some(end)
}
