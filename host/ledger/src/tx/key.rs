//! Public keys of accounts: their kinds, the addresses that follow from them, and one signature against one key; it knows no account.
//!
//! The kinds are those that a real wasmd takes: secp256k1, secp256r1, ed25519, and a threshold of several, which may hold further thresholds.
//! In a threshold a key has its old amino form, which secp256r1 lacks. Signatures of ed25519 are checked by the rules of ZIP 215, as there.

use crate::address::Address;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::crypto::multisig::LegacyAminoPubKey;
use cosmos_sdk_proto::cosmos::crypto::{ed25519, secp256k1, secp256r1};
use k256::ecdsa::signature::Verifier;
use prost::Message;

/// Type URLs of the kinds.
pub(crate) const SECP256K1: &str = "/cosmos.crypto.secp256k1.PubKey";
pub(super) const SECP256R1: &str = "/cosmos.crypto.secp256r1.PubKey";
pub(super) const ED25519: &str = "/cosmos.crypto.ed25519.PubKey";
pub(super) const THRESHOLD: &str = "/cosmos.crypto.multisig.LegacyAminoPubKey";

/// Bytes of a compressed point.
const COMPRESSED: usize = 33;
/// Bytes of a point of edwards25519.
const EDWARDS: usize = 32;
/// Bytes of `r ‖ s`.
const SIGNATURE: usize = 64;
/// Thresholds inside each other.
const MAX_DEPTH: u32 = 16;

/// The key of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum PublicKey {
    /// A compressed point of secp256k1.
    Secp256k1(Vec<u8>),
    /// A compressed point of secp256r1, which is P-256.
    Secp256r1(Vec<u8>),
    /// A compressed point of edwards25519.
    Ed25519(Vec<u8>),
    /// So many of several keys.
    Threshold(u32, Vec<PublicKey>),
}

impl PublicKey {
    /// Reads a key; `None` if it is of no kind that signs transactions, or malformed.
    pub(crate) fn read(any: &Any) -> Option<PublicKey> {
        read(any, 0)
    }

    /// The address of the account that the key controls.
    pub(crate) fn address(&self) -> Address {
        match self {
            PublicKey::Secp256k1(point) => Address::of_public_key(point),
            PublicKey::Secp256r1(point) => Address::of_typed_key(SECP256R1, point),
            PublicKey::Ed25519(point) => Address::of_hashed_key(point),
            PublicKey::Threshold(..) => Address::of_hashed_key(&self.amino()),
        }
    }

    /// How many single keys there are in it.
    pub(crate) fn count(&self) -> usize {
        match self {
            PublicKey::Threshold(_, keys) => keys.iter().map(PublicKey::count).sum(),
            _ => 1,
        }
    }

    /// The key in amino's binary form: four bytes of its name's hash, then the fields.
    pub(crate) fn amino(&self) -> Vec<u8> {
        match self {
            PublicKey::Secp256k1(point) | PublicKey::Secp256r1(point) => {
                [&[0xeb, 0x5a, 0xe9, 0x87, 0x21], point.as_slice()].concat()
            }
            PublicKey::Ed25519(point) => {
                [&[0x16, 0x24, 0xde, 0x64, 0x20], point.as_slice()].concat()
            }
            PublicKey::Threshold(threshold, keys) => {
                let mut bytes = vec![0x22, 0xc1, 0xf7, 0xe2];
                prost::encoding::uint32::encode(1, threshold, &mut bytes);
                for key in keys {
                    prost::encoding::bytes::encode(2, &key.amino(), &mut bytes);
                }
                bytes
            }
        }
    }

    /// Checks a signature of one key: `r ‖ s` over the SHA-256 of the document, s in the lower half; of ed25519 over the document itself. A threshold has no such signature.
    pub(super) fn verify(&self, document: &[u8], signature: &[u8]) -> bool {
        match self {
            _ if signature.len() != SIGNATURE => false,
            PublicKey::Secp256k1(point) => k1(document, point, signature).unwrap_or(false),
            PublicKey::Secp256r1(point) => r1(document, point, signature).unwrap_or(false),
            PublicKey::Ed25519(point) => ed(document, point, signature).unwrap_or(false),
            PublicKey::Threshold(..) => false,
        }
    }

    /// The kind as a real chain names it in errors.
    pub(super) fn go_type(&self) -> &'static str {
        match self {
            PublicKey::Secp256k1(_) => "*secp256k1.PubKey",
            PublicKey::Secp256r1(_) => "*secp256r1.PubKey",
            PublicKey::Ed25519(_) => "*ed25519.PubKey",
            PublicKey::Threshold(..) => "*multisig.LegacyAminoPubKey",
        }
    }
}

fn read(any: &Any, depth: u32) -> Option<PublicKey> {
    let bytes = any.value.as_slice();
    match any.type_url.as_str() {
        SECP256K1 => {
            let point = secp256k1::PubKey::decode(bytes).ok()?.key;
            (point.len() == COMPRESSED).then_some(PublicKey::Secp256k1(point))
        }
        SECP256R1 => {
            let point = secp256r1::PubKey::decode(bytes).ok()?.key;
            let on_curve = p256::PublicKey::from_sec1_bytes(&point).is_ok();
            (point.len() == COMPRESSED && on_curve).then_some(PublicKey::Secp256r1(point))
        }
        ED25519 => {
            let point = ed25519::PubKey::decode(bytes).ok()?.key;
            (point.len() == EDWARDS).then_some(PublicKey::Ed25519(point))
        }
        THRESHOLD if depth < MAX_DEPTH => {
            let key = LegacyAminoPubKey::decode(bytes).ok()?;
            let keys: Option<Vec<PublicKey>> = key
                .public_keys
                .iter()
                .map(|any| read(any, depth + 1))
                .collect();
            let keys = keys?;
            // A threshold of none would let everybody sign. The SDK's own key maker refuses it, and so does this.
            let reachable = usize::try_from(key.threshold).is_ok_and(|least| least <= keys.len());
            let amino = !keys
                .iter()
                .any(|key| matches!(key, PublicKey::Secp256r1(_)));
            let sound = key.threshold > 0 && reachable && amino;
            sound.then_some(PublicKey::Threshold(key.threshold, keys))
        }
        _ => None,
    }
}

fn k1(document: &[u8], point: &[u8], signature: &[u8]) -> Option<bool> {
    use k256::ecdsa::{Signature, VerifyingKey};
    let key = VerifyingKey::from_sec1_bytes(point).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    let low = signature.normalize_s().is_none();
    Some(low && key.verify(document, &signature).is_ok())
}

fn r1(document: &[u8], point: &[u8], signature: &[u8]) -> Option<bool> {
    use p256::ecdsa::{Signature, VerifyingKey};
    let key = VerifyingKey::from_sec1_bytes(point).ok()?;
    let signature = Signature::from_slice(signature).ok()?;
    let low = signature.normalize_s().is_none();
    Some(low && key.verify(document, &signature).is_ok())
}

fn ed(document: &[u8], point: &[u8], signature: &[u8]) -> Option<bool> {
    use ed25519_zebra::{Signature, VerificationKey};
    let key = VerificationKey::try_from(point).ok()?;
    let signature = Signature::try_from(signature).ok()?;
    Some(key.verify(&signature, document).is_ok())
}
