//! A person takes their share.

use commons_common::id::DeclarationId;
use commons_common::trust::ExecuteMsg;
use commons_trust::error::TrustError;

use crate::support::{CLAIM_WINDOW, World, addr, u};

const CLAIM: ExecuteMsg = ExecuteMsg::Claim {
    declaration: DeclarationId(1),
};

/// R10: every person with a share gets exactly `per`.
#[test]
fn a_person_gets_their_share() {
    let mut world = World::declared();
    let done = world.send("person 4", 0, &CLAIM).unwrap();
    assert_eq!(done.sent, [(addr("person 4"), 100)]);
    assert_eq!(world.ledgers().declared, u(900));
    assert_eq!(world.declaration(1).claimed, 1);
    assert!(world.has_claimed(1, 4) && !world.has_claimed(1, 5));
}

/// R10, I12: a second claim of one dividend is refused.
#[test]
fn a_second_claim_is_refused() {
    let mut world = World::declared();
    world.send("person 4", 0, &CLAIM).unwrap();
    let refused = world.send("person 4", 0, &CLAIM);
    assert!(matches!(refused, Err(TrustError::AlreadyClaimed { .. })));
    assert_eq!(world.ledgers().declared, u(900));
}

/// R14: claims count while `t < claim_until`, to the second.
#[test]
fn a_late_claim_is_refused() {
    let mut world = World::declared();
    world.wait(CLAIM_WINDOW - 1);
    world.send("person 1", 0, &CLAIM).unwrap();
    world.wait(1);
    let refused = world.send("person 2", 0, &CLAIM);
    assert!(matches!(refused, Err(TrustError::ClaimsOver { .. })));
}

/// R15: a share that starts after the record height is none, and an account that is nobody's gets nothing.
#[test]
fn who_had_no_share_gets_nothing() {
    let mut world = World::declared();
    let height = world.height;
    world.siblings.persons.get_mut(&3).unwrap().shares = height + 1..u64::MAX;
    world.wait(50);
    let refused = world.send("person 3", 0, &CLAIM);
    assert!(matches!(refused, Err(TrustError::NoShare { .. })));
    let refused = world.send("stranger", 0, &CLAIM);
    assert!(matches!(refused, Err(TrustError::NoPerson(_))));
    let none = ExecuteMsg::Claim {
        declaration: DeclarationId(2),
    };
    let refused = world.send("person 1", 0, &none);
    assert!(matches!(
        refused,
        Err(TrustError::NotFound("declaration", 2))
    ));
}

/// I12: never more shares than were counted, even if the roll named more persons later.
#[test]
fn never_more_shares_than_were_counted() {
    let mut world = World::declared();
    let copy = world.siblings.persons[&1].clone();
    for id in 11..=12 {
        let mut more = copy.clone();
        more.account = Some(addr(&format!("person {id}")));
        world.siblings.persons.insert(id, more);
    }
    for id in 1..=10 {
        world.send(&format!("person {id}"), 0, &CLAIM).unwrap();
    }
    let refused = world.send("person 11", 0, &CLAIM);
    assert!(matches!(refused, Err(TrustError::NoShare { .. })));
    assert_eq!(world.ledgers().declared, u(0));
}
