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
mod machine;
mod options;
mod results;
mod spread;

use std::process::ExitCode;

use options::Options;
use results::Document;

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
    if options.wants("P17") {
        document.results.extend(clone::measure(options.quick));
    }
    print!("{document}");
    if let Some(path) = &options.json {
        let text = serde_json::to_string_pretty(&document).expect("the results are JSON") + "\n";
        if let Err(error) = std::fs::write(path, text) {
            eprintln!("error: {}: {error}", path.display());
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
