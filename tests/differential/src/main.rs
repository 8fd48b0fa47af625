//! The program behind `scripts/chain-test`: records scenarios on a chain and has our node follow recordings. Owns its command line only.

#![allow(
    clippy::expect_used,
    reason = "test support: what goes wrong should stop the run, loudly"
)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use base64::{Engine, engine::general_purpose::STANDARD};
use commons_differential::books;
use commons_differential::clock::Clock;
use commons_differential::compare::{GasPair, Report, compare, reasons, without_time};
use commons_differential::follow::{follow, rebuild as rebuild_in};
use commons_differential::generate;
use commons_differential::goldens::{self, Subject};
use commons_differential::record::{ACCOUNTS, Recorder};
use commons_differential::recording::Recording;
use commons_differential::rpc::Rpc;
use commons_differential::scenario::{Scenario, Step};
use commons_differential::sign::address;
use commons_node::Signer;
use sha2::{Digest, Sha256};

const USAGE: &str = "usage: differential accounts
       differential record --rpc HOST:PORT --artifacts DIR --out FILE [--trees CASES --seed N] [--transfers N] [--command TEXT] SCENARIO...
       differential goldens --rpc HOST:PORT --artifacts DIR --out DIR [--command TEXT]
       differential follow [--known FILE] RECORDING...
       differential pack RECORDING FILE.gz
       differential known [--reasons FILE] RECORDING...
       differential compare RECORDING RECORDING
       differential clock SOCKET PRIV_VALIDATOR_KEY CLOCK
       differential books STORY STORY
       differential rebuild RECORDING DIR
       differential key make|read PRIV_VALIDATOR_KEY";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let outcome = match arguments.split_first() {
        Some((verb, rest)) => match verb.as_str() {
            "accounts" => {
                accounts();
                Ok(true)
            }
            "record" => record(rest),
            "goldens" => goldens(rest).map(|()| true),
            "follow" => follow_all(rest),
            "pack" => pack(rest).map(|()| true),
            "known" => known(rest).map(|()| true),
            "compare" => compare_two(rest),
            "clock" => clock(rest).map(|()| true),
            "books" => books(rest),
            "rebuild" => rebuild(rest),
            "key" => key(rest).map(|()| true),
            _ => Err(USAGE.to_owned()),
        },
        None => Err(USAGE.to_owned()),
    };
    match outcome {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(why) => {
            eprintln!("error: {why}");
            ExitCode::from(2)
        }
    }
}

/// What the chain's genesis has to hold, as `scripts/chain start` takes it.
fn accounts() {
    for (name, coins) in ACCOUNTS {
        println!("{}={coins}", address(name));
    }
}

struct Options {
    rpc: String,
    artifacts: PathBuf,
    out: PathBuf,
    trees: u32,
    transfers: u32,
    seed: u64,
    command: String,
    scenarios: Vec<String>,
}

fn options(arguments: &[String]) -> Result<Options, String> {
    let mut options = Options {
        rpc: "127.0.0.1:26657".to_owned(),
        artifacts: PathBuf::from("artifacts"),
        out: PathBuf::from("recording.json"),
        trees: 0,
        transfers: 0,
        seed: 1,
        command: String::new(),
        scenarios: Vec::new(),
    };
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        if !argument.starts_with("--") {
            options.scenarios.push(argument.clone());
            continue;
        }
        let value = rest
            .next()
            .ok_or_else(|| format!("{argument} wants a value"))?;
        let number = |text: &str| {
            text.parse::<u64>()
                .map_err(|_| format!("{argument} wants a number, not {text}"))
        };
        match argument.as_str() {
            "--rpc" => options.rpc.clone_from(value),
            "--artifacts" => options.artifacts = value.into(),
            "--out" => options.out = value.into(),
            "--trees" => {
                options.trees = u32::try_from(number(value)?).map_err(|error| error.to_string())?;
            }
            "--transfers" => {
                options.transfers = u32::try_from(number(value)?).map_err(|e| e.to_string())?;
            }
            "--seed" => options.seed = number(value)?,
            "--command" => options.command.clone_from(value),
            _ => return Err(format!("{argument} is unknown\n{USAGE}")),
        }
    }
    Ok(options)
}

