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
    assert_eq!((placement.book, placement.cost), (u(700), u(1_000)));
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

/// A reading made before the placement's last move does not count: money could be paid out between the two.
#[test]
fn a_reading_before_the_last_move_does_not_count() {
    let mut world = placed();
    let refused = world.send("anyone", 0, &REVALUE);
    assert!(matches!(refused, Err(TrustError::ValueMissing { .. })));
    world.value("bank", 1, 300);
    let back = ExecuteMsg::Return {
        placement: PlacementId(1),
        book: u(500),
    };
    world.send("bank", 500, &back).unwrap();
    let refused = world.send("anyone", 0, &REVALUE);
    assert!(
        matches!(refused, Err(TrustError::ValueMissing { .. })),
        "reported in the second of the move: not after it"
    );
    world.value("bank", 1, 300);
    world.send("anyone", 0, &REVALUE).unwrap();
    assert_eq!(world.ledgers().loss, u(200));
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
