//! What a real wasmd answered, recorded by `scripts/chain-test --record`, against our node: quick, and without wasmd.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic
)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use commons_differential::compare::{compare, reasons};
use commons_differential::follow::follow;
use commons_differential::generate::trees;
use commons_differential::record::nanos;
use commons_differential::recording::Recording;
use commons_differential::scenario::Scenario;

fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/wasmd")
}

fn recordings() -> Vec<(String, Recording)> {
    let names = [
        "gas.json",
        "contracts.json.gz",
        "failures.json.gz",
        "trees.json.gz",
    ];
    let read =
        |name: &str| Recording::read(&data().join(name)).unwrap_or_else(|why| panic!("{why}"));
    names
        .iter()
        .map(|name| ((*name).to_owned(), read(name)))
        .collect()
}

/// Differences that are known, one a line: recording, step, part of the answer, and why they stay. A line that no longer differs has to go.
#[test]
fn our_node_answers_as_wasmd_did_but_for_what_is_listed() {
    let mut found = BTreeSet::new();
    let mut report = String::new();
    for (name, theirs) in recordings() {
        let compared = compare(&theirs, &follow(&theirs));
        assert!(
            compared.delivered > 40,
            "{name}: {} transactions",
            compared.delivered
        );
        for difference in &compared.differences {
            found.insert(difference.line(Path::new(&name)));
            report.push_str(&format!("{name}: {difference}\n"));
        }
    }
    let known =
        std::fs::read_to_string(data().join("known.txt")).expect("the list of known differences");
    let known = reasons(&known);
    for (line, reason) in &known {
        assert!(reason.len() > 20, "{line}: why does it stay so?");
    }
    let known: BTreeSet<String> = known.into_keys().collect();
    let new: Vec<_> = found.difference(&known).collect();
    let gone: Vec<_> = known.difference(&found).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "differs and is not in known.txt: {new:#?}\nin known.txt and no longer differs: {gone:#?}\n{report}"
    );
}

#[test]
fn a_recording_compared_with_itself_has_no_difference_and_a_changed_one_has() {
    let (_, theirs) = recordings().swap_remove(0);
    assert!(compare(&theirs, &theirs).differences.is_empty());

    let mut other = theirs.clone();
    let last = other.blocks.last_mut().unwrap().txs.last_mut().unwrap();
    last.answer.events[0].1[0].1.push('x');
    let differences = compare(&theirs, &other).differences;
    assert_eq!(differences.len(), 1, "{differences:?}");
    assert_eq!(differences[0].what, "event 0");

    let mut other = theirs.clone();
    other.blocks[3].txs[0].answer.code = 7;
    assert_eq!(compare(&theirs, &other).differences.len(), 1);
}

#[test]
fn every_step_of_the_scenarios_was_recorded() {
    for name in ["gas", "contracts", "failures"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("scenarios/{name}.json"));
        let scenario: Scenario = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let file = recordings()
            .into_iter()
            .find(|(file, _)| file.starts_with(name));
        let (_, recording) = file.unwrap();
        let steps: Vec<_> = scenario.steps.iter().map(|step| &step.name).collect();
        let recorded: Vec<_> = recording.steps.iter().map(|step| &step.name).collect();
        assert_eq!(steps, recorded, "{name}: run scripts/chain-test --record");
    }
}

#[test]
fn equal_seeds_draw_equal_trees_and_other_seeds_others() {
    let draw = |seed| serde_json::to_string(&trees(seed, 20)).unwrap();
    assert_eq!(draw(7), draw(7));
    assert_ne!(draw(7), draw(8));
}

#[test]
fn a_time_of_a_header_is_nanoseconds_since_1970() {
    assert_eq!(nanos("1970-01-01T00:00:00Z"), 0);
    assert_eq!(nanos("2000-03-01T00:00:01.5Z"), 951_868_801_500_000_000);
    assert_eq!(
        nanos("2026-11-23T19:38:02.123456789Z"),
        1_795_462_682_123_456_789
    );
}
