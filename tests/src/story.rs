//! One whole life of a trust, chapter by chapter: every message of every contract at least once, and in each chapter
//! something that is refused. Runs on any chain; asserts what the rules say must come of it.

use commons_common::assembly::{
    Act, BallotRefusal, Choice, ExecuteMsg as Assembly, ProposalStatus,
};
use commons_common::id::{AppropriationId, DeclarationId, PeriodId, PersonId, PlacementId};
use commons_common::registry::{self, ApprovedCode, Role, Verification};
use commons_common::roll::{self, BatchReport, Electorate, RollRefusal};
use commons_common::trust::{
    Appropriation, AppropriationKind, ClaimRefusal, Declaration, ExecuteMsg as Trust, GiftLedger,
    PeriodReport, QueryMsg as Ask, RevenueSource, StatusResponse,
};
use commons_common::units::{Hash, Seconds, UnixTime};
use cosmwasm_std::Uint128;

use crate::cast::{Person, address, officer};
use crate::chain::{Chain, call, coins};
use crate::charter::{CLAIM_WINDOW, PERIOD, VALIDITY, charter};
use crate::family::{Family, approve, begin, report};

/// Persons who have an account at genesis.
const ACCOUNTS: u64 = 12;
/// The person whose account is that of `trustee-1`.
const TRUSTEE: u64 = 10;
/// The person without an account.
const WITHOUT_ACCOUNT: u64 = 11;

/// Plays the whole story on a new chain.
pub fn play<C: Chain>() -> Family<C> {
    let mut family = founding(begin::<C>(ACCOUNTS));
    enrolment(&mut family);
    gifts(&mut family);
    ratification(&mut family);
    placement(&mut family);
    first_close(&mut family);
    dividend(&mut family);
    appropriation(&mut family);
    loss(&mut family);
    second_close(&mut family);
    third_close(&mut family);
    renewal(&mut family);
    registrars(&mut family);
    revocation(&mut family);
    family
}

fn founding<C: Chain>(chain: C) -> Family<C> {
    let mut family = Family::found(chain, charter());
    let registry = family.registry.clone();
    family.refused("stranger", &registry, &approve(Role::Roll), 0);
    let again = registry::ExecuteMsg::Found {
        charter: Box::new(charter()),
    };
    family.refused("stranger", &registry, &again, 0);
    let verification = verify(&family);
    assert!(verification.code_unchanged && verification.code_approved && verification.no_admin);
    assert!(!verification.keeps_default_windows, "the windows are short");
    family
}

fn verify<C: Chain>(family: &Family<C>) -> Verification {
    let verify = registry::QueryMsg::Verify {
        addr: family.trust.clone(),
    };
    family.chain.query(&family.registry, &verify)
}

fn enrolment<C: Chain>(family: &mut Family<C>) {
    let roll = family.roll.clone();
    let mut persons: Vec<Person> = (1..=11).map(Person::new).collect();
    for person in &mut persons {
        match person.number {
            TRUSTEE => person.account = Some(officer("trustee-1")),
            WITHOUT_ACCOUNT => person.account = None,
            _ => {}
        }
    }
    let mut bad = vec![
        Person::new(12).attestation(&roll),
        Person::new(13).attestation(&roll),
    ];
    bad[0].class = 7;
    bad[1].possession = bad[0].possession.clone();
    let attest = roll::ExecuteMsg::Attest { persons: bad };
    family.refused("stranger", &roll, &attest, 0);
    let receipt = family.run("registrar-3", &roll, &attest, 0);
    let refusals: BatchReport<RollRefusal> = report(&receipt);
    let reasons: Vec<_> = refusals.refused.iter().map(|r| r.reason).collect();
    assert_eq!(
        reasons,
        [RollRefusal::NoSuchClass, RollRefusal::BadPossession]
    );

    family.enrol(persons.clone());
    let attest = roll::ExecuteMsg::Attest {
        persons: vec![persons[0].attestation(&roll)],
    };
    let receipt = family.run("registrar-1", &roll, &attest, 0);
    let refusals: BatchReport<RollRefusal> = report(&receipt);
    assert_eq!(refusals.refused[0].reason, RollRefusal::AlreadyKnown);
}

