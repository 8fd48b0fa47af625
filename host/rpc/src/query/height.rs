//! The height that a question is asked at: whether the chain has it, whether its state is still kept, and in whose words it is refused.
//! It answers no question.

use commons_node::{NodeError, View};
use commons_store::StoreError;

use super::Asked;

/// Services that answer from the state, and so at a height; the others tell of the chain as it stands, whatever height is named.
const OF_STATE: [&str; 4] = [
    "/cosmos.auth.",
    "/cosmos.bank.",
    "/cosmos.feegrant.",
    "/cosmwasm.wasm.",
];

/// Why a height cannot be asked at: a registered error of the SDK.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// Code in codespace `sdk`.
    pub(crate) code: u32,
    /// What the code means.
    name: &'static str,
    /// Why.
    text: String,
}

impl Refusal {
    fn new(code: u32, name: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { code, name, text }
    }

    /// The log of an answer of ABCI.
    pub(crate) fn log(&self) -> String {
        format!("{}: {}", self.text, self.name)
    }

    /// The message of a status of gRPC.
    pub(crate) fn status(&self) -> String {
        let (code, name) = (self.code, self.name);
        format!("codespace sdk code {code}: {name}: {}", self.text)
    }
}

/// The height that is meant: the last one for 0.
pub(crate) fn meant(asked: &Asked<'_>, height: i64) -> Result<u64, Refusal> {
    let last = asked.view.height();
    match u64::try_from(height) {
        Ok(0) => Ok(last),
        Ok(height) if height <= last => Ok(height),
        Ok(_) => Err(Refusal::new(
            26,
            "invalid height",
            "cannot query with height in the future; please provide a valid height",
        )),
        Err(_) => Err(Refusal::new(
            18,
            "invalid request",
            "cannot query with height < 0; please provide a valid height",
        )),
    }
}

/// The chain as a question with this path sees it at a height that [`meant`] gave.
pub(crate) fn view(asked: &Asked<'_>, height: u64, path: &str) -> Result<View, Refusal> {
    let pinned = asked
        .view
        .at(height)
        .map_err(|error| gone(asked, height, &error))?;
    let is_of_state =
        OF_STATE.iter().any(|service| path.starts_with(service)) || path.starts_with("/store/");
    Ok(if is_of_state {
        pinned
    } else {
        asked.view.clone()
    })
}

/// The SDK's words for a state that is not there any more.
fn gone(asked: &Asked<'_>, height: u64, error: &NodeError) -> Refusal {
    let last = asked.view.height();
    let why = match error {
        NodeError::Store(StoreError::NotKept { .. }) => "version does not exist".to_owned(),
        other => other.to_string(),
    };
    let text = format!("failed to load state at height {height}; {why} (latest height: {last})");
    Refusal::new(38, "not found", text)
}
