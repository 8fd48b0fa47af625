//! The close of a period: order, conservation, and what F + S depends on.

use commons_math::waterfall::{After, Before, Spending, Terms, YEAR, close};
use commons_math::{MathError, inflation};
use proptest::prelude::*;

use crate::u;

const CALM: Terms = Terms {
    index_from: u(100_000),
    index_to: u(100_000),
    maintenance_bps: 0,
    period: YEAR,
    spending: Some(Spending {
        rule: u(u128::MAX),
        operating_bps: 0,
        n: 10,
        last_n: 0,
    }),
};

/// R4, R5: income goes to maintenance, then to the loss, then to proofing, and only then out.
#[test]
fn each_step_takes_what_the_one_before_left() {
    let before = Before {
        floor: u(10_000),
        loss: u(200),
        shortfall: u(0),
        income: u(950),
        gifts: u(0),
        budget: u(50),
    };
    let terms = Terms {
        index_to: u(105_000),
        maintenance_bps: 100,
        spending: Some(Spending {
            rule: u(150),
            operating_bps: 1_000,
            n: 10,
            last_n: 0,
        }),
        ..CALM
    };
    let after = close(&before, &terms).unwrap();
    assert_eq!(
        after,
        After {
            floor: u(10_500),
            loss: u(0),
            shortfall: u(0),
            income: u(200 - 15 - 130),
            gifts: u(0),
            budget_returned: u(50),
            maintenance: u(100),
            restored: u(200),
            proofing_due: u(500),
            proofing_paid: u(500),
            operating: u(15),
            pool: u(135),
            per: u(13),
            declared: u(130),
        }
    );
}

/// R5, I14: a wounded trust declares gifts and nothing else.
#[test]
fn a_wounded_trust_declares_gifts_only() {
    let before = Before {
        floor: u(10_000),
        loss: u(2_000),
        income: u(500),
        gifts: u(100),
        ..Before::default()
    };
    let after = close(&before, &CALM).unwrap();
    assert_eq!(after.loss, u(1_500));
    assert_eq!((after.income, after.operating), (u(0), u(0)));
    assert_eq!(
        (after.pool, after.declared, after.gifts),
        (u(100), u(100), u(0))
    );
}

/// R6: proofing that cannot be paid is owed, itself indexed, and ranks ahead of the next dividend.
#[test]
fn unpaid_proofing_is_owed_and_indexed() {
    let rise = Terms {
        index_to: u(110_000),
        ..CALM
    };
    let poor = close(
        &Before {
            floor: u(10_000),
            income: u(400),
            ..Before::default()
        },
        &rise,
    )
    .unwrap();
    assert_eq!(
        (poor.floor, poor.shortfall, poor.declared),
        (u(10_400), u(600), u(0))
    );
    let next = close(
        &Before {
            floor: poor.floor,
            shortfall: poor.shortfall,
            income: u(2_000),
            ..Before::default()
        },
        &rise,
    )
    .unwrap();
    assert_eq!(next.proofing_due, u(1_100));
    assert_eq!((next.proofing_paid, next.shortfall), (u(1_700), u(0)));
    assert_eq!(next.declared, u(300));
}

/// R4: without a value there is neither spending nor a declaration, and gifts wait.
#[test]
fn a_period_without_values_neither_spends_nor_declares() {
    let before = Before {
        floor: u(1_000),
        income: u(500),
        gifts: u(70),
        ..Before::default()
    };
    let terms = Terms {
        index_to: u(110_000),
        spending: None,
        ..CALM
    };
    let after = close(&before, &terms).unwrap();
    assert_eq!(
        (after.floor, after.income, after.gifts),
        (u(1_100), u(400), u(70))
    );
    assert_eq!((after.pool, after.declared), (u(0), u(0)));
}

/// R10: the remainder stays in `P` as far as it came from there, else in `I`.
#[test]
fn the_remainder_stays_where_it_came_from() {
    let close_with = |income, gifts| {
        let before = Before {
            floor: u(1_000),
            income: u(income),
            gifts: u(gifts),
            ..Before::default()
        };
        let after = close(&before, &CALM).unwrap();
        (
            after.income.u128(),
            after.gifts.u128(),
            after.declared.u128(),
        )
    };
    assert_eq!(close_with(19, 4), (0, 3, 20));
    assert_eq!(close_with(19, 0), (9, 0, 10));
    assert_eq!(close_with(18, 1), (8, 1, 10));
    assert_eq!(
        close_with(3, 4),
        (3, 4, 0),
        "less than a unit each: nothing"
    );
}

/// R5: maintenance is a share of the floor a year: a period of a month gets a twelfth of it, one of two years twice it,
/// one of a day a 365th, each floored.
#[test]
fn maintenance_follows_the_length_of_a_period() {
    let before = Before {
        floor: u(1_000_000),
        income: u(1_000_000),
        ..Before::default()
    };
    let given = |period| {
        let terms = Terms {
            maintenance_bps: 100,
            period,
            ..CALM
        };
        close(&before, &terms).unwrap().maintenance.u128()
    };
    assert_eq!(given(YEAR), 10_000);
    assert_eq!(given(YEAR / 12), 833);
    assert_eq!(given(2 * YEAR), 20_000);
    assert_eq!(given(86_400), 27);
    assert_eq!(given(60), 0);
}

