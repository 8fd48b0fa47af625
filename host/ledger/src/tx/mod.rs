//! A transaction as bytes and as messages; it reads no state.
//!
//! [`Tx::decode`] is the only door: one transaction has one encoding (ADR-027), no unknown field except the tolerated ones of the body,
//! and only messages that this ledger carries out.

mod message;
mod shape;
mod sign;

pub(crate) use message::Message;

use crate::address::{Address, Addresses};
use crate::error::{Failure, sdk};
use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, SignerInfo, TxBody, TxRaw};
use prost::Message as _;

/// A decoded transaction with the raw bytes its signatures are over.
pub(crate) struct Tx {
    /// The parsed body.
    pub(crate) body: TxBody,
    /// The parsed signers and fee.
    pub(crate) auth: AuthInfo,
    /// The messages in order; at least one.
    pub(crate) messages: Vec<Message>,
    /// Who must sign, in order of first appearance: the signer of each message, then the payer of the fee.
    pub(crate) signers: Vec<Address>,
    /// One signature for each signer.
    pub(crate) signatures: Vec<Vec<u8>>,
    raw: TxRaw,
}

impl Tx {
    /// Reads a transaction; every failure is sdk/2.
    pub(crate) fn decode(bytes: &[u8], addresses: &Addresses) -> Result<Tx, Failure> {
        let refused = |reason: String| sdk::TX_PARSE.because(reason);
        shape::check_raw(bytes).map_err(refused)?;
        let raw = TxRaw::decode(bytes).map_err(|error| refused(error.to_string()))?;
        shape::check(&raw.body_bytes, &shape::BODY, true).map_err(refused)?;
        shape::check(&raw.auth_info_bytes, &shape::AUTH, false).map_err(refused)?;
        let body = TxBody::decode(raw.body_bytes.as_slice())
            .map_err(|error| refused(error.to_string()))?;
        let auth = AuthInfo::decode(raw.auth_info_bytes.as_slice())
            .map_err(|error| refused(error.to_string()))?;
        let messages: Vec<Message> = body
            .messages
            .iter()
            .map(Message::decode)
            .collect::<Result<_, String>>()
            .map_err(refused)?;
        let signers = signers(&messages, &auth, addresses).map_err(refused)?;
        Ok(Tx {
            body,
            auth,
            messages,
            signers,
            signatures: raw.signatures.clone(),
            raw,
        })
    }

    /// The gas limit of the fee; 0 without one.
    pub(crate) fn gas_limit(&self) -> u64 {
        self.auth.fee.as_ref().map_or(0, |fee| fee.gas_limit)
    }

    /// Each signer with what was said about the signature, and the signature; as many as there are of all three.
    pub(crate) fn signed(&self) -> impl Iterator<Item = (&Address, &SignerInfo, &Vec<u8>)> {
        let infos = self.auth.signer_infos.iter();
        let signed = self.signers.iter().zip(infos).zip(&self.signatures);
        signed.map(|((signer, info), signature)| (signer, info, signature))
    }

    /// Checks one signature (r ‖ s, 64 bytes, low s) over the sign document of this transaction.
    pub(crate) fn verify(
        &self,
        public_key: &[u8],
        signature: &[u8],
        chain_id: &str,
        account_number: u64,
    ) -> bool {
        sign::verify(&self.raw, public_key, signature, chain_id, account_number)
    }
}

fn signers(
    messages: &[Message],
    auth: &AuthInfo,
    addresses: &Addresses,
) -> Result<Vec<Address>, String> {
    let mut signers: Vec<Address> = Vec::new();
    let payer = auth.fee.as_ref().map(|fee| fee.payer.as_str());
    let payer = payer.filter(|payer| !payer.is_empty());
    for text in messages.iter().map(Message::signer).chain(payer) {
        let signer = addresses.read(text)?;
        if !signers.contains(&signer) {
            signers.push(signer);
        }
    }
    Ok(signers)
}
