//! Parameters of a call, by name or in order, in JSON or in a URI, and their reading as CometBFT reads them: 64-bit numbers as texts,
//! bytes in base64, or in hexadecimal where the method has it so. It knows no method.

use std::collections::BTreeMap;

use base64::engine::general_purpose::STANDARD;
use base64::{DecodeError, Engine as _};
use serde_json::Value;

use super::RpcError;
use crate::hexadecimal;

/// One parameter.
#[derive(Debug, Clone)]
enum Arg {
    Json(Value),
    Uri(String),
}

/// The parameters of a call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Args(BTreeMap<String, Arg>);

impl Args {
    /// Parameters of a JSON-RPC call; `names` gives those in order their names.
    pub(crate) fn json(params: Value, names: &[&str]) -> Result<Self, RpcError> {
        let named = match params {
            Value::Null => BTreeMap::new(),
            Value::Object(fields) => fields
                .into_iter()
                .map(|(name, value)| (name, Arg::Json(value)))
                .collect(),
            Value::Array(values) if values.len() > names.len() => {
                let text = format!("expected {} parameters, got {}", names.len(), values.len());
                return Err(RpcError::params(text));
            }
            Value::Array(values) => names
                .iter()
                .zip(values)
                .map(|(name, value)| ((*name).to_owned(), Arg::Json(value)))
                .collect(),
            _ => return Err(RpcError::params("params are an object or an array")),
        };
        Ok(Self(named))
    }

    /// Parameters in the query of a URI.
    pub(crate) fn uri(query: &str) -> Self {
        let pairs = form_urlencoded::parse(query.as_bytes());
        Self(
            pairs
                .map(|(name, value)| (name.into_owned(), Arg::Uri(value.into_owned())))
                .collect(),
        )
    }

    fn get(&self, name: &str) -> Option<&Arg> {
        match self.0.get(name) {
            Some(Arg::Json(Value::Null)) | None => None,
            Some(Arg::Uri(text)) if text.is_empty() => None,
            found => found,
        }
    }

    /// A text; in a URI it stands in double quotes.
    pub(crate) fn text(&self, name: &str) -> Result<Option<String>, RpcError> {
        match self.get(name) {
            None => Ok(None),
            Some(Arg::Json(Value::String(text))) => Ok(Some(text.clone())),
            Some(Arg::Json(other)) => Err(wrong(name, "a text", &other.to_string())),
            Some(Arg::Uri(text)) => quoted(text)
                .map(Some)
                .ok_or_else(|| wrong(name, "a text in double quotes", text)),
        }
    }

    /// A whole number, as a number or as a text.
    pub(crate) fn number(&self, name: &str) -> Result<Option<i64>, RpcError> {
        let text = match self.get(name) {
            None => return Ok(None),
            Some(Arg::Json(Value::String(text)) | Arg::Uri(text)) => {
                quoted(text).unwrap_or_else(|| text.clone())
            }
            Some(Arg::Json(other)) => other.to_string(),
        };
        let number = text.parse().map(Some);
        number.map_err(|_| wrong(name, "a whole number", &text))
    }

    /// Yes or no; no if absent.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, RpcError> {
        match self.get(name) {
            None => Ok(false),
            Some(Arg::Json(Value::Bool(flag))) => Ok(*flag),
            Some(Arg::Json(other)) => Err(wrong(name, "true or false", &other.to_string())),
            Some(Arg::Uri(text)) => {
                let flag = quoted(text).unwrap_or_else(|| text.clone()).parse();
                flag.map_err(|_| wrong(name, "true or false", text))
            }
        }
    }

    /// Bytes: base64 in JSON.
    pub(crate) fn bytes(&self, name: &str) -> Result<Vec<u8>, RpcError> {
        self.decoded(name, "bytes in base64", from_base64)
    }

    /// Bytes: hexadecimal in JSON.
    pub(crate) fn hex(&self, name: &str) -> Result<Vec<u8>, RpcError> {
        self.decoded(name, "bytes in hexadecimal", hexadecimal::read)
    }

    /// In a URI bytes are hexadecimal behind `0x`, or a text in double quotes that stands for itself.
    fn decoded(
        &self,
        name: &str,
        what: &str,
        read: impl FnOnce(&str) -> Result<Vec<u8>, String>,
    ) -> Result<Vec<u8>, RpcError> {
        match self.get(name) {
            None => Ok(Vec::new()),
            Some(Arg::Json(Value::String(text))) => read(text).map_err(RpcError::params),
            Some(Arg::Json(other)) => Err(wrong(name, what, &other.to_string())),
            Some(Arg::Uri(text)) => {
                let bytes = match text.strip_prefix("0x") {
                    Some(digits) => hex::decode(digits).ok(),
                    None => quoted(text).map(String::into_bytes),
                };
                bytes.ok_or_else(|| wrong(name, "0x and hexadecimal, or a quoted text", text))
            }
        }
    }
}

/// Reads base64 and says where it is wrong in the words of Go's library.
fn from_base64(text: &str) -> Result<Vec<u8>, String> {
    STANDARD.decode(text).map_err(|error| {
        let at = match error {
            DecodeError::InvalidByte(at, _) | DecodeError::InvalidLastSymbol(at, _) => at,
            DecodeError::InvalidLength(_) | DecodeError::InvalidPadding => text.len(),
        };
        format!("illegal base64 data at input byte {at}")
    })
}

fn quoted(text: &str) -> Option<String> {
    let is_quoted = text.len() >= 2 && text.starts_with('"');
    is_quoted.then(|| serde_json::from_str(text).ok()).flatten()
}

fn wrong(name: &str, expected: &str, found: &str) -> RpcError {
    let shown: String = found.chars().take(40).collect();
    RpcError::params(format!("{name} should be {expected}, got {shown}"))
}
