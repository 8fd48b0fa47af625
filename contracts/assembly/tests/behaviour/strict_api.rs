//! A chain's interface that, like the host, stops the whole message for a key or a signature of another length than
//! ed25519's.

use cosmwasm_std::testing::MockApi;
use cosmwasm_std::{Addr, Api, CanonicalAddr, RecoverPubkeyError, StdResult, VerificationError};

/// See the module.
#[derive(Default)]
pub struct StrictApi {
    chain: MockApi,
}

fn ensure_sized(signatures: &[&[u8]], keys: &[&[u8]]) {
    assert!(signatures.iter().all(|s| s.len() == 64), "the host stops");
    assert!(keys.iter().all(|k| k.len() == 32), "the host stops");
}

impl Api for StrictApi {
    fn addr_validate(&self, human: &str) -> StdResult<Addr> {
        self.chain.addr_validate(human)
    }

    fn addr_canonicalize(&self, human: &str) -> StdResult<CanonicalAddr> {
        self.chain.addr_canonicalize(human)
    }

    fn addr_humanize(&self, canonical: &CanonicalAddr) -> StdResult<Addr> {
        self.chain.addr_humanize(canonical)
    }

    fn secp256k1_verify(
        &self,
        message_hash: &[u8],
        signature: &[u8],
        public_key: &[u8],
    ) -> Result<bool, VerificationError> {
        self.chain
            .secp256k1_verify(message_hash, signature, public_key)
    }

    fn secp256k1_recover_pubkey(
        &self,
        message_hash: &[u8],
        signature: &[u8],
        recovery_param: u8,
    ) -> Result<Vec<u8>, RecoverPubkeyError> {
        self.chain
            .secp256k1_recover_pubkey(message_hash, signature, recovery_param)
    }

    fn ed25519_verify(
        &self,
        message: &[u8],
        signature: &[u8],
        public_key: &[u8],
    ) -> Result<bool, VerificationError> {
        ensure_sized(&[signature], &[public_key]);
        self.chain.ed25519_verify(message, signature, public_key)
    }

    fn ed25519_batch_verify(
        &self,
        messages: &[&[u8]],
        signatures: &[&[u8]],
        public_keys: &[&[u8]],
    ) -> Result<bool, VerificationError> {
        ensure_sized(signatures, public_keys);
        assert!(signatures.len() <= 256, "the host takes 256 at most");
        self.chain
            .ed25519_batch_verify(messages, signatures, public_keys)
    }

    fn debug(&self, message: &str) {
        self.chain.debug(message);
    }
}