/// An amount that does not fit is an error.
#[test]
fn amounts_too_large_are_errors() {
    let before = Before {
        floor: u(u128::MAX),
        shortfall: u(1),
        ..Before::default()
    };
    assert_eq!(close(&before, &CALM), Err(MathError::Overflow));
    let terms = Terms {
        index_from: u(0),
        ..CALM
    };
    assert_eq!(close(&Before::default(), &terms), Err(MathError::ZeroIndex));
}

fn before() -> impl Strategy<Value = Before> {
    let amount = || prop_oneof![Just(0), 0..1_000_u128, 0..=1_u128 << 100];
    (
        amount(),
        0..=10_000_u128,
        [amount(), amount(), amount(), amount()],
    )
        .prop_map(|(floor, lost, [shortfall, income, gifts, budget])| Before {
            floor: u(floor),
            loss: u(floor / 10_000 * lost),
            shortfall: u(shortfall),
            income: u(income),
            gifts: u(gifts),
            budget: u(budget),
        })
}

fn terms() -> impl Strategy<Value = Terms> {
    let spending = (0..=1_u128 << 100, 0..=10_000_u16, 0..100_u64, 0..100_u64).prop_map(
        |(rule, operating_bps, n, last_n)| Spending {
            rule: u(rule),
            operating_bps,
            n,
            last_n,
        },
    );
    (
        1..300_000_u128,
        1..300_000_u128,
        (0..=10_000_u16, prop_oneof![Just(YEAR), 1..10 * YEAR]),
        proptest::option::of(spending),
    )
        .prop_map(|(from, to, (maintenance_bps, period), spending)| Terms {
            index_from: u(from),
            index_to: u(to),
            maintenance_bps,
            period,
            spending,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4_096))]

    /// I10: what leaves one ledger arrives in another: the coins behind all ledgers are the same before and after.
    #[test]
    fn what_leaves_income_arrives_somewhere(before in before(), terms in terms()) {
        let after = close(&before, &terms).unwrap();
        let coins_before = before.floor - before.loss + before.income + before.gifts + before.budget;
        let coins_after = after.floor - after.loss
            + after.income + after.gifts + after.declared + after.maintenance + after.operating;
        prop_assert_eq!(coins_before, coins_after);
        prop_assert!(after.loss <= after.floor);
    }

    /// R5, R6, I14: no step takes anything while an earlier one is still owed.
    #[test]
    fn no_step_overtakes_another(before in before(), terms in terms()) {
        let after = close(&before, &terms).unwrap();
        let parts = u128::from(terms.maintenance_bps) * u128::from(terms.period);
        let cap = before.floor.multiply_ratio(parts, 10_000 * u128::from(YEAR));
        prop_assert!(after.maintenance == cap || after.restored.is_zero() && after.proofing_paid.is_zero());
        prop_assert!(after.maintenance <= cap);
        prop_assert!(after.loss.is_zero() || after.proofing_paid.is_zero());
        if !(after.loss + after.shortfall).is_zero() {
            prop_assert!(after.operating.is_zero() && after.income.is_zero());
            prop_assert!(after.declared <= before.gifts);
            prop_assert_eq!(before.gifts - after.gifts, after.declared);
        }
        if let Some(spending) = terms.spending {
            let left = before.income + before.budget - after.maintenance - after.restored - after.proofing_paid;
            let spent = left - after.income;
            prop_assert!(spent <= spending.rule, "the rule bounds what income gives");
            prop_assert_eq!(spent + (before.gifts - after.gifts), after.operating + after.declared);
            prop_assert_eq!(after.declared, after.per * u(spending.n.into()));
        } else {
            prop_assert_eq!(after.declared + after.operating, u(0));
        }
    }

    /// R5: however a year is cut into periods, maintenance never takes more than its share of the floor in that year, and
    /// less by what is floored alone.
    #[test]
    fn short_periods_take_no_more_than_the_share_of_a_year(
        floor in 0..=1_u128 << 100, bps in 0..=10_000_u16, cuts in proptest::collection::btree_set(1..YEAR, 0..40),
    ) {
        let before = Before { floor: u(floor), income: u(u128::MAX >> 1), ..Before::default() };
        let (mut taken, mut last) = (0, 0);
        let ends: Vec<u64> = cuts.into_iter().chain([YEAR]).collect();
        for end in &ends {
            let terms = Terms { maintenance_bps: bps, period: end - last, spending: None, ..CALM };
            taken += close(&before, &terms).unwrap().maintenance.u128();
            last = *end;
        }
        let year = u(floor).multiply_ratio(bps, 10_000_u16).u128();
        prop_assert!(taken <= year && year - taken <= ends.len() as u128);
    }

    /// I22, I11: the duty F + S follows the index alone, and the floor never falls.
    #[test]
    fn the_duty_follows_the_index_alone(before in before(), terms in terms(), other in before()) {
        let after = close(&before, &terms).unwrap();
        let duty = before.floor + before.shortfall;
        let due = inflation::due(duty, terms.index_from, terms.index_to).unwrap();
        prop_assert_eq!(after.floor + after.shortfall, duty + due);
        prop_assert!(after.floor >= before.floor);
        let elsewhere = Before { floor: before.floor, loss: u(0), shortfall: before.shortfall, ..other };
        let apart = close(&elsewhere, &terms).unwrap();
        prop_assert_eq!(after.floor + after.shortfall, apart.floor + apart.shortfall);
    }
}
