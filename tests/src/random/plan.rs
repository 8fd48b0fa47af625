//! What a step means in the state that it meets: which messages, by whom, to which contract. Judges nothing, sends nothing.

use commons_client::keys::AccountKey;
use commons_client::tx::Message;
use commons_common::assembly::{
    Act, ExecuteMsg as Assembly, ProposalResponse, QueryMsg as AskAssembly,
};
use commons_common::id::{DeclarationId, PeriodId, PersonId, PlacementId, ProposalId};
use commons_common::roll::ExecuteMsg as Roll;
use commons_common::survey::ExecuteMsg as Survey;
use commons_common::trust::{
    AppropriationKind, ExecuteMsg as Trust, Placement, QueryMsg as AskTrust,
};
use commons_common::units::{Hash, Seconds};
use cosmwasm_std::Uint128;

use super::take::open_period;
use super::{BASE, Kind, Measured, Step};
use crate::cast::{Person, address, officer};
use crate::chain::{Chain, call, coins};
use crate::charter::name;
use crate::family::Family;

/// A transaction before it is signed.
pub type Planned = (AccountKey, Message);

/// The transactions of one step, in order; none where there is nothing to do it with.
pub fn plan<C: Chain>(family: &Family<C>, step: &Step) -> Vec<Planned> {
    match step {
        Step::Wait(_) | Step::Await(_) | Step::Together(_) => Vec::new(),
        Step::Measure {
            what,
            back,
            per_mille,
        } => measure(family, *what, *back, *per_mille),
        Step::SettleReadings(back) => settle(family, *back),
        other => one(family, other).into_iter().collect(),
    }
}

fn one<C: Chain>(family: &Family<C>, step: &Step) -> Option<Planned> {
    let by = |label: &str, msg: &Trust, funds: u128| {
        Some((officer(label), call(&family.trust, msg, funds)))
    };
    match step {
        Step::Contribute(to, amount) => by("sponsor", &Trust::Contribute { to: *to }, *amount),
        Step::Revenue(source, amount) => {
            by("sponsor", &Trust::Revenue { source: *source }, *amount)
        }
        Step::Stray(amount) => {
            let send = Message::Send {
                to: family.trust.clone(),
                amount: coins((*amount).max(1)),
            };
            Some((officer("stranger"), send))
        }
        Step::Money(label, msg) => by(label, msg, 0),
        Step::Place(label, back, amount) => {
            let place = Trust::Place {
                authorisation: placement_act(family, *back)?,
                amount: Uint128::new(*amount),
            };
            by(label, &place, 0)
        }
        Step::Claim(person, declaration) => {
            let claim = Trust::Claim {
                declaration: DeclarationId(*declaration),
            };
            let account = family.person(*person).account.clone()?;
            Some((account, call(&family.trust, &claim, 0)))
        }
        Step::Return(id, book, per_mille) => {
            let custodian = custodian_of(family, *id)?;
            let back = Trust::Return {
                placement: PlacementId(*id),
                book: Uint128::new(*book),
            };
            by(custodian, &back, book * per_mille / 1_000)
        }
        Step::Attest(..)
        | Step::Renew(_)
        | Step::SettleRoll
        | Step::ExpireDue
        | Step::Rotate(_) => membership(family, step),
        other => decision(family, other),
    }
}

fn membership<C: Chain>(family: &Family<C>, step: &Step) -> Option<Planned> {
    let (label, msg) = match step {
        Step::Attest(by, person, again) => {
            let person = Person::new(*person);
            let attestation = if *again {
                person.attestation_signed_again(&family.roll)
            } else {
                person.attestation(&family.roll)
            };
            let persons = vec![attestation];
            (*by, Roll::Attest { persons })
        }
        Step::Renew(count) => {
            let persons = (1..=*count).map(PersonId).collect();
            ("registrar-3", Roll::Renew { persons })
        }
        Step::SettleRoll => ("stranger", Roll::Settle { limit: 50 }),
        Step::ExpireDue => ("stranger", Roll::ExpireDue { limit: 50 }),
        Step::Rotate(person) => ("relayer", family.rotation(*person)),
        _ => return None,
    };
    Some((officer(label), call(&family.roll, &msg, 0)))
}

fn decision<C: Chain>(family: &Family<C>, step: &Step) -> Option<Planned> {
    let (signer, msg) = match step {
        Step::Interest(trustee, subject) => {
            let subjects = vec![address(subject)];
            (officer(trustee), Assembly::DeclareInterest { subjects })
        }
        Step::Propose(kind, amount) => {
            let propose = Assembly::Propose {
                title: name("something"),
                act: act(family, *kind, *amount),
            };
            (officer("trustee-1"), propose)
        }
        Step::Ballots(back, ballots) => {
            let poll = poll(family, *back)?.proposal;
            let ballot = |(person, choice, sequence): &(u64, _, _)| {
                family.ballot(&poll, *person, *choice, *sequence)
            };
            let cast = Assembly::CastBallots {
                proposal: poll.id,
                ballots: ballots.iter().map(ballot).collect(),
            };
            (officer("relayer"), cast)
        }
        Step::Vote(back, person, choice) => {
            let vote = Assembly::Vote {
                proposal: poll(family, *back)?.proposal.id,
                choice: *choice,
            };
            (family.person(*person).account.clone()?, vote)
        }
        Step::Execute(back) => {
            let proposal = poll(family, *back)?.proposal.id;
            (officer("stranger"), Assembly::Execute { proposal })
        }
        _ => return None,
    };
    Some((signer, call(&family.assembly, &msg, 0)))
}

