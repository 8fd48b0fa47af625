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
mod replay;
mod start;
mod store;

use std::process::ExitCode;

use commons_tests::options::{Group, Options};
use commons_tests::table::Document;

const USAGE: &str = "\
usage: scripts/bench [all | vm | P1 .. P5 | W2 | W5 | democracy | P7 | chain | P8 | P9 | P14 | P15 | P17]... [--json FILE] [--quick]
  P1..P5  the virtual machine beside cosmwasm-vm (vm)
  W2, W5  the virtual machine under attack: dear uploads, endless loops (vm)
  P7   one trust's first poll on the node and under cw-multi-test, 1,000 persons (democracy)
  P8   3,000 cw20 transfers executed again: our replay beside wasmd's (chain; needs scripts/chain build)
  P9   from the start of a node to its first answer, beside wasmd if `scripts/chain build` made it (chain)
  P14  durable blocks beside the database alone (chain)
  P15  proofs at 10^6 keys beside the tree alone (chain); with --quick at 10^5
  P17  from a clone to the first result, with empty and with filled build caches (only by name, or all)
  --quick  the same work, fewer times; leaves the cold build of P17 out";

const GROUPS: &[Group] = &[
    ("all", &["P7", "P8", "P9", "P14", "P15", "P17"]),
    ("democracy", &["P7"]),
    ("chain", &["P8", "P9", "P14", "P15"]),
];

fn main() -> ExitCode {
    let options = match Options::parse(std::env::args().skip(1), GROUPS) {
        Ok(options) => options,
        Err(complaint) => {
            eprintln!("error: {complaint}\n{USAGE}");
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
    if options.wants("P9") {
        document.results.extend(start::measure(options.quick));
    }
    if options.wants("P14") {
        document.results.extend(store::blocks(options.quick));
    }
    if options.wants("P15") {
        document.results.extend(store::proofs(options.quick));
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
