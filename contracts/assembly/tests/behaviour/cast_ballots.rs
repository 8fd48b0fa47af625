//! CastBallots: real ed25519 keys, real texts.

use commons_assembly::error::ContractError;
use commons_common::assembly::{BallotRefusal, Choice, SignedBallot, VotePath};
use commons_common::id::{PersonId, ProposalId};
use commons_common::roll::BatchReport;
use commons_common::signed::BallotText;
use commons_common::units::{Hash, UnixTime};
use cosmwasm_std::HexBinary;

use crate::refused;
use crate::support::{Assembly, account, appropriate, key, member, ratify, sign, trustee};

/// A founded assembly of `persons` with an open poll.
fn open_poll(persons: u64) -> (Assembly, ProposalId) {
    let mut assembly = Assembly::founded(persons);
    let id = assembly.propose(&member(1), ratify());
    assembly.open(id);
    (assembly, id)
}

fn reasons(report: &BatchReport<BallotRefusal>) -> Vec<(u32, BallotRefusal)> {
    report.refused.iter().map(|r| (r.index, r.reason)).collect()
}

#[test]
fn relayed_ballots_count_for_the_persons_who_signed() {
    let (mut assembly, id) = open_poll(7);
    let ballots = vec![
        assembly.ballot(id, 2, Choice::Yes, 1),
        assembly.ballot(id, 7, Choice::No, 9),
        assembly.ballot(id, 1, Choice::Abstain, 0),
    ];
    let report = assembly.cast(id, ballots);
    assert_eq!((report.accepted, report.refused.len()), (3, 0));
    assert_eq!(assembly.tally(id), (1, 1, 1));
    let vote = assembly.stored(id, 7).unwrap();
    let path = VotePath::Signed {
        key_epoch: 0,
        sequence: 9,
    };
    assert_eq!((vote.choice, vote.path), (Choice::No, path));
    assert_eq!(
        (vote.at, vote.height),
        (assembly.now(), assembly.env.block.height)
    );
}

/// C2: late or early is an error of the whole message, to the second.
#[test]
fn late_and_early_batches_are_refused_whole() {
    let mut assembly = Assembly::founded(7);
    let id = assembly.propose(&member(1), ratify());
    let proposal = assembly.proposal(id);
    let ballot = assembly.ballot(id, 1, Choice::Yes, 1);
    for time in [proposal.opens.0 - 1, proposal.closes.0] {
        assembly.at(UnixTime(time));
        let outcome = assembly.try_cast(id, vec![ballot.clone()]);
        refused!(outcome, ContractError::PollNotOpen { .. });
        assert_eq!(assembly.stored(id, 1), None);
    }
    assembly.at(UnixTime(proposal.closes.0 - 1));
    assert_eq!(assembly.cast(id, vec![ballot]).accepted, 1);
}

#[test]
fn a_batch_holds_1_to_256_ballots() {
    let (mut assembly, id) = open_poll(7);
    let ballot = assembly.ballot(id, 1, Choice::Yes, 1);
    for length in [0, 257] {
        let outcome = assembly.try_cast(id, vec![ballot.clone(); length]);
        refused!(outcome, ContractError::BatchSize { .. });
    }
}

/// R49: one bad ballot never blocks the others.
#[test]
fn a_full_batch_refuses_the_bad_by_index_and_counts_the_rest() {
    let (mut assembly, id) = open_poll(250);
    let mut ballots: Vec<SignedBallot> = (1..=250)
        .map(|person| assembly.ballot(id, person, Choice::Yes, 1))
        .collect();
    ballots[0].choice = Choice::No;
    ballots[17].signature = HexBinary::from([0u8; 64]);
    ballots[99].signature = HexBinary::from([7u8; 63]);
    ballots[249].key_epoch = 1;
    // A stranger, nobody, a person twice with the same and with a higher sequence, and one more.
    let mut stranger = ballots[3].clone();
    stranger.person = PersonId(251);
    ballots.push(stranger.clone());
    stranger.person = PersonId(0);
    ballots.push(stranger);
    ballots.push(ballots[5].clone());
    ballots.push(assembly.ballot(id, 7, Choice::Abstain, 2));
    ballots.push(assembly.ballot(id, 1, Choice::No, 1));
    ballots.push(assembly.ballot(id, 1, Choice::No, 2));
    assert_eq!(ballots.len(), 256);

    let response = assembly.try_cast(id, ballots).unwrap();
    let report: BatchReport<BallotRefusal> =
        cosmwasm_std::from_json(response.data.unwrap()).unwrap();
    assert_eq!(
        reasons(&report),
        [
            (0, BallotRefusal::BadSignature),
            (17, BallotRefusal::BadSignature),
            (99, BallotRefusal::BadSignature),
            (249, BallotRefusal::WrongKeyEpoch),
            (250, BallotRefusal::NotOnRoll),
            (251, BallotRefusal::NotOnRoll),
            (252, BallotRefusal::LowerSequence),
        ]
    );
    assert_eq!(report.accepted, 249);
    assert_eq!(assembly.tally(id), (245, 1, 1));

    let refusals = response.events.iter().filter(|e| e.ty == "ballot_refused");
    assert_eq!(refusals.count(), 7);
    let summary = response.events.iter().find(|e| e.ty == "ballots").unwrap();
    let counts: Vec<_> = summary
        .attributes
        .iter()
        .map(|a| a.value.as_str())
        .collect();
    assert_eq!(counts, ["1", "249", "7", "245", "1", "1"]);
}

