//! Plays everything in both machines and prints the table. Ends with 1 if anything differs that no exception allows, if an
//! entry point was not called both ways, or if a file was not compared or too seldom.
//!
//! `conformance [--quick] [--json FILE] [--markdown FILE]`
//!
//! `--only PART` plays one part for whoever looks for a difference; such a run never ends with 0.

#![allow(
    clippy::expect_used,
    reason = "a run that cannot write its result should stop loudly"
)]

use std::process::ExitCode;

use commons_conformance::{Effort, SHOWN, STACK_BYTES, Table, play};

/// What the command line asks for.
#[derive(Default)]
struct Options {
    quick: bool,
    only: Option<String>,
    json: Option<String>,
    markdown: Option<String>,
}

fn main() -> ExitCode {
    let Some(options) = options() else {
        eprintln!("usage: conformance [--quick] [--json FILE] [--markdown FILE]");
        return ExitCode::from(2);
    };
    let run = std::thread::Builder::new().stack_size(STACK_BYTES);
    let run = run.spawn(move || run_with(&options));
    let sound = run.expect("a thread can be started").join();
    match sound {
        Ok(true) => ExitCode::SUCCESS,
        _ => ExitCode::FAILURE,
    }
}

fn options() -> Option<Options> {
    let mut options = Options::default();
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--quick" => options.quick = true,
            "--only" => options.only = Some(arguments.next()?),
            "--json" => options.json = Some(arguments.next()?),
            "--markdown" => options.markdown = Some(arguments.next()?),
            _ => return None,
        }
    }
    Some(options)
}

fn run_with(options: &Options) -> bool {
    let effort = if options.quick {
        Effort::QUICK
    } else {
        Effort::WHOLE
    };
    let Some(stand) = play(effort, options.only.as_deref()) else {
        eprintln!("there is no such part");
        return false;
    };
    let table = match options.only {
        Some(_) => Table::of_part(&stand),
        None => Table::of(&stand, effort),
    };
    print!("{}", table.text());
    for complaint in table.complaints().iter().take(SHOWN) {
        println!("{complaint}");
    }
    if options.only.is_some() {
        println!("a part of the suite proves nothing");
        return false;
    }
    if let Some(file) = &options.json {
        let text = serde_json::to_string_pretty(&table.json()).expect("the document is JSON");
        std::fs::write(file, text + "\n").expect("the file can be written");
    }
    if let Some(file) = &options.markdown {
        std::fs::write(file, table.markdown()).expect("the file can be written");
    }
    table.is_sound()
}
