//! Vote, from the registered account.

use commons_assembly::error::ContractError;
use commons_assembly::state::{MOTIONS, POLLS};
use commons_common::assembly::{Choice, VotePath};
use commons_common::id::ProposalId;
use commons_common::units::UnixTime;
use cosmwasm_std::Storage;

use crate::refused;
use crate::support::{Assembly, FOUNDED, TERM, account, appropriate, member, ratify, trustee};

/// C2: `opens <= t < closes`, to the second.
#[test]
fn votes_count_from_the_first_second_to_the_last() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&member(1), ratify());
    let proposal = assembly.proposal(id);
    for (time, counts) in [
        (proposal.opens.0 - 1, false),
        (proposal.opens.0, true),
        (proposal.closes.0 - 1, true),
        (proposal.closes.0, false),
    ] {
        assembly.at(UnixTime(time));
        let outcome = assembly.vote(1, id, Choice::Yes);
        if counts {
            outcome.unwrap();
        } else {
            refused!(outcome, ContractError::PollNotOpen { .. });
        }
    }
}

/// I5: the last vote counts, once.
#[test]
fn a_later_vote_replaces_the_earlier_one() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&member(1), ratify());
    assembly.open(id);
    assembly.vote(1, id, Choice::Yes).unwrap();
    assembly.vote(2, id, Choice::Yes).unwrap();
    assert_eq!(assembly.tally(id), (2, 0, 0));
    assembly.vote(1, id, Choice::No).unwrap();
    assert_eq!(assembly.tally(id), (1, 1, 0));
    assembly.vote(1, id, Choice::Abstain).unwrap();
    assembly.vote(1, id, Choice::Abstain).unwrap();
    assert_eq!(assembly.tally(id), (1, 0, 1));
}

#[test]
fn a_vote_is_stored_with_time_height_and_path() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&member(1), ratify());
    assembly.open(id);
    assembly.vote(3, id, Choice::No).unwrap();
    let vote = assembly.stored(id, 3).unwrap();
    assert_eq!(vote.choice, Choice::No);
    assert_eq!(vote.path, VotePath::Direct {});
    assert_eq!(vote.at, assembly.now());
    assert_eq!(vote.height, assembly.env.block.height);
    assert_eq!(assembly.stored(id, 4), None);
}

/// R49: a direct vote replaces a signed ballot, whatever its sequence.
#[test]
fn a_direct_vote_replaces_a_signed_one() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&member(1), ratify());
    assembly.open(id);
    let ballot = assembly.ballot(id, 1, Choice::No, u32::MAX);
    assert_eq!(assembly.cast(id, vec![ballot]).accepted, 1);
    assembly.vote(1, id, Choice::Yes).unwrap();
    assert_eq!(assembly.tally(id), (1, 0, 0));
    assert_eq!(assembly.stored(id, 1).unwrap().path, VotePath::Direct {});
}

/// R46, C1: who came after the proposal has no vote on it; who lapsed after it keeps it.
#[test]
fn the_roll_at_the_proposals_height_decides() {
    let mut assembly = Assembly::founded(8);
    let same_block = assembly.admit(Some);
    let id = assembly.propose(&member(1), ratify());
    assembly.next_block();
    let later = assembly.admit(Some);
    assembly.open(id);
    for person in [same_block, later] {
        let outcome = assembly.vote(person, id, Choice::No);
        refused!(outcome, ContractError::NoVote { .. });
    }
    assembly.roll.borrow_mut().members[1].lapsed_in = Some(assembly.env.block.height);
    assembly.next_block();
    assembly.vote(2, id, Choice::Yes).unwrap();
    assert_eq!(assembly.tally(id), (1, 0, 0));
}

/// C2: the office of trustee carries no vote, nor does any other account.
#[test]
fn accounts_of_nobody_have_no_vote() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&trustee(1), ratify());
    assembly.open(id);
    for sender in [trustee(1), account("proxy")] {
        let msg = commons_common::assembly::ExecuteMsg::Vote {
            proposal: id,
            choice: Choice::Yes,
        };
        refused!(
            assembly.execute(&sender, msg),
            ContractError::NotAPerson { .. }
        );
    }
}

#[test]
fn a_poll_that_does_not_exist_is_refused() {
    let outcome = Assembly::founded(7).vote(1, ProposalId(1), Choice::Yes);
    refused!(outcome, ContractError::NoSuchProposal { .. });
}

/// R30: recused at creation, and recused by an interest declared since; a vote counted before it stands.
#[test]
fn a_trustee_with_an_interest_has_no_vote() {
    let mut assembly = Assembly::ratified(9);
    let payee = account("payee");
    for (person, n) in [(4, 1), (5, 2), (6, 3)] {
        assembly.give_account(person, trustee(n));
    }
    assembly.declare(&trustee(1), &payee).unwrap();
    let id = assembly.propose(&member(1), appropriate(&payee, &[1]));
    assembly.open(id);
    let vote = |assembly: &mut Assembly, n| {
        let msg = commons_common::assembly::ExecuteMsg::Vote {
            proposal: id,
            choice: Choice::Yes,
        };
        assembly.execute(&trustee(n), msg)
    };
    refused!(vote(&mut assembly, 1), ContractError::Recused {});
    vote(&mut assembly, 3).unwrap();
    for n in [2, 3] {
        assembly.declare(&trustee(n), &payee).unwrap();
        refused!(vote(&mut assembly, n), ContractError::Recused {});
    }
    assert_eq!(assembly.tally(id), (1, 0, 0));
    assert_eq!(assembly.proposal(id).electorate, 8);
}

/// R30: who was recused at creation stays so when the office ends before the poll does.
#[test]
fn the_recused_stay_recused_when_their_term_ends() {
    let mut assembly = Assembly::ratified(9);
    assembly.give_account(4, trustee(1));
    let last_day = UnixTime(FOUNDED).after(TERM).0 - 86_400;
    assembly.at(UnixTime(last_day));
    let id = assembly.propose(&member(1), appropriate(&trustee(1), &[1]));
    assembly.open(id);
    let msg = commons_common::assembly::ExecuteMsg::Vote {
        proposal: id,
        choice: Choice::Yes,
    };
    let outcome = assembly.execute(&trustee(1), msg);
    refused!(outcome, ContractError::Recused {});
    let ballot = assembly.ballot(id, 4, Choice::Yes, 1);
    assert_eq!(assembly.cast(id, vec![ballot]).accepted, 0);
}

/// A vote touches the poll and the vote alone: what was proposed is neither read into it nor written again.
#[test]
fn a_vote_writes_the_poll_and_leaves_the_motion() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&member(1), ratify());
    assembly.open(id);
    let entries = |assembly: &Assembly| {
        let storage = &assembly.deps.storage;
        let motion = storage.get(&MOTIONS.key(id.get())).unwrap();
        (motion, storage.get(&POLLS.key(id.get())).unwrap())
    };
    let (motion, poll) = entries(&assembly);
    assembly.vote(1, id, Choice::Yes).unwrap();
    let (motion_after, poll_after) = entries(&assembly);
    assert_eq!(motion, motion_after);
    assert_ne!(poll, poll_after);
    assert_eq!(assembly.tally(id), (1, 0, 0));
}
