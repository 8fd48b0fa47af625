//! Owns the beginning of a chain as the first record of the block log. It never judges what the genesis says.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use commons_ledger::Genesis;
use serde::{Deserialize, Serialize};

use crate::error::NodeError;
use crate::link::MAX_BLOCK_BYTES;
use crate::validator::Validator;

const KEY_TYPE: &str = "tendermint/PubKeyEd25519";

/// Whether a chain is for development for ever: its id ends in `-dev`. Only there time travels, blocks are taken back and coins fall
/// from the sky.
#[must_use]
pub fn is_development(chain_id: &str) -> bool {
    chain_id.ends_with("-dev")
}

/// What record 0 says: the state a chain starts from, who signs its blocks, and how its headers follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Accounts and balances.
    pub genesis: Genesis,
    /// Whose signature each block has.
    pub validator: Validator,
    /// What headers say of the application and of the chain's parameters.
    pub headers: HeaderRules,
}

/// Where `version.app` and `consensus_hash` of headers come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderRules {
    /// From nowhere: application 1 and CometBFT's default parameters, whatever the genesis says. So are the chains that were begun before
    /// the next rule was there.
    Fixed,
    /// From the genesis: its limits of blocks, and application 1 for a chain for development and 0 for any other.
    Genesis,
}

/// The consensus parameters that headers commit to, as CometBFT writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConsensusParams {
    /// `block.max_bytes`.
    pub max_bytes: i64,
    /// `block.max_gas`; -1 for none.
    pub max_gas: i64,
}

/// The number by which record 0 names [`HeaderRules::Genesis`].
const FROM_GENESIS: u8 = 2;

/// What the record has after the fields of the genesis; the development validator and [`HeaderRules::Fixed`] are left out.
#[derive(Serialize, Deserialize)]
struct Named {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    validator: Option<Key>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    headers: Option<u8>,
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
        Self::of(genesis, Validator::development())
    }

    /// A chain of any validator.
    #[must_use]
    pub fn of(genesis: Genesis, validator: Validator) -> Self {
        Self {
            genesis,
            validator,
            headers: HeaderRules::Genesis,
        }
    }

    /// `version.app` of the chain's headers: 1 marks a chain for development.
    #[must_use]
    pub fn app_version(&self) -> u64 {
        match self.headers {
            HeaderRules::Fixed => 1,
            HeaderRules::Genesis => u64::from(is_development(&self.genesis.chain_id)),
        }
    }

    /// What the chain's headers commit to.
    #[must_use]
    pub fn consensus_params(&self) -> ConsensusParams {
        let params = match self.headers {
            HeaderRules::Fixed => None,
            HeaderRules::Genesis => Some(&self.genesis.params),
        };
        let max_bytes = params.map_or(u64::MAX, |params| params.max_bytes);
        let max_bytes = usize::try_from(max_bytes).unwrap_or(MAX_BLOCK_BYTES);
        let max_bytes = max_bytes.min(MAX_BLOCK_BYTES);
        let max_gas = params.and_then(|params| params.max_gas);
        let max_gas = max_gas.filter(|gas| *gas > 0);
        ConsensusParams {
            max_bytes: i64::try_from(max_bytes).unwrap_or(i64::MAX),
            max_gas: max_gas.map_or(-1, |gas| i64::try_from(gas).unwrap_or(i64::MAX)),
        }
    }

    /// Most bytes of transactions in a block.
    #[must_use]
    pub fn max_block_bytes(&self) -> usize {
        usize::try_from(self.consensus_params().max_bytes).unwrap_or(MAX_BLOCK_BYTES)
    }

    /// Record 0 of the block log: JSON without white space.
    ///
    /// # Errors
    /// [`NodeError::GenesisRecord`] if the genesis cannot be written as JSON.
    pub fn encode(&self) -> Result<Vec<u8>, NodeError> {
        let mut record = json(&self.genesis)?;
        if let Some(tail) = tail(&self.validator, self.headers)? {
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
        let (validator, headers) = named(record)?;
        let whole = match tail(&validator, headers)? {
            None => record.to_vec(),
            Some(tail) => match record.strip_suffix(tail.as_slice()) {
                Some(genesis) => [genesis, b"}"].concat(),
                None => return Err(otherwise()),
            },
        };
        let genesis: Genesis = parsed(&whole)?;
        let origin = Self {
            genesis,
            validator,
            headers,
        };
        if origin.encode()? != record {
            return Err(otherwise());
        }
        Ok(origin)
    }
}

fn named(record: &[u8]) -> Result<(Validator, HeaderRules), NodeError> {
    let named: Named = parsed(record)?;
    let headers = match named.headers {
        None => HeaderRules::Fixed,
        Some(FROM_GENESIS) => HeaderRules::Genesis,
        Some(other) => {
            return Err(wrong(format!(
                "its headers follow rule {other}, which this program does not know; use the release that wrote it"
            )));
        }
    };
    let Some(key) = named.validator else {
        return Ok((Validator::development(), headers));
    };
    let bytes = STANDARD.decode(&key.value).ok();
    let bytes = bytes.and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
    let validator = bytes.and_then(Validator::new);
    validator
        .filter(|_| key.kind == KEY_TYPE)
        .map(|validator| (validator, headers))
        .ok_or_else(|| wrong(format!("its validator has no key of type {KEY_TYPE}")))
}

/// The end of a record that says more than the genesis.
fn tail(validator: &Validator, headers: HeaderRules) -> Result<Option<Vec<u8>>, NodeError> {
    let own = !validator.is_development();
    let named = Named {
        validator: own.then(|| Key {
            kind: KEY_TYPE.to_owned(),
            value: STANDARD.encode(validator.key()),
        }),
        headers: match headers {
            HeaderRules::Fixed => None,
            HeaderRules::Genesis => Some(FROM_GENESIS),
        },
    };
    if named.validator.is_none() && named.headers.is_none() {
        return Ok(None);
    }
    let mut tail = json(&named)?;
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
