//! The sign document and its signature; it knows no account.

use cosmos_sdk_proto::cosmos::tx::v1beta1::{SignDoc, TxRaw};
use k256::ecdsa::signature::Verifier;
use k256::ecdsa::{Signature, VerifyingKey};
use prost::Message;

/// Whether a signature over this transaction is good: compressed key of 33 bytes, `r ‖ s` of 64 bytes, s in the lower half.
pub(super) fn verify(
    raw: &TxRaw,
    public_key: &[u8],
    signature: &[u8],
    chain_id: &str,
    account_number: u64,
) -> bool {
    let document = SignDoc {
        body_bytes: raw.body_bytes.clone(),
        auth_info_bytes: raw.auth_info_bytes.clone(),
        chain_id: chain_id.to_owned(),
        account_number,
    };
    if public_key.len() != 33 || signature.len() != 64 {
        return false;
    }
    let (Ok(key), Ok(signature)) = (
        VerifyingKey::from_sec1_bytes(public_key),
        Signature::from_slice(signature),
    ) else {
        return false;
    };
    signature.normalize_s().is_none() && key.verify(&document.encode_to_vec(), &signature).is_ok()
}
