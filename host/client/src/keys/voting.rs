//! Voting keys: ed25519, one a person (R49). Owns one secret; signs bytes and knows no ballot.

use std::path::Path;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};

use super::{derive, file};
use crate::error::ClientError;

const DOMAIN: &[u8] = b"commons/demonstration/voting/1";

/// An ed25519 voting key. Wiped from memory when dropped.
#[derive(Clone)]
pub struct VotingKey(SigningKey);

impl VotingKey {
    /// The key of `label` under `seed`. For demonstrations and tests only: who knows the seed has every key.
    #[must_use]
    pub fn derive(seed: &str, label: &str) -> Self {
        Self(SigningKey::from_bytes(&derive::secret(
            DOMAIN, seed, label, 0,
        )))
    }

    /// Reads a key file: 64 hex digits and a line feed, readable by its owner only.
    ///
    /// # Errors
    /// `File`, `KeyExposed` if group or others have any right to it, `KeyMalformed`.
    pub fn read(path: &Path) -> Result<Self, ClientError> {
        Ok(Self(SigningKey::from_bytes(&*file::read(path)?)))
    }

    /// Writes a new key file that only its owner can read. Never overwrites.
    ///
    /// # Errors
    /// `File`, also if it exists.
    pub fn write(&self, path: &Path) -> Result<(), ClientError> {
        file::write(path, self.0.as_bytes())
    }

    /// The public key, 32 bytes.
    #[must_use]
    pub fn public(&self) -> [u8; 32] {
        self.0.verifying_key().to_bytes()
    }

    /// The signature over `bytes`: 64 bytes, deterministic (RFC 8032).
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

impl std::fmt::Debug for VotingKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "VotingKey({})", hex::encode(self.public()))
    }
}

/// Whether `signature` is `public`'s over `bytes`. Stricter than the chain, which verifies by ZIP-215: what passes
/// here passes there.
///
/// # Errors
/// `BadVotingKey`, `BadSignature`; also when the lengths are not 32 and 64 bytes.
pub fn verify(public: &[u8], bytes: &[u8], signature: &[u8]) -> Result<(), ClientError> {
    let public = <[u8; 32]>::try_from(public).map_err(|_| ClientError::BadVotingKey)?;
    let key = VerifyingKey::from_bytes(&public).map_err(|_| ClientError::BadVotingKey)?;
    if key.is_weak() {
        return Err(ClientError::BadVotingKey);
    }
    let signature = Signature::from_slice(signature).map_err(|_| ClientError::BadSignature)?;
    key.verify_strict(bytes, &signature)
        .map_err(|_| ClientError::BadSignature)
}
