//! Ballots and thresholds, by the second reading of the assembly.

use commons_common::assembly::{Act, Choice, ExecuteMsg, Tally};
use commons_common::id::PersonId;
use commons_common::units::Hash;

use crate::history::{History, account, money};

fn act() -> Act {
    Act::SetRegistrar {
        account: account("registrar 4"),
        quota: Some(5),
    }
}

fn tally(history: &History) -> (u64, u64, u64) {
    let Tally { yes, no, abstain } = history.reader.proposals().last().unwrap().tally;
    (yes, no, abstain)
}

/// R49, I5: the higher sequence replaces, the same or a lower one does not; bad ballots never block good ones.
#[test]
fn each_ballot_counts_or_is_refused_by_itself() {
    let mut history = History::living(money(), 10, 1_000);
    let poll = history.propose(act());
    let mut forged = history.ballot(poll, 4, Choice::Yes, 1);
    forged.choice = Choice::No;
    let mut foreign = history.ballot(poll, 5, Choice::Yes, 1);
    foreign.person = PersonId(77);
    let mut rotated = history.ballot(poll, 6, Choice::Yes, 1);
    rotated.key_epoch = 1;
    let ballots = vec![
        history.ballot(poll, 1, Choice::Yes, 2),
        history.ballot(poll, 2, Choice::Yes, 1),
        history.ballot(poll, 3, Choice::Abstain, 1),
        forged,
        foreign,
        rotated,
        history.ballot(poll, 1, Choice::No, 2),
        history.ballot(poll, 2, Choice::No, 2),
    ];
    history.cast(poll, ballots).unwrap();
    assert_eq!(tally(&history), (1, 1, 1));
    // Ten in the founding vote; of these eight, the one of a person whom the roll does not know has no key to check by.
    assert_eq!(history.reader.signatures().ballot, 10 + 7);
}

/// R49: a direct vote replaces any; only a direct vote replaces it.
#[test]
fn a_relayed_ballot_cannot_undo_a_direct_vote() {
    let mut history = History::living(money(), 10, 1_000);
    let poll = history.propose(act());
    history
        .cast(poll, vec![history.ballot(poll, 1, Choice::Yes, 1)])
        .unwrap();
    for choice in [Choice::Yes, Choice::No] {
        let vote = ExecuteMsg::Vote {
            proposal: poll,
            choice,
        };
        history.assembly("person 1", &vote).unwrap();
    }
    history
        .cast(poll, vec![history.ballot(poll, 1, Choice::Yes, 9)])
        .unwrap();
    assert_eq!(tally(&history), (0, 1, 0));
}

/// R30: a trustee with an interest has no vote on it, whether declared before the poll or in it; the electorate shrinks
/// by those known when the poll was made.
#[test]
fn the_recused_are_not_counted() {
    let mut history = History::living(money(), 10, 1_000);
    let act = Act::Place {
        custodian: account("custodian"),
        max: cosmwasm_std::Uint128::new(5),
    };
    let before = history.propose(act.clone());
    let declare = ExecuteMsg::DeclareInterest {
        subjects: vec![account("custodian")],
    };
    history.assembly("trustee 3", &declare).unwrap();
    let ballots = |history: &History, poll| {
        let both = [9, 10].map(|n| history.ballot(poll, n, Choice::Yes, 1));
        both.to_vec()
    };
    history.cast(before, ballots(&history, before)).unwrap();
    assert_eq!(tally(&history), (1, 0, 0));
    let after = history.propose(act);
    history.cast(after, ballots(&history, after)).unwrap();
    assert_eq!(tally(&history), (1, 0, 0));
    let [.., first, second] = history.reader.proposals() else {
        panic!("two polls");
    };
    assert_eq!(
        (first.electorate, first.recused.as_slice()),
        (10, [].as_slice())
    );
    assert_eq!(
        (second.electorate, second.recused.as_slice()),
        (9, [PersonId(10)].as_slice())
    );
    let vote = ExecuteMsg::Vote {
        proposal: after,
        choice: Choice::Yes,
    };
    let refused = history.assembly("trustee 3", &vote).unwrap_err();
    assert!(
        refused.to_string().contains("has no vote in this poll"),
        "{refused}"
    );
}

/// R38, I7, I8: an act that missed its thresholds, or is early, or was carried out, is refused.
#[test]
fn an_act_is_carried_out_once_in_time_and_with_its_thresholds() {
    let mut history = History::living(money(), 10, 1_000);
    let poll = history.propose(act());
    let execute = ExecuteMsg::Execute { proposal: poll };
    history
        .cast(poll, vec![history.ballot(poll, 1, Choice::Yes, 1)])
        .unwrap();
    let early = history.reader.clone();
    let refused = history
        .assembly("anyone", &execute)
        .unwrap_err()
        .to_string();
    assert!(refused.contains("cannot be carried out at"), "{refused}");
    history.reader = early;
    history.wait(200);
    // One of ten: below the turnout of two.
    let missed = history.reader.clone();
    let refused = history
        .assembly("anyone", &execute)
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("missed its thresholds with 1 yes, 0 no, 0 abstaining"),
        "{refused}"
    );
    history.reader = missed;
    let passed = history.decide(act(), 1..=2);
    let again = ExecuteMsg::Execute { proposal: passed };
    let refused = history.assembly("anyone", &again).unwrap_err().to_string();
    assert!(refused.contains("carried out before"), "{refused}");
}

/// R49: the poll's hash is what the design page says, from the journal's head after `Propose`.
#[test]
fn the_hash_of_a_poll_follows_from_act_window_and_head() {
    use sha2::{Digest, Sha256};
    let mut history = History::living(money(), 10, 1_000);
    history.propose(act());
    let proposal = history.reader.proposals().last().unwrap();
    let act = serde_json::to_vec(&proposal.act).unwrap();
    let [_, assembly, ..] = history.reader.journals();
    let text = [
        b"commons/poll/1".as_slice(),
        &u64::try_from(act.len()).unwrap().to_be_bytes(),
        &act,
        &proposal.electorate_height.to_be_bytes(),
        &proposal.opens.0.to_be_bytes(),
        &proposal.closes.0.to_be_bytes(),
        &assembly.unwrap().head.0,
    ]
    .concat();
    assert_eq!(proposal.poll_hash, Hash(Sha256::digest(text).into()));
}
