//! Measures commons-vm beside cosmwasm-vm, in one run, in turn, with equal gas: P1 to P5 of the project's table; and alone on what
//! attackers would have it do, W2 and W5. Prints the table as text and, with `--json FILE`, as a document; holds no figure against a
//! goal. `scripts/bench vm` builds what it needs.
//!
//! Both sides get the same wasm, messages, storage and chain. What counts as a call: everything from a backend in hand to the
//! result and the gas, with a fresh instance, and the instance gone again. Compiled code is in memory, pinned.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement that goes wrong should stop loudly"
)]

mod compare;
mod equality;
mod hostile;
mod neighbour;
mod poll;
mod sides;
mod storage;
mod token;

use std::process::ExitCode;

use commons_conformance::published;
use commons_tests::options::{Group, Options};
use commons_tests::peers::Level;
use commons_tests::table::Document;

use compare::{Effort, Row, compare};
use sides::{Machines, Work};

const USAGE: &str = "\
usage: scripts/bench [vm | P1 | P2 | P3 | P4 | P5 | W2 | W5]... [--json FILE] [--quick]
  P1  warm execute of the same wasm: a token's transfer, a vote, a signed ballot
  P2  warm smart query
  P3  a new instance alone
  P4  a contract that computes
  P5  calls with equal gas, as scripts/conformance found them
  W2  uploads that are dear to refuse, or to compile
  W5  what never ends, until it is out of gas
  --quick  the same work, fewer times";

const GROUPS: &[Group] = &[("vm", &["P1", "P2", "P3", "P4", "P5", "W2", "W5"])];

/// Native stack of the measuring thread: contracts that ask contracts run inside one another.
const STACK_BYTES: usize = commons_vm::STACK_BYTES_PER_CALL * 8;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1), GROUPS) {
        Ok(options) => options,
        Err(complaint) => {
            eprintln!("error: {complaint}\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    let thread = std::thread::Builder::new().stack_size(STACK_BYTES);
    let run = thread.spawn(move || run(&options));
    match run.expect("a thread can be started").join() {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(complaint)) => {
            eprintln!("error: {complaint}");
            ExitCode::FAILURE
        }
        Err(_) => ExitCode::FAILURE,
    }
}

fn run(options: &Options) -> Result<(), String> {
    let mut document = Document::new();
    let effort = Effort::of(options.quick);
    let rows = rows(options);
    for (index, row) in rows.iter().enumerate() {
        eprintln!("{}: {} of {}", row.id, index + 1, rows.len());
        document.results.push(compare(row, effort));
    }
    if options.wants("P5") {
        match equality::line() {
            Ok(line) => document.results.push(line),
            Err(gap) => document.not_run.push(gap),
        }
    }
    if options.wants("W2") {
        document.results.extend(hostile::uploads(options.quick));
    }
    if options.wants("W5") {
        document.results.extend(hostile::endless(options.quick));
    }
    if let Some(path) = &options.include {
        document.include(path)?;
    }
    document.publish(options.json.as_deref())
}

/// What is to be timed, in the order of the table.
fn rows(options: &Options) -> Vec<Row> {
    let machines = Machines::start();
    let mut rows = Vec::new();
    for level in [Level::Size, Level::Speed] {
        if options.wants("P1") || options.wants("P2") {
            rows.extend(token::calls(&machines, level));
        }
        if options.wants("P3") {
            rows.push(token::instance(level));
        }
    }
    if options.wants("P1") || options.wants("P2") {
        rows.extend(poll::rows(&machines));
    }
    if options.wants("P4") {
        rows.push(computing(&machines));
    }
    rows.retain(|row| options.wants(row.measure()));
    // A stable sort: within a measure the order stays.
    rows.sort_by(|one, other| one.measure().cmp(other.measure()));
    rows
}

/// P4: a contract that computes and asks the chain nothing.
fn computing(machines: &Machines) -> Row {
    let files = published();
    let (name, wasm) = files
        .iter()
        .find(|(name, _)| name == "cyberpunk.wasm")
        .expect("the published crate ships this contract");
    Row {
        name: "CPU-bound: cyberpunk's argon2, 256 KiB, 5 rounds".to_owned(),
        inputs: "cyberpunk.wasm as cosmwasm-vm 3.0.10 ships it".to_owned(),
        calls: 1,
        ..Row::new(
            "P4",
            machines,
            machines.load(name, wasm),
            Work::execute(
                commons_conformance::usual_env(),
                commons_conformance::info("creator", 0),
                r#"{"argon2":{"mem_cost":256,"time_cost":5}}"#,
            ),
        )
    }
}
