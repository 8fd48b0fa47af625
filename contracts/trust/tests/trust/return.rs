//! Money comes back.

use commons_common::id::PlacementId;
use commons_common::trust::{ExecuteMsg, GiftLedger};
use commons_trust::error::TrustError;

use crate::support::{World, u};

fn take_back(book: u128) -> ExecuteMsg {
    ExecuteMsg::Return {
        placement: PlacementId(1),
        book: u(book),
    }
}

fn placed() -> World {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.place("bank", 1_000);
    world
}

/// R3: what comes back above book is realised income.
#[test]
fn a_gain_is_realised_income() {
    let mut world = placed();
    world.wait(5);
    let done = world.send("bank", 450, &take_back(400)).unwrap();
    assert!(done.says("gain") && !done.says("loss"));
    let ledgers = world.ledgers();
    assert_eq!(
        (ledgers.placed, ledgers.income, ledgers.loss),
        (u(600), u(50), u(0))
    );
    let placement = &world.placements()[0];
    assert_eq!((placement.book, placement.returned), (u(600), u(400)));
    world.send("bank", 7, &take_back(0)).unwrap();
    world.send("bank", 600, &take_back(600)).unwrap();
    assert_eq!(world.close(100_000).realised, u(57));
}

/// R4: what comes back below book is a loss, taken from income first, the rest recorded.
#[test]
fn a_loss_takes_income_first() {
    let mut world = placed();
    world.earn(100);
    let done = world.send("bank", 0, &take_back(60)).unwrap();
    assert!(done.says("loss"));
    assert_eq!(
        (world.ledgers().income, world.ledgers().loss),
        (u(40), u(0))
    );
    world.send("bank", 440, &take_back(540)).unwrap();
    let ledgers = world.ledgers();
    assert_eq!((ledgers.income, ledgers.loss), (u(0), u(60)));
    assert_eq!((ledgers.floor, ledgers.placed), (u(10_000), u(400)));
}

/// R4: a loss never touches gifts, declared dividends or the operating ledger.
#[test]
fn a_loss_never_touches_what_is_owed_to_others() {
    let mut world = placed();
    world.give(GiftLedger::Dividend, 11);
    world.give(GiftLedger::Operating, 22);
    world.send("bank", 0, &take_back(1_000)).unwrap();
    let ledgers = world.ledgers();
    assert_eq!(
        (ledgers.gifts, ledgers.operating, ledgers.loss),
        (u(11), u(22), u(1_000))
    );
}

/// R4: a later gain on any placement restores the loss before it is income; all of it is realised, gross (R3).
#[test]
fn a_gain_restores_the_loss_first() {
    let mut world = placed();
    world.send("bank", 300, &take_back(500)).unwrap();
    world.place("fund", 100);
    let fund = ExecuteMsg::Return {
        placement: PlacementId(2),
        book: u(100),
    };
    world.send("fund", 400, &fund).unwrap();
    assert_eq!(
        (world.ledgers().loss, world.ledgers().income),
        (u(0), u(100))
    );
    world.value("bank", 1, 500);
    let report = world.close(100_000);
    assert_eq!(
        (report.realised, report.losses, report.rule),
        (u(300), u(200), u(100))
    );
}

/// Only the custodian, not more than the book value, and something must come back or go.
#[test]
fn a_return_is_checked() {
    let mut world = placed();
    let refused = world.send("anna", 10, &take_back(10));
    assert!(matches!(refused, Err(TrustError::NotCustodian { .. })));
    let refused = world.send("bank", 2_000, &take_back(1_001));
    assert!(matches!(refused, Err(TrustError::AboveBook { .. })));
    let refused = world.send("bank", 0, &take_back(0));
    assert!(matches!(refused, Err(TrustError::ZeroAmount)));
    let unknown = ExecuteMsg::Return {
        placement: PlacementId(2),
        book: u(1),
    };
    let refused = world.send("bank", 1, &unknown);
    assert!(matches!(refused, Err(TrustError::NotFound("placement", 2))));
}
