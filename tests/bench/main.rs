//! Measures the product beside what is comparable, in one run on one machine, peers in turn. Prints one table as text and,
//! with `--json FILE`, one document; holds no figure against a goal. `scripts/bench` builds what it needs and runs it.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a measurement that goes wrong should stop loudly"
)]

mod clone;
mod life;
mod options;
mod replay;

use std::process::ExitCode;

use commons_tests::table::Document;

use options::Options;

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1)) {
        Ok(options) => options,
        Err(complaint) => {
            eprintln!("error: {complaint}\n{}", options::USAGE);
            return ExitCode::from(2);
        }
    };
    let mut document = Document::new();
    if options.wants("P7") {
        document.results.extend(life::measure(options.quick));
    }
    if options.wants("P8") {
        match replay::measure(options.quick) {
            Ok(lines) => document.results.extend(lines),
            Err(gap) => document.not_run.push(gap),
        }
    }
    if options.wants("P17") {
        document.results.extend(clone::measure(options.quick));
    }
    let included = options
        .include
        .iter()
        .try_for_each(|path| document.include(path));
    match included.and_then(|()| document.publish(options.json.as_deref())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            eprintln!("error: {complaint}");
            ExitCode::FAILURE
        }
    }
}
