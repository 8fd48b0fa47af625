//! The sixth step: a second process replays the whole log with nothing but the log, and reads every ledger a second time;
//! then the log is falsified twice, and the replay must say where. Believes only what that process prints.

use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use commons_audit::tamper;
use commons_store::Store;
use commons_store::log::export;
use serde::Serialize;
use serde_json::Value;

use super::progress::Progress;
use super::story::Story;

/// What the second process found.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// The honest log.
    pub replay: Finding,
    /// One byte of the log flipped.
    pub flipped: Falsified,
    /// One byte inside a signed transaction flipped, every checksum and hash after it sealed again.
    pub resealed: Falsified,
}

/// One run of the replay.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// Its exit code.
    pub exit_code: i32,
    /// Its document.
    pub document: Value,
}

/// A falsified log and what the replay said of it.
#[derive(Debug, Serialize)]
pub struct Falsified {
    /// What was changed.
    pub what: String,
    /// What the replay said.
    pub finding: Finding,
}

impl Verdict {
    /// The honest log replays, both falsified ones are found out.
    pub fn holds(&self) -> bool {
        self.replay.exit_code == 0 && self.flipped.is_found_out() && self.resealed.is_found_out()
    }
}

impl Falsified {
    /// The replay ends as a failed check, with a sentence that names the block that was changed, and a transaction.
    fn is_found_out(&self) -> bool {
        let sentence = self.finding.sentence();
        let block = place(&self.what, "block ");
        self.finding.exit_code == 1
            && block.is_some()
            && place(&sentence, "block ") == block
            && place(&sentence, "transaction ").is_some()
    }
}

/// The number behind the first place where `noun` is followed by one.
fn place(text: &str, noun: &str) -> Option<u64> {
    text.split(noun).skip(1).find_map(|rest| {
        let end = rest.find(|letter: char| !letter.is_ascii_digit());
        rest.get(..end.unwrap_or(rest.len()))?.parse().ok()
    })
}

impl Finding {
    /// The first difference as a sentence; empty where there is none.
    pub fn sentence(&self) -> String {
        let text = |pointer: &str| {
            self.document
                .pointer(pointer)
                .and_then(Value::as_str)
                .map(str::to_owned)
        };
        text("/difference")
            .or_else(|| text("/error/what"))
            .unwrap_or_default()
    }
}

/// Replays and falsifies the log of the data directory at `home`, whose node is closed.
pub fn reach(home: &Path, story: &Story, progress: &Progress) -> Result<Verdict> {
    let replay = child(&["replay".as_ref(), "--home".as_ref(), home.as_os_str()])?;
    progress.tick();
    if replay.exit_code == 0 {
        let root = replay
            .document
            .pointer("/root")
            .and_then(Value::as_str)
            .unwrap_or_default();
        ensure!(
            story.root.as_deref() == Some(root),
            "the replay ends in root {root}, the node in {}",
            story.root.as_deref().unwrap_or("none")
        );
    }
    let log = home.join("blocks.log");
    export(
        &Store::open_read_only(home)?,
        BufWriter::new(File::create(&log)?),
    )?;
    progress.tick();

    let middle = story.height / 2;
    let flipped = falsify(
        &log,
        &home.join("blocks-one-byte-flipped.log"),
        |input, output| tamper::flip_log_byte(input, output, middle),
    )?;
    progress.tick();
    let resealed = falsify(&log, &home.join("blocks-resealed.log"), |input, output| {
        tamper::flip_transaction_byte_and_reseal(input, output, middle)
    })?;
    progress.tick();
    Ok(Verdict {
        replay,
        flipped,
        resealed,
    })
}

fn falsify<E: std::error::Error + Send + Sync + 'static>(
    log: &Path,
    out: &PathBuf,
    change: impl FnOnce(BufReader<File>, BufWriter<File>) -> Result<String, E>,
) -> Result<Falsified> {
    let what = change(
        BufReader::new(File::open(log)?),
        BufWriter::new(File::create(out)?),
    )?;
    let finding = child(&["replay".as_ref(), "--log".as_ref(), out.as_os_str()])?;
    let falsified = Falsified { what, finding };
    ensure!(
        falsified.is_found_out(),
        "the replay of {} ended with {} and did not say where it was falsified: {}. It said: {}",
        out.display(),
        falsified.finding.exit_code,
        falsified.what,
        falsified.finding.sentence()
    );
    Ok(falsified)
}

/// This very program in a process of its own, with `--json`.
fn child(arguments: &[&std::ffi::OsStr]) -> Result<Finding> {
    let program = std::env::current_exe().context("finding this program's own file")?;
    let output = Command::new(program)
        .args(arguments)
        .arg("--json")
        .output()
        .context("starting the second process")?;
    let document = serde_json::from_slice(&output.stdout).with_context(|| {
        format!(
            "the second process printed no document: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )
    })?;
    Ok(Finding {
        exit_code: output
            .status
            .code()
            .context("the second process was ended by a signal")?,
        document,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn falsified(exit_code: i32, difference: &str) -> Falsified {
        Falsified {
            what: "byte 7 of transaction 0 of block 12 (Claim), was '1' and is '0'".to_owned(),
            finding: Finding {
                exit_code,
                document: json!({ "difference": difference }),
            },
        }
    }

    #[test]
    fn a_falsified_log_is_found_out_by_a_sentence_that_names_the_place() {
        assert!(falsified(1, "block 12, transaction 0 (Claim): it failed").is_found_out());
        assert!(!falsified(0, "block 12, transaction 0 (Claim): it failed").is_found_out());
        assert!(!falsified(3, "block 12, transaction 0 (Claim): it failed").is_found_out());
        assert!(!falsified(1, "block 13, transaction 0 (Claim): it failed").is_found_out());
        assert!(!falsified(1, "block 12: the roots differ").is_found_out());
        assert!(!falsified(1, "").is_found_out());
    }
}
