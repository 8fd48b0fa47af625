//! Coins that came without a message.

use commons_common::trust::{ExecuteMsg, GiftLedger, LedgersResponse, QueryMsg};
use commons_trust::error::TrustError;

use crate::support::{World, addr, u};

/// R8: anyone sweeps them to principal; until then they are nobody's.
#[test]
fn strays_become_principal() {
    let mut world = World::new();
    world.give(GiftLedger::Income, 10);
    *world.bank.get_mut(&addr("trust")).unwrap() += 33;
    let before: LedgersResponse = world.ask(QueryMsg::Ledgers {});
    assert_eq!((before.stray, before.balance), (u(33), u(43)));
    world.send("anyone", 0, &ExecuteMsg::SweepStray {}).unwrap();
    let after: LedgersResponse = world.ask(QueryMsg::Ledgers {});
    assert_eq!((after.stray, after.ledgers.floor), (u(0), u(33)));
    assert_eq!(after.ledgers.income, u(10));
}

/// R8: nothing there, nothing swept.
#[test]
fn nothing_stray_is_an_error() {
    let mut world = World::new();
    world.give(GiftLedger::Income, 10);
    let refused = world.send("anyone", 0, &ExecuteMsg::SweepStray {});
    assert!(matches!(refused, Err(TrustError::NothingStray)));
}
