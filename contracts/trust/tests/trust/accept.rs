//! The payee accepts.

use commons_common::id::AppropriationId;
use commons_common::trust::{ExecuteMsg, GiftLedger};
use commons_trust::error::TrustError;

use crate::support::{PERIOD, World};

const ACCEPT: ExecuteMsg = ExecuteMsg::Accept {
    appropriation: AppropriationId(1),
};

fn appropriated() -> World {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 1_000);
    world.appropriate(&[100]);
    world
}

/// The payee, and nobody else, once.
#[test]
fn the_payee_accepts_once() {
    let mut world = appropriated();
    let refused = world.send("anna", 0, &ACCEPT);
    assert!(matches!(refused, Err(TrustError::NotPayee { .. })));
    assert!(world.send("paul", 0, &ACCEPT).unwrap().says("accepted"));
    assert!(world.appropriation(AppropriationId(1)).accepted);
    let refused = world.send("paul", 0, &ACCEPT);
    assert!(matches!(refused, Err(TrustError::AlreadyAccepted)));
}

/// Not once it lapsed or was withdrawn, and not what does not exist.
#[test]
fn what_is_over_is_not_accepted() {
    let mut world = appropriated();
    world.wait(PERIOD);
    let refused = world.send("paul", 0, &ACCEPT);
    assert!(matches!(refused, Err(TrustError::Lapsed(_))));
    let withdraw = ExecuteMsg::Withdraw {
        appropriation: AppropriationId(1),
    };
    world.send("paul", 0, &withdraw).unwrap();
    let refused = world.send("paul", 0, &ACCEPT);
    assert!(matches!(refused, Err(TrustError::Closed)));
    let none = ExecuteMsg::Accept {
        appropriation: AppropriationId(2),
    };
    let refused = world.send("paul", 0, &none);
    assert!(matches!(
        refused,
        Err(TrustError::NotFound("appropriation", 2))
    ));
}