fn gifts<C: Chain>(family: &mut Family<C>) {
    let contribute = |to| Trust::Contribute { to };
    family.money("sponsor", &contribute(GiftLedger::Principal), 1_000_000);
    family.money("sponsor", &contribute(GiftLedger::Income), 7_000);
    family.money("sponsor", &contribute(GiftLedger::Dividend), 1_111);
    family.money("sponsor", &contribute(GiftLedger::Operating), 100_000);
    family.no_money("sponsor", &contribute(GiftLedger::Income), 0);
    let renewable = Trust::Revenue {
        source: RevenueSource::Renewable,
    };
    family.no_money("sponsor", &renewable, 5);
    let to = family.trust.clone();
    let stray = commons_client::tx::Message::Send {
        to,
        amount: coins(77),
    };
    let sent = family.chain.submit(&officer("stranger"), stray);
    sent.expect("coins can be sent to anyone");
    family.check_identity();
    assert_eq!(family.ledgers().stray, Uint128::new(77));
}

fn ratification<C: Chain>(family: &mut Family<C>) {
    let charter_hash = family.entry.charter_hash.clone();
    let poll = family.propose(
        "trustee-1",
        "Ratify the charter",
        Act::Ratify { charter_hash },
    );
    assert_eq!(poll.electorate, 11);
    assert!(
        family.vote(&poll, 1, Choice::Yes).is_err(),
        "before the poll opens"
    );
    family.chain.wait_until(poll.opens);
    let mut wrong_choice = family.ballot(&poll, 4, Choice::No, 9);
    wrong_choice.choice = Choice::Yes;
    let mut nobody = family.ballot(&poll, 1, Choice::Yes, 1);
    nobody.person = PersonId(99);
    let ballots = vec![
        family.ballot(&poll, 1, Choice::Yes, 1),
        family.ballot(&poll, 2, Choice::No, 1),
        wrong_choice,
        family.ballot(&poll, 3, Choice::Yes, 2),
        family.ballot(&poll, 3, Choice::No, 1),
        nobody,
        family.ballot(&poll, WITHOUT_ACCOUNT, Choice::Yes, 1),
    ];
    let refusals: Vec<_> = family.relay(&poll, ballots).refused;
    let refusals: Vec<_> = refusals.into_iter().map(|r| (r.index, r.reason)).collect();
    let expected = [
        (2, BallotRefusal::BadSignature),
        (4, BallotRefusal::LowerSequence),
        (5, BallotRefusal::NotOnRoll),
    ];
    assert_eq!(refusals, expected);

    let held_back = family.ballot(&poll, 3, Choice::No, 9);
    family.rotate(3);
    let renewed = family.ballot(&poll, 3, Choice::Yes, 0);
    let refusals = family.relay(&poll, vec![held_back, renewed]).refused;
    assert_eq!(refusals[0].reason, BallotRefusal::WrongKeyEpoch);
    for number in [2, 4, 5, 6, 7] {
        family
            .vote(&poll, number, Choice::Yes)
            .expect("the poll is open");
    }
    let undone = family.ballot(&poll, 4, Choice::No, 9);
    assert_eq!(
        family.relay(&poll, vec![undone]).refused[0].reason,
        BallotRefusal::VotedDirectly
    );

    family.chain.wait_until(poll.closes);
    let late = Assembly::CastBallots {
        proposal: poll.id,
        ballots: vec![family.ballot(&poll, 8, Choice::Yes, 1)],
    };
    family.refused("relayer", &family.assembly.clone(), &late, 0);
    assert!(
        family.execute(&poll).is_err(),
        "I8: before its delay is over"
    );
    family.chain.wait_until(poll.executable_from);
    family.execute(&poll).expect("eight of eleven said yes");
    assert!(family.execute(&poll).is_err(), "I7: once");
    assert!(matches!(status(family), StatusResponse::Living { .. }));
}

fn status<C: Chain>(family: &Family<C>) -> StatusResponse {
    family.chain.query(&family.trust, &Ask::Status {})
}

fn placement<C: Chain>(family: &mut Family<C>) {
    family.money("stranger", &Trust::SweepStray {}, 0);
    let revenue = |source| Trust::Revenue { source };
    family.money("sponsor", &revenue(RevenueSource::Renewable), 50_000);
    family.money("sponsor", &revenue(RevenueSource::Exhaustible), 20_000);
    family.measure("prices", 0, 100_000);

    let act = Act::Place {
        custodian: address("custodian"),
        max: Uint128::new(600_000),
    };
    let poll = family.decide("Put principal to work", act);
    let place = |amount: u128| Trust::Place {
        authorisation: poll.id,
        amount: Uint128::new(amount),
    };
    let interest = Assembly::DeclareInterest {
        subjects: vec![address("custodian")],
    };
    family.run("trustee-3", &family.assembly.clone(), &interest, 0);
    family.no_money("trustee-3", &place(1), 0);
    family.no_money("stranger", &place(1), 0);
    family.no_money("trustee-2", &place(600_001), 0);
    family.money("trustee-2", &place(400_000), 0);
    family.money("trustee-2", &place(100_000), 0);
    assert_eq!(family.ledgers().ledgers.placed, Uint128::new(500_000));
}

