//! The fourth step: a sponsor's gift, one appropriation put to the vote, ballots good and bad, payment in milestones.
//! Two more proposals run beside it for the fifth step: one to a trustee's friend, one larger than the purse.

use anyhow::{Context, Result, ensure};
use commons_client::ballot_file::{BallotFile, Finding};
use commons_common::assembly::{
    Act, BallotRefusal, Choice, ProposalResponse, ProposalStatus, Tally,
};
use commons_common::id::{AppropriationId, PersonId, ProposalId};
use commons_common::roll::BatchReport;
use commons_common::signed::BallotText;
use commons_common::trust::{AppropriationKind, GiftLedger};
use commons_common::units::{Hash, Seconds};
use commons_common::{assembly, trust};
use cosmwasm_std::Uint128;
use serde::Serialize;

use super::attacks::Attack;
use super::cast::{Person, officer};
use super::desk::{Desk, call};
use super::figures::UNITS_PER_DOLLAR;
use super::founding::{BATCH, Family, batch_report, proposal, propose, relay_yes};

/// A bad ballot, what the contract said, and what `ballot check` would say beside it.
#[derive(Clone, Debug, Serialize)]
pub struct BadBallot {
    /// What is wrong with it.
    pub what: &'static str,
    /// Index in its batch.
    pub index: u32,
    /// The contract's reason.
    pub reason: BallotRefusal,
    /// The line of the text that differs, or what else can be said without the contract.
    pub explained: String,
}

/// How the poll went.
#[derive(Clone, Debug, Serialize)]
pub struct PollStory {
    /// The appropriation's poll.
    pub proposal: ProposalId,
    /// Ballots relayed and counted.
    pub relayed: usize,
    /// Direct votes.
    pub direct: usize,
    /// Refused ballots.
    pub refused: Vec<BadBallot>,
    /// The tally at the end.
    pub tally: Tally,
    /// Persons who had a vote.
    pub electorate: u64,
    /// What the payee received.
    #[serde(serialize_with = "super::money::as_text")]
    pub paid: u128,
    /// The poll that is left open for whoever reads this.
    pub open: ProposalId,
    /// The appropriation to the trustee's friend, for the fifth step.
    pub friend: AppropriationId,
}

const GIFT: u128 = 20_000 * UNITS_PER_DOLLAR;
const MILESTONE: u128 = 6_000 * UNITS_PER_DOLLAR;

/// Plays the step on trust (a); `other` is (b), whose ballots do not count here.
pub fn play(
    desk: &mut Desk,
    family: &mut Family,
    other: &Family,
    persons: &[Person],
    attacks: &mut Vec<Attack>,
) -> Result<PollStory> {
    let gift = trust::ExecuteMsg::Contribute {
        to: GiftLedger::Operating,
    };
    desk.send(&officer("sponsor"), call(&family.trust, &gift, GIFT)?)?;
    let interest = assembly::ExecuteMsg::DeclareInterest {
        subjects: vec![desk.address(&officer("friend"))],
    };
    desk.send(&officer("trustee-1"), call(&family.assembly, &interest, 0)?)?;

    let good = appropriate(
        desk,
        family,
        "Mend the trails of the commons",
        "payee",
        &[MILESTONE, MILESTONE],
    )?;
    let friend = appropriate(
        desk,
        family,
        "Paint the fences",
        "friend",
        &[UNITS_PER_DOLLAR],
    )?;
    let large = appropriate(desk, family, "Build a palace", "payee", &[GIFT * 50])?;
    let rules = proposal(desk, family, good)?.proposal.rules;
    desk.wait_until(desk.now().after(rules.notice));

    let (relayed, direct) = (persons.len() * 6 / 10, persons.len() * 2 / 10);
    relay(desk, family, good, persons, relayed)?;
    vote_directly(desk, family, good, persons, relayed, direct)?;
    let refused = relay_bad(desk, family, other, good, persons, relayed, direct)?;
    for poll in [friend, large] {
        relay_yes(desk, family, poll, persons, persons.len() * 3 / 10)?;
    }

    desk.wait_until(desk.now().after(rules.vote));
    attacks.push(late_ballot(desk, family, good, persons)?);
    let early = call(
        &family.assembly,
        &assembly::ExecuteMsg::Execute { proposal: good },
        0,
    )?;
    let attack = Attack::attempt(
        desk,
        family,
        "a proposal executed before its delay",
        &officer("deployer"),
        early,
    )?;
    attacks.push(attack);

    desk.wait_until(desk.now().after(rules.delay));
    let passed = proposal(desk, family, good)?;
    // Answers are as of the last block, which was made while the delay was still running.
    ensure!(
        passed.status == ProposalStatus::Waiting,
        "the appropriation did not pass: it is {:?}",
        passed.status
    );
    for poll in [good, friend] {
        let execute = assembly::ExecuteMsg::Execute { proposal: poll };
        desk.send(&officer("deployer"), call(&family.assembly, &execute, 0)?)?;
    }
    let palace = call(
        &family.assembly,
        &assembly::ExecuteMsg::Execute { proposal: large },
        0,
    )?;
    let name = "a payout larger than the operating ledger, passed by vote";
    let attack = Attack::attempt(desk, family, name, &officer("deployer"), palace)?;
    attacks.push(attack);

    let paid = pay(desk, family, AppropriationId(1), 2)?;
    let open = appropriate(
        desk,
        family,
        "Signs for the trails",
        "payee",
        &[1_000 * UNITS_PER_DOLLAR],
    )?;
    desk.wait_until(desk.now().after(rules.notice));
    Ok(PollStory {
        proposal: good,
        relayed,
        direct,
        refused,
        tally: passed.proposal.tally,
        electorate: passed.proposal.electorate,
        paid,
        open,
        friend: AppropriationId(2),
    })
}