/// R49: the host's verifier stops the whole message for a signature of another length, so none ever reaches it.
#[test]
fn signatures_of_a_wrong_length_are_refused_by_index() {
    for length in [0, 63, 65, 5_000] {
        let (mut assembly, id) = open_poll(7);
        let mut ballots: Vec<SignedBallot> = (1..=3)
            .map(|person| assembly.ballot(id, person, Choice::Yes, 1))
            .collect();
        let mut bytes = ballots[1].signature.to_vec();
        bytes.resize(length, 0);
        ballots[1].signature = HexBinary::from(bytes);
        let report = assembly.cast(id, ballots.clone());
        assert_eq!(reasons(&report), [(1, BallotRefusal::BadSignature)]);
        assert_eq!((report.accepted, assembly.tally(id)), (2, (2, 0, 0)));
        // Alone, too; and together with one that is only wrong.
        let alone = assembly.cast(id, vec![ballots[1].clone()]);
        assert_eq!(reasons(&alone), [(0, BallotRefusal::BadSignature)]);
        let mut forged = assembly.ballot(id, 4, Choice::Yes, 1);
        forged.choice = Choice::No;
        let both = assembly.cast(id, vec![forged, ballots[1].clone()]);
        assert_eq!(
            reasons(&both),
            [0, 1].map(|index| (index, BallotRefusal::BadSignature))
        );
    }
}

/// R49: a ballot for another chain, assembly, poll, person or choice is no ballot here.
#[test]
fn foreign_ballots_are_refused() {
    let (mut assembly, id) = open_poll(7);
    let proposal = assembly.proposal(id);
    let (chain, address) = (
        assembly.env.block.chain_id.clone(),
        assembly.env.contract.address.to_string(),
    );
    let ours = BallotText {
        chain_id: &chain,
        assembly: &address,
        proposal: id,
        poll_hash: &proposal.poll_hash,
        person: PersonId(1),
        choice: Choice::Yes,
        key_epoch: 0,
        sequence: 1,
    };
    let other_address = account("another assembly");
    let other_hash = Hash::of(b"the same poll on a chain begun anew");
    let foreign = [
        BallotText {
            chain_id: "another-chain",
            ..ours.clone()
        },
        BallotText {
            assembly: other_address.as_str(),
            ..ours.clone()
        },
        BallotText {
            proposal: ProposalId(2),
            ..ours.clone()
        },
        BallotText {
            poll_hash: &other_hash,
            ..ours.clone()
        },
        BallotText {
            person: PersonId(2),
            ..ours.clone()
        },
        BallotText {
            choice: Choice::No,
            ..ours.clone()
        },
        BallotText {
            key_epoch: 1,
            ..ours.clone()
        },
        BallotText {
            sequence: 2,
            ..ours.clone()
        },
    ];
    let relayed = foreign.map(|text| SignedBallot {
        signature: sign(&text, &key(1, 0)).signature,
        ..sign(&ours, &key(1, 0))
    });
    let report = assembly.cast(id, relayed.to_vec());
    assert_eq!(report.accepted, 0);
    assert_eq!(
        reasons(&report),
        (0..8)
            .map(|i| (i, BallotRefusal::BadSignature))
            .collect::<Vec<_>>()
    );
    // Another person's key over the right text; then the right one.
    let report = assembly.cast(id, vec![sign(&ours, &key(2, 0)), sign(&ours, &key(1, 0))]);
    assert_eq!(reasons(&report), [(0, BallotRefusal::BadSignature)]);
    assert_eq!(assembly.tally(id), (1, 0, 0));
}

/// R49: (key epoch, sequence) orders the ballots of a person.
#[test]
fn a_higher_sequence_replaces_and_the_same_or_a_lower_one_is_refused() {
    let (mut assembly, id) = open_poll(7);
    let first = assembly.ballot(id, 1, Choice::Yes, 5);
    assert_eq!(assembly.cast(id, vec![first.clone()]).accepted, 1);
    let same = assembly.ballot(id, 1, Choice::No, 5);
    let lower = assembly.ballot(id, 1, Choice::No, 4);
    let report = assembly.cast(id, vec![first, same, lower]);
    assert_eq!(
        reasons(&report),
        [0, 1, 2].map(|i| (i, BallotRefusal::LowerSequence))
    );
    let higher = assembly.ballot(id, 1, Choice::No, 6);
    assert_eq!(assembly.cast(id, vec![higher]).accepted, 1);
    assert_eq!(assembly.tally(id), (0, 1, 0));
}

