//! The demonstration as a whole program: the same every time, never in the way of what is there, and killed at any moment
//! without harm.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::thread;
use std::time::Duration;

use crate::program::{FINISHED, begin, commons, copy, demo, roots, scratch, text};

/// Same seed, same roots after every block; another seed, other keys and other roots. The second run replaces the first
/// one's directory, which `--force` allows.
#[test]
fn the_same_seed_gives_the_same_roots() {
    let (first_home, first) = &*FINISHED;
    let home = scratch("same-seed-home");
    let again = commons(&demo(&home, "first")).good();
    assert_eq!(roots(first_home), roots(&home));
    assert_eq!(first.text("/root"), again.text("/root"));
    assert_eq!(first.document["rows"], again.document["rows"]);

    let mut replacing = demo(&home, "second");
    replacing.push("--force");
    let other = commons(&replacing).good();
    assert_ne!(first.text("/root"), other.text("/root"));
    assert_eq!(
        first.number("/height"),
        other.number("/height"),
        "the same story, other persons"
    );
    assert_eq!(
        first.document["rows"], other.document["rows"],
        "money does not depend on keys"
    );
}

/// A run makes its own directory: one that exists is not written into.
#[test]
fn a_directory_that_exists_is_refused() {
    let home = copy("existing-home");
    let before = contents(&home);
    let refused = commons(&demo(&home, "first"));
    assert!(refused.stderr.contains("--force"), "{refused:?}");
    refused.failed(4);
    assert_eq!(contents(&home), before);
}

/// `--force` removes what this program made, and nothing else.
#[test]
fn force_spares_a_directory_of_others() {
    let home = scratch("home-of-others");
    fs::create_dir(&home).expect("a directory");
    fs::write(home.join("letter.txt"), "dear").expect("a file");
    let before = contents(&home);
    let mut replacing = demo(&home, "first");
    replacing.push("--force");
    commons(&replacing).failed(4);
    assert_eq!(contents(&home), before);
}

/// Killed while it founds, enrols or plays: the last committed block is there, whole; the replay of the log agrees; and as
/// far as it came, every block is that of a run that was not killed.
#[test]
fn a_killed_run_leaves_whole_blocks() {
    let whole = roots(&FINISHED.0);
    let mut cut_short = 0;
    for (stage, then) in [
        ("1 found", 400),
        ("2 enrol", 50),
        ("3 play", 0),
        ("3 play", 40),
    ] {
        let home = scratch("killed-home");
        kill_in(&home, stage, Duration::from_millis(then));

        let status = commons(&["status", "--home", text(&home)]).good();
        let replay = commons(&["replay", "--home", text(&home)]).good();
        let (height, root) = (status.number("/height"), status.text("/root"));
        assert_eq!(
            replay.text("/root"),
            root,
            "killed in {stage} at block {height}"
        );
        let again = commons(&["status", "--home", text(&home)]).good();
        assert_eq!(
            (again.number("/height"), again.text("/root")),
            (height, root)
        );

        let reached = roots(&home);
        assert_eq!(u64::try_from(reached.len()), Ok(height));
        assert_eq!(reached, whole[..reached.len()], "killed in {stage}");
        cut_short += usize::from(reached.len() < whole.len());
    }
    // A fast machine may have made its last block before the latest of the blows.
    assert!(cut_short >= 2, "only {cut_short} runs were killed in time");
}

/// Starts a demonstration, waits until it says that a stage begins and a little longer, and ends it with signal 9.
fn kill_in(home: &Path, stage: &str, then: Duration) {
    let mut run = begin(&demo(home, "first"));
    let stderr = BufReader::new(run.stderr.take().expect("its stderr is read"));
    let mut lines = stderr.lines().map(|line| line.expect("progress is text"));
    let heard = lines.any(|line| line.starts_with(stage));
    thread::sleep(then);
    while heard && !home.join("ledger.redb").exists() {
        thread::sleep(Duration::from_millis(5));
    }
    run.kill().expect("it runs");
    let end = run.wait().expect("it ends");
    assert!(
        heard && end.code().is_none(),
        "killed in {stage}, not ended by itself: {end}"
    );
}

/// Names and contents of the files in a directory, in order of their names.
fn contents(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(folder).expect("the directory is there");
    let mut files: Vec<(String, Vec<u8>)> = entries
        .map(|entry| {
            let path = entry.expect("the directory can be read").path();
            (text(&path).to_owned(), fs::read(&path).expect("a file"))
        })
        .collect();
    files.sort();
    files
}
