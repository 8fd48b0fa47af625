//! Owns the imports for Ed25519 signatures (ZIP-215 rules); they must answer exactly as the chains' library does, on every node alike.

use cosmwasm_crypto::{CryptoError, ed25519_batch_verify, ed25519_verify};
use rand_core::{CryptoRng, RngCore};
use sha2::{Digest, Sha256};

use super::KIB;
use crate::error::Stop;
use crate::frame::Frame;
use crate::price;
use crate::section;

const MAX_MESSAGE: u32 = 128 * KIB;
const SIGNATURE_BYTES: u32 = 64;
const KEY_BYTES: u32 = 32;
/// Signatures in a batch.
const MAX_BATCH: u32 = 256;
/// Bytes behind every section.
const SECTION_END: u32 = 4;

/// 0 valid, 1 invalid, or an error code.
pub(super) fn verify(
    frame: &mut Frame<'_>,
    message: u32,
    signature: u32,
    key: u32,
) -> Result<u32, Stop> {
    let message = frame.read(message, MAX_MESSAGE)?;
    let signature = frame.read(signature, SIGNATURE_BYTES)?;
    let key = frame.read(key, KEY_BYTES)?;
    frame.pay(price::ED25519_VERIFY)?;
    Ok(verdict(ed25519_verify(&message, &signature, &key)))
}

/// 0 when all are valid, 1 when not, or an error code.
pub(super) fn batch_verify(
    frame: &mut Frame<'_>,
    messages: u32,
    signatures: u32,
    keys: u32,
) -> Result<u32, Stop> {
    let messages = frame.read(messages, (MAX_MESSAGE + SECTION_END) * MAX_BATCH)?;
    let signatures = frame.read(signatures, (SIGNATURE_BYTES + SECTION_END) * MAX_BATCH)?;
    let keys = frame.read(keys, (KEY_BYTES + SECTION_END) * MAX_BATCH)?;
    let mut weights = Weights::of(&[&messages, &signatures, &keys]);
    let messages = section::decode(&messages)?;
    let signatures = section::decode(&signatures)?;
    let keys = section::decode(&keys)?;
    let price = match keys.len() {
        1 => price::ED25519_BATCH_ONE_KEY,
        _ => price::ED25519_BATCH,
    };
    frame.pay(price.of(signatures.len()))?;
    let result = ed25519_batch_verify(&mut weights, &messages, &signatures, &keys);
    Ok(verdict(result))
}

/// The number a contract sees for a verification.
pub(super) fn verdict(result: Result<bool, CryptoError>) -> u32 {
    match result {
        Ok(true) => 0,
        Ok(false) => 1,
        Err(error) => error.code(),
    }
}

/// The weights of a batch, drawn from a hash of all its parts: whoever chooses the batch cannot choose its weights, and every node
/// draws the same.
struct Weights {
    seed: [u8; 32],
    block: u64,
}

impl Weights {
    fn of(parts: &[&[u8]]) -> Self {
        let mut hash = Sha256::new();
        for part in parts {
            let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
            hash.update(length.to_be_bytes());
            hash.update(part);
        }
        Self {
            seed: hash.finalize().into(),
            block: 0,
        }
    }

    fn next_block(&mut self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.seed);
        hash.update(self.block.to_be_bytes());
        self.block = self.block.wrapping_add(1);
        hash.finalize().into()
    }
}

impl RngCore for Weights {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, out: &mut [u8]) {
        for chunk in out.chunks_mut(32) {
            let block = self.next_block();
            chunk
                .iter_mut()
                .zip(block)
                .for_each(|(to, from)| *to = from);
        }
    }

    fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(out);
        Ok(())
    }
}

impl CryptoRng for Weights {}
