//! What is tried, and how likely. Single steps in any order find what nobody thought of; whole procedures in order
//! reach what single steps would hardly ever reach.

use commons_common::assembly::Choice;
use commons_common::charter::{IndexForm, Unclaimed};
use commons_common::id::{AppropriationId, DeclarationId, PersonId, PlacementId};
use commons_common::trust::{ExecuteMsg as Trust, GiftLedger, RevenueSource};
use commons_common::units::{Bps, Hash};
use proptest::collection::vec;
use proptest::prelude::*;

use super::{JOINERS, Kind, Life, Measured, PERSONS, Step, Until};

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
        3 => (trustee(), 0..2u64, amount()).prop_map(|(by, back, amount)| Step::Place(by, back, amount)),
        2 => (1..3u64, amount(), 0..2_000u128)
            .prop_map(|(id, book, per_mille)| Step::Return(id, book, per_mille)),
        1 => (1..3u64).prop_map(|id| {
            let placement = PlacementId(id);
            Step::Money("stranger", Trust::Revalue { placement })
        }),
    ]
}

fn measured() -> impl Strategy<Value = Measured> {
    prop_oneof![
        2 => Just(Measured::Prices),
        3 => Just(Measured::Holdings),
        1 => Just(Measured::OtherHoldings)
    ]
}

/// Readings of the open period, and late ones.
fn back() -> impl Strategy<Value = u64> {
    prop_oneof![4 => Just(0u64), 2 => Just(1), 1 => 2..4u64]
}

fn periods() -> impl Strategy<Value = Step> {
    let persons = vec((1..13u64).prop_map(PersonId), 1..8);
    prop_oneof![
        4 => (measured(), back(), 0..1_500u128)
            .prop_map(|(what, back, per_mille)| Step::Measure { what, back, per_mille }),
        3 => back().prop_map(Step::SettleReadings),
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
        1 => (trustee(), prop_oneof![Just("custodian-2"), Just("payee"), Just("stranger")])
            .prop_map(|(trustee, subject)| Step::Interest(trustee, subject)),
    ]
}

fn membership() -> impl Strategy<Value = Step> {
    let registrar = prop_oneof![
        3 => Just("registrar-1"),
        3 => Just("registrar-2"),
        1 => Just("registrar-4"),
        1 => Just("stranger")
    ];
    prop_oneof![
        (1..=PERSONS + JOINERS).prop_map(Step::Rotate),
        (registrar, 1..=PERSONS + JOINERS, any::<bool>())
            .prop_map(|(by, person, again)| Step::Attest(by, person, again)),
        (1..13u64).prop_map(Step::Renew),
        Just(Step::SettleRoll),
        Just(Step::ExpireDue),
    ]
}

