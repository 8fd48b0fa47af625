//! The document of `SIGN_MODE_DIRECT`, and signatures over documents; it knows no account.

use super::Signer;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{SignDoc, TxRaw};
use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, VerifyingKey};
use prost::Message;

/// What is signed directly: the very bytes of the transaction.
pub(super) fn document(raw: &TxRaw, signer: &Signer<'_>) -> Vec<u8> {
    SignDoc {
        body_bytes: raw.body_bytes.clone(),
        auth_info_bytes: raw.auth_info_bytes.clone(),
        chain_id: signer.chain_id.to_owned(),
        account_number: signer.account_number,
    }
    .encode_to_vec()
}

/// Whether a signature over a document is good: compressed key of 33 bytes, `r ‖ s` of 64 bytes, s in the lower half.
pub(super) fn verify(document: &[u8], public_key: &[u8], signature: &[u8]) -> bool {
    if public_key.len() != 33 || signature.len() != 64 {
        return false;
    }
    let (Ok(key), Ok(signature)) = (
        VerifyingKey::from_sec1_bytes(public_key),
        Signature::from_slice(signature),
    ) else {
        return false;
    };
    signature.normalize_s().is_none() && key.verify(document, &signature).is_ok()
}
