//! What is not paid is free again.

use commons_common::id::AppropriationId;
use commons_common::trust::{ExecuteMsg, GiftLedger, LedgersResponse, QueryMsg};
use commons_trust::error::TrustError;

use crate::support::{PERIOD, World, u};

const ONE: AppropriationId = AppropriationId(1);
const WITHDRAW: ExecuteMsg = ExecuteMsg::Withdraw { appropriation: ONE };

fn appropriated() -> World {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 1_000);
    world.appropriate(&[300, 200]);
    world
}

/// The payee at any time; nothing moves, and it can be reserved again.
#[test]
fn the_payee_withdraws_at_any_time() {
    let mut world = appropriated();
    world.approved(ONE);
    world
        .send("cleo", 0, &ExecuteMsg::Pay { appropriation: ONE })
        .unwrap();
    world.send("paul", 0, &WITHDRAW).unwrap();
    let stored = world.appropriation(ONE);
    assert!(stored.closed);
    assert_eq!((stored.reserved, stored.submission), (u(0), None));
    let answer: LedgersResponse = world.ask(QueryMsg::Ledgers {});
    assert_eq!((answer.ledgers.operating, answer.reserved), (u(700), u(0)));
    let refused = world.send("paul", 0, &WITHDRAW);
    assert!(matches!(refused, Err(TrustError::Closed)));
    world.appropriate(&[700]);
}

/// Anyone else once it lapsed, not before.
#[test]
fn anyone_withdraws_what_lapsed() {
    let mut world = appropriated();
    world.wait(PERIOD - 1);
    let refused = world.send("anyone", 0, &WITHDRAW);
    assert!(matches!(refused, Err(TrustError::NotLapsed { .. })));
    world.wait(1);
    world.send("anyone", 0, &WITHDRAW).unwrap();
    let answer: LedgersResponse = world.ask(QueryMsg::Ledgers {});
    assert_eq!(answer.reserved, u(0));
}

/// What was paid whole has nothing to withdraw.
#[test]
fn what_is_paid_is_not_withdrawn() {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 1_000);
    world.appropriate(&[300]);
    world.approved(ONE);
    world
        .send("cleo", 0, &ExecuteMsg::Pay { appropriation: ONE })
        .unwrap();
    let refused = world.send("paul", 0, &WITHDRAW);
    assert!(matches!(refused, Err(TrustError::AllPaid)));
}
