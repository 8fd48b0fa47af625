//! Random messages to a living trust, and an onlooker who knows its invariants and nothing of its code. Every step is
//! possible in every state: what the contracts refuse is refused, and changes nothing.

use std::collections::BTreeMap;

use commons_client::tx::Message;
use commons_common::assembly::{
    Act, Choice, ExecuteMsg as Assembly, ProposalResponse, ProposalStatus, QueryMsg as AskAssembly,
    Tally, VoteInfo,
};
use commons_common::id::{
    AppropriationId, DeclarationId, PeriodId, PersonId, PlacementId, ProposalId,
};
use commons_common::roll::{self, Electorate, ExecuteMsg as Roll, TotalWeightResponse};
use commons_common::survey;
use commons_common::survey::ExecuteMsg as Survey;
use commons_common::trust::{
    AppropriationKind, Declaration, ExecuteMsg as Trust, GiftLedger, Ledgers, PeriodReport,
    QueryMsg as AskTrust, RevenueSource, StatusResponse,
};
use commons_common::units::{Hash, Seconds};
use cosmwasm_std::Uint128;
use proptest::prelude::*;

use crate::cast::{Person, address, officer};
use crate::chain::{Chain, Outcome, coins};
use crate::charter::{charter, name};
use crate::family::{Family, begin};

/// Persons on the roll from the start; the next three numbers may join.
const PERSONS: u64 = 9;

/// One step.
#[derive(Clone, Debug)]
pub enum Step {
    /// A gift.
    Contribute(GiftLedger, u128),
    /// Revenue.
    Revenue(RevenueSource, u128),
    /// Coins without a message.
    Stray(u128),
    /// Time passes.
    Wait(u64),
    /// Both reporters report on the open period, or (settle) a reading is settled.
    Measure {
        /// The price index, or the value of the placement.
        index: bool,
        /// Per mille of what is used or booked.
        per_mille: u128,
    },
    /// Settles both readings of the open period.
    SettleReadings,
    /// A message to the trust, by an officer.
    Money(&'static str, Trust),
    /// A message to the trust by a person's account.
    Claim(u64, u64),
    /// Coins back from the custodian: base units of book value, and per mille of it in coins.
    Return(u128, u128),
    /// A trustee proposes.
    Propose(Kind, u128),
    /// Signed ballots in one poll: person, choice, sequence.
    Ballots(u64, Vec<(u64, Choice, u32)>),
    /// A direct vote.
    Vote(u64, u64, Choice),
    /// Executes a proposal.
    Execute(u64),
    /// A person's key is rotated.
    Rotate(u64),
    /// A registrar attests one person.
    Attest(&'static str, u64),
    /// A registrar renews persons 1 to n.
    Renew(u64),
    /// The roll's queues are worked off.
    SettleRoll,
    /// Due expiries are worked off.
    ExpireDue,
}

/// Kinds of acts that are proposed.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A project of two milestones.
    Project,
    /// Maintenance of one.
    Maintenance,
    /// A placement.
    Place,
    /// A registrar's quota.
    Registrar,
}

fn trustee() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("trustee-1"), Just("trustee-2"), Just("trustee-3")]
}