fn appropriate(
    desk: &mut Desk,
    family: &mut Family,
    title: &str,
    payee: &str,
    milestones: &[u128],
) -> Result<ProposalId> {
    let act = Act::Appropriate {
        kind: AppropriationKind::Project,
        payee: desk.address(&officer(payee)),
        milestones: milestones.iter().copied().map(Uint128::new).collect(),
        purpose_hash: Hash::of(title.as_bytes()),
        lapses_at: desk.now().after(Seconds::days(365)),
    };
    propose(desk, family, title, act)
}

/// One in ten says no, one in seventeen abstains, the others say yes.
const fn choice(number: u32) -> Choice {
    if number.is_multiple_of(10) {
        Choice::No
    } else if number.is_multiple_of(17) {
        Choice::Abstain
    } else {
        Choice::Yes
    }
}

struct Signer<'a> {
    chain_id: &'a str,
    assembly: &'a str,
    person: PersonId,
    sequence: u32,
}

fn ballot_file(
    poll: &ProposalResponse,
    signer: &Signer<'_>,
    key: &Person,
    choice: Choice,
) -> BallotFile {
    let text = BallotText {
        chain_id: signer.chain_id,
        assembly: signer.assembly,
        proposal: poll.proposal.id,
        poll_hash: &poll.proposal.poll_hash,
        person: signer.person,
        choice,
        key_epoch: 0,
        sequence: signer.sequence,
    };
    BallotFile::sign(&key.voting, &text)
}

fn cast(
    desk: &mut Desk,
    family: &Family,
    poll: ProposalId,
    files: &[BallotFile],
) -> Result<BatchReport<BallotRefusal>> {
    let cast = assembly::ExecuteMsg::CastBallots {
        proposal: poll,
        ballots: files.iter().map(BallotFile::relayed).collect(),
    };
    let result = desk.send(&officer("relayer"), call(&family.assembly, &cast, 0)?)?;
    batch_report(&result)
}

fn relay(
    desk: &mut Desk,
    family: &Family,
    poll: ProposalId,
    persons: &[Person],
    count: usize,
) -> Result<()> {
    let response = proposal(desk, family, poll)?;
    let files: Vec<BallotFile> = (1_u32..)
        .zip(persons.iter().take(count))
        .map(|(number, person)| {
            let signer = Signer {
                chain_id: &family.chain_id,
                assembly: &family.assembly,
                person: PersonId(u64::from(number)),
                sequence: 1,
            };
            ballot_file(&response, &signer, person, choice(number))
        })
        .collect();
    for batch in files.chunks(BATCH) {
        let report = cast(desk, family, poll, batch)?;
        ensure!(report.refused.is_empty(), "a good ballot was refused");
    }
    Ok(())
}

fn vote_directly(
    desk: &mut Desk,
    family: &Family,
    poll: ProposalId,
    persons: &[Person],
    skip: usize,
    count: usize,
) -> Result<()> {
    for (number, person) in (1_u32..).zip(persons).skip(skip).take(count) {
        let vote = assembly::ExecuteMsg::Vote {
            proposal: poll,
            choice: choice(number),
        };
        desk.queue(&person.account, call(&family.assembly, &vote, 0)?)?;
    }
    desk.block()?;
    Ok(())
}

