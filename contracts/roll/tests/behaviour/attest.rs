use commons_common::roll::{ExecuteMsg, QueryMsg, Registrar, RollRefusal, Status};
use commons_common::units::{Bps, UnixTime};
use commons_roll::RollError;
use cosmwasm_std::{Env, HexBinary};

use crate::support::{
    ADMISSION, Applicant, EPOCH, FOUNDED, RESIDENCE, Roll, VALIDITY, addr, attestations, refusals,
    registrar, report, rotation, rules, sign, sign_with_nonce,
};

/// R43: one registrar alone admits nobody, however often it says so.
#[test]
fn one_registrar_alone_admits_nobody() {
    let mut roll = Roll::new();
    let one = attestations(&roll.env, 0..1);
    assert_eq!(roll.attest(0, one.clone()).accepted, 1);
    let again = roll.attest(0, one);
    assert_eq!(refusals(&again), [(0, RollRefusal::AlreadyAttested)]);
    assert!(matches!(
        roll.ask_err(QueryMsg::Person {
            person: commons_common::id::PersonId(1)
        }),
        RollError::NoSuchPerson(_)
    ));
}

/// C10: the same attestation twice in one message is one attestation.
#[test]
fn one_registrar_cannot_be_two_within_one_batch() {
    let mut roll = Roll::new();
    let one = Applicant::new(0).attestation(&roll.env);
    let report = roll.attest(0, vec![one.clone(), one]);
    assert_eq!(report.accepted, 1);
    assert_eq!(refusals(&report), [(1, RollRefusal::AlreadyAttested)]);
}

/// R43: the k-th registrar admits; the person waits for the public window.
#[test]
fn second_registrar_admits_a_pending_person() {
    let mut roll = Roll::new();
    let applicant = Applicant::new(7);
    let persons = vec![applicant.attestation(&roll.env)];
    roll.attest(0, persons.clone());
    roll.pass(10);
    let response = roll
        .send(&registrar(3), ExecuteMsg::Attest { persons })
        .unwrap();
    assert_eq!(report(&response).accepted, 1);
    let admitted = &response.events[0];
    assert_eq!(admitted.ty, "admitted");
    assert_eq!(admitted.attributes[1].value, "1");

    let person = roll.person(1);
    let now = FOUNDED + 10;
    assert_eq!(person.status, Status::Pending);
    assert_eq!(person.account, applicant.account());
    assert_eq!(person.admitted, UnixTime(now));
    assert_eq!(person.votes_from, UnixTime(now + ADMISSION));
    assert_eq!(person.valid_until, UnixTime(now + VALIDITY));
    assert_eq!(roll.marks(1), (false, false));
    assert_eq!(roll.electorate(roll.height() + 1).active, 0);
}

/// R43 with k = 3: two are not enough.
#[test]
fn threshold_of_three_takes_three() {
    let mut rules = rules();
    rules.threshold = 3;
    let mut roll = Roll::with(rules);
    let one = attestations(&roll.env, 0..1);
    roll.attest(0, one.clone());
    roll.attest(1, one.clone());
    assert!(matches!(
        roll.ask_err(QueryMsg::Person {
            person: commons_common::id::PersonId(1)
        }),
        RollError::NoSuchPerson(_)
    ));
    roll.attest(2, one);
    assert_eq!(roll.person(1).status, Status::Pending);
}

/// R43: registrars who say different things of one person do not add up.
#[test]
fn different_contents_do_not_add_up() {
    let mut roll = Roll::new();
    let mut other = Applicant::new(0);
    other.account = Some(99);
    let first = Applicant::new(0).attestation(&roll.env);
    let second = other.attestation(&roll.env);
    assert_eq!(roll.attest(0, vec![first]).accepted, 1);
    let report = roll.attest(1, vec![second]);
    assert_eq!((report.accepted, report.refused.len()), (1, 0));
    assert!(matches!(
        roll.ask_err(QueryMsg::Person {
            person: commons_common::id::PersonId(1)
        }),
        RollError::NoSuchPerson(_)
    ));
}

#[test]
fn only_registrars_attest() {
    let mut roll = Roll::new();
    let persons = attestations(&roll.env, 0..1);
    let refused = roll
        .send(&addr("anyone"), ExecuteMsg::Attest { persons })
        .unwrap_err();
    assert!(matches!(refused, RollError::NotRegistrar { .. }));
}

