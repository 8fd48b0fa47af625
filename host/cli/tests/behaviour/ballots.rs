//! The life of a ballot at the command line: signed, checked, relayed, seen; and every way in which it is refused.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::{Home, Run, TRUST};

struct Desk {
    home: Home,
    poll: String,
}

impl Desk {
    fn new() -> Self {
        let home = Home::new();
        let poll = home.open_poll().to_string();
        Self { home, poll }
    }

    fn file(&self, name: &str) -> String {
        self.home.path().join(name).to_str().unwrap().to_owned()
    }

    fn sign(&self, person: &str, choice: &str, out: &str, more: &[&str]) -> Run {
        let out = if out == "-" {
            out.to_owned()
        } else {
            self.file(out)
        };
        let mut arguments = vec![
            "ballot",
            "sign",
            "--trust",
            TRUST,
            "--proposal",
            &self.poll,
            "--person",
            person,
        ];
        arguments.extend(["--choice", choice, "--out", &out]);
        arguments.extend(more);
        self.home.run(&arguments)
    }

    fn show(&self, person: &str) -> Run {
        self.home.run(&[
            "ballot",
            "show",
            "--trust",
            TRUST,
            "--proposal",
            &self.poll,
            "--person",
            person,
        ])
    }

    fn edit(&self, name: &str, change: impl FnOnce(&mut Value)) {
        let mut value: Value =
            serde_json::from_str(&fs::read_to_string(self.file(name)).unwrap()).unwrap();
        change(&mut value);
        fs::write(self.file(name), value.to_string()).unwrap();
    }
}

#[test]
fn a_ballot_is_signed_checked_relayed_and_seen() {
    let desk = Desk::new();
    let before = desk.show("7").expect(1);
    assert!(
        before.out.contains("No vote of person 7 is recorded"),
        "{}",
        before.out
    );
    let signed = desk.sign("7", "yes", "7.ballot", &["--demo-key"]).expect(0);
    assert!(signed.err.contains("demonstration key"));
    let file: Value =
        serde_json::from_str(&fs::read_to_string(desk.file("7.ballot")).unwrap()).unwrap();
    let text = file["text"].as_str().unwrap();
    assert!(text.starts_with("commons ballot 1\nchain: commons-alaska-1\n"));
    assert!(signed.out.contains(text), "what is shown is what is signed");
    let checked = desk
        .home
        .run(&["ballot", "check", &desk.file("7.ballot")])
        .expect(0);
    assert!(
        checked.out.contains("it would be counted"),
        "{}",
        checked.out
    );
    let relayed = desk
        .home
        .run(&["ballot", "relay", &desk.file("7.ballot"), "--json"])
        .expect(0)
        .json();
    assert_eq!(relayed["counted"], 1);
    let height = relayed["height"].as_u64().unwrap();
    let seen = desk.show("7").expect(0);
    assert!(
        seen.out
            .contains(&format!("Your vote is recorded in block {height}.")),
        "{}",
        seen.out
    );
    assert!(seen.out.contains("as a signed ballot, sequence 1"));
    let again = desk
        .home
        .run(&["ballot", "relay", &desk.file("7.ballot")])
        .expect(1);
    assert!(
        again
            .out
            .contains("refused: a ballot with this or a higher sequence"),
        "{}",
        again.out
    );
    desk.sign("7", "no", "7-again.ballot", &["--demo-key"])
        .expect(0);
    desk.home
        .run(&["ballot", "relay", &desk.file("7-again.ballot")])
        .expect(0);
    assert!(desk.show("7").expect(0).out.contains("sequence 2"));
}

#[test]
fn a_batch_names_each_refused_ballot_and_the_line_that_differs() {
    let desk = Desk::new();
    for person in ["1", "2", "3"] {
        desk.sign(person, "yes", person, &["--demo-key"]).expect(0);
    }
    desk.edit("2", |ballot| ballot["choice"] = "no".into());
    desk.edit("3", |ballot| ballot["person"] = 999.into());
    let files: Vec<String> = ["1", "2", "3"].map(|name| desk.file(name)).into();
    let shown = desk
        .home
        .run(&["ballot", "relay", &files[0], &files[1], &files[2], "--json"])
        .expect(1)
        .json();
    let ballots = shown["ballots"].as_array().unwrap();
    assert_eq!(
        (&ballots[0]["counted"], &ballots[0]["reason"]),
        (&Value::Bool(true), &Value::Null)
    );
    assert_eq!(ballots[1]["reason"], "bad_signature");
    let says = ballots[1]["says"].as_str().unwrap();
    assert!(
        says.contains("line 7 differs (choice)") && says.contains("`choice: yes`"),
        "{says}"
    );
    assert_eq!(ballots[2]["reason"], "not_on_roll");
    let checked = desk
        .home
        .run(&["ballot", "check", &files[1], "--json"])
        .expect(1)
        .json();
    assert_eq!(checked["mismatch"]["key"], "choice");
    assert_eq!(checked["mismatch"]["line"], 7);
}

