//! `commons tx trace`: one transaction of the log, executed again, with its calls and where their gas went. Shows what the
//! virtual machine and the ledger counted; counts nothing itself but the rest.

use std::fs::File;
use std::io::BufReader;

use commons_audit::replay::{Sought, TracedTransaction, Wanted, trace, trace_home};
use commons_common::units::UnixTime;
use serde_json::json;

use super::{bill, tree};
use crate::args::{ReplaySource, TraceArgs};
use crate::command::grouped;
use crate::compiled;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::instant::{NANOS, rfc3339};
use crate::output::Answer;
use crate::replay::{Bar, unreadable};

/// Runs `tx trace`.
pub fn run(args: &TraceArgs) -> Result<Answer, Failure> {
    let bar = Bar::new();
    let sought = seek(&args.source, &args.transaction, &bar);
    bar.end();
    match sought? {
        Sought::Found(found) => answer(&found),
        Sought::Missing { height } => Err(Failure::no(
            "there is no such transaction",
            format!("none of the blocks up to {height} has it"),
            "give its hash, of which 8 digits are enough, or HEIGHT/INDEX, the index from 0",
        )),
        Sought::Differs(divergence) => Err(Failure::no(
            "the log differs from its replay",
            divergence.to_string(),
            "`commons replay` says the same; get the log again from where it came from",
        )),
    }
}

fn seek(source: &ReplaySource, wanted: &Wanted, bar: &Bar) -> Result<Sought, Failure> {
    let vm = compiled::vm()?;
    let mut progress = |at| bar.show(at);
    let sought = match (&source.home, &source.log) {
        (Some(dir), _) => trace_home(dir, wanted, vm, &mut progress),
        (None, Some(path)) => {
            let file = File::open(path).map_err(|error| unreadable(path, &error))?;
            trace(BufReader::new(file), wanted, vm, &mut progress)
        }
        (None, None) => return Err(Failure::internal("neither a home nor a log was given")),
    };
    Ok(sought?)
}

fn answer(found: &TracedTransaction) -> Result<Answer, Failure> {
    let (name, result) = (&found.name, &found.trace.result);
    let inside = found.trace.calls.iter().map(|call| call.gas);
    let inside = inside.fold(0, u64::saturating_add);
    let outside = result.gas_used.saturating_sub(inside);
    let at = UnixTime(found.time_nanos / NANOS);
    let body = json!({
        "height": name.height,
        "index": name.index,
        "hash": name.hash.to_string(),
        "time": at,
        "what": name.what,
        "code": result.code,
        "codespace": result.codespace,
        "log": result.log,
        "gas_wanted": result.gas_wanted,
        "gas_used": result.gas_used,
        "gas_outside_calls": outside,
        "calls": tree::documents(found),
    });
    let end = match result.code {
        0 => "carried out".to_owned(),
        code => format!("failed: {} ({}/{code})", result.log, result.codespace),
    };
    let text = format!(
        "{name}\n\n  at    {}\n  hash  {}\n  end   {end}, in the log as here\n  gas   {} of {}\n\n{}{}",
        rfc3339(at),
        name.hash,
        grouped(result.gas_used.into()),
        grouped(result.gas_wanted.into()),
        tree::text(found, outside),
        bill::text(found),
    );
    Answer::new("commons/tx-trace/1", Exit::Good, body, text)
}
