//! Who signs blocks, and what is signed, as clients see it. It never invents a signature: a block of a chain that was begun before blocks were
//! signed has a commit that names it and holds none.

use commons_node::{BlockRecord, Commit, Parent, View};
use tendermint::block::CommitSig;
use tendermint::validator;

use crate::answer::base64;
use crate::answer::block::{BlockIdJson, CommitJson, SignatureJson};

/// The number by which CometBFT says that a validator signed the block.
const SIGNED: u8 = 2;
/// The same for one that signed that there is none.
const NIL: u8 = 3;
/// The same for one that signed nothing.
const ABSENT: u8 = 1;

/// The only validator of a chain, in a list that has no other.
pub(crate) fn validators(view: &View) -> &[validator::Info] {
    view.origin().validator.set().validators()
}

/// The commit of a block; none if its record says no time.
pub(crate) fn of(record: &BlockRecord) -> Option<Commit> {
    Parent::of(record)
        .ok()
        .map(|parent| parent.commit().clone())
}

impl From<&Commit> for CommitJson {
    fn from(commit: &Commit) -> Self {
        let id = (commit.height.value() > 0).then_some(commit.block_id);
        Self {
            height: commit.height.to_string(),
            round: i32::try_from(commit.round.value()).unwrap_or(i32::MAX),
            block_id: BlockIdJson::of(id),
            signatures: commit.signatures.iter().map(signature).collect(),
        }
    }
}

fn signature(given: &CommitSig) -> SignatureJson {
    let (flag, address, timestamp, signature) = match given {
        CommitSig::BlockIdFlagAbsent => (ABSENT, None, None, None),
        CommitSig::BlockIdFlagCommit {
            validator_address,
            timestamp,
            signature,
        } => (
            SIGNED,
            Some(validator_address),
            Some(timestamp),
            signature.as_ref(),
        ),
        CommitSig::BlockIdFlagNil {
            validator_address,
            timestamp,
            signature,
        } => (
            NIL,
            Some(validator_address),
            Some(timestamp),
            signature.as_ref(),
        ),
    };
    SignatureJson {
        block_id_flag: flag,
        validator_address: address
            .map(|address| hex::encode_upper(address.as_bytes()))
            .unwrap_or_default(),
        timestamp: timestamp
            .map(tendermint::Time::to_rfc3339)
            .unwrap_or_default(),
        signature: signature.map(|signature| base64(signature.as_bytes())),
    }
}
