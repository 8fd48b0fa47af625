//! Owns the receipt for a transaction that a node accepted: what it says, the bytes that are signed, and its form as a file
//! (`schema/receipt.md`). It never judges whether the promise was kept; the auditor does.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::node::{Node, TxHash};
use crate::validator::Validator;

const SCHEMA: &str = "commons/receipt/1";
const KEY_TYPE: &str = "tendermint/PubKeyEd25519";
/// Longest chain id (CometBFT).
const MAX_CHAIN_ID: usize = 50;

/// Says that a node checked a transaction after a block, found it good, and will put it into a later block as long as it stays so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// The chain.
    pub chain_id: String,
    /// The transaction.
    pub hash: TxHash,
    /// The last block when it was checked; 0 before the first.
    pub height: u64,
    /// Hash of that block's header; all zero before the first.
    pub block: [u8; 32],
    /// When it was checked, by the node's clock, in nanoseconds since 1970.
    pub time_nanos: u64,
    /// Ed25519 key of who signed: the chain's validator.
    pub key: [u8; 32],
    /// Its signature over [`Receipt::sign_bytes`].
    pub signature: [u8; 64],
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    schema: String,
    chain_id: String,
    hash: String,
    height: String,
    block: String,
    time: String,
    validator: Key,
    signature: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Key {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

/// Why something is no receipt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReceiptError {
    /// It has not the form of one.
    #[error("it is no receipt of this program's: {0}")]
    Form(String),
    /// The signature is not one by the key it names.
    #[error(
        "its signature is not by the key that it names over what it says: nobody is bound by it"
    )]
    Signature,
    /// Somebody else signed it.
    #[error("it is signed by {found}, and the validator of the chain is {wanted}")]
    OtherKey {
        /// Key in the receipt, in base64.
        found: String,
        /// Key of the chain's validator, in base64.
        wanted: String,
    },
}

impl fmt::Display for Receipt {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "commons receipt 1")?;
        writeln!(f, "chain {}", self.chain_id)?;
        writeln!(f, "transaction {}", self.hash)?;
        writeln!(f, "height {}", self.height)?;
        writeln!(f, "block {}", hex::encode_upper(self.block))?;
        writeln!(f, "time {}", self.time_nanos)
    }
}

impl Receipt {
    /// The bytes that are signed: six lines of text. No vote for a block begins like them, so neither can pass for the other.
    #[must_use]
    pub fn sign_bytes(&self) -> Vec<u8> {
        self.to_string().into_bytes()
    }

    /// The receipt as a JSON document.
    ///
    /// # Errors
    /// [`ReceiptError::Form`] if it cannot be written.
    pub fn to_json(&self) -> Result<serde_json::Value, ReceiptError> {
        let file = File {
            schema: SCHEMA.to_owned(),
            chain_id: self.chain_id.clone(),
            hash: self.hash.to_string(),
            height: self.height.to_string(),
            block: hex::encode_upper(self.block),
            time: self.time_nanos.to_string(),
            validator: Key {
                kind: KEY_TYPE.to_owned(),
                value: STANDARD.encode(self.key),
            },
            signature: STANDARD.encode(self.signature),
        };
        serde_json::to_value(file).map_err(|error| ReceiptError::Form(error.to_string()))
    }

    /// Reads a document and checks that its signature is by the key it names.
    ///
    /// # Errors
    /// [`ReceiptError`] says what is wrong.
    pub fn parse(json: &[u8]) -> Result<Self, ReceiptError> {
        let form = |what: &str| ReceiptError::Form(what.to_owned());
        let file: File = serde_json::from_slice(json).map_err(|error| form(&error.to_string()))?;
        if file.schema != SCHEMA || file.validator.kind != KEY_TYPE {
            return Err(form("its schema or the type of its key is another"));
        }
        // A line break in it would make other lines of the text that is signed.
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if !(1..=MAX_CHAIN_ID).contains(&file.chain_id.len())
            || !file.chain_id.chars().all(is_plain)
        {
            return Err(form("its chain id is none"));
        }
        let receipt = Self {
            hash: TxHash(digits(&file.hash).ok_or_else(|| form("its hash is none"))?),
            height: number(&file.height).ok_or_else(|| form("its height is no number"))?,
            block: digits(&file.block).ok_or_else(|| form("its block is no hash"))?,
            time_nanos: number(&file.time).ok_or_else(|| form("its time is no number"))?,
            key: bytes(&file.validator.value).ok_or_else(|| form("its key is none"))?,
            signature: bytes(&file.signature).ok_or_else(|| form("its signature is none"))?,
            chain_id: file.chain_id,
        };
        receipt.check()?;
        Ok(receipt)
    }

    fn check(&self) -> Result<(), ReceiptError> {
        let key = VerifyingKey::from_bytes(&self.key);
        let key = key.map_err(|_| ReceiptError::Form("its key is no point".to_owned()))?;
        let signature = Signature::from_bytes(&self.signature);
        key.verify_strict(&self.sign_bytes(), &signature)
            .map_err(|_| ReceiptError::Signature)
    }

    /// Checks that it is a promise of this validator.
    ///
    /// # Errors
    /// [`ReceiptError`] if its signature is not good, or another's.
    pub fn verify(&self, validator: &Validator) -> Result<(), ReceiptError> {
        self.check()?;
        if self.key == validator.key() {
            return Ok(());
        }
        Err(ReceiptError::OtherKey {
            found: STANDARD.encode(self.key),
            wanted: STANDARD.encode(validator.key()),
        })
    }
}

/// Decimal digits in their one form.
fn number(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}

/// 32 bytes in upper-case hexadecimal.
fn digits(text: &str) -> Option<[u8; 32]> {
    let bytes: [u8; 32] = hex::decode(text).ok()?.try_into().ok()?;
    (hex::encode_upper(bytes) == text).then_some(bytes)
}

fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    STANDARD.decode(text).ok()?.try_into().ok()
}

impl Node {
    /// The receipt for a transaction that was taken in just now ([`Node::broadcast`]), at this time in nanoseconds since 1970; none from a
    /// node without a key, which accepts nothing.
    #[must_use]
    pub fn receipt(&self, hash: TxHash, time_nanos: u64) -> Option<Receipt> {
        let signer = self.signer.as_ref()?;
        let block = self.last.id().map(|id| id.hash.as_bytes().to_vec());
        let mut receipt = Receipt {
            chain_id: self.chain_id().to_owned(),
            hash,
            height: self.height(),
            block: block
                .and_then(|hash| hash.try_into().ok())
                .unwrap_or_default(),
            time_nanos,
            key: signer.validator().key(),
            signature: [0; 64],
        };
        receipt.signature = signer.sign_receipt(&receipt.sign_bytes());
        Some(receipt)
    }
}
