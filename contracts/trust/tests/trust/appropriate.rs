//! Money is reserved.

use commons_common::id::AppropriationId;
use commons_common::trust::{AppropriationKind, ExecuteMsg, GiftLedger, LedgersResponse, QueryMsg};
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
        (stored.reserved, stored.from_income, stored.paid),
        (u(500), u(0), 0)
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

/// What came from income is reserved first, so that a sponsor's money stays longest.
#[test]
fn income_is_reserved_first() {
    let mut charter = money();
    charter.operating_bps = Bps(10_000);
    let mut world = World::living(charter);
    world.earn(100);
    world.give(GiftLedger::Operating, 1_000);
    world.close(100_000);
    let id = world.appropriate(&[150]);
    assert_eq!(world.appropriation(id).from_income, u(100));
    assert_eq!(world.close(100_000).budget_returned, u(0));
    assert_eq!(world.ledgers().operating, u(1_100));
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
