//! Plays everything in both machines and prints the table. Ends with 1 if anything differs that no exception allows, or if an
//! entry point was not called both ways.
//!
//! `conformance [--quick] [--json FILE] [--markdown FILE]`

#![allow(
    clippy::expect_used,
    reason = "a run that cannot write its result should stop loudly"
)]

use std::process::ExitCode;

use commons_conformance::{Effort, STACK_BYTES, Table, play};

/// What the command line asks for.
#[derive(Default)]
struct Options {
    quick: bool,
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
    let stand = play(effort);
    let table = Table(&stand);
    print!("{}", table.text());
    for finding in stand.findings.iter().take(100) {
        println!("DIFFERENT {finding}");
    }
    for gap in table.gaps() {
        println!("NOT CALLED BOTH WAYS {gap}");
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