fn single() -> impl Strategy<Value = Step> {
    let days = prop_oneof![4 => 1..4u64, 2 => 20..60u64, 1 => 100..220u64];
    let until = prop_oneof![
        Just(Until::Open),
        Just(Until::GraceOver),
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
        3 => membership(),
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

/// A joiner attested by two registrars in one epoch, the second with another signature of the same key, and perhaps another
/// joiner with them: growth lets one of them in.
fn admission() -> impl Strategy<Value = Vec<Step>> {
    let joiner = || PERSONS + 1..=PERSONS + JOINERS;
    (joiner(), joiner(), any::<bool>()).prop_map(|(first, second, again)| {
        vec![
            Step::Attest("registrar-1", first, false),
            Step::Attest("registrar-1", second, again),
            Step::Attest("registrar-2", first, true),
            Step::Attest("registrar-2", second, false),
            Step::Wait(1),
            Step::SettleRoll,
        ]
    })
}

fn place(amount: u128) -> Step {
    Step::Place("trustee-2", 0, amount)
}

/// Money placed, and a reading that says it is worth less, or a loss on its return; some of it moves between the reading
/// and its use.
fn fall() -> impl Strategy<Value = Vec<Step>> {
    let amounts = (1..100_000u128, 1..50_000u128, 0..500u128);
    (amounts, 0..1_200u128, back(), any::<bool>()).prop_map(
        |((amount, book, small), per_mille, back, between)| {
            let placement = PlacementId(1);
            let mut steps = vec![
                place(amount),
                Step::Measure {
                    what: Measured::Holdings,
                    back,
                    per_mille,
                },
            ];
            if between {
                steps.push(place(small));
                steps.push(Step::Return(1, small / 2, per_mille));
            }
            steps.extend([
                Step::Wait(2),
                Step::SettleReadings(back),
                Step::Money("stranger", Trust::Revalue { placement }),
                Step::Return(1, book, per_mille),
            ]);
            steps
        },
    )
}

/// What is measured before a close: prices hardly ever not, values often not, and then the close waits.
fn readings() -> impl Strategy<Value = Vec<Step>> {
    let value = || 600..1_200u128;
    (950..1_150u128, value(), value(), 0..12u8).prop_map(|(prices, first, second, missing)| {
        let measure = |what, per_mille| Step::Measure {
            what,
            back: 0,
            per_mille,
        };
        let mut steps = Vec::new();
        if missing != 0 {
            steps.push(measure(Measured::Prices, prices));
        }
        if missing > 3 {
            steps.push(measure(Measured::Holdings, first));
        }
        if missing > 1 {
            steps.push(measure(Measured::OtherHoldings, second));
        }
        steps
    })
}

/// A period's end, and its dividend claimed by one and pushed to some. Money may move between the readings and the close.
fn period() -> impl Strategy<Value = Vec<Step>> {
    let persons = vec((1..13u64).prop_map(PersonId), 1..8);
    let money = (0..90_000u128, 0..9_000u128, 0..400u128);
    let ends = (declaration(), 1..10u64, persons);
    (money, readings(), any::<bool>(), 0..4u8, ends).prop_map(
        |((revenue, gift, small), readings, early, moves, (declaration, person, persons))| {
            let over = Step::Await(Until::PeriodOver);
            let mut steps = vec![
                Step::Renew(12),
                Step::Revenue(RevenueSource::Renewable, revenue),
                Step::Contribute(GiftLedger::Dividend, gift),
            ];
            if early {
                steps.extend(readings.clone());
                steps.push(over);
            } else {
                steps.push(over);
                steps.extend(readings);
            }
            if moves & 1 == 1 {
                steps.push(Step::Return(1, small, 1_010));
            }
            if moves & 2 == 2 {
                steps.push(place(small * 2));
            }
            let close = || Step::Money("stranger", Trust::ClosePeriod {});
            steps.extend([
                Step::Wait(2),
                Step::SettleReadings(0),
                Step::ExpireDue,
                close(),
                Step::Await(Until::GraceOver),
                close(),
                Step::Claim(person, declaration.get()),
                Step::Money(
                    "relayer",
                    Trust::ClaimFor {
                        declaration,
                        persons,
                    },
                ),
            ]);
            steps
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

/// Steps that meet in one block: unlike ones in any order, and some that must not pass each other.
fn together() -> impl Strategy<Value = Step> {
    let any = || vec(single(), 2..5);
    let proposal = (kind(), 1..60_000u128).prop_map(|(kind, amount)| Step::Propose(kind, amount));
    let meeting = (proposal, any()).prop_map(|(propose, mut others)| {
        others.insert(0, Step::ExpireDue);
        others.insert(1, propose);
        others.push(Step::Money("stranger", Trust::ClosePeriod {}));
        others
    });
    prop_oneof![3 => any().boxed(), 1 => meeting.boxed()].prop_map(Step::Together)
}

fn shuffled(crowds: u32, length: usize) -> impl Strategy<Value = Vec<Step>> {
    let block = prop_oneof![
        30 => single().prop_map(|step| vec![step]),
        3 => decision(),
        3 => milestone(),
        4 => period(),
        2 => fall(),
        1 => admission(),
        1 => sweeping(),
        crowds => together().prop_map(|step| vec![step]),
    ];
    // A crowd is one step however many transactions are in it.
    vec(block, length).prop_map(move |blocks| {
        let mut steps = blocks.concat();
        steps.truncate(length);
        steps
    })
}

fn beginnings(steps: impl Strategy<Value = Vec<Step>>) -> impl Strategy<Value = Life> {
    let early = prop_oneof![2 => Just(0u128), 1 => 1..1_000u128];
    let maintenance = prop_oneof![Just(0u16), Just(50), Just(1_000)];
    let form = prop_oneof![Just(IndexForm::Ratchet), Just(IndexForm::Yearly)];
    let unclaimed = prop_oneof![Just(Unclaimed::Income), Just(Unclaimed::Principal)];
    let base = prop_oneof![5 => Just(true), 1 => Just(false)];
    (early, maintenance, form, unclaimed, base, steps).prop_map(
        |(early, maintenance, index_form, unclaimed, base, steps)| Life {
            early,
            maintenance: Bps(maintenance),
            index_form,
            unclaimed,
            base,
            steps,
        },
    )
}

/// Lives of `length` steps, single ones and whole procedures mixed, each transaction in a block of its own.
pub fn lives(length: usize) -> impl Strategy<Value = Life> {
    beginnings(shuffled(0, length))
}

/// Lives in which blocks hold several transactions.
pub fn crowded(length: usize) -> impl Strategy<Value = Life> {
    beginnings(shuffled(15, length))
}
