//! What the command line asks for. Measures nothing.

use std::path::PathBuf;

/// How to call it.
pub const USAGE: &str = "\
usage: scripts/bench [vm | P1 | P2 | P3 | P4 | P5]... [--json FILE] [--quick]
  P1  warm execute of the same wasm: a token's transfer, a vote, a signed ballot
  P2  warm smart query
  P3  a new instance alone
  P4  a contract that computes
  P5  calls with equal gas, as scripts/conformance found them
  --quick  the same work, fewer times";

const MEASURES: [&str; 5] = ["P1", "P2", "P3", "P4", "P5"];

/// The command line.
#[derive(Debug, Default)]
pub struct Options {
    wanted: Vec<&'static str>,
    /// Fewer runs.
    pub quick: bool,
    /// Where to write the document.
    pub json: Option<PathBuf>,
}

impl Options {
    /// Reads arguments; nothing named means all.
    pub fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut options = Self::default();
        while let Some(argument) = arguments.next() {
            match argument.as_str() {
                // Cargo adds this to the arguments of every benchmark.
                "--bench" => {}
                "--quick" => options.quick = true,
                "--json" => {
                    let file = arguments.next().ok_or("--json wants a file")?;
                    options.json = Some(file.into());
                }
                "vm" => options.wanted.extend(MEASURES),
                name => {
                    let found = MEASURES.into_iter().find(|measure| *measure == name);
                    let unknown = || format!("there is no measurement {name:?}");
                    options.wanted.push(found.ok_or_else(unknown)?);
                }
            }
        }
        if options.wanted.is_empty() {
            options.wanted.extend(MEASURES);
        }
        Ok(options)
    }

    /// Whether a measure is asked for.
    pub fn wants(&self, measure: &str) -> bool {
        self.wanted.contains(&measure)
    }
}
