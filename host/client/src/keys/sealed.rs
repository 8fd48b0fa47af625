//! An account key under a passphrase, as a file of JSON: Argon2id makes a key from the passphrase, XChaCha20-Poly1305
//! closes the secret with it. Owns the format; never keeps a passphrase, and never says which part of a wrong guess was
//! wrong.
//!
//! ```text
//! key    = argon2id(passphrase, salt; memory, passes, lanes), 32 bytes
//! sealed = xchacha20poly1305(key, nonce, secret; also bound: schema ‖ 0a ‖ public_key ‖ 0a ‖ path)
//! ```

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead as _, KeyInit as _, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use cosmwasm_std::HexBinary;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::account::{AccountKey, PublicKey};
use crate::error::ClientError;

/// Name and version of the format.
const SCHEMA: &str = "commons/key/1";
/// RFC 9106, second recommended choice: 64 MiB, three passes, four lanes.
const COSTS: Costs = Costs {
    memory_kib: 64 * 1024,
    passes: 3,
    lanes: 4,
};
/// A file that asks for more is not opened: 1 GiB, 16 passes, 16 lanes.
const MOST: Costs = Costs {
    memory_kib: 1024 * 1024,
    passes: 16,
    lanes: 16,
};

/// What a guess costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Costs {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

/// An account key that only its passphrase opens. What is not secret can be read without it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SealedKey {
    schema: String,
    public_key: HexBinary,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    argon2id: Costs,
    salt: HexBinary,
    nonce: HexBinary,
    sealed: HexBinary,
}

impl SealedKey {
    /// Seals `key`; `path` says where below its words it was found, for the owner to remember.
    ///
    /// # Errors
    /// `Randomness`, `Sealing`.
    pub fn seal(
        key: &AccountKey,
        path: Option<String>,
        passphrase: &str,
    ) -> Result<Self, ClientError> {
        let (mut salt, mut nonce) = ([0_u8; 16], [0_u8; 24]);
        for bytes in [salt.as_mut_slice(), nonce.as_mut_slice()] {
            getrandom::fill(bytes).map_err(|error| ClientError::Randomness(error.to_string()))?;
        }
        let mut made = Self {
            schema: SCHEMA.to_owned(),
            public_key: key.public().into(),
            path,
            argon2id: COSTS,
            salt: salt.into(),
            nonce: nonce.into(),
            sealed: HexBinary::default(),
        };
        let secret = key.secret();
        let payload = Payload {
            msg: secret.as_slice(),
            aad: &made.bound(),
        };
        let sealed = made
            .cipher(passphrase)?
            .encrypt(&XNonce::from(nonce), payload)
            .map_err(|_| ClientError::Sealing("the cipher refuses".to_owned()))?;
        made.sealed = sealed.into();
        Ok(made)
    }

    /// Opens it.
    ///
    /// # Errors
    /// `Passphrase` when it is wrong or the file was changed; `Sealing` when the file asks for absurd costs.
    pub fn open(&self, passphrase: &str) -> Result<AccountKey, ClientError> {
        let nonce = <[u8; 24]>::try_from(self.nonce.as_slice())
            .map_err(|_| ClientError::Sealing("the nonce has not 24 bytes".to_owned()))?;
        let payload = Payload {
            msg: self.sealed.as_slice(),
            aad: &self.bound(),
        };
        let secret = self
            .cipher(passphrase)?
            .decrypt(&XNonce::from(nonce), payload)
            .map(Zeroizing::new)
            .map_err(|_| ClientError::Passphrase)?;
        AccountKey::from_secret(&secret)
    }

    /// The public key, known without the passphrase.
    ///
    /// # Errors
    /// `BadPublicKey`.
    pub fn public_key(&self) -> Result<PublicKey, ClientError> {
        PublicKey::from_bytes(&self.public_key)
    }

    /// Where below its words it was found, if it came from words.
    #[must_use]
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Reads a file's text.
    ///
    /// # Errors
    /// `Sealing`.
    pub fn parse(json: &[u8]) -> Result<Self, ClientError> {
        let key: Self = serde_json::from_slice(json)
            .map_err(|error| ClientError::Sealing(error.to_string()))?;
        if key.schema != SCHEMA {
            return Err(ClientError::Sealing(format!(
                "the schema is {:?}, not {SCHEMA:?}",
                key.schema
            )));
        }
        Ok(key)
    }

    /// The file's text, ended by a line feed.
    ///
    /// # Errors
    /// `Sealing`; serialisation of plain fields does not fail in practice.
    pub fn to_json(&self) -> Result<String, ClientError> {
        serde_json::to_string_pretty(self)
            .map(|text| text + "\n")
            .map_err(|error| ClientError::Sealing(error.to_string()))
    }

    /// What cannot be changed without the passphrase though it is in clear.
    fn bound(&self) -> Vec<u8> {
        let path = self.path.as_deref().unwrap_or_default();
        format!("{}\n{}\n{path}", self.schema, self.public_key).into_bytes()
    }

    fn cipher(&self, passphrase: &str) -> Result<XChaCha20Poly1305, ClientError> {
        let Costs {
            memory_kib,
            passes,
            lanes,
        } = self.argon2id;
        if memory_kib > MOST.memory_kib || passes > MOST.passes || lanes > MOST.lanes {
            return Err(ClientError::Sealing(format!(
                "it asks for {memory_kib} KiB, {passes} passes and {lanes} lanes: more than any file of ours"
            )));
        }
        let params = Params::new(memory_kib, passes, lanes, Some(32))
            .map_err(|error| ClientError::Sealing(error.to_string()))?;
        let key = stretched(params, passphrase, &self.salt)?;
        XChaCha20Poly1305::new_from_slice(key.as_slice())
            .map_err(|_| ClientError::Sealing("the cipher refuses its key".to_owned()))
    }
}

/// Thirty-two bytes from a passphrase by Argon2id, version 1.3.
pub fn stretched(
    params: Params,
    passphrase: &str,
    salt: &[u8],
) -> Result<Zeroizing<[u8; 32]>, ClientError> {
    let mut key = Zeroizing::new([0_u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), salt, key.as_mut_slice())
        .map_err(|error| ClientError::Sealing(error.to_string()))?;
    Ok(key)
}
