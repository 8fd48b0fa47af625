//! Taking a step: which message, by whom, to which contract. Judges nothing.

use commons_client::tx::Message;
use commons_common::assembly::{
    Act, ExecuteMsg as Assembly, ProposalResponse, QueryMsg as AskAssembly,
};
use commons_common::id::{DeclarationId, PeriodId, PersonId, PlacementId};
use commons_common::roll::ExecuteMsg as Roll;
use commons_common::survey::ExecuteMsg as Survey;
use commons_common::trust::{
    AppropriationKind, Declaration, ExecuteMsg as Trust, QueryMsg as AskTrust, StatusResponse,
};
use commons_common::units::{Hash, Seconds, UnixTime};
use cosmwasm_std::Uint128;

use super::{Kind, Step, Until};
use crate::cast::{Person, address, officer};
use crate::chain::{Chain, Outcome, coins};
use crate::charter::name;
use crate::family::Family;

/// Takes one step; none where it was no transaction.
pub fn take<C: Chain>(family: &mut Family<C>, step: &Step) -> Option<Outcome> {
    let (trust, roll) = (family.trust.clone(), family.roll.clone());
    Some(match step {
        Step::Wait(days) => {
            family.wait(Seconds::days(*days));
            return None;
        }
        Step::Await(until) => {
            if let Some(time) = time_of(family, *until) {
                family.chain.wait_until(time);
            }
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

/// The newest proposal but so many.
pub fn poll<C: Chain>(family: &Family<C>, back: u64) -> Option<ProposalResponse> {
    let newest = AskAssembly::ReverseProposals {
        start_before: None,
        limit: Some(u32::try_from(back).ok()? + 1),
    };
    let newest: Vec<ProposalResponse> = family.chain.query(&family.assembly, &newest);
    newest.into_iter().nth(usize::try_from(back).ok()?)
}

fn time_of<C: Chain>(family: &Family<C>, until: Until) -> Option<UnixTime> {
    let status = family.chain.query(&family.trust, &AskTrust::Status {});
    match until {
        Until::Open => poll(family, 0).map(|poll| poll.proposal.opens),
        Until::Executable => poll(family, 0).map(|poll| poll.proposal.executable_from),
        Until::PeriodOver => match status {
            StatusResponse::Living { closes_from, .. } => Some(closes_from),
            StatusResponse::Founding {} => None,
        },
        Until::ClaimsOver => {
            let all = AskTrust::ListDeclarations {
                start_after: None,
                limit: Some(100),
            };
            let all: Vec<Declaration> = family.chain.query(&family.trust, &all);
            all.last().map(|newest| newest.claim_until)
        }
    }
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
pub fn open_period<C: Chain>(family: &Family<C>) -> PeriodId {
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
    let settle = |subject: &str, period| Survey::Settle {
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
