//! What differs between two recordings of one scenario. Gas is listed apart: it is reported and explained, the rest must be equal.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::recording::{Answer, Check, Happened, Recording};

/// One thing that two chains answered differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The step.
    pub step: String,
    /// Which part of the answer.
    pub what: String,
    /// The real chain's.
    pub theirs: String,
    /// Ours.
    pub ours: String,
}

impl Difference {
    /// The difference as a line of the list of known ones, found in this file: what stands before the first dot of its name, step, part.
    #[must_use]
    pub fn line(&self, file: &Path) -> String {
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let name = name.split('.').next().unwrap_or_default();
        format!("{name} | {} | {}", self.step, self.what)
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}: {}", self.step, self.what)?;
        writeln!(f, "    theirs  {}", self.theirs)?;
        write!(f, "    ours    {}", self.ours)
    }
}

/// What a list of known differences says: for each line of [`Difference::line`] why it is kept, which stands behind it.
#[must_use]
pub fn reasons(list: &str) -> BTreeMap<String, String> {
    let lines = list
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let parts: Vec<&str> = line.splitn(4, " | ").collect();
            let reason = parts.get(3).copied().unwrap_or_default();
            (parts[..parts.len().min(3)].join(" | "), reason.to_owned())
        })
        .collect()
}

/// Gas of one transaction on both sides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GasPair {
    /// The step.
    pub step: String,
    /// The real chain's.
    pub theirs: u64,
    /// Ours.
    pub ours: u64,
}

/// What was compared and what differs.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Everything that should be equal and is not.
    pub differences: Vec<Difference>,
    /// Gas of every transaction in a block.
    pub gas: Vec<GasPair>,
    /// Gas of every simulation.
    pub simulated: Vec<GasPair>,
    /// Transactions in blocks that were compared.
    pub delivered: usize,
    /// Checks on arrival that were compared.
    pub checks: usize,
    /// Questions that were compared.
    pub questions: usize,
    /// Entries of contracts' states that were compared.
    pub entries: usize,
}

impl Report {
    fn note<T: PartialEq + fmt::Debug>(&mut self, step: &str, what: &str, theirs: &T, ours: &T) {
        if theirs != ours {
            self.differences.push(Difference {
                step: step.to_owned(),
                what: what.to_owned(),
                theirs: format!("{theirs:?}"),
                ours: format!("{ours:?}"),
            });
        }
    }
}

/// The recording without heights and times that contracts were told: two chains that made blocks of their own differ in them.
#[must_use]
pub fn without_time(mut recording: Recording) -> Recording {
    for (_, value) in recording.state.values_mut().flatten() {
        let bytes = hex::decode(&value).expect("hex");
        if let Ok(mut record) = serde_json::from_slice::<Value>(&bytes)
            && record["env"]["block"].is_object()
        {
            record["env"]["block"].take();
            record["env"]["transaction"]["index"].take();
            *value = hex::encode(record.to_string());
        }
    }
    recording
}

/// Compares a real chain's recording with ours.
#[must_use]
pub fn compare(theirs: &Recording, ours: &Recording) -> Report {
    let mut report = Report::default();
    report.note(
        "all",
        "number of steps",
        &theirs.steps.len(),
        &ours.steps.len(),
    );
    for (their, our) in theirs.steps.iter().zip(&ours.steps) {
        step(&mut report, their, our);
    }
    let flat = |recording: &Recording| -> Vec<(String, Answer)> {
        let txs = recording.blocks.iter().flat_map(|block| &block.txs);
        txs.map(|tx| (tx.name.clone(), tx.answer.clone())).collect()
    };
    let (their, our) = (flat(theirs), flat(ours));
    report.note("all", "transactions in blocks", &their.len(), &our.len());
    for ((name, their), (_, our)) in their.iter().zip(&our) {
        delivered(&mut report, name, their, our);
    }
    let names = names(theirs);
    for (contract, entries) in &theirs.state {
        let ours = ours.state.get(contract).cloned().unwrap_or_default();
        state(&mut report, contract, entries, &ours, &names);
    }
    for (who, held) in &theirs.balances {
        let ours = ours.balances.get(who).cloned().unwrap_or_default();
        report.note(who, "balances at the end", held, &ours);
    }
    report
}

fn step(report: &mut Report, theirs: &Happened, ours: &Happened) {
    let name = &theirs.name;
    if let (Some(their), Some(our)) = (&theirs.check, &ours.check) {
        report.checks += 1;
        check(report, name, "check on arrival", their, our);
    }
    match (&theirs.simulated, &ours.simulated) {
        (Some(Ok(their)), Some(Ok(our))) => report.simulated.push(GasPair {
            step: name.clone(),
            theirs: *their,
            ours: *our,
        }),
        (Some(their), Some(our)) => {
            report.note(name, "simulation succeeds", &their.is_ok(), &our.is_ok());
        }
        _ => {}
    }
    if let (Some((_, _, their)), Some((_, _, our))) = (&theirs.asked, &ours.asked) {
        report.questions += 1;
        match (their, our) {
            (Err(their), Err(our)) => check(report, name, "answer", their, our),
            _ => report.note(name, "answer", their, our),
        }
    }
}

