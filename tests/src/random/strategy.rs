//! What is tried, and how likely. Single steps in any order find what nobody thought of; whole procedures in order
//! reach what single steps would hardly ever reach.

use commons_common::assembly::Choice;
use commons_common::id::{AppropriationId, DeclarationId, PersonId, PlacementId, ProposalId};
use commons_common::trust::{ExecuteMsg as Trust, GiftLedger, RevenueSource};
use commons_common::units::Hash;
use cosmwasm_std::Uint128;
use proptest::collection::vec;
use proptest::prelude::*;

use super::{Kind, PERSONS, Step, Until};

fn trustee() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("trustee-1"), Just("trustee-2"), Just("trustee-3")]
}

fn amount() -> impl Strategy<Value = u128> {
    prop_oneof![0..3u128, 1..100_000u128]
}

/// Early declarations are claimed and swept more often: the later ones hardly ever exist.
fn declaration() -> impl Strategy<Value = DeclarationId> {
    prop_oneof![4 => 1..3u64, 1 => 3..8u64].prop_map(DeclarationId)
}

fn choice() -> impl Strategy<Value = Choice> {
    prop_oneof![
        4 => Just(Choice::Yes),
        1 => Just(Choice::No),
        1 => Just(Choice::Abstain)
    ]
}

fn gifts() -> impl Strategy<Value = Step> {
    let ledger = prop_oneof![
        Just(GiftLedger::Principal),
        Just(GiftLedger::Income),
        Just(GiftLedger::Dividend),
        Just(GiftLedger::Operating)
    ];
    let source = prop_oneof![
        Just(RevenueSource::Renewable),
        Just(RevenueSource::Exhaustible)
    ];
    prop_oneof![
        (ledger, amount()).prop_map(|(to, amount)| Step::Contribute(to, amount)),
        (source, amount()).prop_map(|(source, amount)| Step::Revenue(source, amount)),
        amount().prop_map(Step::Stray),
        Just(Step::Money("stranger", Trust::SweepStray {})),
    ]
}

fn appropriations() -> impl Strategy<Value = Step> {
    let id = || (1..5u64).prop_map(AppropriationId);
    let by = || prop_oneof![Just("payee"), Just("stranger")];
    prop_oneof![
        (by(), id())
            .prop_map(|(by, appropriation)| Step::Money(by, Trust::Accept { appropriation })),
        (trustee(), id()).prop_map(|(by, appropriation)| {
            let evidence_hash = Hash::of(b"evidence");
            Step::Money(
                by,
                Trust::Submit {
                    appropriation,
                    evidence_hash,
                },
            )
        }),
        (trustee(), id())
            .prop_map(|(by, appropriation)| Step::Money(by, Trust::Approve { appropriation })),
        (trustee(), id())
            .prop_map(|(by, appropriation)| Step::Money(by, Trust::Pay { appropriation })),
        (by(), id())
            .prop_map(|(by, appropriation)| Step::Money(by, Trust::Withdraw { appropriation })),
    ]
}

fn capital() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (prop_oneof![3 => Just(2), 1 => 1..7u64], trustee(), amount()).prop_map(|(act, by, amount)| {
            let place = Trust::Place {
                authorisation: ProposalId(act),
                amount: Uint128::new(amount),
            };
            Step::Money(by, place)
        }),
        2 => (amount(), 0..2_000u128).prop_map(|(book, per_mille)| Step::Return(book, per_mille)),
        1 => Just(Step::Money("stranger", Trust::Revalue { placement: PlacementId(1) })),
    ]
}

fn periods() -> impl Strategy<Value = Step> {
    let persons = vec((1..13u64).prop_map(PersonId), 1..8);
    prop_oneof![
        2 => (any::<bool>(), 700..1_300u128)
            .prop_map(|(index, per_mille)| Step::Measure { index, per_mille }),
        2 => Just(Step::SettleReadings),
        4 => Just(Step::Money("stranger", Trust::ClosePeriod {})),
        2 => (1..13u64, declaration()).prop_map(|(person, id)| Step::Claim(person, id.get())),
        2 => (declaration(), persons)
            .prop_map(|(declaration, persons)| Step::Money("relayer", Trust::ClaimFor { declaration, persons })),
        1 => declaration().prop_map(|declaration| Step::Money("stranger", Trust::Sweep { declaration })),
    ]
}

fn kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        3 => Just(Kind::Project),
        2 => Just(Kind::Maintenance),
        1 => Just(Kind::Place),
        1 => Just(Kind::Registrar)
    ]
}

fn decisions() -> impl Strategy<Value = Step> {
    let ballot = (1..13u64, choice(), 0..4u32);
    prop_oneof![
        2 => (kind(), 1..60_000u128).prop_map(|(kind, amount)| Step::Propose(kind, amount)),
        2 => (0..3u64, vec(ballot, 1..12)).prop_map(|(back, ballots)| Step::Ballots(back, ballots)),
        2 => (0..3u64, 1..13u64, choice())
            .prop_map(|(back, person, choice)| Step::Vote(back, person, choice)),
        2 => (0..3u64).prop_map(Step::Execute),
    ]
}

