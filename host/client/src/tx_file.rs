//! A transaction file: a sign document on its way from who makes it to who signs it to who sends it, as JSON. Owns the format; what
//! it says is in its sign bytes alone, so that nothing beside them can be believed by mistake.

use cosmwasm_std::Binary;
use serde::{Deserialize, Serialize};

use crate::error::ClientError;
use crate::shown::{self, Shown};
use crate::tx::Document;

/// The format's name and version.
pub const SCHEMA: &str = "commons/tx/1";

/// A transaction, signed or not.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TxFile {
    schema: String,
    /// The bytes that are signed, base64.
    sign_bytes: Binary,
    /// 64 bytes, base64; none before it is signed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    signature: Option<Binary>,
}

impl TxFile {
    /// A file that is still to be signed.
    #[must_use]
    pub fn new(document: &Document) -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            sign_bytes: document.sign_bytes().into(),
            signature: None,
        }
    }

    /// The file with a signature, which must be the signer's.
    ///
    /// # Errors
    /// `Document`, `BadSignature`.
    pub fn with_signature(mut self, signature: &[u8]) -> Result<Self, ClientError> {
        if !self.shown()?.signer.verifies(&self.sign_bytes, signature) {
            return Err(ClientError::BadSignature);
        }
        self.signature = Some(signature.into());
        Ok(self)
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// `TxFile`.
    pub fn parse(json: &str) -> Result<Self, ClientError> {
        let file: Self =
            serde_json::from_str(json).map_err(|error| ClientError::TxFile(error.to_string()))?;
        if file.schema != SCHEMA {
            return Err(ClientError::TxFile(format!(
                "the schema is {:?}, not {SCHEMA:?}",
                file.schema
            )));
        }
        Ok(file)
    }

    /// The file's text, ended by a line feed.
    ///
    /// # Errors
    /// `TxFile`; serialisation of plain fields does not fail in practice.
    pub fn to_json(&self) -> Result<String, ClientError> {
        serde_json::to_string_pretty(self)
            .map(|text| text + "\n")
            .map_err(|error| ClientError::TxFile(error.to_string()))
    }

    /// What it says.
    ///
    /// # Errors
    /// `Document`.
    pub fn shown(&self) -> Result<Shown, ClientError> {
        shown::sign_bytes(&self.sign_bytes)
    }

    /// What is signed.
    ///
    /// # Errors
    /// `Document`.
    pub fn document(&self) -> Result<Document, ClientError> {
        Document::parse(&self.sign_bytes)
    }

    /// `TxRaw` bytes, if it is signed by its signer.
    ///
    /// # Errors
    /// `Document`, `BadSignature`.
    pub fn signed(&self) -> Result<Option<Vec<u8>>, ClientError> {
        let Some(signature) = &self.signature else {
            return Ok(None);
        };
        if !self.shown()?.signer.verifies(&self.sign_bytes, signature) {
            return Err(ClientError::BadSignature);
        }
        Ok(Some(self.document()?.signed(signature)))
    }
}
