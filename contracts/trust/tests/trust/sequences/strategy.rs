//! How likely each step is.

use proptest::prelude::*;

use super::step::Step;
use crate::support::PERIOD;

/// What an established trust has behind it: principal, a budget, and acts that allow placing it with both custodians.
pub fn established() -> Vec<Step> {
    vec![
        Step::Contribute(0, 1_000_000),
        Step::Contribute(3, 50_000),
        Step::Authorise(0, 10_000_000),
        Step::Authorise(1, 10_000_000),
    ]
}

/// Any step; closes and money in are frequent.
pub fn any_step() -> impl Strategy<Value = Step> {
    let amount = || {
        prop_oneof![
            20 => 1..5_000_u128,
            20 => 1..1_000_000_u128,
            1 => Just(u128::from(u64::MAX)),
        ]
    };
    let small = || prop_oneof![1..20_000_u128, 1..500_000_u128];
    let money = prop_oneof![
        4 => (0..4_u8, amount()).prop_map(|(to, a)| Step::Contribute(to, a)),
        4 => (any::<bool>(), small()).prop_map(|(exhaustible, a)| Step::Revenue(exhaustible, a)),
        1 => small().prop_map(Step::Stray),
        1 => Just(Step::SweepStray),
    ];
    let index = prop::option::weighted(
        0.8,
        prop_oneof![6 => 98_000..103_000_u64, 1 => 60_000..200_000_u64],
    );
    let value =
        || prop::option::weighted(0.7, prop_oneof![3 => 1_000..2_000_u64, 1 => 0..1_000_u64]);
    let period = prop_oneof![
        2 => (0..PERIOD).prop_map(Step::Wait),
        5 => (prop::bool::weighted(0.25), index, value(), value())
            .prop_map(|(patient, index, a, b)| Step::Close { patient, index, values: [a, b] }),
        1 => Just(Step::CloseTooSoon),
    ];
    let dividend = prop_oneof![
        3 => (0..3_u64, 1..12_u64)
            .prop_map(|(declaration, person)| Step::Claim { declaration, person }),
        3 => (0..3_u64, prop::collection::vec(1..12_u64, 0..12))
            .prop_map(|(declaration, persons)| Step::ClaimFor { declaration, persons }),
        3 => (0..3_u64).prop_map(Step::Sweep),
        1 => (1..12_u64, any::<bool>()).prop_map(|(person, on)| Step::Share(person, on)),
        1 => (1..12_u64, any::<bool>()).prop_map(|(person, on)| Step::Block(person, on)),
    ];
    let placement = prop_oneof![
        2 => (0..2_usize, amount()).prop_map(|(c, max)| Step::Authorise(c, max)),
        2 => (0..2_usize, 500..1_500_u64, -1..=1_i8, 0..2 * PERIOD, prop::bool::weighted(0.8))
            .prop_map(|(custodian, permille, ahead, ago, fresh)| {
                Step::Read { custodian, permille, ahead, ago, fresh }
            }),
        3 => (0..2_usize, 0..700_u128, 0..4_usize).prop_map(|(custodian, permille, trustee)| {
            Step::PlaceAnew { custodian, permille, trustee }
        }),
        3 => (0..5_u64, 0..1_100_u128, 0..5_usize)
            .prop_map(|(act, permille, trustee)| Step::Place { act, permille, trustee }),
        2 => (1..4_u64, 0..1_050_u128, prop_oneof![0..2_000_u128, Just(1_000)])
            .prop_map(|(placement, book, paid)| Step::Return { placement, book, paid }),
        1 => (1..4_u64, 500..1_200_u64)
            .prop_map(|(placement, value)| Step::Revalue { placement, value }),
    ];
    let payment = prop_oneof![
        3 => (any::<bool>(), prop::collection::vec(prop_oneof![9 => 1..4_000_u128, 1 => Just(0)], 1..4))
            .prop_map(|(maintenance, milestones)| Step::Appropriate { maintenance, milestones }),
        2 => (0..3_u64, 0..4_u8, 0..5_usize)
            .prop_map(|(back, part, trustee)| Step::Payment { back, part, trustee }),
        2 => (0..3_u64, 0..5_usize)
            .prop_map(|(back, first)| Step::WholePayment { back, first }),
        1 => (0..3_u64, any::<bool>())
            .prop_map(|(back, payee)| Step::Withdraw { back, payee }),
    ];
    prop_oneof![
        8 => money,
        3 => period,
        6 => dividend,
        5 => placement,
        5 => payment,
        1 => Just(Step::Ratify),
    ]
}
