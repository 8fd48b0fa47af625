//! `commons replay`: executes a block log again from genesis and reads every trust a second time; the audit finds, this
//! tells. Says nothing that the audit did not find.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use commons_audit::AuditError;
use commons_audit::reference::Family;
use commons_audit::replay::{
    Options, Progress, Registries, ReplayReport, TrustReading, TrustReadings, read_trusts,
    run as replay_log, run_home,
};
use commons_store::log::LogError;
use indicatif::ProgressBar;
use serde_json::{Value, json};

use crate::args::ReplayArgs;
use crate::contracts;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::Answer;

/// Runs `replay`.
pub fn run(args: &ReplayArgs) -> Result<Answer, Failure> {
    let bar = Bar::new();
    let mut progress = |at| bar.show(at);
    let source = &args.source;
    let report = match (&source.home, &source.log) {
        (Some(dir), _) => run_home(dir, Options::default(), &mut progress),
        (None, Some(path)) => {
            let file = File::open(path).map_err(|error| unreadable(path, &error))?;
            replay_log(BufReader::new(file), Options::default(), &mut progress)
        }
        (None, None) => return Err(Failure::internal("neither a home nor a log was given")),
    };
    bar.end();
    let report = report?;
    let readings = if report.is_equal() {
        read_trusts(&report, &registries(args)?)?
    } else {
        TrustReadings::default()
    };
    answer(&report, &readings)
}

/// How far a replay has come, where a terminal shows it.
pub struct Bar(ProgressBar);

impl Bar {
    /// At its beginning.
    pub fn new() -> Self {
        Self(ProgressBar::new(0))
    }

    /// As far as this.
    pub fn show(&self, at: Progress) {
        if let Some(last) = at.last {
            self.0.set_length(last);
        }
        self.0.set_position(at.height);
    }

    /// Takes it away.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}

/// A log that cannot be opened.
pub fn unreadable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::input(
        format!("cannot read {}", path.display()),
        error.to_string(),
        "check the path and your rights to it",
    )
}

/// Whose trusts are read: those that the command line names, or the home file; else whoever runs the code built in here.
fn registries(args: &ReplayArgs) -> Result<Registries, Failure> {
    if !args.registry.is_empty() {
        return Ok(Registries::Named(args.registry.iter().cloned().collect()));
    }
    match &args.source.home {
        Some(dir) if Home::is_complete(dir) => {
            let registry = Home::read(dir)?.registry;
            Ok(Registries::Named(BTreeSet::from([registry])))
        }
        _ => {
            let checksum = contracts::built_in_checksum("registry");
            Ok(Registries::Running(checksum.into_iter().collect()))
        }
    }
}

fn answer(report: &ReplayReport, trusts: &TrustReadings) -> Result<Answer, Failure> {
    let readings = trusts.read.as_slice();
    let second = readings
        .iter()
        .find_map(|reading| reading.difference.as_ref());
    let difference = report.difference.as_ref().map(ToString::to_string);
    let difference = difference.or_else(|| second.map(ToString::to_string));
    let equal = report.is_equal() && difference.is_none();
    let sum =
        |of: fn(&TrustReading) -> u64| readings.iter().map(of).fold(0_u64, u64::saturating_add);
    let (ballots, possessions) = (
        sum(|r| r.signatures.ballot),
        sum(|r| r.signatures.possession),
    );
    let rotations = sum(|r| r.signatures.rotation);
    let total = report
        .signatures
        .saturating_add(sum(|r| r.signatures.total()));
    let (logged, replayed) = (
        hex::encode(report.logged_root),
        hex::encode(report.replayed_root),
    );
    let documents: Vec<Value> = readings.iter().map(document).collect();
    let unread = trusts.unread.iter().map(
        |family| json!({ "name": family.name, "trust": family.trust, "registry": family.registry }),
    );
    let unread: Vec<Value> = unread.collect();
    let body = json!({
        "equal": equal,
        "chain_id": report.chain_id,
        "blocks": report.blocks,
        "transactions": report.transactions,
        "failed": report.failed,
        "signatures": {
            "transactions": report.signatures,
            "ballots": ballots,
            "possessions": possessions,
            "rotations": rotations,
            "total": total,
        },
        "logged_root": logged,
        "root": replayed,
        "difference": difference,
        "trusts": documents,
        "unread": unread,
    });
    let mut text = format!(
        "The replay {} the log.\n\n  chain         {}\n  blocks        {}\n  transactions  {} ({} of them failed, in the log as here)\n  signatures    {total}: {} of transactions, {ballots} of ballots, {possessions} of possession, {rotations} of rotations\n  root, log     {logged}\n  root, replay  {replayed}\n",
        if equal { "agrees with" } else { "differs from" },
        report.chain_id,
        report.blocks,
        report.transactions,
        report.failed,
        report.signatures,
    );
    if let Some(difference) = &difference {
        text += &format!("\nFirst difference: {difference}\n");
    }
    for reading in readings {
        let (name, messages, compared) = (&reading.family.name, reading.messages, reading.compared);
        let outcome = if reading.difference.is_none() {
            "all agree"
        } else {
            "they differ"
        };
        text += &format!(
            "\nSecond reading of {name}: {messages} messages read, {compared} answers compared: {outcome}\n"
        );
    }
    for Family { name, registry, .. } in &trusts.unread {
        text += &format!(
            "\nNot read: {name}, which {registry} says it founded; its trusts are read with --registry {registry}\n"
        );
    }
    Answer::new("commons/replay/1", Exit::of(equal), body, text)
}

/// The second reading of one trust. Base units are strings: they may be larger than what every JSON reader keeps exactly.
fn document(reading: &TrustReading) -> Value {
    let ledgers = reading.ledger.as_ref().map(|ledger| {
        json!({
            "floor": ledger.floor.to_string(),
            "loss": ledger.loss.to_string(),
            "shortfall": ledger.shortfall.to_string(),
            "income": ledger.income.to_string(),
            "gifts": ledger.gifts.to_string(),
            "declared": ledger.declared.to_string(),
            "operating": ledger.operating.to_string(),
            "placed": ledger.placed.to_string(),
        })
    });
    json!({
        "name": reading.family.name,
        "trust": reading.family.trust,
        "messages": reading.messages,
        "compared": reading.compared,
        "ledgers": ledgers,
        "difference": reading.difference.as_ref().map(ToString::to_string),
    })
}

impl From<AuditError> for Failure {
    fn from(error: AuditError) -> Self {
        match error {
            AuditError::Store(store) => store.into(),
            AuditError::Host { .. } => Self::internal(error),
            AuditError::Altered { .. } | AuditError::Log(LogError::Digest { .. }) => Self::no(
                error.to_string(),
                "the bytes of the block are not those that its digest was made of",
                "the place named shows what was changed; get the log again from where it came from",
            ),
            _ => Self::input(
                error.to_string(),
                "the block log is not what its own checks say it should be",
                "get the log again from where it came from; the place named shows what was changed",
            ),
        }
    }
}
