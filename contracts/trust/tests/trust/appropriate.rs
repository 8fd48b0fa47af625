//! Money is reserved.

use commons_common::id::AppropriationId;
use commons_common::trust::{
    AppropriationKind, ExecuteMsg, GiftLedger, LedgersResponse, Purses, QueryMsg,
};
use commons_common::units::{Bps, UnixTime};
use commons_trust::error::TrustError;

use crate::support::{World, addr, money, u};

fn sponsored(amount: u128) -> World {
    let mut world = World::new();
    world.give(GiftLedger::Operating, amount);
    world
}

/// Nothing moves: `O = free + reserved`, and only what is free can be reserved.
#[test]
fn money_is_reserved() {
    let mut world = sponsored(1_000);
    let id = world.appropriate(&[300, 200]);
    let stored = world.appropriation(id);
    assert_eq!(
        (stored.id, stored.payee),
        (AppropriationId(1), addr("paul"))
    );
    assert_eq!(
        (stored.reserved, stored.from.gifts, stored.paid),
        (u(500), u(500), 0)
    );
    let answer: LedgersResponse = world.ask(QueryMsg::Ledgers {});
    assert_eq!(
        (answer.reserved, answer.ledgers.operating),
        (u(500), u(1_000))
    );
    assert_eq!(world.appropriate(&[500]), AppropriationId(2));
}

/// R2, I13: a payout larger than the operating ledger is refused, with the numbers.
#[test]
fn a_payout_larger_than_the_operating_ledger_is_refused() {
    let mut world = sponsored(1_000);
    world.give(GiftLedger::Principal, 50_000);
    world.give(GiftLedger::Income, 50_000);
    world.appropriate(&[300]);
    let request = world.request(AppropriationKind::Project, &[701]);
    let Err(refused) = world.send("assembly", 0, &request) else {
        panic!("reserved more than there is");
    };
    assert_eq!(
        refused.to_string(),
        "payout larger than the operating ledger: 701 asked, 700 free of 1000"
    );
}

/// R5: no project while loss or proofing owed is open; maintenance is possible.
#[test]
fn a_wounded_trust_appropriates_for_maintenance_only() {
    let mut world = sponsored(1_000);
    world.give(GiftLedger::Principal, 10_000);
    world.close(110_000);
    assert_eq!(world.ledgers().shortfall, u(1_000));
    let project = world.request(AppropriationKind::Project, &[10]);
    let refused = world.send("assembly", 0, &project);
    assert!(matches!(refused, Err(TrustError::RestoreFirst { .. })));
    let maintenance = world.request(AppropriationKind::Maintenance, &[10]);
    world.act(&maintenance);
}

/// 100 for maintenance, 90 operating from income, 1,000 given, principal 10,000; nothing wounded.
fn budgeted() -> World {
    let mut charter = money();
    charter.maintenance_bps = Bps(100);
    charter.operating_bps = Bps(10_000);
    let mut world = World::living(charter);
    world.give(GiftLedger::Principal, 10_000);
    world.give(GiftLedger::Operating, 1_000);
    world.earn(190);
    world.close(100_000);
    assert_eq!(free(&world), (90, 100, 1_000));
    world
}

/// Free money by purse: operating, maintenance, gifts.
fn free(world: &World) -> (u128, u128, u128) {
    let answer: LedgersResponse = world.ask(QueryMsg::Ledgers {});
    let purses = answer.free;
    assert_eq!(
        purses.operating + purses.maintenance + purses.gifts + answer.reserved,
        answer.ledgers.operating
    );
    (
        purses.operating.u128(),
        purses.maintenance.u128(),
        purses.gifts.u128(),
    )
}

/// R5: a project draws on the operating purse, then on gifts, and never on what is set aside for maintenance.
#[test]
fn a_project_never_draws_on_maintenance() {
    let mut world = budgeted();
    let request = world.request(AppropriationKind::Project, &[1_091]);
    let refused = world.send("assembly", 0, &request);
    assert!(matches!(refused, Err(TrustError::AboveOperating { .. })));
    let id = world.appropriate(&[150]);
    let from = world.appropriation(id).from;
    assert_eq!(
        (from.operating, from.maintenance, from.gifts),
        (u(90), u(0), u(60))
    );
    assert_eq!(free(&world), (0, 100, 940));
    assert_eq!(world.close(100_000).budget_returned, u(100));
}

