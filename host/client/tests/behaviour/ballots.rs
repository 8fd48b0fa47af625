//! Ballots: signed texts, files, and which line differs.

use commons_client::ClientError;
use commons_client::ballot::{sign_ballot, sign_possession, sign_rotation};
use commons_client::ballot_file::{BallotFile, Finding};
use commons_client::keys::{VotingKey, verify};
use commons_client::mismatch::{Mismatch, explain_mismatch};
use commons_common::assembly::Choice;
use commons_common::id::{PersonId, ProposalId};
use commons_common::signed::{BallotText, PossessionText, RotationText};
use commons_common::units::Hash;
use cosmwasm_std::HexBinary;

fn text(poll_hash: &Hash) -> BallotText<'_> {
    BallotText {
        chain_id: "commons-local-1",
        assembly: "commons1assembly",
        proposal: ProposalId(7),
        poll_hash,
        person: PersonId(1042),
        choice: Choice::Yes,
        key_epoch: 0,
        sequence: 1,
    }
}

fn key() -> VotingKey {
    VotingKey::derive("seed", "person/1042")
}

#[test]
fn what_is_signed_is_the_text_and_nothing_else() {
    let hash = Hash::of(b"poll");
    let signature = sign_ballot(&key(), &text(&hash));
    verify(&key().public(), text(&hash).text().as_bytes(), &signature).unwrap();
    let roll = "commons1roll";
    let voting_key = HexBinary::from(key().public());
    let possession = PossessionText {
        chain_id: "commons-local-1",
        roll,
        nullifier: &hash,
        account: None,
        class: 0,
        voting_key: &voting_key,
    };
    let signature = sign_possession(&key(), &possession);
    verify(&key().public(), possession.text().as_bytes(), &signature).unwrap();
    let rotation = RotationText {
        chain_id: "commons-local-1",
        roll,
        person: PersonId(1042),
        new_key: &voting_key,
        key_epoch: 1,
    };
    let signature = sign_rotation(&key(), &rotation);
    verify(&key().public(), rotation.text().as_bytes(), &signature).unwrap();
}

#[test]
fn a_ballot_file_is_read_back_whole() {
    let file = BallotFile::sign(&key(), &text(&Hash::of(b"poll")));
    let json = file.to_json().unwrap();
    assert_eq!(BallotFile::parse(&json).unwrap(), file);
    let relayed = file.relayed();
    assert_eq!(
        (relayed.person, relayed.choice),
        (PersonId(1042), Choice::Yes)
    );
    assert_eq!(relayed.signature, file.signature);
}

#[test]
fn another_schema_unknown_fields_and_noise_are_refused() {
    let json = BallotFile::sign(&key(), &text(&Hash::of(b"poll")))
        .to_json()
        .unwrap();
    let later = json.replace("commons/ballot/1", "commons/ballot/2");
    assert!(matches!(
        BallotFile::parse(&later),
        Err(ClientError::BallotSchema { .. })
    ));
    let more = json.replacen('{', "{\"weight\": 2,", 1);
    assert!(matches!(
        BallotFile::parse(&more),
        Err(ClientError::BallotMalformed(_))
    ));
    assert!(BallotFile::parse("not json").is_err());
    assert!(BallotFile::parse(&json[..json.len() / 2]).is_err());
}

#[test]
fn a_ballot_for_this_poll_by_the_registered_key_is_good() {
    let hash = Hash::of(b"poll");
    let file = BallotFile::sign(&key(), &text(&hash));
    let expected = file.expected_text("commons-local-1", "commons1assembly", &hash);
    assert_eq!(expected, text(&hash).text());
    assert_eq!(file.examine(&expected, &key().public()), Finding::Good);
}

/// Each way in which a ballot is for something else, and the line that says so.
#[test]
fn the_line_that_differs_is_named() {
    let hash = Hash::of(b"poll");
    let other = Hash::of(b"other poll");
    let file = BallotFile::sign(&key(), &text(&hash));
    let cases = [
        (
            file.expected_text("commons-local-2", "commons1assembly", &hash),
            2,
            "chain",
        ),
        (
            file.expected_text("commons-local-1", "commons1other", &hash),
            3,
            "assembly",
        ),
        (
            file.expected_text("commons-local-1", "commons1assembly", &other),
            5,
            "poll-hash",
        ),
    ];
    for (expected, line, name) in cases {
        match file.examine(&expected, &key().public()) {
            Finding::OtherText(m) => assert_eq!((m.line, m.key.as_str()), (line, name)),
            finding => panic!("{name}: {finding:?}"),
        }
    }
    let mut changed = file.clone();
    changed.choice = Choice::No;
    let expected = changed.expected_text("commons-local-1", "commons1assembly", &hash);
    match changed.examine(&expected, &key().public()) {
        Finding::OtherText(m) => assert_eq!(
            m,
            Mismatch {
                line: 7,
                key: "choice".into(),
                expected: "choice: no".into(),
                given: "choice: yes".into(),
            }
        ),
        finding => panic!("{finding:?}"),
    }
}

#[test]
fn another_key_is_told_from_a_changed_file() {
    let hash = Hash::of(b"poll");
    let file = BallotFile::sign(&VotingKey::derive("seed", "person/7"), &text(&hash));
    let expected = text(&hash).text();
    assert_eq!(file.examine(&expected, &key().public()), Finding::OtherKey);
    let mut cut = BallotFile::sign(&key(), &text(&hash));
    cut.signature = HexBinary::from([0; 64]);
    assert_eq!(cut.examine(&expected, &key().public()), Finding::Broken);
    cut.signature = HexBinary::from(vec![1, 2, 3]);
    assert_eq!(cut.examine(&expected, &key().public()), Finding::Broken);
    let mut rewritten = BallotFile::sign(&key(), &text(&hash));
    rewritten.text = rewritten.text.replace("yes", "no");
    assert_eq!(
        rewritten.examine(&expected, &key().public()),
        Finding::Broken
    );
}

#[test]
fn missing_and_extra_lines_are_differences_too() {
    assert_eq!(explain_mismatch("a: 1\nb: 2\n", "a: 1\nb: 2\n"), None);
    let cut = explain_mismatch("a: 1\nb: 2\n", "a: 1\n").unwrap();
    assert_eq!(
        (cut.line, cut.key.as_str(), cut.given.as_str()),
        (2, "b", "")
    );
    let long = explain_mismatch("a: 1\n", "a: 1\nextra\n").unwrap();
    assert_eq!(
        (long.line, long.key.as_str(), long.expected.as_str()),
        (2, "extra", "")
    );
    let unended = explain_mismatch("a: 1\n", "a: 1").unwrap();
    assert_eq!(unended.line, 2);
    assert_eq!(explain_mismatch("a", "").unwrap().line, 1);
}
