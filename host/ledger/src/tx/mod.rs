//! A transaction as bytes and as messages; it reads no state.
//!
//! [`Tx::decode`] is the only door: one transaction has one encoding (ADR-027), no unknown field except the tolerated ones of the body,
//! and only messages that this ledger carries out.

mod amino;
mod key;
mod label;
mod message;
mod shape;
mod sign;
mod signed;

pub(crate) use amino::Signer;
pub(crate) use key::{PublicKey, SECP256K1};
pub(crate) use message::Message;
pub(crate) use signed::Signed;

use crate::address::{Address, Addresses};
use crate::coin;
use crate::error::{Failure, sdk};
use crate::instant::Instant;
use cosmos_sdk_proto::Timestamp;
use cosmos_sdk_proto::cosmos::tx::signing::v1beta1::SignMode;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{AuthInfo, SignerInfo, TxBody, TxRaw};
use prost::Message as _;

/// A decoded transaction with the raw bytes its signatures are over.
pub(crate) struct Tx {
    /// The parsed body.
    pub(crate) body: TxBody,
    /// What the body says of time and order.
    pub(crate) timing: Timing,
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

/// The fields of a body that came with SDK 0.53, which the generated type lacks.
#[derive(Clone, PartialEq, prost::Message)]
struct NewFields {
    #[prost(bool, tag = "4")]
    unordered: bool,
    #[prost(message, optional, tag = "5")]
    timeout_timestamp: Option<Timestamp>,
}

/// What a body says of time and order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Timing {
    /// It does not want to be bound to a sequence.
    pub(crate) unordered: bool,
    /// Time of the last block that it may be in.
    pub(crate) timeout_timestamp: Option<Instant>,
}

impl Timing {
    fn decode(body: &[u8]) -> Result<Timing, String> {
        let fields = NewFields::decode(body).map_err(|error| error.to_string())?;
        let read = |stamp: &Timestamp| Instant::new(stamp.seconds, stamp.nanos);
        let timeout_timestamp = match &fields.timeout_timestamp {
            Some(stamp) => Some(read(stamp).ok_or("timeout_timestamp is out of range")?),
            None => None,
        };
        Ok(Timing {
            unordered: fields.unordered,
            timeout_timestamp,
        })
    }
}

impl Tx {
    /// Reads a transaction; every failure is sdk/2.
    pub(crate) fn decode(bytes: &[u8], addresses: &Addresses) -> Result<Tx, Failure> {
        // A real chain adds the words twice: once where it decodes, once where it asks for that.
        let refused = |reason: String| sdk::TX_PARSE.because(format!("{reason}: tx parse error"));
        shape::check_raw(bytes).map_err(refused)?;
        let raw = TxRaw::decode(bytes).map_err(|error| refused(error.to_string()))?;
        shape::check(&raw.body_bytes, &shape::BODY, true).map_err(refused)?;
        shape::check(&raw.auth_info_bytes, &shape::AUTH, false).map_err(refused)?;
        let body = TxBody::decode(raw.body_bytes.as_slice())
            .map_err(|error| refused(error.to_string()))?;
        let timing = Timing::decode(&raw.body_bytes).map_err(refused)?;
        let mut auth = AuthInfo::decode(raw.auth_info_bytes.as_slice())
            .map_err(|error| refused(error.to_string()))?;
        let fee = auth.fee.iter_mut().flat_map(|fee| &mut fee.amount);
        coin::canonicalise(fee).map_err(refused)?;
        let messages: Vec<Message> = body
            .messages
            .iter()
            .map(Message::decode)
            .collect::<Result<_, String>>()
            .map_err(refused)?;
        let signers = signers(&messages, &auth, addresses).map_err(refused)?;
        Ok(Tx {
            body,
            timing,
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

    /// Checks a signature over what this signer signs. The error says in a real chain's words what does not fit.
    pub(crate) fn verify(
        &self,
        key: &PublicKey,
        signed: &Signed,
        signer: &Signer<'_>,
    ) -> Result<(), String> {
        match (signed, key) {
            (Signed::Single(mode, bytes), _) => {
                let document = self.document(*mode, signer);
                if document.is_some_and(|document| key.verify(&document, bytes)) {
                    return Ok(());
                }
                Err("unable to verify single signer signature".to_owned())
            }
            (Signed::Several(bits, parts), PublicKey::Threshold(threshold, keys)) => {
                // INVARIANT: a threshold has no more than its keys.
                let least = usize::try_from(*threshold).unwrap_or(usize::MAX);
                self.verify_several((least, keys), (bits, parts), signer)
            }
            _ => Err(format!("expected <nil>, got {}", key.go_type())),
        }
    }

    fn verify_several(
        &self,
        (least, keys): (usize, &[PublicKey]),
        (bits, parts): (&[bool], &[Signed]),
        signer: &Signer<'_>,
    ) -> Result<(), String> {
        if bits.len() != keys.len() {
            return Err(format!(
                "bit array size is incorrect, expecting: {}",
                keys.len()
            ));
        }
        if parts.len() < least || parts.len() > keys.len() {
            return Err(format!("signature size is incorrect {}", parts.len()));
        }
        let set = bits.iter().filter(|bit| **bit).count();
        if set < least {
            return Err(format!(
                "not enough signatures set, have {set}, expected {least}"
            ));
        }
        let chosen = keys.iter().enumerate().zip(bits).filter(|(_, bit)| **bit);
        let mut parts = parts.iter();
        for ((index, key), _) in chosen {
            // A real chain panics where a bit has no signature.
            let part = parts.next().ok_or("a signature is missing")?;
            match part {
                Signed::Single(mode, bytes) => {
                    let document = self.document(*mode, signer);
                    if !document.is_some_and(|document| key.verify(&document, bytes)) {
                        return Err(format!("unable to verify signature at index {index}"));
                    }
                }
                Signed::Several(..) => self.verify(key, part, signer)?,
            }
        }
        Ok(())
    }

    /// What is signed in a mode; none in a mode that is not taken.
    fn document(&self, mode: Option<SignMode>, signer: &Signer<'_>) -> Option<Vec<u8>> {
        match mode {
            Some(SignMode::Direct) => Some(sign::document(&self.raw, signer)),
            Some(SignMode::LegacyAminoJson) => amino::document(self, signer),
            _ => None,
        }
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
    for text in messages.iter().flat_map(Message::signers).chain(payer) {
        let signer = addresses.read(text)?;
        if !signers.contains(&signer) {
            signers.push(signer);
        }
    }
    Ok(signers)
}
