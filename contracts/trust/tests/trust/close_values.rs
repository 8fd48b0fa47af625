//! What a close does with the values of placements (R4, R34).

use commons_common::trust::{ExecuteMsg, GiftLedger};
use commons_trust::error::TrustError;

use crate::support::{PERIOD, START, World, u};

const CLOSE: ExecuteMsg = ExecuteMsg::ClosePeriod {};

/// R4, R34: a close waits for the value of a placement, for one further period, and says until when; then it leaves the
/// period without spending and declaration. Maintenance, restoring and proofing go on, and the next valued close declares.
#[test]
fn a_close_waits_for_a_value_and_then_leaves_the_period_undeclared() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.give(GiftLedger::Dividend, 50);
    world.place("bank", 1_000);
    world.earn(700);
    world.end_period();
    world.siblings.index.insert(1, 105_000);
    world.wait(PERIOD - 1);
    let Err(refused) = world.send("anyone", 0, &CLOSE) else {
        panic!("closed without a value");
    };
    assert!(matches!(refused, TrustError::ValueMissing { .. }));
    let text = refused.to_string();
    assert!(text.contains(&(START + 2 * PERIOD).to_string()), "{text}");
    world.wait(1);
    world.send("anyone", 0, &CLOSE).unwrap();
    let report = world.period(1).unwrap();
    assert!(report.unvalued);
    assert_eq!((report.losses, report.proofing_paid), (u(0), u(500)));
    assert_eq!((report.rule, report.pool), (u(700), u(0)));
    assert_eq!(report.declaration, None);
    assert_eq!(
        (world.ledgers().income, world.ledgers().gifts),
        (u(200), u(50))
    );
    world.siblings.index.insert(2, 105_000);
    world.value("bank", 1, 5_000);
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(
        matches!(refused, Err(TrustError::ValueMissing { .. })),
        "the reading is of an earlier period"
    );
    world.value("bank", 3, 5_000);
    world.send("anyone", 0, &CLOSE).unwrap();
    let report = world.period(2).unwrap();
    assert!(!report.unvalued, "a reading of a later period is a value");
    assert_eq!(
        world.declaration(1).per,
        u(5),
        "gifts; nothing was realised in period 2"
    );
}

/// R4: moves do not make a value void: one unit placed on the eve of the close, an empty `Return` and a `Return` of book
/// value leave the period valued, its loss taken, its proofing paid and its dividend declared.
#[test]
fn no_move_before_the_close_costs_the_dividend() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.place("bank", 1_000);
    world.earn(1_000);
    world.value("bank", 1, 900);
    world.end_period();
    world.place("bank", 1);
    let placement = world.placements()[0].id;
    for (book, paid) in [(0, 3), (200, 200)] {
        let msg = ExecuteMsg::Return {
            placement,
            book: u(book),
        };
        world.send("bank", paid, &msg).unwrap();
    }
    let report = world.close(105_000);
    assert!(!report.unvalued);
    assert_eq!(report.losses, u(100), "of 1,000; one and 200 moved since");
    assert_eq!(world.placements()[0].book, u(701));
    assert_eq!(report.proofing_paid, u(500));
    assert_eq!(world.declaration(1).per, u(40), "403 of 1,003");
}

/// R4: a loss in a settled reading of an earlier period is taken, though it is no value of this one.
#[test]
fn a_loss_read_late_is_taken_at_the_close() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.place("bank", 1_000);
    world.close_unvalued(100_000);
    world.value("bank", 1, 400);
    world.earn(700);
    let report = world.close_unvalued(100_000);
    assert!(report.unvalued && report.declaration.is_none());
    assert_eq!((report.losses, report.ledgers.income), (u(600), u(100)));
    assert_eq!(world.placements()[0].book, u(400));
    let report = world.close_unvalued(100_000);
    assert_eq!(report.losses, u(0), "and taken once");
}

/// R4: a reading dated ahead is no value of a period that began after it was measured.
#[test]
fn a_reading_dated_ahead_values_nothing_to_come() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.place("bank", 1_000);
    world.value("bank", 99, 1_000);
    assert!(
        !world.close(100_000).unvalued,
        "it was measured in period 1"
    );
    let second = world.end_period();
    world.siblings.index.insert(second.get(), 100_000);
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(matches!(refused, Err(TrustError::ValueMissing { .. })));
    world.value_at("bank", 99, 1_000, START + PERIOD - 1);
    let refused = world.send("anyone", 0, &CLOSE);
    assert!(matches!(refused, Err(TrustError::ValueMissing { .. })));
    world.value_at("bank", 99, 1_000, START + PERIOD);
    world.send("anyone", 0, &CLOSE).unwrap();
}

/// R4: a placement with nothing left in it needs no reading.
#[test]
fn an_empty_placement_needs_no_value() {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 1_000);
    world.place("bank", 500);
    let placement = world.placements()[0].id;
    let msg = ExecuteMsg::Return {
        placement,
        book: u(500),
    };
    world.send("bank", 500, &msg).unwrap();
    assert!(!world.close(100_000).unvalued);
}
