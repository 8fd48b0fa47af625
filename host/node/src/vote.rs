//! Owns the commit of a block: what its validator signs, as CometBFT 0.38 has it, and whether a commit is good. It holds
//! no secret key.
//!
//! A commit here is one precommit of round 0. Its time is that of its block: so the same block always has the same
//! commit. CometBFT sets the time of a *later* block to that of the commit before, a rule that only its full nodes check;
//! here the time of a block is given, and a commit is made before the next block is thought of.

use std::fmt;

use tendermint::Signature;
use tendermint::block::{self, Commit, CommitSig, Header};
use tendermint::crypto::default::signature::Verifier as Ed25519;
use tendermint::crypto::signature::Verifier as _;
use tendermint::vote::{CanonicalVote, Type};
use tendermint_proto::Protobuf;
use tendermint_proto::v0_38::types::CanonicalVote as RawCanonicalVote;

use crate::validator::Validator;

/// Bytes that a validator signs for a block: a canonical precommit with its length before it.
pub(crate) fn sign_bytes(header: &Header, id: block::Id) -> Vec<u8> {
    let precommit = CanonicalVote {
        vote_type: Type::Precommit,
        height: header.height,
        round: block::Round::default(),
        block_id: Some(id),
        timestamp: Some(header.time),
        chain_id: header.chain_id.clone(),
    };
    Protobuf::<RawCanonicalVote>::encode_length_delimited_vec(precommit)
}

/// The commit of a block with its only signature.
pub(crate) fn commit(header: &Header, id: block::Id, signature: [u8; 64]) -> Commit {
    Commit {
        height: header.height,
        round: block::Round::default(),
        block_id: id,
        signatures: vec![CommitSig::BlockIdFlagCommit {
            validator_address: header.proposer_address,
            timestamp: header.time,
            signature: Signature::try_from(signature.as_slice()).ok(),
        }],
    }
}

/// A part of a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // The names are CometBFT's field names.
pub enum CommitField {
    Height,
    Round,
    BlockId,
    Signatures,
    ValidatorAddress,
    Timestamp,
    Signature,
}

impl fmt::Display for CommitField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Height => "height",
            Self::Round => "round",
            Self::BlockId => "block_id",
            Self::Signatures => "signatures",
            Self::ValidatorAddress => "validator_address",
            Self::Timestamp => "timestamp",
            Self::Signature => "signature",
        })
    }
}

/// The first thing wrong with a commit, as it stands and as it should be; `id` is the block's as computed.
pub(crate) fn flaw(
    commit: &Commit,
    header: &Header,
    id: block::Id,
    validator: &Validator,
) -> Option<(CommitField, String, String)> {
    use CommitField as F;
    let [
        CommitSig::BlockIdFlagCommit {
            validator_address,
            timestamp,
            signature,
        },
    ] = commit.signatures.as_slice()
    else {
        let stated = format!("{} of them", commit.signatures.len());
        return Some((F::Signatures, stated, "one for the block".to_owned()));
    };
    let pairs = [
        (
            F::Height,
            commit.height.to_string(),
            header.height.to_string(),
        ),
        (
            F::Round,
            commit.round.to_string(),
            block::Round::default().to_string(),
        ),
        (F::BlockId, name(&commit.block_id), name(&id)),
        (
            F::ValidatorAddress,
            validator_address.to_string(),
            validator.address().to_string(),
        ),
        (F::Timestamp, timestamp.to_string(), header.time.to_string()),
    ];
    let differs = pairs
        .into_iter()
        .find(|(_, stated, computed)| stated != computed);
    if differs.is_some() {
        return differs;
    }
    let good = signature
        .as_ref()
        .zip(validator.public_key())
        .is_some_and(|(signature, key)| {
            Ed25519::verify(key, &sign_bytes(header, id), signature).is_ok()
        });
    let stated = signature
        .as_ref()
        .map_or_else(|| "absent".to_owned(), |s| hex::encode_upper(s.as_bytes()));
    let wanted = format!("a signature of validator {}", validator.address());
    (!good).then_some((F::Signature, stated, wanted))
}

/// A block id for people.
pub(crate) fn name(id: &block::Id) -> String {
    let parts = id.part_set_header;
    format!("{} in {} parts {}", id.hash, parts.total, parts.hash)
}
