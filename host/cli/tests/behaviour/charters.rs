//! `charter check`: the line of every error, and what is said of a charter that holds.

use std::fs;

use crate::support::{Run, run};

const EXAMPLE: &str = include_str!("../../charters/as-alaska-spends.toml");

fn check(text: &[u8], more: &[&str]) -> Run {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("charter.toml");
    fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    run(["charter", "check", path].iter().chain(more))
}

fn line_of(needle: &str) -> usize {
    EXAMPLE
        .lines()
        .position(|line| line.contains(needle))
        .unwrap()
        + 1
}

#[test]
fn an_example_holds_and_keeps_the_default_windows() {
    let shown = check(EXAMPLE.as_bytes(), &[]).expect(0);
    assert!(shown.out.contains("The charter holds."));
    assert!(
        shown
            .out
            .contains("every window and threshold is at least that of R38")
    );
    let document = check(EXAMPLE.as_bytes(), &["--json"]).expect(0).json();
    assert_eq!(document["schema"], "commons/charter-check/1");
    assert_eq!(document["valid"], true);
    assert_eq!(document["hash"].as_str().unwrap().len(), 64);
    assert_eq!(document["keeps_default_windows"], true);
}

#[test]
fn windows_below_the_defaults_are_named() {
    let text = format!(
        "{EXAMPLE}\n[decisions.ordinary]\nnotice = 60\nvote = 604800\ndelay = 604800\napproval_bps = 5000\nturnout_bps = 999\nyes_of_roll_bps = 0\n"
    );
    let document = check(text.as_bytes(), &["--json"]).expect(0).json();
    assert_eq!(document["keeps_default_windows"], false);
    let fields: Vec<&str> = document["below_default"]
        .as_array()
        .unwrap()
        .iter()
        .map(|b| b["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        fields,
        [
            "decisions.ordinary.notice",
            "decisions.ordinary.turnout_bps"
        ]
    );
    let shown = check(text.as_bytes(), &[]).expect(0);
    assert!(
        shown
            .out
            .contains("decisions.ordinary.notice: 1 min, R38 has 3 d"),
        "{}",
        shown.out
    );
}

/// What the rules refuse ends with 1, and the line is that of the field.
#[test]
fn what_the_rules_refuse_names_the_line() {
    for (from, to, field, words) in [
        (
            "threshold = 2",
            "threshold = 1",
            "roll.threshold",
            "two registrars",
        ),
        (
            "operating_bps = 0",
            "operating_bps = 10001",
            "money.operating_bps",
            "at most 10000",
        ),
        (
            "index = \"price index\"",
            "index = \"no such\"",
            "money.index",
            "no subject",
        ),
        (
            "bps = 1050, years = 5",
            "bps = 1050, years = 21",
            "money.spending",
            "1 to 20 years",
        ),
        (
            "subject = \"fund value\"",
            "subject = \"other\"",
            "money.custodians.0.subject",
            "no subject of kind value",
        ),
    ] {
        let text = EXAMPLE.replace(from, to);
        let shown = check(text.as_bytes(), &[]).refused(1, &[field, words]);
        let line = line_of(from);
        assert!(
            shown.err.contains(&format!("charter.toml:{line}:")),
            "{field}: {}",
            shown.err
        );
        let error = &check(text.as_bytes(), &["--json"]).expect(1).json()["error"];
        assert_eq!(
            (error["line"].as_u64(), error["field"].as_str()),
            (u64::try_from(line).ok(), Some(field))
        );
    }
}

/// What is no charter at all ends with 3, and the line is that of the first wrong byte or field.
#[test]
fn what_is_malformed_names_the_line() {
    for (from, to, words) in [
        ("denom = \"udollar\"", "denom = udollar", ""),
        ("threshold = 2", "threshold = \"two\"", "invalid type"),
        ("epoch = 2592000", "epok = 2592000", "unknown field `epok`"),
        (
            "kind = \"fund\"",
            "kind = \"forest\"",
            "unknown variant `forest`",
        ),
        (
            "name = \"Alaska as it spends\"",
            "name = \" blank\"",
            "printable",
        ),
    ] {
        let text = EXAMPLE.replace(from, to);
        let shown = check(text.as_bytes(), &[]).refused(3, &[words]);
        let line = line_of(from);
        assert!(
            shown.err.contains(&format!("charter.toml:{line}:")),
            "{to}: {}",
            shown.err
        );
    }
    check(b"", &[]).refused(3, &["missing field"]);
    check(b"\xff\xfe", &[]).refused(3, &["not UTF-8"]);
    check(&vec![b'#'; 2_000_000], &[]).refused(3, &["more than"]);
    run(["charter", "check", "/nowhere/charter.toml"]).refused(3, &["cannot read"]);
    run(["charter", "check", "/"]).refused(3, &["cannot read"]);
}

/// U1: nothing in a charter reaches the terminal as a control sequence.
#[test]
fn escapes_in_a_charter_are_inert() {
    for hostile in ["\u{1b}[2J", "\u{9b}31m", "\u{202e}", "\u{7}"] {
        for text in [
            EXAMPLE.replace("threshold = 2", &format!("threshold = \"{hostile}\"")),
            EXAMPLE.replace(
                "kind = \"fund\"",
                &format!("# {hostile}\nkind = \"{hostile}\""),
            ),
            EXAMPLE.replace("threshold = 2", "threshold = 1 # \u{202e}\u{9b}31m"),
        ] {
            for more in [&[][..], &["--json"]] {
                let shown = check(text.as_bytes(), more);
                assert_ne!(shown.code, 0);
                let both = format!("{}{}", shown.out, shown.err);
                assert!(!both.contains(hostile), "{both:?}");
                assert!(
                    !both.contains(['\u{1b}', '\u{9b}', '\u{202e}', '\u{7}']),
                    "{both:?}"
                );
            }
        }
    }
}