fn membership() -> impl Strategy<Value = Step> {
    let registrar = prop_oneof![Just("registrar-1"), Just("registrar-2"), Just("stranger")];
    prop_oneof![
        (1..=PERSONS).prop_map(Step::Rotate),
        (registrar, 1..13u64).prop_map(|(by, person)| Step::Attest(by, person)),
        (1..13u64).prop_map(Step::Renew),
        Just(Step::SettleRoll),
        Just(Step::ExpireDue),
    ]
}

fn single() -> impl Strategy<Value = Step> {
    let days = prop_oneof![4 => 1..4u64, 2 => 20..60u64, 1 => 100..220u64];
    let until = prop_oneof![
        Just(Until::Open),
        Just(Until::Executable),
        Just(Until::PeriodOver),
        Just(Until::ClaimsOver)
    ];
    prop_oneof![
        5 => gifts(),
        3 => appropriations(),
        3 => capital(),
        5 => periods(),
        5 => decisions(),
        2 => membership(),
        2 => days.prop_map(Step::Wait),
        2 => until.prop_map(Step::Await),
    ]
}

/// A decision from beginning to end, the odd direct vote in between.
fn decision() -> impl Strategy<Value = Vec<Step>> {
    let choices = vec(choice(), 9);
    (kind(), 1..30_000u128, choices, 1..13u64, choice()).prop_map(
        |(kind, amount, choices, person, directly)| {
            let ballots = (1..)
                .zip(choices)
                .map(|(person, choice)| (person, choice, 1));
            vec![
                Step::ExpireDue,
                Step::Propose(kind, amount),
                Step::Await(Until::Open),
                Step::Ballots(0, ballots.collect()),
                Step::Vote(0, person, directly),
                Step::Await(Until::Executable),
                Step::Execute(0),
            ]
        },
    )
}

/// A milestone from acceptance to payment, and perhaps the end of the appropriation.
fn milestone() -> impl Strategy<Value = Vec<Step>> {
    (1..5u64, any::<bool>()).prop_map(|(id, ends)| {
        let appropriation = AppropriationId(id);
        let evidence_hash = Hash::of(b"evidence");
        let mut steps = vec![
            Step::Money("payee", Trust::Accept { appropriation }),
            Step::Money(
                "trustee-1",
                Trust::Submit {
                    appropriation,
                    evidence_hash,
                },
            ),
            Step::Money("trustee-2", Trust::Approve { appropriation }),
            Step::Money("trustee-3", Trust::Pay { appropriation }),
        ];
        if ends {
            steps.push(Step::Money("payee", Trust::Withdraw { appropriation }));
        }
        steps
    })
}

/// Money placed, and a reading that says it is worth less, or a loss on its return.
fn fall() -> impl Strategy<Value = Vec<Step>> {
    (1..100_000u128, 0..1_200u128, 1..50_000u128).prop_map(|(amount, per_mille, book)| {
        let place = Trust::Place {
            authorisation: ProposalId(2),
            amount: Uint128::new(amount),
        };
        let placement = PlacementId(1);
        vec![
            Step::Money("trustee-2", place),
            Step::Measure {
                index: false,
                per_mille,
            },
            Step::Wait(2),
            Step::SettleReadings,
            Step::Money("stranger", Trust::Revalue { placement }),
            Step::Return(book, per_mille),
        ]
    })
}

/// A period's end, and its dividend claimed by one and pushed to some.
fn period() -> impl Strategy<Value = Vec<Step>> {
    let persons = vec((1..13u64).prop_map(PersonId), 1..8);
    let money = (0..90_000u128, 0..9_000u128);
    (
        money,
        950..1_150u128,
        600..1_200u128,
        declaration(),
        1..10u64,
        persons,
    )
        .prop_map(
            |((revenue, gift), prices, value, declaration, person, persons)| {
                vec![
                    Step::Renew(12),
                    Step::Revenue(RevenueSource::Renewable, revenue),
                    Step::Contribute(GiftLedger::Dividend, gift),
                    Step::Await(Until::PeriodOver),
                    Step::Measure {
                        index: true,
                        per_mille: prices,
                    },
                    Step::Measure {
                        index: false,
                        per_mille: value,
                    },
                    Step::Wait(2),
                    Step::SettleReadings,
                    Step::Money("stranger", Trust::ClosePeriod {}),
                    Step::Claim(person, declaration.get()),
                    Step::Money(
                        "relayer",
                        Trust::ClaimFor {
                            declaration,
                            persons,
                        },
                    ),
                ]
            },
        )
}

/// The end of a declaration.
fn sweeping() -> impl Strategy<Value = Vec<Step>> {
    declaration().prop_map(|declaration| {
        vec![
            Step::Await(Until::ClaimsOver),
            Step::Money("stranger", Trust::Sweep { declaration }),
        ]
    })
}

/// `length` steps, single ones and whole procedures mixed.
pub fn steps(length: usize) -> impl Strategy<Value = Vec<Step>> {
    let block = prop_oneof![
        30 => single().prop_map(|step| vec![step]),
        2 => decision(),
        3 => milestone(),
        3 => period(),
        2 => fall(),
        1 => sweeping(),
    ];
    vec(block, length).prop_map(move |blocks| {
        let mut steps = blocks.concat();
        steps.truncate(length);
        steps
    })
}