/// R42: a nullifier is known for ever, also when its person has lapsed.
#[test]
fn nullifier_is_known_for_ever() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    roll.pass(VALIDITY);
    roll.expire(1);
    assert_eq!(roll.person(1).status, Status::Lapsed);
    let mut again = Applicant::new(50);
    again.nullifier = 0;
    let report = roll.attest(0, vec![again.attestation(&roll.env)]);
    assert_eq!(refusals(&report), [(0, RollRefusal::AlreadyKnown)]);
}

/// I1: accounts and voting keys belong to one person; a former key stays taken.
#[test]
fn account_and_keys_of_another_are_taken() {
    let mut roll = Roll::new();
    roll.settled(&Applicant::new(0));
    let rotate = rotation(&roll.env, 1, (0, 40), 1);
    roll.send(&addr("anyone"), rotate).unwrap();
    let same_account = Applicant {
        account: Some(0),
        ..Applicant::new(1)
    };
    let former_key = Applicant {
        key: 0,
        ..Applicant::new(2)
    };
    let current_key = Applicant {
        key: 40,
        ..Applicant::new(3)
    };
    let batch = [same_account, former_key, current_key].map(|a| a.attestation(&roll.env));
    let report = roll.attest(0, batch.to_vec());
    assert_eq!(report.accepted, 0);
    assert_eq!(
        refusals(&report),
        [
            (0, RollRefusal::AccountTaken),
            (1, RollRefusal::KeyTaken),
            (2, RollRefusal::KeyTaken)
        ]
    );
}

/// I1, C10: two contents with one nullifier, attested before, are not both admitted by one batch.
#[test]
fn earlier_entries_of_a_batch_count_for_later_ones() {
    let mut roll = Roll::new();
    let first = Applicant::new(0);
    let same_nullifier = Applicant {
        nullifier: 0,
        ..Applicant::new(1)
    };
    let same_account = Applicant {
        account: Some(0),
        ..Applicant::new(2)
    };
    let same_key = Applicant {
        key: 0,
        ..Applicant::new(3)
    };
    let batch: Vec<_> = [first, same_nullifier, same_account, same_key]
        .iter()
        .map(|a| a.attestation(&roll.env))
        .collect();
    assert_eq!(roll.attest(0, batch.clone()).accepted, 4);
    let report = roll.attest(1, batch);
    assert_eq!(report.accepted, 1);
    assert_eq!(
        refusals(&report),
        [
            (1, RollRefusal::AlreadyKnown),
            (2, RollRefusal::AccountTaken),
            (3, RollRefusal::KeyTaken)
        ]
    );
}

/// R49: one bad entry is refused by index and never blocks the others; each refusal is an event.
#[test]
fn bad_entries_are_refused_by_index_and_block_nobody() {
    let mut roll = Roll::new();
    let mut batch = attestations(&roll.env, 0..9);
    batch[1].class = 2;
    batch[2].voting_key = HexBinary::from(vec![1; 31]);
    batch[3].account = batch[3].account.as_ref().map(|a| a.to_uppercase());
    batch[4].possession = HexBinary::from(vec![]);
    batch[5].possession = HexBinary::from(vec![9; 100_000]);
    batch[6].possession = batch[7].possession.clone();
    // A y-coordinate that is on no point: no key at all.
    batch[7].voting_key = HexBinary::from([2; 32]);
    let response = roll
        .send(&registrar(0), ExecuteMsg::Attest { persons: batch })
        .unwrap();
    let report = report(&response);
    assert_eq!(report.accepted, 2);
    assert_eq!(
        refusals(&report),
        [
            (1, RollRefusal::NoSuchClass),
            (2, RollRefusal::BadKey),
            (3, RollRefusal::BadAccount),
            (4, RollRefusal::BadPossession),
            (5, RollRefusal::BadPossession),
            (6, RollRefusal::BadPossession),
            (7, RollRefusal::BadPossession),
        ]
    );
    let events: Vec<_> = response
        .events
        .iter()
        .filter(|e| e.ty == "refused")
        .collect();
    assert_eq!(events.len(), 7);
    assert_eq!(events[0].attributes[1].value, "no_such_class");
}

/// R49: the keys under which a signature of zeros passes for any text never enter the roll.
#[test]
fn w20_small_order_keys_are_refused() {
    let mut roll = Roll::new();
    let mut identity = [0; 32];
    identity[0] = 1;
    let mut attestation = Applicant::new(0).attestation(&roll.env);
    attestation.voting_key = HexBinary::from(identity);
    // R = identity, s = 0: valid for every text under the identity key.
    let mut forged = [0; 64];
    forged[0] = 1;
    attestation.possession = HexBinary::from(forged);
    let report = roll.attest(0, vec![attestation]);
    assert_eq!(refusals(&report), [(0, RollRefusal::BadKey)]);
}

