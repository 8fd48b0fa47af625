//! Lists: order, pages, bounds.

use commons_assembly::contract;
use commons_common::assembly::{Choice, ProposalResponse, QueryMsg, VoteInfo};
use commons_common::id::{PersonId, ProposalId};

use crate::support::{Assembly, member, ratify};

fn ids(assembly: &Assembly, question: QueryMsg) -> Vec<u64> {
    assembly
        .query::<Vec<ProposalResponse>>(question)
        .iter()
        .map(|response| response.proposal.id.get())
        .collect()
}

#[test]
fn proposals_come_in_pages_in_both_directions() {
    let mut assembly = Assembly::founded(7);
    for _ in 0..5 {
        assembly.propose(&member(1), ratify());
    }
    let forward = |start_after: Option<u64>, limit| QueryMsg::ListProposals {
        start_after: start_after.map(ProposalId),
        limit,
    };
    let backward = |start_before: Option<u64>, limit| QueryMsg::ReverseProposals {
        start_before: start_before.map(ProposalId),
        limit,
    };
    assert_eq!(ids(&assembly, forward(None, None)), [1, 2, 3, 4, 5]);
    assert_eq!(ids(&assembly, forward(Some(2), Some(2))), [3, 4]);
    assert_eq!(ids(&assembly, backward(None, Some(2))), [5, 4]);
    assert_eq!(ids(&assembly, backward(Some(3), None)), [2, 1]);
}

/// CWA-2023-003: no answer grows with the roll.
#[test]
fn votes_come_by_person_and_never_more_than_a_page() {
    let mut assembly = Assembly::founded(120);
    let id = assembly.propose(&member(1), ratify());
    let other = assembly.propose(&member(1), ratify());
    assembly.open(id);
    for person in (1..=120).rev() {
        assembly.vote(person, id, Choice::Yes).unwrap();
    }
    assembly.vote(1, other, Choice::No).unwrap();
    let page = |start_after: Option<u64>, limit| -> Vec<u64> {
        let votes: Vec<VoteInfo> = assembly.query(QueryMsg::ListVotes {
            proposal: id,
            start_after: start_after.map(PersonId),
            limit,
        });
        votes.iter().map(|vote| vote.person.get()).collect()
    };
    assert_eq!(page(None, None), (1..=30).collect::<Vec<_>>());
    assert_eq!(page(None, Some(1_000)), (1..=100).collect::<Vec<_>>());
    assert_eq!(
        page(Some(100), Some(1_000)),
        (101..=120).collect::<Vec<_>>()
    );
}

#[test]
fn a_proposal_that_does_not_exist_is_an_error() {
    let assembly = Assembly::founded(7);
    let question = QueryMsg::Proposal {
        proposal: ProposalId(1),
    };
    let answer = contract::query(assembly.deps.as_ref(), assembly.env.clone(), question);
    assert_eq!(answer.unwrap_err().to_string(), "there is no proposal 1");
}