fn check(report: &mut Report, name: &str, what: &str, theirs: &Check, ours: &Check) {
    let codes = |check: &Check| (check.codespace.clone(), check.code);
    report.note(name, &format!("{what}: code"), &codes(theirs), &codes(ours));
    report.note(
        name,
        &format!("{what}: text"),
        &words(&theirs.log),
        &words(&ours.log),
    );
}

fn delivered(report: &mut Report, name: &str, theirs: &Answer, ours: &Answer) {
    report.delivered += 1;
    let codes = |answer: &Answer| (answer.codespace.clone(), answer.code);
    report.note(name, "code", &codes(theirs), &codes(ours));
    report.note(name, "text", &words(&theirs.log), &words(&ours.log));
    report.note(name, "data", &theirs.data, &ours.data);
    report.note(name, "gas wanted", &theirs.gas_wanted, &ours.gas_wanted);
    report.note(
        name,
        "number of events",
        &theirs.events.len(),
        &ours.events.len(),
    );
    let pairs = theirs.events.iter().zip(&ours.events).enumerate();
    if let Some((index, (their, our))) = pairs.into_iter().find(|(_, (their, our))| their != our) {
        report.note(name, &format!("event {index}"), their, our);
    }
    report.gas.push(GasPair {
        step: name.to_owned(),
        theirs: theirs.gas_used,
        ours: ours.gas_used,
    });
}

/// Records of calls are compared transaction by transaction, everything else key by key.
fn state(report: &mut Report, contract: &str, theirs: &Entries, ours: &Entries, names: &Names) {
    report.entries += theirs.len();
    let (their_records, their_rest) = sorted(theirs, names);
    let (our_records, our_rest) = sorted(ours, names);
    let steps: BTreeSet<&String> = their_records.keys().chain(our_records.keys()).collect();
    for step in steps {
        let none = Vec::new();
        let their = their_records.get(step).unwrap_or(&none);
        let our = our_records.get(step).unwrap_or(&none);
        report.note(step, "number of records", &their.len(), &our.len());
        for (index, (their, our)) in their.iter().zip(our).enumerate() {
            report.note(step, &format!("record {index}"), their, our);
        }
    }
    let keys: BTreeSet<&String> = their_rest.keys().chain(our_rest.keys()).collect();
    for key in keys {
        let what = format!("stored under {key:?}");
        report.note(contract, &what, &their_rest.get(key), &our_rest.get(key));
    }
}

type Entries = [(String, String)];
/// Names of steps by the hash of their transaction in base64.
type Names = BTreeMap<String, String>;

/// Records of the probe by the step whose transaction made them, and the rest by key.
fn sorted(
    entries: &Entries,
    names: &Names,
) -> (BTreeMap<String, Vec<String>>, BTreeMap<String, String>) {
    let mut records: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut rest = BTreeMap::new();
    for (key, value) in entries {
        let text =
            |hex: &str| String::from_utf8_lossy(&hex::decode(hex).expect("hex")).into_owned();
        let (key, value) = (text(key), text(value));
        let record: Option<Value> = serde_json::from_str(&value).ok();
        let hash = record
            .as_ref()
            .and_then(|record| record["env"]["transaction"]["hash"].as_str());
        match hash {
            Some(hash) if key.starts_with("log") => {
                let step = names.get(hash).map_or(hash, String::as_str);
                records.entry(step.to_owned()).or_default().push(value);
            }
            // The count of records differs with them, and says no more.
            _ if key == "count" => {}
            _ => {
                rest.insert(key, value);
            }
        }
    }
    (records, rest)
}

fn names(recording: &Recording) -> Names {
    let txs = recording.blocks.iter().flat_map(|block| &block.txs);
    txs.map(|tx| {
        let bytes = STANDARD.decode(&tx.tx).expect("a recording has base64");
        (STANDARD.encode(Sha256::digest(bytes)), tx.name.clone())
    })
    .collect()
}

/// The text up to the engine's own words, without amounts of gas that it had used and times of blocks.
fn words(log: &str) -> String {
    const ENGINE: [&str; 3] = [
        "Error executing Wasm: ",
        "Error during static Wasm validation: ",
        "Error compiling Wasm: ",
    ];
    let mut text = log.to_owned();
    for begin in ENGINE {
        if let Some((before, _)) = text.split_once(begin) {
            text = format!("{before}{begin}");
        }
    }
    // A recording leaves empty blocks out, and with them the time that a check on arrival compares.
    if let Some((before, after)) = text.split_once("block time: ")
        && let Some((_, after)) = after.split_once(", timeout timestamp: ")
    {
        text = format!("{before}block time: T, timeout timestamp: {after}");
    }
    if let Some((before, after)) = text.split_once("gasUsed: ") {
        let after = after.trim_start_matches(|c: char| c.is_ascii_digit());
        text = format!("{before}gasUsed: N{after}");
    }
    text
}
