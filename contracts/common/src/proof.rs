//! Proofs of a voting key: verifies many ed25519 signatures with one call, and finds the bad ones when that call says
//! no. Stores nothing and knows nothing of persons.

use cosmwasm_std::Api;

/// Bytes of an ed25519 signature and of a key. Another length must never reach the host, which may stop the whole
/// message for it.
const SIGNATURE: usize = 64;
const KEY: usize = 32;

/// One signature to verify.
pub struct Proof<'a> {
    /// The signed text.
    pub text: String,
    /// The signature as sent.
    pub signature: &'a [u8],
    /// The key.
    pub key: &'a [u8],
}

impl Proof<'_> {
    /// Whether it verifies.
    #[must_use]
    pub fn holds(&self, api: &dyn Api) -> bool {
        // An error says that key or signature are no encodings at all: not a valid proof either.
        self.is_sized()
            && api
                .ed25519_verify(self.text.as_bytes(), self.signature, self.key)
                .unwrap_or(false)
    }

    const fn is_sized(&self) -> bool {
        self.signature.len() == SIGNATURE && self.key.len() == KEY
    }
}

/// Whether each proof verifies, in the same order. One batch call if all do.
#[must_use]
pub fn verify(api: &dyn Api, proofs: &[Proof<'_>]) -> Vec<bool> {
    let sized: Vec<&Proof<'_>> = proofs.iter().filter(|p| p.is_sized()).collect();
    let all_hold = sized.is_empty() || hold_as_batch(api, &sized);
    proofs
        .iter()
        .map(|proof| proof.is_sized() && (all_hold || proof.holds(api)))
        .collect()
}

fn hold_as_batch(api: &dyn Api, proofs: &[&Proof<'_>]) -> bool {
    let texts: Vec<&[u8]> = proofs.iter().map(|p| p.text.as_bytes()).collect();
    let signatures: Vec<&[u8]> = proofs.iter().map(|p| p.signature).collect();
    let keys: Vec<&[u8]> = proofs.iter().map(|p| p.key).collect();
    api.ed25519_batch_verify(&texts, &signatures, &keys)
        .unwrap_or(false)
}
