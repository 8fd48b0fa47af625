//! Owns the beginning of a chain as the first record of the block log. It never judges what the genesis says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use commons_ledger::Genesis;
use serde::{Deserialize, Serialize};

use crate::error::NodeError;
use crate::validator::Validator;

const KEY_TYPE: &str = "tendermint/PubKeyEd25519";

/// What record 0 says: the state a chain starts from, and who signs its blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Accounts and balances.
    pub genesis: Genesis,
    /// Whose signature each block has.
    pub validator: Validator,
}

/// The validator as the record has it, after the fields of the genesis; the development validator is left out.
#[derive(Serialize, Deserialize)]
struct Named {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validator: Option<Key>,
}

#[derive(Serialize, Deserialize)]
struct Key {
    #[serde(rename = "type")]
    kind: String,
    value: String,
}

impl Origin {
    /// A chain of the development validator.
    #[must_use]
    pub fn new(genesis: Genesis) -> Self {
        Self {
            genesis,
            validator: Validator::development(),
        }
    }

    /// Record 0 of the block log: JSON without white space.
    ///
    /// # Errors
    /// [`NodeError::GenesisRecord`] if the genesis cannot be written as JSON.
    pub fn encode(&self) -> Result<Vec<u8>, NodeError> {
        let mut record = json(&self.genesis)?;
        if let Some(tail) = tail(&self.validator)? {
            // The closing brace makes room for one more field.
            record.pop();
            record.extend_from_slice(&tail);
        }
        Ok(record)
    }

    /// Reads record 0; only bytes that [`Origin::encode`] gives are one.
    ///
    /// # Errors
    /// [`NodeError::GenesisRecord`] says what is wrong.
    pub fn decode(record: &[u8]) -> Result<Self, NodeError> {
        let validator = named(record)?;
        let whole = match tail(&validator)? {
            None => record.to_vec(),
            Some(tail) => match record.strip_suffix(tail.as_slice()) {
                Some(genesis) => [genesis, b"}"].concat(),
                None => return Err(otherwise()),
            },
        };
        let genesis: Genesis = parsed(&whole)?;
        let origin = Self { genesis, validator };
        if origin.encode()? != record {
            return Err(otherwise());
        }
        Ok(origin)
    }
}

fn named(record: &[u8]) -> Result<Validator, NodeError> {
    let Some(key) = parsed::<Named>(record)?.validator else {
        return Ok(Validator::development());
    };
    let bytes = STANDARD.decode(&key.value).ok();
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let validator = bytes.and_then(Validator::new);
    validator
        .filter(|_| key.kind == KEY_TYPE)
        .ok_or_else(|| wrong(format!("its validator has no key of type {KEY_TYPE}")))
}

/// The end of a record that names its validator.
fn tail(validator: &Validator) -> Result<Option<Vec<u8>>, NodeError> {
    if validator.is_development() {
        return Ok(None);
    }
    let mut tail = json(&Named {
        validator: Some(Key {
            kind: KEY_TYPE.to_owned(),
            value: STANDARD.encode(validator.key()),
        }),
    })?;
    if let Some(brace) = tail.first_mut() {
        *brace = b',';
    }
    Ok(Some(tail))
}

fn json(content: &impl Serialize) -> Result<Vec<u8>, NodeError> {
    serde_json::to_vec(content).map_err(|error| wrong(error.to_string()))
}

fn parsed<'a, T: Deserialize<'a>>(record: &'a [u8]) -> Result<T, NodeError> {
    serde_json::from_slice(record).map_err(|error| wrong(error.to_string()))
}

fn otherwise() -> NodeError {
    wrong("it is not written as this program writes it".to_owned())
}

fn wrong(reason: String) -> NodeError {
    NodeError::GenesisRecord(reason)
}