/// One batch of bad ballots with one good one among them.
fn relay_bad(
    desk: &mut Desk,
    family: &Family,
    other: &Family,
    poll: ProposalId,
    persons: &[Person],
    relayed: usize,
    direct: usize,
) -> Result<Vec<BadBallot>> {
    let response = proposal(desk, family, poll)?;
    let first_idle = relayed + direct;
    let person = |index: usize| {
        persons
            .get(index)
            .context("too few persons for the bad ballots")
    };
    let id = |index: usize| -> Result<PersonId> { Ok(PersonId(u64::try_from(index)? + 1)) };
    let home = |person: PersonId, sequence: u32| Signer {
        chain_id: &family.chain_id,
        assembly: &family.assembly,
        person,
        sequence,
    };
    let sign = |signer: &Signer<'_>, key: &Person| ballot_file(&response, signer, key, Choice::Yes);
    let idle = id(first_idle)?;
    let foreign_trust = Signer {
        assembly: &other.assembly,
        ..home(id(first_idle + 1)?, 1)
    };
    let foreign_chain = Signer {
        chain_id: "another-chain-1",
        ..home(id(first_idle + 2)?, 1)
    };
    let nobody = PersonId(u64::try_from(persons.len())? + 1);
    let files = [
        (
            "signed with another person's key",
            sign(&home(idle, 1), person(first_idle + 1)?),
            Some(BallotRefusal::BadSignature),
        ),
        (
            "a lower sequence than the one counted",
            sign(&home(id(0)?, 0), person(0)?),
            Some(BallotRefusal::LowerSequence),
        ),
        (
            "not on the roll",
            sign(&home(nobody, 1), person(0)?),
            Some(BallotRefusal::NotOnRoll),
        ),
        (
            "for another trust",
            sign(&foreign_trust, person(first_idle + 1)?),
            Some(BallotRefusal::BadSignature),
        ),
        (
            "for another chain",
            sign(&foreign_chain, person(first_idle + 2)?),
            Some(BallotRefusal::BadSignature),
        ),
        (
            "relayed after a direct vote",
            sign(&home(id(relayed)?, 1), person(relayed)?),
            Some(BallotRefusal::VotedDirectly),
        ),
        ("good", sign(&home(idle, 1), person(first_idle)?), None),
    ];
    let batch: Vec<BallotFile> = files.iter().map(|(_, file, _)| file.clone()).collect();
    let report = cast(desk, family, poll, &batch)?;
    let mut refused = Vec::new();
    for (index, (what, file, expected)) in (0_u32..).zip(files) {
        let reason = report
            .refused
            .iter()
            .find(|r| r.index == index)
            .map(|r| r.reason);
        ensure!(
            reason == expected,
            "the ballot that is `{what}` was answered with {reason:?}"
        );
        if let Some(reason) = reason {
            refused.push(BadBallot {
                what,
                index,
                reason,
                explained: explain(family, &response, &file, persons),
            });
        }
    }
    Ok(refused)
}

/// What can be said about a ballot without asking the contract again.
fn explain(
    family: &Family,
    poll: &ProposalResponse,
    file: &BallotFile,
    persons: &[Person],
) -> String {
    let expected = file.expected_text(&family.chain_id, &family.assembly, &poll.proposal.poll_hash);
    let registered = usize::try_from(file.person.get().saturating_sub(1))
        .ok()
        .and_then(|index| persons.get(index));
    let Some(person) = registered else {
        return "there is no such person on the roll".to_owned();
    };
    match file.examine(&expected, &person.voting.public()) {
        Finding::Good => "text and signature are right: the reason is the contract's".to_owned(),
        Finding::OtherText(line) => format!(
            "line {} differs: the chain expects `{}`, signed was `{}`",
            line.line, line.expected, line.given
        ),
        Finding::OtherKey => "the text is right, the key is not the one on the roll".to_owned(),
        Finding::Broken => "the file was changed after signing".to_owned(),
    }
}

fn late_ballot(
    desk: &mut Desk,
    family: &Family,
    poll: ProposalId,
    persons: &[Person],
) -> Result<Attack> {
    let response = proposal(desk, family, poll)?;
    let last = persons.last().context("nobody is on the roll")?;
    let signer = Signer {
        chain_id: &family.chain_id,
        assembly: &family.assembly,
        person: PersonId(u64::try_from(persons.len())?),
        sequence: 1,
    };
    let cast = assembly::ExecuteMsg::CastBallots {
        proposal: poll,
        ballots: vec![ballot_file(&response, &signer, last, Choice::Yes).relayed()],
    };
    let late = call(&family.assembly, &cast, 0)?;
    Attack::attempt(
        desk,
        family,
        "a ballot relayed after the poll closed",
        &officer("relayer"),
        late,
    )
}

/// Accept, then submit, approve and pay each milestone by three trustees; answers what the payee received.
fn pay(
    desk: &mut Desk,
    family: &Family,
    appropriation: AppropriationId,
    milestones: usize,
) -> Result<u128> {
    let payee = officer("payee");
    let before = desk.balance(&payee)?;
    desk.send(
        &payee,
        call(
            &family.trust,
            &trust::ExecuteMsg::Accept { appropriation },
            0,
        )?,
    )?;
    for milestone in 0..milestones {
        submit_and_approve(
            desk,
            family,
            appropriation,
            ["trustee-1", "trustee-2"],
            milestone,
        )?;
        let pay = trust::ExecuteMsg::Pay { appropriation };
        desk.send(&officer("trustee-3"), call(&family.trust, &pay, 0)?)?;
    }
    Ok(desk.balance(&payee)? - before)
}

/// The first two of the three persons that a payment takes.
pub fn submit_and_approve(
    desk: &mut Desk,
    family: &Family,
    appropriation: AppropriationId,
    trustees: [&str; 2],
    milestone: usize,
) -> Result<()> {
    let [submitter, approver] = trustees;
    let submit = trust::ExecuteMsg::Submit {
        appropriation,
        evidence_hash: Hash::of(format!("milestone {milestone} is done").as_bytes()),
    };
    desk.send(&officer(submitter), call(&family.trust, &submit, 0)?)?;
    let approve = trust::ExecuteMsg::Approve { appropriation };
    desk.send(&officer(approver), call(&family.trust, &approve, 0)?)?;
    Ok(())
}