/// The newest proposal but so many.
pub fn poll<C: Chain>(family: &Family<C>, back: u64) -> Option<ProposalResponse> {
    newest(family).into_iter().nth(usize::try_from(back).ok()?)
}

fn newest<C: Chain>(family: &Family<C>) -> Vec<ProposalResponse> {
    let newest = AskAssembly::ReverseProposals {
        start_before: None,
        limit: Some(100),
    };
    family.chain.query(&family.assembly, &newest)
}

/// The newest executed act that allows a placement, but so many.
fn placement_act<C: Chain>(family: &Family<C>, back: u64) -> Option<ProposalId> {
    let mut acts = newest(family).into_iter().filter(|poll| {
        let place = matches!(poll.proposal.act, Act::Place { .. });
        place && poll.proposal.executed_at.is_some()
    });
    let act = acts.nth(usize::try_from(back).ok()?)?;
    Some(act.proposal.id)
}

fn placements<C: Chain>(family: &Family<C>) -> Vec<Placement> {
    family.chain.query(&family.trust, &AskTrust::Placements {})
}

fn custodian_of<C: Chain>(family: &Family<C>, id: u64) -> Option<&'static str> {
    let placement = placements(family)
        .into_iter()
        .find(|placement| placement.id == PlacementId(id))?;
    ["custodian", "custodian-2"]
        .into_iter()
        .find(|label| address(label) == placement.custodian.as_str())
}

fn act<C: Chain>(family: &Family<C>, kind: Kind, amount: u128) -> Act {
    let appropriate = |kind, milestones: Vec<u128>| Act::Appropriate {
        kind,
        payee: address("payee"),
        milestones: milestones.into_iter().map(Uint128::new).collect(),
        purpose_hash: Hash::of(b"purpose"),
        lapses_at: family.chain.now().after(Seconds::days(40)),
    };
    let even = amount.is_multiple_of(2);
    match kind {
        Kind::Project => appropriate(AppropriationKind::Project, vec![amount, 7]),
        Kind::Maintenance => appropriate(AppropriationKind::Maintenance, vec![amount / 10 + 1]),
        Kind::Place => Act::Place {
            custodian: address(if even { "custodian" } else { "custodian-2" }),
            max: Uint128::new(amount * 5),
        },
        Kind::Registrar => Act::SetRegistrar {
            account: address("registrar-4"),
            quota: even.then_some(3),
        },
    }
}

fn measure<C: Chain>(
    family: &Family<C>,
    what: Measured,
    back: u64,
    per_mille: u128,
) -> Vec<Planned> {
    let booked = |label: &str| {
        let custodian = address(label);
        let placement = placements(family)
            .into_iter()
            .find(|placement| placement.custodian.as_str() == custodian);
        placement.map_or(0, |placement| placement.book.u128())
    };
    let base = match what {
        Measured::Prices => BASE,
        Measured::Holdings => booked("custodian"),
        Measured::OtherHoldings => booked("custodian-2"),
    };
    let report = |less: u128| Survey::Report {
        subject: name(subject(what)),
        period: before(family, back),
        value: Uint128::new((base * per_mille / 1_000).saturating_sub(less)),
        evidence_hash: Hash::of(b"evidence"),
    };
    // They rarely agree to the last unit.
    [("reporter-1", 0), ("reporter-2", per_mille % 3)]
        .into_iter()
        .map(|(label, less)| (officer(label), call(&family.survey, &report(less), 0)))
        .collect()
}

fn settle<C: Chain>(family: &Family<C>, back: u64) -> Vec<Planned> {
    [
        Measured::Prices,
        Measured::Holdings,
        Measured::OtherHoldings,
    ]
    .into_iter()
    .map(|what| {
        let settle = Survey::Settle {
            subject: name(subject(what)),
            period: before(family, back),
        };
        (officer("stranger"), call(&family.survey, &settle, 0))
    })
    .collect()
}

fn subject(what: Measured) -> &'static str {
    match what {
        Measured::Prices => "prices",
        Measured::Holdings => "holdings",
        Measured::OtherHoldings => "other holdings",
    }
}

/// The period that lies so many before the open one.
fn before<C: Chain>(family: &Family<C>, back: u64) -> PeriodId {
    PeriodId(open_period(family).get().saturating_sub(back))
}
