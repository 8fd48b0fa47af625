//! Who signs blocks, and what is signed, in one place. Blocks of this node carry no signatures yet: the commit of a block names it and holds
//! none. It never invents one.

use commons_node::{BlockRecord, DEVELOPMENT_KEY, block_id};
use tendermint::{PublicKey, validator, vote};

use crate::answer::block::{BlockIdJson, CommitJson};

/// Voting power of the only validator, as the headers' hash of the validator set has it.
pub(crate) const POWER: u32 = 10;

/// The only validator; none if its key is no key, which a test excludes.
pub(crate) fn validator() -> Option<validator::Info> {
    let key = PublicKey::from_raw_ed25519(&DEVELOPMENT_KEY)?;
    Some(validator::Info::new(key, vote::Power::from(POWER)))
}

/// The commit of a block.
pub(crate) fn of(record: &BlockRecord) -> CommitJson {
    CommitJson {
        height: record.height().to_string(),
        round: 0,
        block_id: BlockIdJson::of(Some(block_id(record))),
        signatures: Vec::new(),
    }
}

/// The commit of the block before, which a block holds.
pub(crate) fn inside(record: &BlockRecord) -> CommitJson {
    CommitJson {
        height: record.height().saturating_sub(1).to_string(),
        round: 0,
        block_id: BlockIdJson::of(record.header.last_block_id),
        signatures: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use commons_node::Parent;
    use tendermint::validator::Set;

    #[test]
    fn the_validator_is_the_one_that_headers_name() {
        let validator = super::validator().unwrap();
        let parent = Parent::genesis("commons-test", 1, [0; 32]).unwrap();
        let header = parent.next_header(&[], 2).unwrap();
        assert_eq!(header.proposer_address, validator.address);
        let set = Set::without_proposer(vec![validator]);
        assert_eq!(header.validators_hash, set.hash());
    }
}
