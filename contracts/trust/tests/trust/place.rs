//! Principal is put to work, within every bound.

use commons_common::id::ProposalId;
use commons_common::trust::{ExecuteMsg, GiftLedger};
use commons_trust::error::TrustError;

use crate::support::{PERIOD, START, World, addr, money, u};

fn place(authorisation: ProposalId, amount: u128) -> ExecuteMsg {
    ExecuteMsg::Place {
        authorisation,
        amount: u(amount),
    }
}

fn rich() -> World {
    let mut world = World::new();
    world.give(GiftLedger::Principal, 10_000);
    world
}

/// R2, I13: coins go to the custodian, `X` rises by as much, the floor stays; the same custodian is topped up.
#[test]
fn principal_goes_to_the_custodian() {
    let mut world = rich();
    let act = world.authorise("bank", 3_000);
    let done = world.send("anna", 0, &place(act, 1_000)).unwrap();
    assert_eq!(done.sent, [(addr("bank"), 1_000)]);
    world.wait(9);
    world.send("bert", 0, &place(act, 2_000)).unwrap();
    world.place("fund", 500);
    let placements = world.placements();
    assert_eq!(placements.len(), 2);
    assert_eq!(
        (placements[0].placed, placements[0].returned),
        (u(3_000), u(0))
    );
    assert_eq!(placements[0].book, u(3_000));
    assert_eq!(placements[1].custodian, addr("fund"));
    let ledgers = world.ledgers();
    assert_eq!((ledgers.placed, ledgers.floor), (u(3_500), u(10_000)));
}

/// R38: not more than the act allows, all placements under it added up; and no act, no placement.
#[test]
fn an_act_bounds_what_is_placed() {
    let mut world = rich();
    let act = world.authorise("bank", 1_000);
    world.send("anna", 0, &place(act, 600)).unwrap();
    let refused = world.send("anna", 0, &place(act, 401));
    assert!(matches!(refused, Err(TrustError::AboveAuthorised { .. })));
    let refused = world.send("anna", 0, &place(act, 0));
    assert!(matches!(refused, Err(TrustError::ZeroAmount)));
    let refused = world.send("anna", 0, &place(ProposalId(99), 1));
    assert!(matches!(refused, Err(TrustError::NotFound(_, 99))));
    world.send("anna", 0, &place(act, 400)).unwrap();
}

/// R38: not more than the charter's part of `F - L`.
#[test]
fn the_charter_bounds_what_is_placed() {
    let mut world = rich();
    let act = world.authorise("bank", 20_000);
    let refused = world.send("anna", 0, &place(act, 8_001));
    assert!(matches!(refused, Err(TrustError::AbovePlacedBound { .. })));
    world.send("anna", 0, &place(act, 8_000)).unwrap();
    world.value("bank", 1, 5_000);
    let placement = world.placements()[0].id;
    world
        .send("anyone", 0, &ExecuteMsg::Revalue { placement })
        .unwrap();
    let refused = world.send("anna", 0, &place(act, 601));
    assert!(
        matches!(refused, Err(TrustError::AbovePlacedBound { .. })),
        "80 % of 7,000 is 5,600"
    );
    world.send("anna", 0, &place(act, 600)).unwrap();
}

/// R2: what is owed to others is never placed, whatever the charter allows.
#[test]
fn only_principal_is_placed() {
    let mut charter = money();
    charter.max_placed_bps = commons_common::units::Bps(10_000);
    let mut world = World::living(charter);
    world.give(GiftLedger::Principal, 1_000);
    world.give(GiftLedger::Income, 500);
    world.give(GiftLedger::Operating, 500);
    let act = world.authorise("bank", 2_000);
    let refused = world.send("anna", 0, &place(act, 1_001));
    assert!(matches!(refused, Err(TrustError::AbovePlacedBound { .. })));
    world.send("anna", 0, &place(act, 1_000)).unwrap();
    assert_eq!(world.held(), 1_000);
    let refused = world.send("anna", 0, &place(act, 1));
    assert!(matches!(refused, Err(TrustError::AbovePlacedBound { .. })));
}

/// R30: a trustee in office, without an interest in the custodian, and not the custodian.
#[test]
fn only_a_disinterested_trustee_places() {
    let mut world = rich();
    let act = world.authorise("bank", 1_000);
    let refused = world.send("stranger", 0, &place(act, 10));
    assert!(matches!(refused, Err(TrustError::NotTrustee(_))));
    world
        .siblings
        .interests
        .insert((addr("anna"), addr("bank")));
    world.siblings.trustees.insert(addr("bank"));
    for interested in ["anna", "bank"] {
        let refused = world.send(interested, 0, &place(act, 10));
        assert!(matches!(refused, Err(TrustError::Interested { .. })));
    }
    world.send("bert", 0, &place(act, 10)).unwrap();
}

/// R34: after a period that a missing value left undeclared nothing is placed until the value is there; what is placed
/// then is no new gap.
#[test]
fn nothing_is_placed_while_a_value_is_missing() {
    let mut world = rich();
    world.place("bank", 1_000);
    assert!(world.close_unvalued(100_000).unvalued);
    let act = world.authorise("fund", 1_000);
    let refused = world.send("anna", 0, &place(act, 10));
    assert!(matches!(refused, Err(TrustError::Undisclosed { .. })));
    world.value_at("bank", 1, 1_000, START - 1);
    let refused = world.send("anna", 0, &place(act, 10));
    assert!(
        matches!(refused, Err(TrustError::Undisclosed { .. })),
        "measured before that period began"
    );
    world.value_at("bank", 1, 1_000, START);
    world.send("anna", 0, &place(act, 10)).unwrap();
    let refused = world.send("anna", 0, &place(act, 10));
    assert!(
        matches!(refused, Err(TrustError::Undisclosed { .. })),
        "the fund holds something now, and has no value of that period"
    );
    world.value("fund", 1, 10);
    world.send("anna", 0, &place(act, 10)).unwrap();
}

/// R34: nothing more goes to a custodian while the last value of what it holds is stale; to another it does, and to one
/// that holds nothing or was never measured.
#[test]
fn nothing_is_placed_while_a_value_is_stale() {
    let mut world = rich();
    let bank = world.authorise("bank", 3_000);
    let fund = world.authorise("fund", 1_000);
    let stale = |world: &mut World, is: bool| {
        let name = crate::support::name("bank");
        world.siblings.values.get_mut(&name).unwrap().fresh = !is;
    };
    world.value("bank", 1, 0);
    stale(&mut world, true);
    world.send("anna", 0, &place(bank, 500)).unwrap();
    let refused = world.send("anna", 0, &place(bank, 500));
    assert!(matches!(refused, Err(TrustError::ValueStale { .. })));
    world.send("anna", 0, &place(fund, 500)).unwrap();
    world.send("anna", 0, &place(fund, 500)).unwrap();
    stale(&mut world, false);
    world.send("anna", 0, &place(bank, 500)).unwrap();
}

/// R38: an act allows placing for five periods from its execution, and not a second longer.
#[test]
fn an_act_ends_after_five_periods() {
    let mut world = rich();
    world.wait(7);
    let act = world.authorise("bank", 1_000);
    world.wait(5 * PERIOD - 1);
    world.send("anna", 0, &place(act, 10)).unwrap();
    world.wait(1);
    let refused = world.send("anna", 0, &place(act, 10));
    let Err(TrustError::AuthorisationEnded { proposal, until }) = refused else {
        panic!("placed under an act that has ended");
    };
    assert_eq!((proposal, until.0), (act, START + 7 + 5 * PERIOD));
}
