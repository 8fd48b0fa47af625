use commons_common::id::PersonId;
use commons_common::roll::ExecuteMsg;
use commons_roll::RollError;
use cosmwasm_std::HexBinary;

use crate::support::{Applicant, Roll, VALIDITY, addr, public, rotation, signing_key};

fn roll_with_person() -> Roll {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    roll
}

/// R45: a rotation holds at once, begins the next key epoch and moves no vote.
#[test]
fn rotation_begins_the_next_epoch() {
    let mut roll = roll_with_person();
    roll.pass(1);
    let height = roll.height();
    let rotate = rotation(&roll.env, 1, (0, 20), 1);
    roll.send(&addr("relayer"), rotate).unwrap();
    let standing = roll.standing(1, height).unwrap();
    assert_eq!(standing.voting_key, public(&signing_key(20)));
    assert_eq!(standing.key_epoch, 1);
    assert_eq!(roll.marks(1), (true, true));
    let rotate = rotation(&roll.env, 1, (20, 21), 2);
    roll.send(&addr("relayer"), rotate).unwrap();
    assert_eq!(roll.person(1).key_epoch, 2);
}

/// R45, I1: a rotation serves once, and no key, current or former, comes back.
#[test]
fn rotations_cannot_be_replayed_nor_reversed() {
    let mut roll = roll_with_person();
    let rotate = rotation(&roll.env, 1, (0, 20), 1);
    roll.send(&addr("relayer"), rotate.clone()).unwrap();
    let replayed = roll.send(&addr("relayer"), rotate).unwrap_err();
    assert!(matches!(replayed, RollError::KeyTaken));
    for to in [0, 20] {
        let back = rotation(&roll.env, 1, (20, to), 2);
        let refused = roll.send(&addr("relayer"), back).unwrap_err();
        assert!(matches!(refused, RollError::KeyTaken));
    }
}

/// R45: both keys sign, for this chain, this roll, this person and the next epoch.
#[test]
fn both_signatures_must_fit() {
    let mut roll = roll_with_person();
    let mut other_chain = roll.env.clone();
    other_chain.block.chain_id = "another-chain".to_owned();
    let mut other_roll = roll.env.clone();
    other_roll.contract.address = addr("another roll");
    for rotate in [
        rotation(&other_chain, 1, (0, 20), 1),
        rotation(&other_roll, 1, (0, 20), 1),
        rotation(&roll.env, 1, (0, 20), 2),
        rotation(&roll.env, 1, (0, 20), 0),
        rotation(&roll.env, 1, (5, 20), 1),
    ] {
        let refused = roll.send(&addr("relayer"), rotate).unwrap_err();
        assert!(matches!(refused, RollError::BadSignature), "{refused}");
    }
    let ExecuteMsg::Rotate {
        person,
        new_key,
        signature,
        ..
    } = rotation(&roll.env, 1, (0, 20), 1)
    else {
        panic!("a rotation");
    };
    for possession in [signature.clone(), HexBinary::from(vec![1; 65])] {
        let rotate = ExecuteMsg::Rotate {
            person,
            new_key: new_key.clone(),
            signature: signature.clone(),
            possession,
        };
        let refused = roll.send(&addr("relayer"), rotate).unwrap_err();
        assert!(matches!(refused, RollError::BadPossession), "{refused}");
    }
    assert_eq!(roll.person(1).key_epoch, 0);
}

/// R49: a rotation is no way around the refusal of weak keys.
#[test]
fn weak_keys_are_refused() {
    let mut roll = roll_with_person();
    let mut identity = [0; 32];
    identity[0] = 1;
    let rotate = ExecuteMsg::Rotate {
        person: PersonId(1),
        new_key: HexBinary::from(identity),
        signature: HexBinary::from([0; 64]),
        possession: HexBinary::from([0; 64]),
    };
    let refused = roll.send(&addr("relayer"), rotate).unwrap_err();
    assert!(matches!(refused, RollError::BadKey));
}

#[test]
fn unknown_persons_rotate_nothing() {
    let mut roll = roll_with_person();
    let rotate = rotation(&roll.env, 2, (0, 20), 1);
    let refused = roll.send(&addr("relayer"), rotate).unwrap_err();
    assert!(matches!(refused, RollError::NoSuchPerson(PersonId(2))));
}

/// R45: who has lapsed keeps the right to a safe key, and gains no vote by it.
#[test]
fn rotation_gives_no_vote_back() {
    let mut roll = roll_with_person();
    roll.at(VALIDITY);
    roll.expire(1);
    let rotate = rotation(&roll.env, 1, (0, 20), 1);
    roll.send(&addr("relayer"), rotate).unwrap();
    assert_eq!(roll.marks(1), (false, false));
}