/// R45, R49: after a rotation the old key is refused and the new one begins again, whatever the sequence.
#[test]
fn a_rotated_person_overwrites_and_is_never_counted_twice() {
    let (mut assembly, id) = open_poll(7);
    let before = assembly.ballot(id, 1, Choice::Yes, 5);
    let held_back = assembly.ballot(id, 1, Choice::Yes, 6);
    assert_eq!(assembly.cast(id, vec![before]).accepted, 1);
    assembly.rotate(1);
    let after = assembly.ballot(id, 1, Choice::No, 0);
    let report = assembly.cast(id, vec![held_back, after]);
    assert_eq!(reasons(&report), [(0, BallotRefusal::WrongKeyEpoch)]);
    assert_eq!(assembly.tally(id), (0, 1, 0));
}

/// R49: a withheld relayed ballot cannot undo a direct vote.
#[test]
fn a_direct_vote_is_not_replaced_by_a_ballot() {
    let (mut assembly, id) = open_poll(7);
    assembly.vote(1, id, Choice::Yes).unwrap();
    let ballot = assembly.ballot(id, 1, Choice::No, u32::MAX);
    let report = assembly.cast(id, vec![ballot]);
    assert_eq!(reasons(&report), [(0, BallotRefusal::VotedDirectly)]);
    assert_eq!(assembly.tally(id), (1, 0, 0));
}

/// R46: not on the roll at the proposal's height, with a perfect signature.
#[test]
fn who_came_later_is_not_on_this_roll() {
    let mut assembly = Assembly::founded(7);
    let same_block = assembly.admit(Some);
    let id = assembly.propose(&member(1), ratify());
    assembly.open(id);
    let ballot = assembly.ballot(id, same_block, Choice::Yes, 1);
    let report = assembly.cast(id, vec![ballot]);
    assert_eq!(reasons(&report), [(0, BallotRefusal::NotOnRoll)]);
}

/// R30: by the registered account, at creation or since; persons without an account have no such tie.
#[test]
fn a_trustee_with_an_interest_is_recused() {
    let mut assembly = Assembly::ratified(9);
    let payee = account("payee");
    assembly.give_account(4, trustee(1));
    assembly.give_account(5, trustee(2));
    let without_account = assembly.admit(|_| None);
    assembly.next_block();
    assembly.declare(&trustee(1), &payee).unwrap();
    let id = assembly.propose(&member(1), appropriate(&payee, &[1]));
    assembly.open(id);
    assembly.declare(&trustee(2), &payee).unwrap();
    let ballots = [4, 5, without_account].map(|p| assembly.ballot(id, p, Choice::Yes, 1));
    let report = assembly.cast(id, ballots.to_vec());
    assert_eq!(
        reasons(&report),
        [(0, BallotRefusal::Recused), (1, BallotRefusal::Recused)]
    );
    assert_eq!(assembly.tally(id), (1, 0, 0));
}

/// Oak CTF 01, duplicate ids in one call: a batch ends as its ballots would one by one.
#[test]
fn ballots_of_one_person_in_one_batch_are_taken_in_order() {
    let (mut assembly, id) = open_poll(7);
    let mut ballots: Vec<_> = [(Choice::Yes, 1), (Choice::No, 3), (Choice::Yes, 2)]
        .map(|(choice, sequence)| assembly.ballot(id, 1, choice, sequence))
        .to_vec();
    // A higher sequence with a bad signature stands in nobody's way.
    let mut forged = assembly.ballot(id, 2, Choice::No, 9);
    forged.choice = Choice::Yes;
    ballots.extend([forged, assembly.ballot(id, 2, Choice::Abstain, 1)]);
    let report = assembly.cast(id, ballots.clone());
    assert_eq!(
        reasons(&report),
        [
            (2, BallotRefusal::LowerSequence),
            (3, BallotRefusal::BadSignature)
        ]
    );
    assert_eq!(assembly.tally(id), (0, 1, 1));

    let (mut one_by_one, id) = open_poll(7);
    for ballot in ballots {
        one_by_one.cast(id, vec![ballot]);
    }
    assert_eq!(one_by_one.tally(id), assembly.tally(id));
    for person in 1..=2 {
        assert_eq!(
            one_by_one.stored(id, person).unwrap().choice,
            assembly.stored(id, person).unwrap().choice
        );
    }
}
