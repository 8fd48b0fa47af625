//! What was not claimed in time.

use commons_common::charter::Unclaimed;
use commons_common::id::DeclarationId;
use commons_common::trust::ExecuteMsg;
use commons_trust::error::TrustError;

use crate::support::{CLAIM_WINDOW, World, money, u};

const SWEEP: ExecuteMsg = ExecuteMsg::Sweep {
    declaration: DeclarationId(1),
};

/// R14: from `claim_until` on, once, to income; and it is not realised again.
#[test]
fn the_rest_goes_to_income_once() {
    let mut world = World::declared();
    let claim = ExecuteMsg::Claim {
        declaration: DeclarationId(1),
    };
    world.send("person 1", 0, &claim).unwrap();
    world.wait(CLAIM_WINDOW - 1);
    let refused = world.send("anyone", 0, &SWEEP);
    assert!(matches!(refused, Err(TrustError::ClaimsOpen { .. })));
    world.wait(1);
    world.send("anyone", 0, &SWEEP).unwrap();
    let ledgers = world.ledgers();
    assert_eq!((ledgers.declared, ledgers.income), (u(0), u(900)));
    assert_eq!(world.declaration(1).swept, Some(u(900)));
    let refused = world.send("anyone", 0, &SWEEP);
    assert!(matches!(refused, Err(TrustError::AlreadySwept(_))));
    let refused = world.send("person 2", 0, &claim);
    assert!(matches!(refused, Err(TrustError::ClaimsOver { .. })));
    assert_eq!(world.close(100_000).realised, u(0));
}

/// R14: or to principal, by charter.
#[test]
fn the_rest_goes_to_principal_by_charter() {
    let mut charter = money();
    charter.unclaimed = Unclaimed::Principal;
    let mut world = World::living(charter);
    world.earn(1_000);
    world.close(100_000);
    world.wait(CLAIM_WINDOW);
    world.send("anyone", 0, &SWEEP).unwrap();
    assert_eq!(
        (world.ledgers().floor, world.ledgers().declared),
        (u(1_000), u(0))
    );
}

/// There must be a declaration.
#[test]
fn nothing_declared_nothing_swept() {
    let mut world = World::new();
    let refused = world.send("anyone", 0, &SWEEP);
    assert!(matches!(
        refused,
        Err(TrustError::NotFound("declaration", 1))
    ));
}
