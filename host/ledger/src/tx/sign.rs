//! The document of `SIGN_MODE_DIRECT`; it knows no account.

use super::Signer;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{SignDoc, TxRaw};
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
