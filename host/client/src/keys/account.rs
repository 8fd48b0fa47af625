//! Account keys: secp256k1, as every CosmWasm chain accepts them. Owns one secret and its address; knows no
//! transaction.

use bech32::{Bech32, Hrp};
use k256::ecdsa::signature::Signer;
use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, SigningKey, VerifyingKey};
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::derive;
use crate::error::ClientError;

const DOMAIN: &[u8] = b"commons/demonstration/account/1";

/// A secp256k1 account key. Wiped from memory when dropped.
#[derive(Clone)]
pub struct AccountKey(SigningKey);

impl AccountKey {
    /// The key of `label` under `seed`. For demonstrations and tests only: who knows the seed has every key.
    #[must_use]
    pub fn derive(seed: &str, label: &str) -> Self {
        let mut attempt = 0;
        loop {
            let secret = derive::secret(DOMAIN, seed, label, attempt);
            if let Ok(key) = SigningKey::from_slice(secret.as_slice()) {
                return Self(key);
            }
            attempt += 1;
        }
    }

    /// The key of 32 secret bytes.
    ///
    /// # Errors
    /// `KeyRange`: not 32 bytes, zero, or not below the order of the curve.
    pub fn from_secret(secret: &[u8]) -> Result<Self, ClientError> {
        // The library would pad a shorter one.
        let secret = secret.get(..32).filter(|_| secret.len() == 32);
        secret
            .and_then(|secret| SigningKey::from_slice(secret).ok())
            .map(Self)
            .ok_or(ClientError::KeyRange)
    }

    /// The secret, for the forms in which it is kept.
    pub(super) fn secret(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(self.0.to_bytes().into())
    }

    /// The public key, compressed: 33 bytes.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        self.0.verifying_key().to_sec1_bytes().into_vec()
    }

    /// The public key by itself.
    #[must_use]
    pub fn public_key(&self) -> PublicKey {
        PublicKey(*self.0.verifying_key())
    }

    /// The account's address: see [`PublicKey::address`].
    #[must_use]
    pub fn address(&self, prefix: &str) -> String {
        self.public_key().address(prefix)
    }

    /// ECDSA over `sha256(bytes)`: 64 bytes, r then s, s in the lower half, deterministic (RFC 6979).
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(bytes);
        signature
            .normalize_s()
            .unwrap_or(signature)
            .to_bytes()
            .into()
    }
}

impl std::fmt::Debug for AccountKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "AccountKey({})", hex::encode(self.public()))
    }
}

/// The public half of an account key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// Reads a compressed key of 33 bytes.
    ///
    /// # Errors
    /// `BadPublicKey`: another length, or not a point of the curve.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, ClientError> {
        if bytes.len() != 33 {
            return Err(ClientError::BadPublicKey);
        }
        VerifyingKey::from_sec1_bytes(bytes)
            .map(Self)
            .map_err(|_| ClientError::BadPublicKey)
    }

    /// Compressed: 33 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        self.0.to_sec1_bytes().into_vec()
    }

    /// bech32 of `ripemd160(sha256(compressed public key))`, 20 bytes. A `prefix` that bech32 does not allow (upper case,
    /// blank, longer than 83) gives the empty text, which no chain takes for an address.
    #[must_use]
    pub fn address(&self, prefix: &str) -> String {
        let payload = Ripemd160::digest(Sha256::digest(self.to_bytes()));
        Hrp::parse(prefix)
            .ok()
            .and_then(|hrp| bech32::encode_lower::<Bech32>(hrp, &payload).ok())
            .unwrap_or_default()
    }

    /// Whether `signature` is this key's over `sha256(bytes)`, with s in the lower half as chains demand.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|signature| {
            signature.normalize_s().is_none() && self.0.verify(bytes, &signature).is_ok()
        })
    }
}
