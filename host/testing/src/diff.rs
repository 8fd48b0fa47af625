//! Owns what a transaction changed, in words: which contract's key, whose coins, which account. The layout of keys is the ledger's; what
//! is not understood is shown as it is.

use std::fmt;

use bech32::{Bech32, Hrp};
use commons_ledger::Changes;

use crate::state::State;
use crate::text::shown;

const CONTRACT: &[u8] = b"wasm/\x03";
const BALANCE: &[u8] = b"bank/\x02";
const ACCOUNT: &[u8] = b"acc/\x01";
/// Bytes of a contract's address.
const CONTRACT_BYTES: usize = 32;

/// Where in the state something changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// A key of a contract's own.
    Contract {
        /// The contract.
        address: String,
        /// The key, without what the chain puts before it.
        key: Vec<u8>,
    },
    /// What an address holds.
    Balance {
        /// The address.
        address: String,
        /// Of which denomination.
        denom: String,
    },
    /// Number, sequence and public key of an account.
    Account {
        /// The address.
        address: String,
    },
    /// Anything else that the chain keeps, under its key.
    Chain(Vec<u8>),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Contract { address, key } => write!(f, "{address} {}", shown(key)),
            Self::Balance { address, denom } => write!(f, "{denom} of {address}"),
            Self::Account { address } => write!(f, "account {address}"),
            Self::Chain(key) => write!(f, "chain {}", shown(key)),
        }
    }
}

/// One key before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub place: Place,
    /// What was there; `None` for nothing.
    pub before: Option<Vec<u8>>,
    /// What is there now; `None` for nothing.
    pub after: Option<Vec<u8>>,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let side = |value: &Option<Vec<u8>>| value.as_deref().map_or("nothing".to_owned(), shown);
        write!(
            f,
            "{}: {} -> {}",
            self.place,
            side(&self.before),
            side(&self.after)
        )
    }
}

/// The changes that are changes: a key that was written with what it had is none.
pub(crate) fn read(before: &State, changes: &Changes, prefix: &str) -> Vec<Change> {
    let changes = changes.iter().map(|(key, after)| Change {
        place: place(key, prefix),
        before: before.value(key).map(<[u8]>::to_vec),
        after: after.clone(),
    });
    changes
        .filter(|change| change.before != change.after)
        .collect()
}

pub(crate) fn text(changes: &[Change]) -> String {
    let lines: Vec<String> = changes.iter().map(Change::to_string).collect();
    lines.join("\n")
}

fn place(key: &[u8], prefix: &str) -> Place {
    understood(key, prefix).unwrap_or_else(|| Place::Chain(key.to_vec()))
}

fn understood(key: &[u8], prefix: &str) -> Option<Place> {
    if let Some(rest) = key.strip_prefix(CONTRACT) {
        let (address, key) = rest.split_at_checked(CONTRACT_BYTES)?;
        return Some(Place::Contract {
            address: bech32(address, prefix)?,
            key: key.to_vec(),
        });
    }
    if let Some(rest) = key.strip_prefix(BALANCE) {
        let (length, rest) = rest.split_first()?;
        let (address, denom) = rest.split_at_checked(usize::from(*length))?;
        return Some(Place::Balance {
            address: bech32(address, prefix)?,
            denom: std::str::from_utf8(denom).ok()?.to_owned(),
        });
    }
    let address = key.strip_prefix(ACCOUNT)?;
    Some(Place::Account {
        address: bech32(address, prefix)?,
    })
}

fn bech32(address: &[u8], prefix: &str) -> Option<String> {
    let prefix = Hrp::parse(prefix).ok()?;
    bech32::encode_lower::<Bech32>(prefix, address).ok()
}
