//! Owns proofs of single keys against a state root, in the form of ICS-23. It never verifies one: that is the reader's,
//! with the crate `ics23` or any other implementation.

use ics23::commitment_proof::Proof as Kind;
use ics23::{CommitmentProof, ProofSpec};
use prost::Message;

use crate::{Root, StoreError};

/// Type of the one proof operation, as CometBFT names it: `key` is the state key, `data` the encoded proof.
pub const PROOF_OP: &str = "ics23:jmt";

/// That a key has a value at a height, or that it has none.
#[derive(Debug, Clone, PartialEq)]
pub struct Proof {
    /// Height of the state; the header of the next height carries its root as `app_hash`.
    pub height: u64,
    /// Root that the proof leads to.
    pub root: Root,
    /// The state key, as the flat state has it.
    pub key: Vec<u8>,
    /// Its value; `None` if the proof is one of absence.
    pub value: Option<Vec<u8>>,
    /// The proof itself.
    pub commitment: CommitmentProof,
}

impl Proof {
    /// The proof in protobuf, as it goes into a proof operation.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        self.commitment.encode_to_vec()
    }
}

/// The specification by which a proof is to be verified; `schema/store-format.md` has it in prose.
#[must_use]
pub fn proof_spec() -> ProofSpec {
    jmt::ics23_spec()
}

/// Refuses a proof that no verifier of ICS-23 accepts: it knows no empty value, in a key's own leaf or a neighbour's.
pub(crate) fn provable(commitment: &CommitmentProof) -> Result<(), StoreError> {
    let leaves = match &commitment.proof {
        Some(Kind::Exist(leaf)) => [Some(leaf), None],
        Some(Kind::Nonexist(between)) => [between.left.as_ref(), between.right.as_ref()],
        _ => return Err(StoreError::Unprovable("the proof is of an unknown kind")),
    };
    if leaves.iter().flatten().any(|leaf| leaf.value.is_empty()) {
        return Err(StoreError::Unprovable(
            "its value, or that of the key next to it in the tree, is empty, which a proof of ICS-23 cannot say",
        ));
    }
    Ok(())
}