/// Ends a period: index and value measured, then closed by anyone.
fn close<C: Chain>(
    family: &mut Family<C>,
    period: u64,
    index: u128,
    value: Option<u128>,
) -> PeriodReport {
    family.no_money("stranger", &Trust::ClosePeriod {}, 0);
    let StatusResponse::Living { closes_from, .. } = status(family) else {
        panic!("the trust lives");
    };
    family.chain.wait_until(closes_from);
    family.report("prices", period, [index, index - 1]);
    if let Some(value) = value {
        family.report("holdings", period, [value, value + 5]);
    }
    family.wait(crate::charter::SURVEY_WINDOW);
    family.settle("prices", period);
    if value.is_some() {
        family.settle("holdings", period);
    }
    family.settle_roll();
    family.money("stranger", &Trust::ClosePeriod {}, 0);
    let asked = Ask::Period {
        period: PeriodId(period),
    };
    let report: Option<PeriodReport> = family.chain.query(&family.trust, &asked);
    report.expect("a closed period has a report")
}

fn first_close<C: Chain>(family: &mut Family<C>) {
    let report = close(family, 1, 102_000, Some(510_000));
    assert_eq!(
        report.index_to,
        Uint128::new(102_000),
        "the higher report protects"
    );
    assert_eq!(
        report.realised,
        Uint128::new(50_000),
        "R3: a gift is not realised income"
    );
    assert!(report.proofing_due > Uint128::zero());
    assert_eq!(report.proofing_due, report.proofing_paid);
    assert_eq!(report.declaration, Some(DeclarationId(1)));
}

fn declaration<C: Chain>(family: &Family<C>, id: u64) -> Declaration {
    let asked = Ask::Declaration {
        declaration: DeclarationId(id),
    };
    family.chain.query(&family.trust, &asked)
}

fn dividend<C: Chain>(family: &mut Family<C>) {
    let declared = declaration(family, 1);
    assert_eq!(declared.n, 11);
    let claim = Trust::Claim {
        declaration: DeclarationId(1),
    };
    let account = family.person(1).account.clone().expect("an account");
    let trust = family.trust.clone();
    family
        .attempt(&account, &trust, &claim, 0)
        .expect("a claim");
    family
        .attempt(&account, &trust, &claim, 0)
        .expect_err("I12: once");
    family.no_money("stranger", &claim, 0);
    let push = Trust::ClaimFor {
        declaration: DeclarationId(1),
        persons: [1, 2, 2, WITHOUT_ACCOUNT, 99, TRUSTEE]
            .map(PersonId)
            .to_vec(),
    };
    let receipt = family.money("relayer", &push, 0);
    let refusals: BatchReport<ClaimRefusal> = report(&receipt);
    assert_eq!(refusals.accepted, 2);
    let reasons: Vec<_> = refusals
        .refused
        .iter()
        .map(|r| (r.index, r.reason))
        .collect();
    let expected = [
        (0, ClaimRefusal::AlreadyClaimed),
        (2, ClaimRefusal::AlreadyClaimed),
        (3, ClaimRefusal::NoAccount),
        (4, ClaimRefusal::NoShare),
    ];
    assert_eq!(reasons, expected);
    let paid = declaration(family, 1);
    assert_eq!(paid.claimed, 3);
    let second = Person::new(2).account.expect("an account");
    let second = second.address(crate::chain::PREFIX);
    assert_eq!(Uint128::new(family.chain.balance(&second)), declared.per);
}

/// An appropriation of the operating ledger to the payee.
fn appropriate(family: &Family<impl Chain>, kind: AppropriationKind, milestones: &[u128]) -> Act {
    let lapses_at = family.chain.now().after(Seconds::days(30));
    Act::Appropriate {
        kind,
        payee: address("payee"),
        milestones: milestones.iter().copied().map(Uint128::new).collect(),
        purpose_hash: Hash::of(b"mend the fences"),
        lapses_at,
    }
}