/// R49: a proof for another chain, roll, class or account proves nothing here.
#[test]
fn possession_proven_elsewhere_is_refused() {
    let mut roll = Roll::new();
    let applicant = Applicant::new(0);
    let mut other_chain = roll.env.clone();
    other_chain.block.chain_id = "another-chain".to_owned();
    let mut other_roll = roll.env.clone();
    other_roll.contract.address = addr("another roll");
    let elsewhere = |env: &Env| sign(&applicant.signing_key(), &applicant.possession_text(env));
    let honest = applicant.attestation(&roll.env);
    let mut batch = vec![honest.clone(), honest.clone(), honest.clone(), honest];
    batch[0].possession = elsewhere(&other_chain);
    batch[1].possession = elsewhere(&other_roll);
    batch[2].class = 1;
    batch[3].account = None;
    let report = roll.attest(0, batch);
    assert_eq!(report.accepted, 0);
    let expected: Vec<_> = (0..4).map(|i| (i, RollRefusal::BadPossession)).collect();
    assert_eq!(refusals(&report), expected);
}

#[test]
fn batches_have_1_to_256_entries() {
    let mut roll = Roll::new();
    let one = Applicant::new(0).attestation(&roll.env);
    for length in [0, 257] {
        let persons = vec![one.clone(); length];
        let refused = roll
            .send(&registrar(0), ExecuteMsg::Attest { persons })
            .unwrap_err();
        assert!(matches!(refused, RollError::BatchSize { .. }));
    }
    let full = attestations(&roll.env, 0..256);
    assert_eq!(roll.admit(full), 256);
    assert_eq!(roll.person(256).status, Status::Pending);
}

/// I4: a quota holds to the last second of its epoch and is full again in the next.
#[test]
fn quota_is_per_epoch() {
    let mut rules = rules();
    rules.registrars[0].quota = 3;
    let mut roll = Roll::with(rules);
    let report = roll.attest(0, attestations(&roll.env, 0..5));
    assert_eq!(report.accepted, 3);
    assert_eq!(
        refusals(&report),
        [(3, RollRefusal::QuotaUsed), (4, RollRefusal::QuotaUsed)]
    );
    roll.at(EPOCH - 1);
    let one = attestations(&roll.env, 3..4);
    assert_eq!(roll.attest(0, one.clone()).accepted, 0);
    roll.at(EPOCH);
    assert_eq!(roll.attest(0, one).accepted, 1);
    let registrars: Vec<Registrar> = roll.ask(QueryMsg::Registrars {});
    let used = registrars.iter().find(|r| r.account == registrar(0));
    assert_eq!(used.map(|r| r.used), Some(1));
}

/// I4: an attestation counts in its own epoch only, else the epoch of the last one could exceed its quotas.
#[test]
fn attestations_do_not_outlive_their_epoch() {
    let mut roll = Roll::new();
    let one = attestations(&roll.env, 0..1);
    roll.attest(0, one.clone());
    roll.at(EPOCH);
    let late = roll.attest(1, one.clone());
    assert_eq!((late.accepted, late.refused.len()), (1, 0));
    assert!(matches!(
        roll.ask_err(QueryMsg::Person {
            person: commons_common::id::PersonId(1)
        }),
        RollError::NoSuchPerson(_)
    ));
    roll.attest(0, one);
    assert_eq!(roll.person(1).status, Status::Pending);
}

/// R43: what a registrar said does not count once its office has ended.
#[test]
fn attestation_of_a_dismissed_registrar_does_not_count() {
    let mut roll = Roll::new();
    let one = attestations(&roll.env, 0..1);
    roll.attest(0, one.clone());
    let dismiss = ExecuteMsg::SetRegistrar {
        account: registrar(0).into_string(),
        quota: None,
    };
    roll.send(&addr("assembly"), dismiss).unwrap();
    roll.attest(1, one.clone());
    assert!(matches!(
        roll.ask_err(QueryMsg::Person {
            person: commons_common::id::PersonId(1)
        }),
        RollError::NoSuchPerson(_)
    ));
    roll.attest(2, one);
    assert_eq!(roll.person(1).status, Status::Pending);
}

