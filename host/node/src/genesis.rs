//! Owns the genesis as the first record of the block log. It never judges what the genesis says.

use commons_ledger::Genesis;

use crate::error::NodeError;

/// The genesis as record 0 of the block log: JSON without white space.
pub fn encode_genesis(genesis: &Genesis) -> Result<Vec<u8>, NodeError> {
    serde_json::to_vec(genesis).map_err(|error| NodeError::GenesisRecord(error.to_string()))
}

/// Reads record 0; only bytes that [`encode_genesis`] gives are one.
pub fn decode_genesis(record: &[u8]) -> Result<Genesis, NodeError> {
    let genesis: Genesis = serde_json::from_slice(record)
        .map_err(|error| NodeError::GenesisRecord(error.to_string()))?;
    if encode_genesis(&genesis)? != record {
        return Err(NodeError::GenesisRecord(
            "it is not written as this program writes it".to_owned(),
        ));
    }
    Ok(genesis)
}