fn appropriation<C: Chain>(family: &mut Family<C>) {
    let too_much = appropriate(family, AppropriationKind::Project, &[900_000]);
    let poll = family.propose("trustee-1", "More than there is", too_much);
    family.chain.wait_until(poll.opens);
    let everyone = family
        .persons
        .iter()
        .map(|p| family.ballot(&poll, p.number, Choice::Yes, 1));
    let ballots = everyone.collect();
    family.relay(&poll, ballots);
    family.chain.wait_until(poll.executable_from);
    family
        .execute(&poll)
        .expect_err("the ledger does not hold that much");
    assert_eq!(family.proposal(poll.id).status, ProposalStatus::Executable);

    let act = appropriate(family, AppropriationKind::Project, &[20_000, 15_000]);
    family.decide("Mend the fences", act);
    let appropriation = AppropriationId(1);
    let submit = Trust::Submit {
        appropriation,
        evidence_hash: Hash::of(b"photographs"),
    };
    family.no_money("trustee-1", &submit, 0);
    family.no_money("stranger", &Trust::Accept { appropriation }, 0);
    family.money("payee", &Trust::Accept { appropriation }, 0);
    family.money("trustee-1", &submit, 0);
    family.no_money("trustee-1", &Trust::Approve { appropriation }, 0);
    family.money("trustee-2", &Trust::Approve { appropriation }, 0);
    family.no_money("trustee-2", &Trust::Pay { appropriation }, 0);
    let before = family.chain.balance(&address("payee"));
    family.money("trustee-3", &Trust::Pay { appropriation }, 0);
    assert_eq!(family.chain.balance(&address("payee")), before + 20_000);
    family.no_money("stranger", &Trust::Withdraw { appropriation }, 0);
    family.money("payee", &Trust::Withdraw { appropriation }, 0);
    let asked = Ask::Appropriation { appropriation };
    let closed: Appropriation = family.chain.query(&family.trust, &asked);
    assert!(closed.closed && closed.reserved.is_zero());

    let interest = Assembly::DeclareInterest {
        subjects: vec![address("payee")],
    };
    family.run("trustee-1", &family.assembly.clone(), &interest, 0);
    let act = appropriate(family, AppropriationKind::Maintenance, &[1_000]);
    let poll = family.propose("trustee-2", "Ask again", act);
    assert_eq!(poll.recused, [PersonId(TRUSTEE)]);
    assert_eq!(poll.electorate, 10);
    family.chain.wait_until(poll.opens);
    let ballot = family.ballot(&poll, TRUSTEE, Choice::Yes, 1);
    assert_eq!(
        family.relay(&poll, vec![ballot]).refused[0].reason,
        BallotRefusal::Recused
    );
}

fn loss<C: Chain>(family: &mut Family<C>) {
    let placement = PlacementId(1);
    let back = |book: u128| Trust::Return {
        placement,
        book: Uint128::new(book),
    };
    family.no_money("stranger", &back(1), 1);
    family.no_money("custodian", &back(500_001), 1);
    family.money("custodian", &back(50_000), 60_000);
    family.money("custodian", &back(50_000), 1_000);
    let before = family.ledgers().ledgers;
    let revalue = Trust::Revalue { placement };
    family.no_money("stranger", &revalue, 0);
    family.measure("holdings", 2, 100_000);
    family.money("stranger", &revalue, 0);
    let after = family.ledgers().ledgers;
    assert_eq!(after.placed, Uint128::new(100_000));
    assert_eq!(
        after.income,
        Uint128::zero(),
        "R4: the reserve bears it first"
    );
    assert_eq!(
        after.loss,
        before.loss + Uint128::new(300_000) - before.income
    );
    assert_eq!(
        after.declared, before.declared,
        "R4: what belongs to others is untouched"
    );
    family.no_money("stranger", &revalue, 0);
}

fn second_close<C: Chain>(family: &mut Family<C>) {
    family.money(
        "sponsor",
        &Trust::Revenue {
            source: RevenueSource::Renewable,
        },
        30_000,
    );
    let gift = Trust::Contribute {
        to: GiftLedger::Dividend,
    };
    family.money("sponsor", &gift, 2_222);
    let report = close(family, 2, 101_000, None);
    assert_eq!(
        report.index_to, report.index_from,
        "a falling index counts for nothing"
    );
    assert!(report.restored > Uint128::zero(), "R5: restore first");
    assert_eq!(
        report.declaration,
        Some(DeclarationId(2)),
        "gifts are declared all the same"
    );
    assert_eq!(declaration(family, 2).n, 11);
    let sweep = Trust::Sweep {
        declaration: DeclarationId(1),
    };
    let until = declaration(family, 1).claim_until;
    family.chain.wait_until(until);
    family.money("stranger", &sweep, 0);
    family.no_money("stranger", &sweep, 0);
}