/// I4, R43: from ratification on, an epoch never admits more than `growth_bps` of the roll; a refusal uses no quota.
#[test]
fn growth_is_bounded_once_ratified() {
    let mut rules = rules();
    rules.growth_bps = Bps(1_000);
    let mut roll = Roll::with(rules);
    roll.admit(attestations(&roll.env, 0..21));
    roll.pass(ADMISSION);
    roll.settle(u32::MAX);
    roll.ratify();
    roll.attest(0, attestations(&roll.env, 30..40));
    let report = roll.attest(1, attestations(&roll.env, 30..40));
    // 10 % of 21 is 2.1.
    assert_eq!(report.accepted, 2);
    assert!(
        report
            .refused
            .iter()
            .all(|r| r.reason == RollRefusal::GrowthBound)
    );
    let registrars: Vec<Registrar> = roll.ask(QueryMsg::Registrars {});
    let second = registrars.iter().find(|r| r.account == registrar(1));
    assert_eq!(second.map(|r| r.used), Some(21 + 2));

    roll.at(EPOCH);
    assert_eq!(roll.admit(attestations(&roll.env, 33..40)), 2);
}

/// R43: a bound by share is one person at least, else a small roll could never grow.
#[test]
fn an_empty_roll_still_grows_by_one() {
    let mut roll = Roll::new();
    roll.ratify();
    assert_eq!(roll.admit(attestations(&roll.env, 0..3)), 1);
}

/// R15: shares start with the votes before ratification, after the residence from then on.
#[test]
fn residence_applies_from_ratification() {
    let mut roll = Roll::new();
    roll.admit(attestations(&roll.env, 0..1));
    let founder = roll.person(1);
    assert_eq!(founder.shares_from, founder.votes_from);
    roll.pass(ADMISSION);
    roll.settle(1);
    roll.ratify();
    roll.admit(attestations(&roll.env, 1..2));
    let later = roll.person(2);
    assert_eq!(later.votes_from, UnixTime(roll.now() + ADMISSION));
    assert_eq!(later.shares_from, UnixTime(roll.now() + RESIDENCE));
}

/// A share never precedes the vote, whatever the residence.
#[test]
fn shares_wait_for_the_window_at_least() {
    let mut rules = rules();
    rules.share_residence.0 = 1;
    let mut roll = Roll::with(rules);
    roll.ratify();
    roll.admit(attestations(&roll.env, 0..1));
    let person = roll.person(1);
    assert_eq!(person.shares_from, person.votes_from);
}

/// R43: a person may sign once for each registrar, and no two signatures of one text need be equal.
#[test]
fn registrars_agree_whichever_valid_proof_each_was_given() {
    let mut roll = Roll::new();
    let applicant = Applicant::new(0);
    let first = applicant.attestation(&roll.env);
    let text = applicant.possession_text(&roll.env);
    let mut second = first.clone();
    second.possession = sign_with_nonce(&applicant.signing_key(), &text);
    assert_ne!(first.possession, second.possession);
    assert_eq!(roll.attest(0, vec![first]).accepted, 1);
    assert_eq!(roll.attest(1, vec![second]).accepted, 1);
    assert_eq!(roll.person(1).account, applicant.account());
}

/// R49: every registrar brings a proof that verifies; the first one's proof does not serve the second.
#[test]
fn a_second_registrar_without_a_valid_proof_is_refused() {
    let mut roll = Roll::new();
    let honest = attestations(&roll.env, 0..2);
    roll.attest(0, honest.clone());
    let mut batch = honest.clone();
    batch[0].possession = honest[1].possession.clone();
    batch[1].possession = HexBinary::default();
    let report = roll.attest(1, batch);
    assert_eq!(
        refusals(&report),
        [
            (0, RollRefusal::BadPossession),
            (1, RollRefusal::BadPossession)
        ]
    );
    assert_eq!(roll.attest(1, honest).accepted, 2);
}

/// One call verifies a batch, whoever attested the same before.
#[test]
fn proofs_are_verified_together() {
    let mut roll = Roll::new();
    let batch = attestations(&roll.env, 0..20);
    roll.attest(0, batch.clone());
    assert_eq!(roll.deps.api.batches.get(), 1);
    assert_eq!(roll.deps.api.checked.get(), 20);
    assert_eq!(roll.attest(1, batch).accepted, 20);
    assert_eq!(roll.deps.api.batches.get(), 2);
    assert_eq!(roll.deps.api.checked.get(), 40);
}

/// A proof that was refused is not remembered as verified.
#[test]
fn a_refused_proof_is_refused_again() {
    let mut roll = Roll::new();
    let mut batch = attestations(&roll.env, 0..2);
    batch[1].possession = batch[0].possession.clone();
    for by in [0, 1, 2] {
        let report = roll.attest(by, vec![batch[1].clone()]);
        assert_eq!(refusals(&report), [(0, RollRefusal::BadPossession)]);
    }
}
