//! A third trustee pays.

use commons_common::id::AppropriationId;
use commons_common::trust::{ExecuteMsg, GiftLedger, LedgersResponse, QueryMsg};
use commons_common::units::Bps;
use commons_trust::error::TrustError;

use crate::support::{PERIOD, World, addr, hash, money, u};

const ONE: AppropriationId = AppropriationId(1);
const PAY: ExecuteMsg = ExecuteMsg::Pay { appropriation: ONE };

fn ready(milestones: &[u128]) -> World {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 1_000);
    world.give(GiftLedger::Principal, 5_000);
    world.appropriate(milestones);
    world.approved(ONE);
    world
}

/// R30, I13: the next milestone goes to the payee, from the operating ledger and no other; each needs its own three.
#[test]
fn the_next_milestone_is_paid() {
    let mut world = ready(&[300, 200]);
    let done = world.send("cleo", 0, &PAY).unwrap();
    assert_eq!(done.sent, [(addr("paul"), 300)]);
    let stored = world.appropriation(ONE);
    assert_eq!(
        (stored.paid, stored.reserved, stored.submission),
        (1, u(200), None)
    );
    let answer: LedgersResponse = world.ask(QueryMsg::Ledgers {});
    assert_eq!(
        (answer.ledgers.operating, answer.reserved),
        (u(700), u(200))
    );
    assert_eq!(answer.ledgers.floor, u(5_000));
    let refused = world.send("cleo", 0, &PAY);
    assert!(matches!(refused, Err(TrustError::NotSubmitted)));
    world.approved(ONE);
    world.send("dora", 0, &PAY).unwrap();
    assert_eq!(world.ledgers().operating, u(500));
}

/// R30: submit, approve and pay are three trustees.
#[test]
fn a_third_trustee_pays() {
    let mut world = ready(&[300]);
    for part in ["anna", "bert"] {
        let refused = world.send(part, 0, &PAY);
        assert!(matches!(refused, Err(TrustError::SameTrustee(_))));
    }
    let refused = world.send("paul", 0, &PAY);
    assert!(matches!(refused, Err(TrustError::NotTrustee(_))));
    world
        .siblings
        .interests
        .insert((addr("cleo"), addr("paul")));
    let refused = world.send("cleo", 0, &PAY);
    assert!(
        matches!(refused, Err(TrustError::Interested { .. })),
        "R30: a declared interest"
    );
    world.send("dora", 0, &PAY).unwrap();
}

/// R30: no approval, no payment; and none once it lapsed or was withdrawn.
#[test]
fn what_is_not_approved_or_is_over_is_not_paid() {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 1_000);
    world.appropriate(&[300]);
    world
        .send("paul", 0, &ExecuteMsg::Accept { appropriation: ONE })
        .unwrap();
    let submit = ExecuteMsg::Submit {
        appropriation: ONE,
        evidence_hash: hash(),
    };
    world.send("anna", 0, &submit).unwrap();
    let refused = world.send("cleo", 0, &PAY);
    assert!(matches!(refused, Err(TrustError::NotApproved)));
    let mut world = ready(&[300]);
    world.wait(PERIOD);
    let refused = world.send("cleo", 0, &PAY);
    assert!(matches!(refused, Err(TrustError::Lapsed(_))));
    world
        .send("anyone", 0, &ExecuteMsg::Withdraw { appropriation: ONE })
        .unwrap();
    let refused = world.send("cleo", 0, &PAY);
    assert!(matches!(refused, Err(TrustError::Closed)));
}

/// Income's part of a reserve is paid first; what is left of the reserve returns to where it came from.
#[test]
fn income_is_paid_first() {
    let mut charter = money();
    charter.operating_bps = Bps(10_000);
    let mut world = World::living(charter);
    world.earn(100);
    world.give(GiftLedger::Operating, 1_000);
    world.close(100_000);
    world.appropriate(&[80, 80]);
    world.approved(ONE);
    world.send("cleo", 0, &PAY).unwrap();
    assert_eq!(world.appropriation(ONE).from.operating, u(20));
    world
        .send("paul", 0, &ExecuteMsg::Withdraw { appropriation: ONE })
        .unwrap();
    assert_eq!(world.close(100_000).budget_returned, u(20));
    assert_eq!(world.ledgers().operating, u(1_000));
}

/// A payee who cannot receive: the payment is rolled back whole, and the approval stands.
#[test]
fn a_payment_that_cannot_be_received_changes_nothing() {
    let mut world = ready(&[300]);
    world.blocked.insert(addr("paul"));
    assert!(world.send("cleo", 0, &PAY).is_err());
    assert_eq!(world.ledgers().operating, u(1_000));
    assert!(world.appropriation(ONE).submission.is_some());
}
