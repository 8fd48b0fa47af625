//! Owns who acts in a test: an account with a key that follows from its name, or an address that is impersonated. It knows no chain's
//! state.

use std::fmt;

use commons_ledger::Ledger;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::crypto::secp256k1::PubKey;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::mode_info::{Single, Sum};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{
    AuthInfo, Fee, ModeInfo, SignDoc, SignerInfo, TxBody, TxRaw,
};
use k256::ecdsa::signature::Signer;
use k256::ecdsa::{Signature, SigningKey};
use prost::{Message, Name};
use sha2::{Digest, Sha256};

const DOMAIN: &[u8] = b"commons/testing/account/1";

/// Who acts. Its text is its address.
#[derive(Clone)]
pub struct Account {
    address: String,
    key: Option<SigningKey>,
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Account({})", self.address)
    }
}

impl AsRef<str> for Account {
    fn as_ref(&self) -> &str {
        &self.address
    }
}

/// Where in the chain a transaction is signed for.
pub(crate) struct Position<'a> {
    pub(crate) chain_id: &'a str,
    pub(crate) number: u64,
    pub(crate) sequence: u64,
    pub(crate) gas_limit: u64,
}

impl Account {
    pub(crate) fn named(name: &str, ledger: &Ledger) -> Self {
        let mut seed: [u8; 32] = Sha256::new_with_prefix(DOMAIN)
            .chain_update(name)
            .finalize()
            .into();
        // All but about one in 2^128 seeds are keys.
        let key = loop {
            match SigningKey::from_slice(&seed) {
                Ok(key) => break key,
                Err(_) => seed = Sha256::digest(seed).into(),
            }
        };
        let public = key.verifying_key().to_encoded_point(true);
        Self {
            address: ledger.account_address(public.as_bytes()),
            key: Some(key),
        }
    }

    pub(crate) fn impersonated(address: &str) -> Self {
        Self {
            address: address.to_owned(),
            key: None,
        }
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Whether somebody else's key belongs to it.
    #[must_use]
    pub fn is_impersonated(&self) -> bool {
        self.key.is_none()
    }

    /// A transaction of these messages; an impersonated account puts zeros where the signature belongs.
    pub(crate) fn sign(&self, messages: Vec<Any>, at: &Position<'_>) -> Vec<u8> {
        let body = TxBody {
            messages,
            ..TxBody::default()
        };
        let public = self.key.as_ref().map(|key| {
            let point = key.verifying_key().to_encoded_point(true);
            any(&PubKey {
                key: point.as_bytes().to_vec(),
            })
        });
        let direct = Sum::Single(Single {
            mode: SignMode::Direct.into(),
        });
        let auth = AuthInfo {
            signer_infos: vec![SignerInfo {
                public_key: public,
                mode_info: Some(ModeInfo { sum: Some(direct) }),
                sequence: at.sequence,
            }],
            fee: Some(Fee {
                gas_limit: at.gas_limit,
                ..Fee::default()
            }),
            ..AuthInfo::default()
        };
        let document = SignDoc {
            body_bytes: body.encode_to_vec(),
            auth_info_bytes: auth.encode_to_vec(),
            chain_id: at.chain_id.to_owned(),
            account_number: at.number,
        };
        let signature = self.key.as_ref().map_or_else(
            || vec![0; 64],
            |key| {
                let signature: Signature = key.sign(&document.encode_to_vec());
                signature.normalize_s().unwrap_or(signature).to_vec()
            },
        );
        TxRaw {
            body_bytes: document.body_bytes,
            auth_info_bytes: document.auth_info_bytes,
            signatures: vec![signature],
        }
        .encode_to_vec()
    }
}

/// A message with its type.
pub(crate) fn any<M: Message + Name>(message: &M) -> Any {
    Any {
        type_url: M::type_url(),
        value: message.encode_to_vec(),
    }
}
