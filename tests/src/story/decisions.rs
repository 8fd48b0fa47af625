//! Decisions: the founding vote, and an appropriation from proposal to payment.

use commons_common::assembly::{
    Act, BallotRefusal, Choice, ExecuteMsg as Assembly, ProposalStatus,
};
use commons_common::id::{AppropriationId, PersonId};
use commons_common::trust::{
    Appropriation, AppropriationKind, ExecuteMsg as Trust, QueryMsg as Ask, StatusResponse,
};
use commons_common::units::{Hash, Seconds};
use cosmwasm_std::Uint128;

use super::money::status;
use super::{TRUSTEE, WITHOUT_ACCOUNT};
use crate::cast::address;
use crate::chain::Chain;
use crate::family::Family;

pub fn ratification<C: Chain>(family: &mut Family<C>) {
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

pub fn appropriation<C: Chain>(family: &mut Family<C>) {
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
