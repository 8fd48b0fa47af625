//! Bounded text. What is stored is what was sent, within a bound; every reader escapes it for itself (C5).

use cosmwasm_schema::cw_serde;
use thiserror::Error;

/// Why a text was refused.
#[derive(Error, Debug, PartialEq, Eq)]
pub enum TextError {
    /// Longer than the bound, in bytes.
    #[error("the text has {length} bytes, at most {max} are allowed")]
    TooLong {
        /// Bytes sent.
        length: usize,
        /// Bytes allowed.
        max: usize,
    },
    /// Nothing but blanks.
    #[error("the text is empty")]
    Empty,
    /// A name is printable ASCII, so that two names cannot look alike and differ.
    #[error("a name may hold printable ASCII only, and no blank at either end")]
    NotPrintable,
    /// A control character other than the line feed.
    #[error("the text holds a control character other than the line feed")]
    Control,
}

/// A name: 1 to 64 bytes of printable ASCII, no blank at either end.
#[cw_serde]
#[derive(Eq, PartialOrd, Ord)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
#[schemaifier(mute_warnings, type = cosmwasm_schema::cw_schema::NodeType::String)]
pub struct Name(String);

impl Name {
    /// Bytes at most.
    pub const MAX: usize = 64;

    /// The name as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form that must be unique: ASCII letters and digits only, lower case (C7).
    #[must_use]
    pub fn key(&self) -> String {
        self.0
            .chars()
            .filter(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect()
    }
}

impl TryFrom<String> for Name {
    type Error = TextError;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        if value.len() > Self::MAX {
            return Err(TextError::TooLong {
                length: value.len(),
                max: Self::MAX,
            });
        }
        if value.trim().is_empty() {
            return Err(TextError::Empty);
        }
        let printable = value.bytes().all(|b| (0x20..0x7f).contains(&b));
        if !printable || value.trim() != value {
            return Err(TextError::NotPrintable);
        }
        Ok(Self(value))
    }
}

impl From<Name> for String {
    fn from(value: Name) -> Self {
        value.0
    }
}

impl std::fmt::Display for Name {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// Prose: 1 to 4,096 bytes of UTF-8, no control character but the line feed.
#[cw_serde]
#[derive(Eq)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
#[schemaifier(mute_warnings, type = cosmwasm_schema::cw_schema::NodeType::String)]
pub struct Prose(String);

impl Prose {
    /// Bytes at most.
    pub const MAX: usize = 4_096;

    /// The text as sent.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Prose {
    type Error = TextError;

    fn try_from(value: String) -> Result<Self, Self::Error> {
        if value.len() > Self::MAX {
            return Err(TextError::TooLong {
                length: value.len(),
                max: Self::MAX,
            });
        }
        if value.trim().is_empty() {
            return Err(TextError::Empty);
        }
        if value.chars().any(|c| c.is_control() && c != '\n') {
            return Err(TextError::Control);
        }
        Ok(Self(value))
    }
}

impl From<Prose> for String {
    fn from(value: Prose) -> Self {
        value.0
    }
}
