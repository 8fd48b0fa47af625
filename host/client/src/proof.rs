//! Proofs of single values against a header's state root, by ICS-23. Owns which proofs are known and how their steps chain; never
//! asks a node for anything, and takes a proof only for the very key that was asked for.
//!
//! | chain | steps | root of the last |
//! |---|---|---|
//! | Cosmos SDK | `ics23:iavl` (the store's tree), `ics23:simple` (the stores' tree) | `app_hash` |
//! | ours | `ics23:jmt`: one tree, whose keys are the store's name, a slash, and the key | `app_hash` |

use ics23::commitment_proof::Proof;
use ics23::{
    CommitmentProof, ExistenceProof, HashOp, HostFunctionsManager, InnerSpec, LeafOp, LengthOp,
    ProofSpec, calculate_existence_root, iavl_spec, tendermint_spec, verify_membership,
    verify_non_membership,
};
use prost::Message as _;

use crate::error::ClientError;
use crate::rpc::ProofOp;

/// A kind of step, and how it is verified.
type Spec = (&'static str, fn() -> ProofSpec);

const SPECS: [Spec; 3] = [
    ("ics23:iavl", iavl_spec),
    ("ics23:simple", tendermint_spec),
    ("ics23:jmt", jmt_spec),
];

/// What is claimed of a store.
#[derive(Clone, Copy, Debug)]
pub struct Claim<'a> {
    /// The store's name.
    pub store: &'a str,
    /// The key in it.
    pub key: &'a [u8],
    /// Its value; none where nothing stands under it.
    pub value: Option<&'a [u8]>,
}

/// Whether the steps lead from the claim to `app_hash`.
///
/// # Errors
/// `Unproven` with the step that does not hold.
pub fn check(claim: Claim<'_>, ops: &[ProofOp], app_hash: &[u8]) -> Result<(), ClientError> {
    let kinds: Vec<&str> = ops.iter().map(|op| op.kind.as_str()).collect();
    match ops {
        [tree, stores] if kinds == ["ics23:iavl", "ics23:simple"] => {
            let root = root_of(tree)?;
            step(tree, claim.key, claim.value, &root)?;
            step(stores, claim.store.as_bytes(), Some(&root), app_hash)
        }
        [tree] if kinds == ["ics23:jmt"] => {
            let key = [claim.store.as_bytes(), b"/", claim.key].concat();
            step(tree, &key, claim.value, app_hash)
        }
        _ => Err(unproven(format!(
            "a proof of the kinds {kinds:?} is not known"
        ))),
    }
}

/// One step: that `key` has `value`, or none, in the tree of `root`.
fn step(op: &ProofOp, key: &[u8], value: Option<&[u8]>, root: &[u8]) -> Result<(), ClientError> {
    let spec = SPECS
        .iter()
        .find(|(kind, _)| *kind == op.kind)
        .map(|(_, spec)| spec())
        .ok_or_else(|| unproven(format!("a step of kind {:?} is not known", op.kind)))?;
    let proof = decode(op)?;
    let root = root.to_vec();
    let holds = match value {
        Some(value) => verify_membership::<HostFunctionsManager>(&proof, &spec, &root, key, value),
        None => verify_non_membership::<HostFunctionsManager>(&proof, &spec, &root, key),
    };
    if holds {
        return Ok(());
    }
    let of = value.map_or("absence", |_| "presence");
    Err(unproven(format!(
        "the step {} does not prove the {of} of this key",
        op.kind
    )))
}

/// The root that a step leads to, for the step above it. That it is the right one, the step above says.
fn root_of(op: &ProofOp) -> Result<Vec<u8>, ClientError> {
    let proof = decode(op)?;
    let leaf: Option<&ExistenceProof> = match &proof.proof {
        Some(Proof::Exist(leaf)) => Some(leaf),
        Some(Proof::Nonexist(between)) => between.left.as_ref().or(between.right.as_ref()),
        _ => None,
    };
    leaf.and_then(|leaf| calculate_existence_root::<HostFunctionsManager>(leaf).ok())
        .ok_or_else(|| unproven(format!("the step {} leads to no root", op.kind)))
}

fn decode(op: &ProofOp) -> Result<CommitmentProof, ClientError> {
    CommitmentProof::decode(op.data.as_slice())
        .map_err(|error| unproven(format!("the step {} cannot be read: {error}", op.kind)))
}

fn unproven(why: String) -> ClientError {
    ClientError::Unproven(why)
}

/// Jellyfish Merkle tree with SHA-256, as `schema/store-format.md` has it: keys and values are hashed before they enter a leaf.
#[must_use]
pub fn jmt_spec() -> ProofSpec {
    const LEAF: &[u8] = b"JMT::LeafNode";
    // Length of `JMT::IntrnalNode`, which stands before two hashes.
    const INNER_LENGTH: i32 = 16;
    ProofSpec {
        leaf_spec: Some(LeafOp {
            hash: HashOp::Sha256.into(),
            prehash_key: HashOp::Sha256.into(),
            prehash_value: HashOp::Sha256.into(),
            length: LengthOp::NoPrefix.into(),
            prefix: LEAF.to_vec(),
        }),
        inner_spec: Some(InnerSpec {
            hash: HashOp::Sha256.into(),
            child_order: vec![0, 1],
            min_prefix_length: INNER_LENGTH,
            max_prefix_length: INNER_LENGTH,
            child_size: 32,
            empty_child: b"SPARSE_MERKLE_PLACEHOLDER_HASH__".to_vec(),
        }),
        min_depth: 0,
        max_depth: 64,
        prehash_key_before_comparison: true,
    }
}
