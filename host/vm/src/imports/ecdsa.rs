//! Owns the imports for ECDSA signatures on both 256-bit curves; they must answer exactly as the chains' library does.

use cosmwasm_crypto::{
    CryptoError, secp256k1_recover_pubkey, secp256k1_verify, secp256r1_recover_pubkey,
    secp256r1_verify,
};

use super::ed25519::verdict;
use crate::error::Stop;
use crate::frame::Frame;
use crate::gas::Gas;
use crate::price;

const HASH_BYTES: u32 = 32;
const SIGNATURE_BYTES: u32 = 64;
const MAX_KEY_BYTES: u32 = 65;

/// Hash, signature, key.
type Verify = fn(&[u8], &[u8], &[u8]) -> Result<bool, CryptoError>;
/// Hash, signature, recovery parameter.
type Recover = fn(&[u8], &[u8], u8) -> Result<Vec<u8>, CryptoError>;

/// A curve: its functions and their prices.
#[derive(Clone, Copy)]
pub(super) struct Curve {
    verify: Verify,
    verify_price: Gas,
    recover: Recover,
    recover_price: Gas,
}

pub(super) const SECP256K1: Curve = Curve {
    verify: secp256k1_verify,
    verify_price: price::SECP256K1_VERIFY,
    recover: secp256k1_recover_pubkey,
    recover_price: price::SECP256K1_RECOVER,
};

pub(super) const SECP256R1: Curve = Curve {
    verify: secp256r1_verify,
    verify_price: price::SECP256R1_VERIFY,
    recover: secp256r1_recover_pubkey,
    recover_price: price::SECP256R1_RECOVER,
};

impl Curve {
    /// 0 valid, 1 invalid, or an error code.
    pub(super) fn verify(
        self,
        frame: &mut Frame<'_>,
        hash: u32,
        signature: u32,
        key: u32,
    ) -> Result<u32, Stop> {
        let hash = frame.read(hash, HASH_BYTES)?;
        let signature = frame.read(signature, SIGNATURE_BYTES)?;
        let key = frame.read(key, MAX_KEY_BYTES)?;
        frame.pay(self.verify_price)?;
        Ok(verdict((self.verify)(&hash, &signature, &key)))
    }

    /// A pointer to the public key in the low half, or an error code in the high half.
    pub(super) fn recover(
        self,
        frame: &mut Frame<'_>,
        hash: u32,
        signature: u32,
        param: u32,
    ) -> Result<u64, Stop> {
        let hash = frame.read(hash, HASH_BYTES)?;
        let signature = frame.read(signature, SIGNATURE_BYTES)?;
        let Ok(param) = u8::try_from(param) else {
            // Refused before the price is taken, as on the chains.
            return Ok(high_half(&CryptoError::invalid_recovery_param()));
        };
        frame.pay(self.recover_price)?;
        match (self.recover)(&hash, &signature, param) {
            Ok(key) => frame.send(&key).map(u64::from),
            Err(error) => Ok(high_half(&error)),
        }
    }
}

fn high_half(error: &CryptoError) -> u64 {
    u64::from(error.code()) << 32
}
