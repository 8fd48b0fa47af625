//! Gas: the meter and the price table in SDK gas; it never decides what is bought.
//!
//! One SDK gas is 140,000 units of the VM (Cosmos SDK `store/types/gas.go`, wasmd `gas_register.go`).

use crate::event::Event;

/// VM gas in one SDK gas.
pub(crate) const VM_GAS: u64 = 140_000;
/// What a simulation may use, in SDK gas: a chain without a block limit would let it run for ever.
pub(crate) const SIMULATION_LIMIT: u64 = 100_000_000;

/// Price of a read, before its bytes.
pub(crate) const READ_FLAT: u64 = 1_000;
/// Price of a byte read, key and value.
pub(crate) const READ_BYTE: u64 = 3;
/// Price of a write, before its bytes.
pub(crate) const WRITE_FLAT: u64 = 2_000;
/// Price of a byte written, key and value.
pub(crate) const WRITE_BYTE: u64 = 30;
/// Price of a removal.
pub(crate) const DELETE: u64 = 1_000;
/// Price of asking whether a key is there.
pub(crate) const HAS: u64 = 1_000;
/// Price of a step of an iterator, before the bytes it shows.
pub(crate) const STEP: u64 = 30;
/// Price of a byte of a transaction.
pub(crate) const TX_BYTE: u64 = 10;
/// Bytes that a simulated transaction is charged for the signature it does not have: an amino-encoded key and signature, and six.
pub(crate) const SIMULATED_SIGNATURE_BYTES: u64 = 112;
/// Price of a secp256k1 signature.
pub(crate) const SIGNATURE: u64 = 1_000;
/// Price of a secp256r1 signature: half of that.
pub(crate) const SIGNATURE_R1: u64 = 500;
/// Price of an ed25519 signature.
pub(crate) const SIGNATURE_ED: u64 = 590;
/// Price of comparing a message with one of an allowance's.
pub(crate) const ALLOWED_MESSAGE: u64 = 10;
/// Price of reading a message of any type, before its bytes.
pub(crate) const ANY_MESSAGE: u64 = 5;
/// Price of a contract instance.
pub(crate) const INSTANCE: u64 = 60_000;
/// Price of an instance whose code this transaction has already loaded, and of one that replies.
pub(crate) const INSTANCE_AGAIN: u64 = 2_000;
/// Price of a byte of code that is stored.
pub(crate) const COMPILE_BYTE: u64 = 3;
/// VM gas of turning a canonical address into text.
pub(crate) const HUMANIZE: u64 = 5 * VM_GAS;
/// VM gas of reading an address.
pub(crate) const CANONICALIZE: u64 = 4 * VM_GAS;
/// VM gas of checking an address.
pub(crate) const VALIDATE: u64 = HUMANIZE + CANONICALIZE;

/// Constants of a chain that are read at a price: bytes of key and value in the store.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Constant {
    pub(crate) key: usize,
    pub(crate) value: usize,
}

/// Parameters of accounts: memo 256, 7 signatures, 10 a byte, 590 and 1000 for signatures.
pub(crate) const AUTH_PARAMS: Constant = Constant { key: 1, value: 13 };
/// Parameters of the bank: sending is enabled.
pub(crate) const BANK_PARAMS: Constant = Constant { key: 1, value: 2 };
/// Parameters of wasm: everybody uploads, everybody instantiates.
pub(crate) const WASM_PARAMS: Constant = Constant { key: 1, value: 6 };
/// Parameters of staking by default, without the text of the bond denomination.
pub(crate) const STAKING_PARAMS: Constant = Constant { key: 1, value: 18 };
/// Key of the index of accounts by number; the value is the address.
pub(crate) const ACCOUNT_NUMBER_KEY: usize = 21;

const ATTRIBUTE: u64 = 10;
const ATTRIBUTE_BYTE: u64 = 1;
const FREE_ATTRIBUTE_BYTES: u64 = 100;
const CUSTOM_EVENT: u64 = 20;

/// Bytes as a number of gas units.
pub(crate) fn bytes(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}

/// Price of inflating so many compressed bytes: 0.15 a byte, rounded down.
pub(crate) fn inflate(length: usize) -> u64 {
    bytes(length).saturating_mul(15) / 100
}

/// Price of what a contract's response emits: attributes of its own event, then custom events (kind, attributes).
pub(crate) fn emitted(own: &[(String, String)], custom: &[Event]) -> u64 {
    let mut free = FREE_ATTRIBUTE_BYTES;
    let mut total = attributes(own, &mut free);
    for event in custom {
        total = total
            .saturating_add(CUSTOM_EVENT)
            .saturating_add(bytes(event.kind.len()).saturating_mul(ATTRIBUTE_BYTE))
            .saturating_add(attributes(&event.attributes, &mut free));
    }
    total
}

/// Price of a reply: the warm instance, and the events it is shown; the free bytes hold for all of them together.
pub(crate) fn reply(events: &[Event]) -> u64 {
    let mut kinds = 0u64;
    let mut all = Vec::new();
    for event in events {
        kinds = kinds.saturating_add(bytes(event.kind.len()).saturating_mul(ATTRIBUTE_BYTE));
        all.extend_from_slice(&event.attributes);
    }
    INSTANCE_AGAIN
        .saturating_add(kinds)
        .saturating_add(emitted(&all, &[]))
}

fn attributes(list: &[(String, String)], free: &mut u64) -> u64 {
    let stored: u64 = list
        .iter()
        .map(|(key, value)| bytes(key.len()).saturating_add(bytes(value.len())))
        .fold(0, u64::saturating_add);
    if list.is_empty() {
        return 0;
    }
    let paid = stored.saturating_sub(*free);
    *free = free.saturating_sub(stored);
    paid.saturating_mul(ATTRIBUTE_BYTE)
        .saturating_add(bytes(list.len()).saturating_mul(ATTRIBUTE))
}

/// A tank of SDK gas. What is used may pass the limit by the last charge, as in the SDK.
#[derive(Debug, Clone)]
pub(crate) struct Meter {
    limit: u64,
    used: u64,
}

impl Meter {
    /// A full tank.
    pub(crate) fn new(limit: u64) -> Meter {
        Meter { limit, used: 0 }
    }

    /// The limit it started with.
    pub(crate) fn limit(&self) -> u64 {
        self.limit
    }

    /// What was charged.
    pub(crate) fn used(&self) -> u64 {
        self.used
    }

    /// What is left.
    pub(crate) fn left(&self) -> u64 {
        self.limit.saturating_sub(self.used)
    }

    /// Charges; false if that passes the limit.
    #[must_use]
    pub(crate) fn charge(&mut self, amount: u64) -> bool {
        self.used = self.used.saturating_add(amount);
        self.used <= self.limit
    }
}
