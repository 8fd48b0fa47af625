//! Gifts.

use commons_common::trust::{ExecuteMsg, GiftLedger, LedgersResponse, QueryMsg};
use commons_trust::error::TrustError;
use cosmwasm_std::{Coin, Uint256, coins};

use crate::support::{DENOM, World, money, u};

/// Each gift goes to its ledger and to no other (I10).
#[test]
fn a_gift_goes_to_its_ledger() {
    let mut world = World::founding(money());
    world.give(GiftLedger::Principal, 1);
    world.give(GiftLedger::Income, 20);
    world.give(GiftLedger::Dividend, 300);
    world.give(GiftLedger::Operating, 4_000);
    let answer: LedgersResponse = world.ask(QueryMsg::Ledgers {});
    let ledgers = answer.ledgers;
    assert_eq!((ledgers.floor, ledgers.income), (u(1), u(20)));
    assert_eq!((ledgers.gifts, ledgers.operating), (u(300), u(4_000)));
    assert_eq!((answer.balance, answer.stray), (u(4_321), u(0)));
    assert_eq!(answer.reserved, u(0));
}

/// R3: a gift to income is not realised income: the spending rule does not see it.
#[test]
fn a_gift_to_income_is_not_realised_income() {
    let mut world = World::new();
    world.give(GiftLedger::Income, 1_000);
    let report = world.close(100_000);
    assert_eq!((report.realised, report.rule), (u(0), u(0)));
    assert_eq!(report.declaration, None);
    assert_eq!(world.ledgers().income, u(1_000));
}

/// R3: a sponsor's gift to operating stays there when the period closes; it is nobody's income.
#[test]
fn a_gift_to_operating_stays_there() {
    let mut world = World::new();
    world.give(GiftLedger::Operating, 700);
    let report = world.close(100_000);
    assert_eq!(report.budget_returned, u(0));
    assert_eq!(world.ledgers().operating, u(700));
}

/// Exactly one coin of the one denomination, and more than nothing.
#[test]
fn wrong_coins_are_refused() {
    let mut world = World::new();
    let msg = ExecuteMsg::Contribute {
        to: GiftLedger::Principal,
    };
    let wrong = [
        vec![],
        coins(5, "uother"),
        coins(0, DENOM),
        vec![Coin::new(5_u128, DENOM), Coin::new(5_u128, "uother")],
        vec![Coin::new(5_u128, DENOM), Coin::new(5_u128, DENOM)],
    ];
    for funds in wrong {
        let refused = world.send_coins("donor", funds.clone(), &msg);
        assert!(
            matches!(refused, Err(TrustError::CoinsExpected { .. })),
            "{funds:?}"
        );
    }
    let refused = world.send_coins("donor", coins(5, DENOM), &ExecuteMsg::SweepStray {});
    assert!(matches!(refused, Err(TrustError::CoinsUnexpected)));
    assert_eq!(world.ledgers().floor, u(0));
}

/// Sums beyond 128 bits are refused, and nothing has changed.
#[test]
fn amounts_beyond_128_bits_are_refused() {
    let mut world = World::new();
    let msg = ExecuteMsg::Contribute {
        to: GiftLedger::Principal,
    };
    world.send("donor", u128::MAX, &msg).unwrap();
    world.bank.clear();
    world
        .bank
        .insert(crate::support::addr("trust"), u128::MAX - 5);
    let refused = world.send("donor", 5, &msg);
    assert!(matches!(refused, Err(TrustError::Math(_))));
    let huge = vec![Coin::new(Uint256::MAX, "uother")];
    assert!(world.send_coins("donor", huge, &msg).is_err());
}
