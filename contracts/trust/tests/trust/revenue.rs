//! What the commons earned.

use commons_common::trust::{ExecuteMsg, RevenueSource};

use crate::support::{World, u};

/// R3: what a renewable stock brings is income, and realised.
#[test]
fn renewable_revenue_is_realised_income() {
    let mut world = World::new();
    world.earn(500);
    assert_eq!(world.ledgers().income, u(500));
    let report = world.close(100_000);
    assert_eq!((report.realised, report.rule), (u(500), u(500)));
}

/// R7: what an exhaustible stock brings is principal, whole, and never realised income.
#[test]
fn exhaustible_revenue_is_principal() {
    let mut world = World::new();
    let msg = ExecuteMsg::Revenue {
        source: RevenueSource::Exhaustible,
    };
    world.send("lessee", 500, &msg).unwrap();
    assert_eq!(
        (world.ledgers().floor, world.ledgers().income),
        (u(500), u(0))
    );
    let report = world.close(100_000);
    assert_eq!((report.realised, report.declaration), (u(0), None));
}
