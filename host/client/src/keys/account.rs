//! Account keys: secp256k1, as every CosmWasm chain accepts them. Owns one secret and its address; knows no
//! transaction.

use bech32::{Bech32, Hrp};
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use ripemd::Ripemd160;
use sha2::{Digest, Sha256};

use super::derive;

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

    /// The public key, compressed: 33 bytes.
    #[must_use]
    pub fn public(&self) -> Vec<u8> {
        self.0.verifying_key().to_sec1_bytes().into_vec()
    }

    /// The account's address: bech32 of `ripemd160(sha256(compressed public key))`, 20 bytes. A `prefix` that bech32
    /// does not allow (upper case, blank, longer than 83) gives the empty text, which no chain takes for an address.
    #[must_use]
    pub fn address(&self, prefix: &str) -> String {
        let payload = Ripemd160::digest(Sha256::digest(self.public()));
        Hrp::parse(prefix)
            .ok()
            .and_then(|hrp| bech32::encode_lower::<Bech32>(hrp, &payload).ok())
            .unwrap_or_default()
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
