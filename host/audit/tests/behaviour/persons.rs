//! Who is on the roll, by the second reading of it.

use commons_client::ballot::sign_possession;
use commons_common::assembly::{self, Choice};
use commons_common::roll::{Attestation, ExecuteMsg};
use commons_common::signed::PossessionText;

use crate::history::{CHAIN, History, VALIDITY, account, money, name, voting_key};

fn attest(history: &mut History, registrar: &str, persons: Vec<Attestation>) {
    history.roll(registrar, &ExecuteMsg::Attest { persons });
}

fn active(history: &mut History) -> u64 {
    history.wait(100);
    history.roll("anyone", &ExecuteMsg::Settle { limit: 1_000 });
    history.wait(1);
    history.reader.counts(history.height).0
}

/// R43: one registrar admits nobody, however often; two do.
#[test]
fn a_person_takes_two_registrars() {
    let mut history = History::begin(money());
    let person = history.attestation(1);
    attest(
        &mut history,
        "registrar 1",
        vec![person.clone(), person.clone()],
    );
    assert_eq!(active(&mut history), 0);
    attest(&mut history, "registrar 2", vec![person]);
    assert_eq!(active(&mut history), 1);
}

/// R42, R49, I1: taken accounts and keys, a possession by another key, and a foreign address admit nobody.
#[test]
fn what_is_taken_or_not_proven_is_refused_one_by_one() {
    let mut history = History::begin(money());
    history.admit(1..=2);
    let good = history.attestation(3);
    let taken_account = Attestation {
        account: history.attestation(1).account,
        ..history.attestation(4)
    };
    let unproven = Attestation {
        possession: history.attestation(5).possession,
        ..history.attestation(6)
    };
    let foreign = Attestation {
        account: Some("cosmos1qqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqnrql8a".to_owned()),
        ..history.attestation(7)
    };
    let known = history.attestation(2);
    let mut same_key = history.attestation(1);
    same_key.nullifier = commons_common::units::Hash::of(b"another");
    same_key.account = None;
    let text = PossessionText {
        chain_id: CHAIN,
        roll: &history.family.roll,
        nullifier: &same_key.nullifier,
        account: None,
        class: 0,
        voting_key: &same_key.voting_key,
    };
    same_key.possession = sign_possession(&voting_key(1), &text);
    let batch = vec![taken_account, unproven, good, foreign, known, same_key];
    attest(&mut history, "registrar 1", batch.clone());
    attest(&mut history, "registrar 2", batch);
    assert_eq!(active(&mut history), 3);
}

/// R43, I4: a quota is twelve here; what is beyond it is refused.
#[test]
fn quotas_bound_what_a_registrar_admits() {
    let mut history = History::begin(money());
    history.admit(1..=14);
    assert_eq!(active(&mut history), 12);
    // The next epoch begins 10,000 seconds after the founding, and attestations count afresh.
    history.wait(10_000);
    history.admit(13..=14);
    assert_eq!(active(&mut history), 14);
}

/// R43, I4: after ratification the roll grows by a share an epoch, by one at least.
#[test]
fn growth_is_bounded_once_the_trust_lives() {
    let mut history = History::living(money(), 8, 1_000);
    history.wait(10_000);
    history.admit(9..=12);
    assert_eq!(active(&mut history), 9);
}

/// R43: whoever joined since the ratifying poll was made is growth already: eight persons may become nine.
#[test]
fn growth_begins_with_the_ratifying_poll() {
    let joined = |persons: std::ops::RangeInclusive<u64>| {
        let mut history = History::begin(money());
        history.admit(1..=8);
        assert_eq!(active(&mut history), 8);
        let act = history.ratification();
        let proposal = history.propose(act);
        history.admit(persons);
        let ballots = (1..=8)
            .map(|n| history.ballot(proposal, n, Choice::Yes, 1))
            .collect();
        history.cast(proposal, ballots).unwrap();
        history.wait(200);
        let execute = assembly::ExecuteMsg::Execute { proposal };
        history.assembly("anyone", &execute).unwrap();
        let ratified = history.ratify();
        (
            history,
            ratified.map_err(|difference| difference.to_string()),
        )
    };
    let (_, refused) = joined(9..=10);
    assert!(refused.unwrap_err().contains("2 joined the roll"));
    let (mut history, ratified) = joined(9..=9);
    ratified.unwrap();
    // The ninth was this epoch's growth; the tenth waits for the next.
    history.admit(10..=10);
    assert_eq!(active(&mut history), 9);
    history.wait(10_000);
    history.admit(10..=10);
    assert_eq!(active(&mut history), 10);
}

/// R44: no proposal while expiries wait, nor in the block that works them off, whatever comes first.
#[test]
fn a_proposal_waits_for_expiries_and_for_the_block_after_them() {
    let mut history = History::living(money(), 8, 1_000);
    history.wait(VALIDITY);
    let propose = assembly::ExecuteMsg::Propose {
        title: name("late"),
        act: history.ratification(),
    };
    let before = history.reader.clone();
    history.assembly("anyone", &propose).unwrap_err();
    history.reader = before;
    history.roll("anyone", &ExecuteMsg::ExpireDue { limit: 1_000 });
    let before = history.reader.clone();
    let at = history.family.assembly.clone();
    history
        .call(&at, &account("anyone"), &propose, vec![])
        .unwrap_err();
    history.reader = before;
    history.assembly("anyone", &propose).unwrap();
    assert_eq!(history.reader.proposals().last().unwrap().electorate, 0);
}

/// R43: registrars say the same if everything but the signature agrees, and each signature is checked.
#[test]
fn another_signature_of_the_same_key_says_the_same() {
    let mut history = History::begin(money());
    let first = history.attestation(1);
    let unproven = Attestation {
        possession: history.attestation(2).possession,
        ..first.clone()
    };
    attest(&mut history, "registrar 1", vec![first]);
    attest(&mut history, "registrar 2", vec![unproven]);
    assert_eq!(active(&mut history), 0);
    let again = history.attestation_signed_again(1);
    attest(&mut history, "registrar 2", vec![again]);
    assert_eq!(active(&mut history), 1);
}

/// R15, R46: a share starts a residence after the vote, and counts from the next block on.
#[test]
fn who_comes_after_ratification_votes_before_sharing() {
    let mut history = History::living(money(), 8, 1_000);
    history.admit(9..=9);
    assert_eq!(active(&mut history), 9);
    let before = history.height;
    assert_eq!(history.reader.counts(before), (9, 8));
    history.wait(1_000);
    history.roll("anyone", &ExecuteMsg::Settle { limit: 10 });
    assert_eq!(history.reader.counts(history.height), (9, 8));
    assert_eq!(history.reader.counts(history.height + 1), (9, 9));
}

/// R15: who founds a trust has a share as soon as a vote, also while the trust is not ratified.
#[test]
fn founders_share_from_their_vote_on() {
    let mut history = History::begin(money());
    history.admit(1..=3);
    assert_eq!(active(&mut history), 3);
    assert_eq!(history.reader.counts(history.height), (3, 3));
}