#[test]
fn a_ballot_on_stdout_is_the_one_document() {
    let desk = Desk::new();
    let signed = desk.sign("5", "abstain", "-", &["--demo-key"]).expect(0);
    assert_eq!(signed.json()["schema"], "commons/ballot/1");
    assert!(
        signed.err.contains("choice: abstain"),
        "the text is shown on stderr"
    );
    assert_eq!(
        desk.sign("5", "abstain", "-", &["--demo-key", "--json"])
            .expect(0)
            .out,
        signed.out
    );
    desk.sign("5", "yes", "5", &["--demo-key"]).expect(0);
    desk.sign("5", "no", "5", &["--demo-key"])
        .refused(3, &["never replaced"]);
    desk.sign("999", "yes", "-", &["--demo-key"])
        .refused(1, &["no person 999"]);
}

/// U3.
#[test]
fn a_key_file_must_be_the_persons_and_theirs_alone() {
    let desk = Desk::new();
    let key = desk.file("voting.key");
    commons_client::keys::VotingKey::derive("alaska", "person-5-voting")
        .write(key.as_ref())
        .unwrap();
    desk.sign("5", "yes", "5", &["--key", &key]).expect(0);
    desk.sign("6", "yes", "6", &["--key", &key])
        .refused(1, &["not the voting key of person 6"]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o644)).unwrap();
    desk.sign("5", "yes", "x", &["--key", &key])
        .refused(3, &["can be read by others", "chmod 600"]);
    fs::set_permissions(&key, fs::Permissions::from_mode(0o600)).unwrap();
    fs::write(&key, "no key").unwrap();
    desk.sign("5", "yes", "x", &["--key", &key])
        .refused(3, &["64 hex digits"]);
    desk.sign("5", "yes", "x", &["--key", "/nowhere"])
        .refused(3, &["/nowhere"]);
}

#[test]
fn what_is_no_ballot_changes_nothing() {
    let desk = Desk::new();
    let height = |desk: &Desk| desk.home.run(&["status", "--json"]).json()["height"].clone();
    let before = height(&desk);
    desk.sign("4", "yes", "4", &["--demo-key"]).expect(0);
    fs::write(desk.file("noise"), "not json").unwrap();
    desk.home
        .run(&["ballot", "relay", &desk.file("4"), &desk.file("noise")])
        .refused(3, &["noise is not a ballot"]);
    desk.home
        .run(&["ballot", "check", "/nowhere"])
        .refused(3, &["cannot read"]);
    desk.edit("4", |ballot| {
        let text = ballot["text"]
            .as_str()
            .unwrap()
            .replace("assembly: commons1", "assembly: \u{1b}[31m");
        ballot["text"] = text.into();
    });
    let shown = desk
        .home
        .run(&["ballot", "check", &desk.file("4")])
        .refused(1, &["not for a trust of this chain"]);
    assert!(!shown.err.contains('\u{1b}'));
    let shown = desk
        .home
        .run(&["ballot", "check", &desk.file("4"), "--trust", TRUST])
        .expect(1);
    assert!(
        !shown.out.contains('\u{1b}') && shown.out.contains("changed after signing"),
        "{}",
        shown.out
    );
    assert_eq!(height(&desk), before);
}

#[test]
fn a_late_ballot_is_refused_as_a_whole_and_the_proposal_says_how_far_it_was() {
    let desk = Desk::new();
    desk.sign("4", "yes", "4", &["--demo-key"]).expect(0);
    let shown = desk
        .home
        .run(&["proposal", "show", &desk.poll, "--trust", TRUST])
        .expect(0);
    assert!(
        shown.out.contains("more yes would carry it"),
        "{}",
        shown.out
    );
    assert!(
        shown
            .out
            .contains("turnout, abstentions included: 0, needs"),
        "{}",
        shown.out
    );
    desk.home
        .run(&[
            "ballot",
            "relay",
            &desk.file("4"),
            "--time",
            "2099-01-01T00:00:00Z",
        ])
        .refused(1, &["refused in block", "the poll opens at"]);
    let checked = desk
        .home
        .run(&["ballot", "check", &desk.file("4")])
        .expect(1);
    assert!(
        checked.out.contains("NO  poll       closed"),
        "{}",
        checked.out
    );
    let shown = desk
        .home
        .run(&["proposal", "show", &desk.poll, "--trust", TRUST, "--json"])
        .expect(0)
        .json();
    assert_eq!(
        (&shown["status"], &shown["passing"]),
        (&"rejected".into(), &false.into())
    );
    desk.home
        .run(&["proposal", "show", "999", "--trust", TRUST])
        .refused(
            1,
            &[
                "the contract refuses the question",
                "there is no proposal 999",
            ],
        );
}