fn record(arguments: &[String]) -> Result<bool, String> {
    let options = options(arguments)?;
    let mut recorder =
        Recorder::begin(Rpc::new(&options.rpc), options.artifacts, &options.command)?;
    for path in &options.scenarios {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        let scenario: Scenario =
            serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))?;
        recorder.run(&scenario)?;
    }
    if options.trees > 0 {
        eprintln!("seed {}: {} trees", options.seed, options.trees);
        recorder.thorough = false;
        recorder.run(&generate::setup())?;
        recorder.run(&generate::trees(options.seed, options.trees))?;
    }
    if options.transfers > 0 {
        recorder.thorough = false;
        recorder.run(&generate::transfers(options.transfers))?;
    }
    let surprises = std::mem::take(&mut recorder.surprises);
    write(&options.out, &recorder.finish()?)?;
    for surprise in &surprises {
        eprintln!("{surprise}");
    }
    Ok(surprises.is_empty())
}

/// Asks a chain that has just begun everything, after a few transactions of its own.
fn goldens(arguments: &[String]) -> Result<(), String> {
    let options = options(arguments)?;
    let rpc = Rpc::new(&options.rpc);
    let mut recorder = Recorder::begin(rpc.clone(), options.artifacts, &options.command)?;
    recorder.thorough = false;
    recorder.run(&generate::setup())?;
    let call = serde_json::json!({
        "name": "a call", "by": "anna", "tx": [{"execute": {"contract": "@tree0", "funds": "5ucosm",
            "msg": {"attributes": [["key", "value"], ["empty", ""]], "events": [["noted", []]], "data": "ZGF0YQ=="}}}]
    });
    let call: Step = serde_json::from_value(call).map_err(|error| error.to_string())?;
    let steps = vec![call.clone()];
    recorder.run(&Scenario {
        name: "a call".to_owned(),
        about: String::new(),
        steps,
    })?;
    let next = recorder.prepare(&call)?;
    let block = recorder.so_far().blocks.last().ok_or("no block")?;
    let tx = block.txs.first().ok_or("an empty block")?;
    let bytes = STANDARD.decode(&tx.tx).map_err(|error| error.to_string())?;
    let contract = recorder
        .names()
        .get("tree0")
        .and_then(serde_json::Value::as_str);
    let subject = Subject {
        contract: contract.ok_or("no contract")?.to_owned(),
        hash: Sha256::digest(&bytes).to_vec(),
        tx: bytes,
        height: block.height,
        next,
    };
    let made = serde_json::json!({"by": recorder.so_far().software, "command": options.command});
    let (rpc_answers, queries) = goldens::ask(&rpc, &subject, &made)?;
    for (name, document) in [("rpc.json", rpc_answers), ("queries.json", queries)] {
        write(&options.out.join(name), &document)?;
    }
    Ok(())
}