fn amount() -> impl Strategy<Value = u128> {
    prop_oneof![0..3u128, 1..100_000u128]
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
    let id = || (1..4u64).prop_map(AppropriationId);
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
        3 => (1..5u64, trustee(), amount()).prop_map(|(act, by, amount)| {
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
    let persons = prop::collection::vec((1..13u64).prop_map(PersonId), 1..8);
    let declaration = || (1..4u64).prop_map(DeclarationId);
    prop_oneof![
        2 => (any::<bool>(), 700..1_300u128)
            .prop_map(|(index, per_mille)| Step::Measure { index, per_mille }),
        2 => Just(Step::SettleReadings),
        4 => Just(Step::Money("stranger", Trust::ClosePeriod {})),
        2 => (1..13u64, 1..4u64).prop_map(|(person, declaration)| Step::Claim(person, declaration)),
        2 => (declaration(), persons)
            .prop_map(|(declaration, persons)| Step::Money("relayer", Trust::ClaimFor { declaration, persons })),
        1 => declaration().prop_map(|declaration| Step::Money("stranger", Trust::Sweep { declaration })),
    ]
}

fn decisions() -> impl Strategy<Value = Step> {
    let kind = prop_oneof![
        Just(Kind::Project),
        Just(Kind::Maintenance),
        Just(Kind::Place),
        Just(Kind::Registrar)
    ];
    let ballot = (1..13u64, choice(), 0..4u32);
    prop_oneof![
        2 => (kind, 1..60_000u128).prop_map(|(kind, amount)| Step::Propose(kind, amount)),
        4 => (2..7u64, prop::collection::vec(ballot, 1..12))
            .prop_map(|(poll, ballots)| Step::Ballots(poll, ballots)),
        2 => (2..7u64, 1..13u64, choice()).prop_map(|(poll, person, choice)| Step::Vote(poll, person, choice)),
        4 => (1..7u64).prop_map(Step::Execute),
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

/// Any step.
pub fn step() -> impl Strategy<Value = Step> {
    let days = prop_oneof![4 => 1..4u64, 2 => 20..60u64, 1 => 100..220u64];
    prop_oneof![
        3 => gifts(),
        3 => appropriations(),
        3 => capital(),
        5 => periods(),
        5 => decisions(),
        2 => membership(),
        6 => days.prop_map(Step::Wait),
    ]
}

/// A living trust: nine persons, a placement authorised (proposal 2), the base of the index measured, some money.
pub fn living<C: Chain>() -> Family<C> {
    let mut family = Family::found(begin::<C>(PERSONS + 3), charter());
    family.enrol((1..=PERSONS).map(Person::new).collect());
    family.money(
        "sponsor",
        &Trust::Contribute {
            to: GiftLedger::Principal,
        },
        500_000,
    );
    family.money(
        "sponsor",
        &Trust::Contribute {
            to: GiftLedger::Operating,
        },
        60_000,
    );
    let charter_hash = family.entry.charter_hash.clone();
    family.decide("Ratify the charter", Act::Ratify { charter_hash });
    family.measure("prices", 0, 100_000);
    let act = Act::Place {
        custodian: address("custodian"),
        max: Uint128::new(1_000_000),
    };
    family.decide("Put principal to work", act);
    // Numbers of those who may join: their ballots and votes are refused until they do.
    family
        .persons
        .extend((PERSONS + 1..=PERSONS + 3).map(Person::new));
    family
}

/// Watches one trust.
pub struct Onlooker {
    before: Ledgers,
    stray: Uint128,
    executed: BTreeMap<ProposalId, u32>,
}

/// How often each kind of step took effect: a property over steps that never happen would hold for nothing.
pub type Reach = BTreeMap<String, u32>;

impl Step {
    /// The step's name, or its message's.
    fn kind(&self) -> String {
        let shown = match self {
            Self::Money(_, msg) => format!("{msg:?}"),
            other => format!("{other:?}"),
        };
        shown
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .collect()
    }
}

impl Onlooker {
    /// Begins to watch.
    #[must_use]
    pub fn new<C: Chain>(family: &Family<C>) -> Self {
        let now = family.ledgers();
        Self {
            before: now.ledgers,
            stray: now.stray,
            executed: BTreeMap::from([(ProposalId(1), 1), (ProposalId(2), 1)]),
        }
    }

    /// Takes a step, then checks everything.
    pub fn watch<C: Chain>(&mut self, family: &mut Family<C>, step: &Step, reach: &mut Reach) {
        let outcome = take(family, step);
        let Some(Ok(_)) = outcome else {
            let now = family.ledgers();
            if !matches!(step, Step::Stray(_)) {
                assert_eq!(now.ledgers, self.before, "what is refused moves nothing");
            }
            self.stray = now.stray;
            return;
        };
        *reach.entry(step.kind()).or_default() += 1;
        if let Step::Execute(id) = step {
            let count = self.executed.entry(ProposalId(*id)).or_default();
            *count += 1;
            assert_eq!(*count, 1, "I7: proposal {id} executed twice");
        }
        self.check_capital(family, step);
        check_dividends(family);
        check_roll(family);
        self.check_polls(family);
        let now = family.ledgers();
        (self.before, self.stray) = (now.ledgers, now.stray);
    }

    /// I11: the floor never falls. I22: `F + S` moves by contributions, exhaustible revenue, strays and the index alone.
    /// I14: while `L + S > 0` nothing but gifts is declared.
    fn check_capital<C: Chain>(&self, family: &Family<C>, step: &Step) {
        let now = family.ledgers().ledgers;
        assert!(now.floor >= self.before.floor, "I11: the floor fell");
        let due = |l: &Ledgers| l.floor + l.shortfall;
        let mut expected = due(&self.before);
        match step {
            Step::Contribute(GiftLedger::Principal, amount)
            | Step::Revenue(RevenueSource::Exhaustible, amount) => {
                expected += Uint128::new(*amount);
            }
            Step::Money(_, Trust::SweepStray {}) => expected += self.stray,
            Step::Money(_, Trust::ClosePeriod {}) => {
                let report = last_period(family);
                expected += report.proofing_due;
                if now.loss + now.shortfall > Uint128::zero() {
                    assert!(
                        report.pool <= self.before.gifts,
                        "I14: more than gifts declared"
                    );
                }
            }
            _ => {}
        }
        assert_eq!(due(&now), expected, "I22: F + S");
        if !matches!(step, Step::Money(_, Trust::ClosePeriod {})) {
            assert!(
                now.gifts >= self.before.gifts,
                "only a close declares gifts"
            );
        }
    }

    /// I5: the tally is the stored votes, one a person. I8: what was executed was executed in its window.
    fn check_polls<C: Chain>(&self, family: &Family<C>) {
        let all = AskAssembly::ListProposals {
            start_after: None,
            limit: Some(100),
        };
        let all: Vec<ProposalResponse> = family.chain.query(&family.assembly, &all);
        for ProposalResponse { proposal, status } in all {
            let votes = AskAssembly::ListVotes {
                proposal: proposal.id,
                start_after: None,
                limit: Some(100),
            };
            let votes: Vec<VoteInfo> = family.chain.query(&family.assembly, &votes);
            assert!(votes.is_sorted_by(|a, b| a.person < b.person), "I5");
            let count = |choice| votes.iter().filter(|v| v.choice == choice).count();
            let of = |choice| u64::try_from(count(choice)).expect("a page is short");
            let recounted = Tally {
                yes: of(Choice::Yes),
                no: of(Choice::No),
                abstain: of(Choice::Abstain),
            };
            assert_eq!(recounted, proposal.tally, "I5: proposal {}", proposal.id);
            let executed = self.executed.contains_key(&proposal.id);
            assert_eq!(executed, status == ProposalStatus::Executed);
            if let Some(at) = proposal.executed_at {
                let earliest = proposal.closes.after(proposal.rules.delay);
                assert!(at >= earliest && at < proposal.expires, "I8");
            }
        }
    }
}

fn last_period<C: Chain>(family: &Family<C>) -> PeriodReport {
    let StatusResponse::Living { period, .. } =
        family.chain.query(&family.trust, &AskTrust::Status {})
    else {
        panic!("the trust lives");
    };
    let asked = AskTrust::Period {
        period: PeriodId(period.get() - 1),
    };
    let report: Option<PeriodReport> = family.chain.query(&family.trust, &asked);
    report.expect("a closed period has a report")
}

/// I12: of each declaration, claimed, swept and open add up; `D` is the open parts.
fn check_dividends<C: Chain>(family: &Family<C>) {
    let all = AskTrust::ListDeclarations {
        start_after: None,
        limit: Some(100),
    };
    let all: Vec<Declaration> = family.chain.query(&family.trust, &all);
    let mut open = Uint128::zero();
    for declaration in all {
        assert!(declaration.claimed <= declaration.n, "I12");
        let rest = declaration.per * Uint128::from(declaration.n - declaration.claimed);
        match declaration.swept {
            Some(swept) => assert_eq!(swept, rest, "I12"),
            None => open += rest,
        }
    }
    assert_eq!(family.ledgers().ledgers.declared, open, "I12: D");
}

/// I1: accounts, keys and nullifiers are unique. I2: the total is the number of Active persons.
fn check_roll<C: Chain>(family: &Family<C>) {
    let mut accounts = Vec::new();
    let mut keys = Vec::new();
    let mut nullifiers = Vec::new();
    let mut active = 0;
    for number in 1.. {
        let asked = roll::QueryMsg::Person {
            person: PersonId(number),
        };
        let question = cosmwasm_std::to_json_vec(&asked).expect("a question is JSON");
        let Ok(answer) = family.chain.query_bytes(&family.roll, &question) else {
            break;
        };
        let person: roll::Person = cosmwasm_std::from_json(answer).expect("a person");
        accounts.extend(person.account);
        keys.push(person.voting_key);
        nullifiers.push(person.nullifier);
        active += u64::from(person.status == roll::Status::Active);
    }
    let unique = |count: usize, mut of: Vec<String>| {
        of.sort();
        of.dedup();
        assert_eq!(of.len(), count, "I1");
    };
    unique(
        accounts.len(),
        accounts.iter().map(ToString::to_string).collect(),
    );
    unique(keys.len(), keys.iter().map(ToString::to_string).collect());
    unique(
        nullifiers.len(),
        nullifiers.iter().map(ToString::to_string).collect(),
    );
    let total = roll::QueryMsg::TotalWeight { at_height: None };
    let total: TotalWeightResponse = family.chain.query(&family.roll, &total);
    assert_eq!(total.weight, active, "I2");
    let height = family.chain.height() + 1;
    let electorate: Electorate = family
        .chain
        .query(&family.roll, &roll::QueryMsg::Electorate { height });
    assert_eq!(electorate.active, active, "I2 at a height");
    assert!(electorate.sharing <= active);
}

/// Takes one step; none where it was no transaction.
fn take<C: Chain>(family: &mut Family<C>, step: &Step) -> Option<Outcome> {
    let (trust, roll) = (family.trust.clone(), family.roll.clone());
    Some(match step {
        Step::Wait(days) => {
            family.wait(Seconds::days(*days));
            return None;
        }
        Step::Contribute(to, amount) => family.attempt(
            &officer("sponsor"),
            &trust,
            &Trust::Contribute { to: *to },
            *amount,
        ),
        Step::Revenue(source, amount) => {
            let revenue = Trust::Revenue { source: *source };
            family.attempt(&officer("sponsor"), &trust, &revenue, *amount)
        }
        Step::Stray(amount) => {
            let send = Message::Send {
                to: trust,
                amount: coins((*amount).max(1)),
            };
            let outcome = family.chain.submit(&officer("stranger"), send);
            family.check_identity();
            drop(outcome.expect("coins can be sent to anyone"));
            return None;
        }
        Step::Money(by, msg) => family.attempt(&officer(by), &trust, msg, 0),
        Step::Claim(person, declaration) => {
            let account = family.person(*person).account.clone()?;
            let claim = Trust::Claim {
                declaration: DeclarationId(*declaration),
            };
            family.attempt(&account, &trust, &claim, 0)
        }
        Step::Return(book, per_mille) => {
            let back = Trust::Return {
                placement: PlacementId(1),
                book: Uint128::new(*book),
            };
            family.attempt(
                &officer("custodian"),
                &trust,
                &back,
                book * per_mille / 1_000,
            )
        }
        Step::Measure { index, per_mille } => measure(family, *index, *per_mille),
        Step::SettleReadings => settle_readings(family),
        Step::Attest(by, person) => {
            let attest = Roll::Attest {
                persons: vec![Person::new(*person).attestation(&roll)],
            };
            family.attempt(&officer(by), &roll, &attest, 0)
        }
        Step::Renew(count) => {
            let renew = Roll::Renew {
                persons: (1..=*count).map(PersonId).collect(),
            };
            family.attempt(&officer("registrar-3"), &roll, &renew, 0)
        }
        Step::SettleRoll => {
            family.attempt(&officer("stranger"), &roll, &Roll::Settle { limit: 50 }, 0)
        }
        Step::ExpireDue => family.attempt(
            &officer("stranger"),
            &roll,
            &Roll::ExpireDue { limit: 50 },
            0,
        ),
        Step::Rotate(person) => {
            family.rotate(*person);
            return None;
        }
        Step::Propose(..) | Step::Ballots(..) | Step::Vote(..) | Step::Execute(_) => {
            return decide(family, step);
        }
    })
}

fn decide<C: Chain>(family: &mut Family<C>, step: &Step) -> Option<Outcome> {
    let assembly = family.assembly.clone();
    Some(match step {
        Step::Propose(kind, amount) => {
            let propose = Assembly::Propose {
                title: name("something"),
                act: act(family, *kind, *amount),
            };
            family.attempt(&officer("trustee-1"), &assembly, &propose, 0)
        }
        Step::Ballots(id, ballots) => {
            let poll = poll(family, *id)?;
            let cast = Assembly::CastBallots {
                proposal: poll.proposal.id,
                ballots: ballots
                    .iter()
                    .map(|(person, choice, sequence)| {
                        family.ballot(&poll.proposal, *person, *choice, *sequence)
                    })
                    .collect(),
            };
            family.attempt(&officer("relayer"), &assembly, &cast, 0)
        }
        Step::Vote(id, person, choice) => {
            let poll = poll(family, *id)?;
            family.vote(&poll.proposal, *person, *choice)
        }
        Step::Execute(id) => {
            let poll = poll(family, *id)?;
            family.execute(&poll.proposal)
        }
        _ => return None,
    })
}

fn poll<C: Chain>(family: &Family<C>, id: u64) -> Option<ProposalResponse> {
    let all = AskAssembly::ListProposals {
        start_after: Some(ProposalId(id - 1)),
        limit: Some(1),
    };
    let all: Vec<ProposalResponse> = family.chain.query(&family.assembly, &all);
    all.into_iter().next()
}

fn act<C: Chain>(family: &Family<C>, kind: Kind, amount: u128) -> Act {
    let appropriate = |kind, milestones: Vec<u128>| Act::Appropriate {
        kind,
        payee: address("payee"),
        milestones: milestones.into_iter().map(Uint128::new).collect(),
        purpose_hash: Hash::of(b"purpose"),
        lapses_at: family.chain.now().after(Seconds::days(40)),
    };
    match kind {
        Kind::Project => appropriate(AppropriationKind::Project, vec![amount, 7]),
        Kind::Maintenance => appropriate(AppropriationKind::Maintenance, vec![amount / 10 + 1]),
        Kind::Place => Act::Place {
            custodian: address("custodian-2"),
            max: Uint128::new(amount),
        },
        Kind::Registrar => Act::SetRegistrar {
            account: address("registrar-4"),
            quota: (amount.is_multiple_of(2)).then_some(3),
        },
    }
}

/// The period that is open.
fn open_period<C: Chain>(family: &Family<C>) -> PeriodId {
    match family.chain.query(&family.trust, &AskTrust::Status {}) {
        StatusResponse::Living { period, .. } => period,
        StatusResponse::Founding {} => panic!("the trust lives"),
    }
}

fn measure<C: Chain>(family: &mut Family<C>, index: bool, per_mille: u128) -> Outcome {
    let (subject, base) = if index {
        ("prices", 100_000)
    } else {
        ("holdings", family.ledgers().ledgers.placed.u128())
    };
    let report = Survey::Report {
        subject: name(subject),
        period: open_period(family),
        value: Uint128::new(base * per_mille / 1_000),
        evidence_hash: Hash::of(b"evidence"),
    };
    let survey = family.survey.clone();
    drop(family.attempt(&officer("reporter-1"), &survey, &report, 0));
    family.attempt(&officer("reporter-2"), &survey, &report, 0)
}

fn settle_readings<C: Chain>(family: &mut Family<C>) -> Outcome {
    let settle = |subject: &str, period| survey::ExecuteMsg::Settle {
        subject: name(subject),
        period,
    };
    let (survey, period) = (family.survey.clone(), open_period(family));
    drop(family.attempt(&officer("stranger"), &survey, &settle("prices", period), 0));
    family.attempt(
        &officer("stranger"),
        &survey,
        &settle("holdings", period),
        0,
    )
}