/// R5: maintenance draws on its own purse first, then on operating, then on gifts.
#[test]
fn maintenance_draws_on_its_own_purse_first() {
    let mut world = budgeted();
    for (amount, left) in [
        (40, (90, 60, 1_000)),
        (100, (50, 0, 1_000)),
        (60, (0, 0, 990)),
    ] {
        let request = world.request(AppropriationKind::Maintenance, &[amount]);
        world.act(&request);
        assert_eq!(free(&world), left);
    }
}

/// R5: while the trust is wounded maintenance is capped: it draws on its own purse and on gifts, never on operating.
#[test]
fn a_wounded_trust_spends_no_operating_money_on_maintenance() {
    let mut world = budgeted();
    world.place("bank", 1_000);
    world.value("bank", 2, 999);
    let placement = world.placements()[0].id;
    world
        .send("anyone", 0, &ExecuteMsg::Revalue { placement })
        .unwrap();
    assert_eq!(world.ledgers().loss, u(1));
    let request = world.request(AppropriationKind::Maintenance, &[1_101]);
    let refused = world.send("assembly", 0, &request);
    assert!(matches!(refused, Err(TrustError::AboveOperating { .. })));
    let request = world.request(AppropriationKind::Maintenance, &[130]);
    world.act(&request);
    assert_eq!(free(&world), (90, 0, 970));
}

/// What is paid uses the purses up in the order they were drawn on, and what is withdrawn returns to each: to the next
/// close's income what came from there, to gifts what was given.
#[test]
fn what_is_withdrawn_returns_to_its_purse() {
    let mut world = budgeted();
    let request = world.request(AppropriationKind::Maintenance, &[130, 100, 20]);
    world.act(&request);
    let id = AppropriationId(1);
    assert_eq!(free(&world), (0, 0, 940));
    world.approved(id);
    world
        .send("cleo", 0, &ExecuteMsg::Pay { appropriation: id })
        .unwrap();
    let from = world.appropriation(id).from;
    assert_eq!(
        (from.operating, from.maintenance, from.gifts),
        (u(60), u(0), u(60))
    );
    world
        .send("paul", 0, &ExecuteMsg::Withdraw { appropriation: id })
        .unwrap();
    assert_eq!(free(&world), (60, 0, 1_000));
    assert_eq!(world.appropriation(id).from, Purses::default());
    assert_eq!(world.close(100_000).budget_returned, u(60));
}

/// By the assembly; 1 to 32 payments of more than nothing; a date to come; a payee of this chain.
#[test]
fn an_appropriation_is_checked() {
    let mut world = sponsored(1_000);
    let good = world.request(AppropriationKind::Project, &[10]);
    let refused = world.send("anna", 0, &good);
    assert!(matches!(refused, Err(TrustError::NotAssembly { .. })));
    for milestones in [vec![], vec![0], vec![5, 0, 5], vec![1; 33]] {
        let request = world.request(AppropriationKind::Project, &milestones);
        let refused = world.send("assembly", 0, &request);
        assert!(matches!(refused, Err(TrustError::Milestones)));
    }
    let overflow = world.request(AppropriationKind::Project, &[u128::MAX, 1]);
    let refused = world.send("assembly", 0, &overflow);
    assert!(matches!(refused, Err(TrustError::Math(_))));
    let with = |change: &dyn Fn(&mut String, &mut UnixTime)| {
        let mut request = good.clone();
        let ExecuteMsg::Appropriate {
            payee, lapses_at, ..
        } = &mut request
        else {
            unreachable!();
        };
        change(payee, lapses_at);
        request
    };
    let now = UnixTime(world.time);
    let past = with(&|_, lapses_at| *lapses_at = now);
    let refused = world.send("assembly", 0, &past);
    assert!(matches!(refused, Err(TrustError::LapsesInPast { .. })));
    let nowhere = with(&|payee, _| "nowhere".clone_into(payee));
    let refused = world.send("assembly", 0, &nowhere);
    assert!(matches!(refused, Err(TrustError::Std(_))));
}
