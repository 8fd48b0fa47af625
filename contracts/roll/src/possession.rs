//! Proofs of possession: verifies many ed25519 signatures with one call, and finds the bad ones when that call says
//! no. Stores nothing and knows nothing of persons.

use cosmwasm_std::Api;

/// Bytes of an ed25519 signature. Another length must never reach the host, which may stop the whole message for it.
const SIGNATURE: usize = 64;

/// One signature to verify.
pub struct Proof<'a> {
    /// The signed text.
    pub text: String,
    /// The signature as sent.
    pub signature: &'a [u8],
    /// The key, well formed.
    pub key: [u8; 32],
}

/// Whether each proof verifies, in the same order. One batch call if all do.
pub fn verify(api: &dyn Api, proofs: &[Proof<'_>]) -> Vec<bool> {
    let sized: Vec<&Proof<'_>> = proofs.iter().filter(|p| is_sized(p)).collect();
    let all_hold = sized.is_empty() || holds_as_batch(api, &sized);
    proofs
        .iter()
        .map(|proof| is_sized(proof) && (all_hold || holds(api, proof)))
        .collect()
}

/// Whether one proof verifies.
pub fn holds(api: &dyn Api, proof: &Proof<'_>) -> bool {
    // An error says that key or signature are no encodings at all: not a valid proof either.
    is_sized(proof)
        && api
            .ed25519_verify(proof.text.as_bytes(), proof.signature, &proof.key)
            .unwrap_or(false)
}

fn is_sized(proof: &Proof<'_>) -> bool {
    proof.signature.len() == SIGNATURE
}

fn holds_as_batch(api: &dyn Api, proofs: &[&Proof<'_>]) -> bool {
    let texts: Vec<&[u8]> = proofs.iter().map(|p| p.text.as_bytes()).collect();
    let signatures: Vec<&[u8]> = proofs.iter().map(|p| p.signature).collect();
    let keys: Vec<&[u8]> = proofs.iter().map(|p| p.key.as_slice()).collect();
    api.ed25519_batch_verify(&texts, &signatures, &keys)
        .unwrap_or(false)
}
