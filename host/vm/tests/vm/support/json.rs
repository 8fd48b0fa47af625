//! The JSON arguments of the published CosmWasm tests.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::chain::human;

/// The address made from a label.
pub(crate) fn address(label: &str) -> String {
    human(&Sha256::digest(label))
}

/// The environment: height 12345 on a test chain.
pub(crate) fn env() -> Vec<u8> {
    let hash = "5UadrOwXzviiYP03Z17Yfn+2orWtlRk8UTCABsfklLM=";
    let contract = address("cosmos2contract");
    format!(
        concat!(
            r#"{{"block":{{"height":12345,"time":"1571797419879305533","chain_id":"cosmos-testnet-14002"}},"#,
            r#""transaction":{{"index":3,"hash":"{}"}},"contract":{{"address":"{}"}}}}"#
        ),
        hash, contract
    )
    .into_bytes()
}

/// The environment as it was before CosmWasm 3.0.
pub(crate) fn env_without_hash() -> Vec<u8> {
    let mut env: String = String::from_utf8(env()).unwrap();
    let start = env.find(r#","hash""#).unwrap();
    let end = env[start..].find('}').unwrap();
    env.replace_range(start..start + end, "");
    env.into_bytes()
}

/// A sender, by label, who sends this much earth.
pub(crate) fn info(sender: &str, earth: u64) -> Vec<u8> {
    let sender = address(sender);
    format!(r#"{{"sender":"{sender}","funds":[{{"denom":"earth","amount":"{earth}"}}]}}"#)
        .into_bytes()
}

/// The message that sets up the contract hackatom.
pub(crate) fn hackatom_setup() -> Vec<u8> {
    let (verifier, beneficiary) = (address("verifies"), address("benefits"));
    format!(r#"{{"verifier": "{verifier}", "beneficiary": "{beneficiary}"}}"#).into_bytes()
}

/// What hackatom answers to the query for its verifier.
pub(crate) fn hackatom_verifier() -> String {
    format!(r#"{{"verifier":"{}"}}"#, address("verifies"))
}

/// The text inside a query result, `{"ok":"<base64>"}`.
pub(crate) fn query_text(result: &[u8]) -> String {
    let result: serde_json::Value = serde_json::from_slice(result).unwrap();
    let inner = STANDARD.decode(result["ok"].as_str().unwrap()).unwrap();
    String::from_utf8(inner).unwrap()
}
