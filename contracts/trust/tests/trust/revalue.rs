//! A settled reading below book is a loss.

use commons_common::id::PlacementId;
use commons_common::trust::{ExecuteMsg, GiftLedger};
use commons_trust::error::TrustError;

use crate::support::{World, u};

const REVALUE: ExecuteMsg = ExecuteMsg::Revalue {
    placement: PlacementId(1),
};

fn placed() -> World {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world.place("bank", 1_000);
    world
}

/// R4: the fall is taken from income first, then recorded; cost stays, book follows.
#[test]
fn a_reading_below_book_is_a_loss() {
    let mut world = placed();
    world.earn(50);
    world.value("bank", 1, 700);
    assert!(world.send("anyone", 0, &REVALUE).unwrap().says("loss"));
    let ledgers = world.ledgers();
    assert_eq!(
        (ledgers.placed, ledgers.income, ledgers.loss),
        (u(700), u(0), u(250))
    );
    let placement = &world.placements()[0];
    assert_eq!((placement.book, placement.placed), (u(700), u(1_000)));
    assert_eq!(world.close(100_000).losses, u(300));
}

/// R3: a reading above book, or at it, is nothing.
#[test]
fn a_reading_above_book_is_nothing() {
    let mut world = placed();
    for value in [1_000, 5_000] {
        world.value("bank", 1, value);
        let refused = world.send("anyone", 0, &REVALUE);
        assert!(matches!(refused, Err(TrustError::NotBelowBook { .. })));
    }
    assert_eq!(world.ledgers().income, u(0));
    assert_eq!(world.close(100_000).realised, u(0));
}

/// R4: a reading holds for the second its window opened. What was placed in that second or later is added to it, the
/// book value returned taken off; what moved before is in it.
#[test]
fn moves_since_the_opening_adjust_a_reading() {
    let mut world = placed();
    let refused = world.send("anyone", 0, &REVALUE);
    assert!(matches!(refused, Err(TrustError::NoValue { .. })));
    let back = |book| ExecuteMsg::Return {
        placement: PlacementId(1),
        book: u(book),
    };
    world.wait(10);
    world.send("bank", 100, &back(100)).unwrap();
    world.wait(10);
    let opened = world.time;
    world.place("bank", 50);
    world.send("bank", 30, &back(30)).unwrap();
    world.wait(10);
    world.place("bank", 7);
    world.send("bank", 900, &back(500)).unwrap();
    // Book 427. Of the reading: 57 placed since, 530 returned, whatever came back beside.
    for (opened_at, reading, value) in [
        (opened, 900, 427),
        (opened, 899, 426),
        (opened + 1, 919, 426),
        (opened - 10, 999, 426),
        (opened, 100, 0),
    ] {
        let mut tried = world.clone();
        tried.value_at("bank", 1, reading, opened_at);
        let result = tried.send("anyone", 0, &REVALUE);
        if value == 427 {
            assert!(matches!(result, Err(TrustError::NotBelowBook { .. })));
        } else {
            result.unwrap();
        }
        assert_eq!(
            tried.placements()[0].book,
            u(value),
            "{opened_at} {reading}"
        );
        let again = tried.send("anyone", 0, &REVALUE);
        assert!(
            matches!(again, Err(TrustError::NotBelowBook { .. })),
            "a reading takes nothing twice"
        );
    }
}

/// R4: a reading that was applied takes nothing more after further moves, in either direction.
#[test]
fn a_reading_that_was_applied_moves_with_the_book() {
    let mut world = placed();
    world.value("bank", 1, 600);
    world.send("anyone", 0, &REVALUE).unwrap();
    world.wait(1);
    world.place("bank", 250);
    let back = ExecuteMsg::Return {
        placement: PlacementId(1),
        book: u(800),
    };
    world.send("bank", 800, &back).unwrap();
    let refused = world.send("anyone", 0, &REVALUE);
    assert!(matches!(refused, Err(TrustError::NotBelowBook { .. })));
    assert_eq!(
        (world.placements()[0].book, world.ledgers().loss),
        (u(50), u(400))
    );
}

/// R4, R35: no reporter blocks a close with a value too large to add to.
#[test]
fn a_value_too_large_blocks_nothing() {
    let mut world = placed();
    world.value("bank", 1, u128::MAX);
    world.wait(1);
    world.place("bank", 1_000);
    assert!(!world.close(100_000).unvalued);
}

/// A total loss leaves an empty placement, which can be filled again.
#[test]
fn a_total_loss_leaves_an_empty_placement() {
    let mut world = placed();
    world.value("bank", 1, 0);
    world.send("anyone", 0, &REVALUE).unwrap();
    assert_eq!(
        (world.ledgers().loss, world.ledgers().placed),
        (u(1_000), u(0))
    );
    world.place("bank", 100);
    assert_eq!(world.placements().len(), 1);
    assert_eq!(world.placements()[0].book, u(100));
}
