//! What a transaction is called: its messages in words, its contracts by the trust they belong to. Only for people; decides
//! nothing.

use std::collections::BTreeMap;

use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{TxBody, TxRaw};
use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgExecuteContract;
use prost::Message;

use crate::reference::{Family, Step, families};

/// Names of contracts, learnt from what they executed.
#[derive(Clone, Debug, Default)]
pub struct Names {
    contracts: BTreeMap<String, String>,
}

impl Names {
    /// Learns the contracts of the trusts that these steps found.
    pub fn learn(&mut self, steps: &[Step]) {
        for family in families(steps) {
            self.add(&family);
        }
    }

    fn add(&mut self, family: &Family) {
        let contracts = [
            ("roll", &family.roll),
            ("assembly", &family.assembly),
            ("survey", &family.survey),
            ("trust", &family.trust),
        ];
        for (role, address) in contracts {
            let name = format!("{role} of '{}'", family.name);
            // The first to name a contract keeps it: whoever comes later may call anything a trust of theirs.
            self.contracts.entry(address.clone()).or_insert(name);
        }
    }

    /// What a contract is called, if it belongs to a trust.
    #[must_use]
    pub fn contract(&self, address: &str) -> Option<&str> {
        self.contracts.get(address).map(String::as_str)
    }

    /// A transaction in a few words: its first message, and how many follow.
    #[must_use]
    pub fn of(&self, tx: &[u8]) -> String {
        let body = TxRaw::decode(tx).and_then(|raw| TxBody::decode(raw.body_bytes.as_slice()));
        let Ok(body) = body else {
            return "not readable".to_owned();
        };
        let Some(first) = body.messages.first() else {
            return "without a message".to_owned();
        };
        match body.messages.len() {
            1 => self.message(first),
            more => format!(
                "{} and {} more",
                self.message(first),
                more.saturating_sub(1)
            ),
        }
    }

    fn message(&self, message: &Any) -> String {
        let kind = message.type_url.rsplit('.').next().unwrap_or_default();
        let kind = kind.strip_prefix("Msg").unwrap_or(kind);
        if kind != "ExecuteContract" {
            return kind.to_owned();
        }
        let Ok(execute) = MsgExecuteContract::decode(message.value.as_slice()) else {
            return kind.to_owned();
        };
        let contract = self.contracts.get(&execute.contract);
        let contract = contract.unwrap_or(&execute.contract);
        format!("{} to {contract}", verb(&execute.msg))
    }
}

/// The variant of a contract's message as it is called in the code: `cast_ballots` becomes `CastBallots`.
#[must_use]
pub fn verb(msg: &[u8]) -> String {
    let value: Option<serde_json::Value> = serde_json::from_slice(msg).ok();
    let key = value
        .as_ref()
        .and_then(|value| value.as_object()?.keys().next().cloned());
    let Some(key) = key else {
        return "a message that is no JSON object".to_owned();
    };
    let mut words = String::new();
    for part in key.split('_') {
        let mut letters = part.chars();
        words.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        words.extend(letters);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_called_by_its_variant() {
        assert_eq!(verb(br#"{"cast_ballots":{}}"#), "CastBallots");
        assert_eq!(verb(b"[]"), "a message that is no JSON object");
        assert_eq!(Names::default().of(b"\xff\xff"), "not readable");
    }
}
