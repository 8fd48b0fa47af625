//! The hash chain of a contract's executed messages, computed a second time (R34). Owns one contract's number and head;
//! never takes a head from the contract it checks.

use commons_common::units::Hash;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Call, Objection};

const DOMAIN: &[u8] = b"commons/journal/1";

/// The chain of one contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Messages so far, the instantiation included.
    pub n: u64,
    /// The hash over all of them.
    pub head: Hash,
}

impl Chain {
    /// Before the first message of the contract at `address`.
    #[must_use]
    pub fn new(chain_id: &str, address: &str) -> Self {
        let mut text = DOMAIN.to_vec();
        prefixed(&mut text, chain_id.as_bytes());
        prefixed(&mut text, address.as_bytes());
        Self {
            n: 0,
            head: sha256(&text),
        }
    }

    /// Appends `call`, whose message in canonical form is `message` serialised again.
    ///
    /// # Errors
    /// An objection if the message or its coins cannot be written as JSON.
    pub fn append(&mut self, call: &Call, message: &impl Serialize) -> Result<(), Objection> {
        let json = |what: &str, bytes: serde_json::Result<Vec<u8>>| {
            bytes.map_err(|error| Objection::new(format!("{what} is not JSON: {error}")))
        };
        self.n = self
            .n
            .checked_add(1)
            .ok_or_else(|| Objection::new("the journal is full"))?;
        let mut text = DOMAIN.to_vec();
        text.extend_from_slice(&self.head.0);
        text.extend_from_slice(&self.n.to_be_bytes());
        text.extend_from_slice(&call.height.to_be_bytes());
        text.extend_from_slice(&call.time.to_be_bytes());
        text.extend_from_slice(&call.transaction.to_be_bytes());
        prefixed(&mut text, call.sender.as_bytes());
        prefixed(
            &mut text,
            &json("the funds", serde_json::to_vec(&call.funds))?,
        );
        prefixed(
            &mut text,
            &json("the message", serde_json::to_vec(message))?,
        );
        self.head = sha256(&text);
        Ok(())
    }
}

fn prefixed(text: &mut Vec<u8>, bytes: &[u8]) {
    // INVARIANT: a slice in memory is shorter than 2^64 bytes, so the conversion cannot fail.
    text.extend_from_slice(&u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
    text.extend_from_slice(bytes);
}

fn sha256(bytes: &[u8]) -> Hash {
    Hash(Sha256::digest(bytes).into())
}
