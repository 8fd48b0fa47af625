//! A scenario as its file has it: accounts, then steps in order. Owns the form; carries nothing out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What happens on a chain that has just begun.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Its name, in file names and in differences.
    pub name: String,
    /// What it is for.
    #[serde(default)]
    pub about: String,
    /// Steps, in order.
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name, in differences.
    pub name: String,
    /// Who signs; a name of [`crate::record::ACCOUNTS`].
    #[serde(default)]
    pub by: String,
    /// Messages of a transaction, see [`crate::message`]. Empty for a step that only asks.
    #[serde(default)]
    pub tx: Vec<Value>,
    /// Gas limit, if it is not [`crate::sign::GAS`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gas: Option<u64>,
    /// Fee, such as `100ustake`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fee: String,
    /// A note for people.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub memo: String,
    /// Refused in blocks above this height; 0 for no bound.
    #[serde(default)]
    pub timeout: u64,
    /// What is wrong with the transaction on purpose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flaw: Option<Flaw>,
    /// What must become of the transaction on a real chain: `ok`, `CODESPACE/CODE` in a block, or `check CODESPACE/CODE` before.
    #[serde(default = "ok")]
    pub expect: String,
    /// Names for what the transaction makes: name, event type, attribute, which one of them from 0.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub save: Vec<(String, String, String, usize)>,
    /// The next step goes into the same block if the chain lets it: nobody waits in between.
    #[serde(default)]
    pub together: bool,
    /// A question to a contract: its address and the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<(Value, Value)>,
}

fn ok() -> String {
    "ok".to_owned()
}

/// What can be wrong with a transaction before its messages are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// Signed for the next but one sequence.
    Sequence,
    /// Signed for a sequence that was.
    OldSequence,
    /// Signed for another chain.
    ChainId,
    /// Signed for another account number.
    AccountNumber,
    /// One bit of the signature is another.
    Signature,
    /// s in the upper half.
    HighS,
    /// No signature at all.
    NoSignature,
    /// No signer info.
    NoSignerInfo,
    /// Another account's key.
    OtherKey,
    /// A byte follows.
    TrailingByte,
    /// The last byte is missing.
    Truncated,
    /// A field that the body does not have, not of the tolerated ones.
    UnknownField,
    /// A field that the body does not have, of the tolerated ones.
    ToleratedField,
    /// A fee granter who granted nothing.
    FeeGranter,
    /// No fee at all.
    NoFee,
    /// `unordered` is set in the body.
    Unordered,
    /// `timeout_timestamp` lies in the past.
    TimeoutPassed,
    /// `timeout_timestamp` lies in the future.
    TimeoutAhead,
    /// An extension option that nobody knows.
    Extension,
}