/// Nobody measures anything: the last ratio is assumed, and without a value there is no declaration.
fn third_close<C: Chain>(family: &mut Family<C>) {
    family.no_money("stranger", &Trust::ClosePeriod {}, 0);
    family.wait(PERIOD);
    family.wait(PERIOD);
    family.money("stranger", &Trust::ClosePeriod {}, 0);
    let asked = Ask::Period {
        period: PeriodId(3),
    };
    let report: Option<PeriodReport> = family.chain.query(&family.trust, &asked);
    let report = report.expect("a closed period has a report");
    assert!(report.index_assumed && report.unvalued);
    assert_eq!(report.declaration, None);
}

fn renewal<C: Chain>(family: &mut Family<C>) {
    let roll = family.roll.clone();
    let person = roll::QueryMsg::Person {
        person: PersonId(1),
    };
    let first: roll::Person = family.chain.query(&roll, &person);
    let (now, until) = (family.chain.now(), first.valid_until);
    assert!(
        now > until,
        "the story outlasts the admissions of {}",
        VALIDITY.0
    );
    let act = Act::SetRegistrar {
        account: address("registrar-4"),
        quota: Some(5),
    };
    let propose = Assembly::Propose {
        title: crate::charter::name("Another registrar"),
        act,
    };
    family.refused("trustee-1", &family.assembly.clone(), &propose, 0);
    let renew = roll::ExecuteMsg::Renew {
        persons: (1..=9).chain([99]).map(PersonId).collect(),
    };
    family.refused("stranger", &roll, &renew, 0);
    let receipt = family.run("registrar-3", &roll, &renew, 0);
    let refusals: BatchReport<RollRefusal> = report(&receipt);
    assert_eq!(refusals.refused[0].reason, RollRefusal::NoSuchPerson);
    let expire = roll::ExecuteMsg::ExpireDue { limit: 1_000 };
    family.run("stranger", &roll, &expire, 0);
    family.wait(Seconds(10));
    family.settle_roll();
    let height = family.chain.height() + 1;
    let electorate: Electorate = family
        .chain
        .query(&roll, &roll::QueryMsg::Electorate { height });
    assert_eq!((electorate.active, electorate.expiries_due), (9, false));
    family.persons.retain(|person| person.number <= 9);
}

fn registrars<C: Chain>(family: &mut Family<C>) {
    let roll = family.roll.clone();
    let set = |quota| Act::SetRegistrar {
        account: address("registrar-4"),
        quota,
    };
    family.decide("Another registrar", set(Some(5)));
    let attest = roll::ExecuteMsg::Attest {
        persons: vec![Person::new(12).attestation(&roll)],
    };
    family.run("registrar-4", &roll, &attest, 0);
    family.decide("One registrar less", set(None));
    family.refused("registrar-4", &roll, &attest, 0);
    let direct = roll::ExecuteMsg::SetRegistrar {
        account: address("stranger"),
        quota: Some(1),
    };
    family.refused("stranger", &roll, &direct, 0);
}

fn revocation<C: Chain>(family: &mut Family<C>) {
    let registry = family.registry.clone();
    let codes: Vec<ApprovedCode> = family.chain.query(&registry, &registry::QueryMsg::Codes {});
    let code = codes.iter().find(|code| code.role == Role::Trust);
    let revoke = registry::ExecuteMsg::Revoke {
        role: Role::Trust,
        checksum: code.expect("the trust's code is approved").checksum.clone(),
    };
    family.refused("stranger", &registry, &revoke, 0);
    family.run("steward", &registry, &revoke, 0);
    let verification = verify(family);
    assert!(verification.code_unchanged && !verification.code_approved);
    // The trust goes on all the same.
    let gift = Trust::Contribute {
        to: GiftLedger::Principal,
    };
    family.money("sponsor", &gift, 1);
    let found = registry::ExecuteMsg::Found {
        charter: Box::new(commons_common::charter::Charter {
            name: crate::charter::name("A later trust"),
            ..charter()
        }),
    };
    let outcome = family
        .chain
        .submit(&officer("stranger"), call(&registry, &found, 0));
    outcome.expect_err("without approved code nothing is founded");
    assert!(family.chain.now() > UnixTime(CLAIM_WINDOW.0));
}
