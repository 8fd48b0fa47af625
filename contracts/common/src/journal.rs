//! The journal (R34): a hash chain over every message a contract executed. Owns the two numbers `(n, head)` in the
//! contract's state; never stores the messages themselves, which any mirror may bring and the chain checks.
//!
//! ```text
//! head[0] = sha256("commons/journal/1" ‖ len64(chain id) ‖ chain id ‖ len64(own address) ‖ own address)
//! head[n] = sha256("commons/journal/1" ‖ head[n-1] ‖ be64(n) ‖ be64(height) ‖ be64(time in seconds)
//!                  ‖ be32(transaction index) ‖ len64(sender) ‖ sender ‖ len64(funds) ‖ funds as JSON
//!                  ‖ len64(msg) ‖ msg as JSON)
//! ```
//!
//! Entry 1 is the instantiation. `msg as JSON` is the typed message serialised again, because an entry point never
//! sees the raw bytes. A call outside a transaction carries index `u32::MAX`.

use cosmwasm_schema::cw_serde;
use cosmwasm_std::{Addr, Coin, Env, MessageInfo, StdResult, Storage, to_json_vec};
use cw_storage_plus::Item;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::units::Hash;

const DOMAIN: &[u8] = b"commons/journal/1";
const HEAD: Item<Entry> = Item::new("journal");

/// The state of a journal: how many messages, and the hash over all of them.
#[cw_serde]
#[derive(Eq)]
pub struct Entry {
    /// Messages executed so far, the instantiation included.
    pub n: u64,
    /// `head[n]`.
    pub head: Hash,
}

/// Begins the journal with the instantiation as entry 1.
///
/// # Errors
/// Storage and serialisation errors of cosmwasm-std.
pub fn begin(
    storage: &mut dyn Storage,
    env: &Env,
    info: &MessageInfo,
    msg: &impl Serialize,
) -> StdResult<Entry> {
    let start = Entry {
        n: 0,
        head: genesis(&env.block.chain_id, &env.contract.address),
    };
    HEAD.save(storage, &start)?;
    append(storage, env, info, msg)
}

/// Appends one executed message. Called first by every `execute`, so that the head is part of what the message does.
///
/// # Errors
/// `NotFound` before [`begin`]; serialisation errors of cosmwasm-std.
pub fn append(
    storage: &mut dyn Storage,
    env: &Env,
    info: &MessageInfo,
    msg: &impl Serialize,
) -> StdResult<Entry> {
    let last = HEAD.load(storage)?;
    let call = Call {
        n: last.n + 1,
        height: env.block.height,
        time: env.block.time.seconds(),
        transaction: env.transaction.as_ref().map_or(u32::MAX, |t| t.index),
        sender: info.sender.as_str(),
        funds: &info.funds,
        msg: &to_json_vec(msg)?,
    };
    let entry = Entry {
        n: call.n,
        head: next(&last.head, &call)?,
    };
    HEAD.save(storage, &entry)?;
    Ok(entry)
}

/// The journal as it stands.
///
/// # Errors
/// `NotFound` before [`begin`].
pub fn load(storage: &dyn Storage) -> StdResult<Entry> {
    HEAD.load(storage)
}

/// `head[0]` of the contract at `address` on `chain_id`.
#[must_use]
pub fn genesis(chain_id: &str, address: &Addr) -> Hash {
    let mut hasher = Sha256::new();
    hasher.update(DOMAIN);
    sized(&mut hasher, chain_id.as_bytes());
    sized(&mut hasher, address.as_bytes());
    Hash(hasher.finalize().into())
}

struct Call<'a> {
    n: u64,
    height: u64,
    time: u64,
    transaction: u32,
    sender: &'a str,
    funds: &'a [Coin],
    msg: &'a [u8],
}

fn next(last: &Hash, call: &Call<'_>) -> StdResult<Hash> {
    let mut hasher = Sha256::new();
    hasher.update(DOMAIN);
    hasher.update(last.0);
    hasher.update(call.n.to_be_bytes());
    hasher.update(call.height.to_be_bytes());
    hasher.update(call.time.to_be_bytes());
    hasher.update(call.transaction.to_be_bytes());
    sized(&mut hasher, call.sender.as_bytes());
    sized(&mut hasher, &to_json_vec(&call.funds)?);
    sized(&mut hasher, call.msg);
    Ok(Hash(hasher.finalize().into()))
}

fn sized(hasher: &mut Sha256, bytes: &[u8]) {
    // A usize is at most 64 bits wide on every target we build for, so the length is exact.
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    hasher.update(length.to_be_bytes());
    hasher.update(bytes);
}