fn write(path: &Path, document: &impl serde::Serialize) -> Result<(), String> {
    let mut text = serde_json::to_string_pretty(document).map_err(|error| error.to_string())?;
    text.push('\n');
    std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

fn follow_all(arguments: &[String]) -> Result<bool, String> {
    let (known, paths) = match arguments {
        [flag, file, paths @ ..] if flag == "--known" => (
            std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?,
            paths,
        ),
        paths => (String::new(), paths),
    };
    let known = reasons(&known);
    let mut equal = true;
    for path in paths {
        let path = Path::new(path);
        let theirs = Recording::read(path)?;
        let mut report = compare(&theirs, &follow(&theirs));
        let all = report.differences.len();
        report
            .differences
            .retain(|difference| !known.contains_key(&difference.line(path)));
        equal &= show(&path.display().to_string(), &report);
        println!(
            "of them known and not counted: {}",
            all - report.differences.len()
        );
    }
    Ok(equal)
}

fn pack(paths: &[String]) -> Result<(), String> {
    let [from, to] = paths else {
        return Err(USAGE.to_owned());
    };
    let packed = Recording::read(Path::new(from))?.pack()?;
    std::fs::write(to, packed).map_err(|error| format!("{to}: {error}"))
}

/// The list of what differs, as `tests/data/wasmd/known.txt` has it; reasons are taken over from the list there is.
fn known(arguments: &[String]) -> Result<(), String> {
    let (list, paths) = match arguments {
        [flag, file, paths @ ..] if flag == "--reasons" => (
            std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?,
            paths,
        ),
        paths => (String::new(), paths),
    };
    let reasons = reasons(&list);
    println!(
        "# What our node answers otherwise than wasmd: recording | step | part of the answer | why it stays so.\n# Made by: differential known --reasons tests/data/wasmd/known.txt RECORDING... (a new line has no reason yet, and a test wants one)"
    );
    for path in paths {
        let path = Path::new(path);
        let theirs = Recording::read(path)?;
        for difference in compare(&theirs, &follow(&theirs)).differences {
            let line = difference.line(path);
            let reason = reasons.get(&line).map_or("", String::as_str);
            println!("{line} | {reason}");
        }
    }
    Ok(())
}

fn compare_two(paths: &[String]) -> Result<bool, String> {
    let [theirs, ours] = paths else {
        return Err(USAGE.to_owned());
    };
    // Two chains that made their own blocks.
    let read = |path: &String| Recording::read(Path::new(path)).map(without_time);
    Ok(show(ours, &compare(&read(theirs)?, &read(ours)?)))
}

/// Signs for a node as long as it runs.
fn clock(paths: &[String]) -> Result<(), String> {
    let [socket, key, clock] = paths else {
        return Err(USAGE.to_owned());
    };
    Clock::new(Path::new(key), clock.into())?.serve(Path::new(socket))
}

/// Makes or reads a validator's key file as our node does; prints the public key.
fn key(arguments: &[String]) -> Result<(), String> {
    let [verb, path] = arguments else {
        return Err(USAGE.to_owned());
    };
    let seed: [u8; 32] = Sha256::digest(path.as_bytes()).into();
    let signer = match verb.as_str() {
        "make" => Signer::create(Path::new(path), &seed),
        "read" => Signer::open(Path::new(path)),
        _ => return Err(USAGE.to_owned()),
    };
    let signer = signer.map_err(|error| error.to_string())?;
    println!("{}", STANDARD.encode(signer.validator().key()));
    Ok(())
}

/// A chain of ours with the blocks of a recording, in a directory, for `commons replay`.
fn rebuild(paths: &[String]) -> Result<bool, String> {
    let [recording, dir] = paths else {
        return Err(USAGE.to_owned());
    };
    let theirs = Recording::read(Path::new(recording))?;
    let other = rebuild_in(&theirs, Path::new(dir));
    let (blocks, txs) = (theirs.blocks.iter(), theirs.blocks.iter());
    println!(
        "{} {} {}",
        blocks.map(|block| block.height).max().unwrap_or(0),
        theirs.blocks.len(),
        txs.map(|block| block.txs.len()).sum::<usize>()
    );
    for name in &other {
        eprintln!("{name}: answered otherwise");
    }
    Ok(other.is_empty())
}

/// Two runs of the demonstration, as `commons demo alaska --json` printed them.
fn books(paths: &[String]) -> Result<bool, String> {
    let [one, other] = paths else {
        return Err(USAGE.to_owned());
    };
    let read = |path: &String| -> Result<serde_json::Value, String> {
        let text = std::fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
        serde_json::from_str(&text).map_err(|error| format!("{path}: {error}"))
    };
    let (one, other) = (read(one)?, read(other)?);
    let differences = books::differences(&one, &other);
    for difference in &differences {
        println!("{difference}");
    }
    println!(
        "{} amounts and answers compared, {} differ",
        books::size(&one),
        differences.len()
    );
    Ok(differences.is_empty())
}

fn show(path: &str, report: &Report) -> bool {
    for difference in &report.differences {
        println!("{difference}");
    }
    gas("gas", &report.gas);
    gas("simulated gas", &report.simulated);
    println!(
        "{path}: {} transactions in blocks, {} checks, {} questions, {} stored entries compared; {} differences",
        report.delivered,
        report.checks,
        report.questions,
        report.entries,
        report.differences.len()
    );
    report.differences.is_empty()
}

fn gas(title: &str, pairs: &[GasPair]) {
    let equal = pairs.iter().filter(|pair| pair.theirs == pair.ours).count();
    println!("{title}: {equal} of {} equal", pairs.len());
    for pair in pairs.iter().filter(|pair| pair.theirs != pair.ours) {
        let sign = if pair.ours > pair.theirs { '+' } else { '-' };
        println!(
            "  {:>9} {:>9}  {sign}{:<7} {}",
            pair.theirs,
            pair.ours,
            pair.ours.abs_diff(pair.theirs),
            pair.step
        );
    }
}
