//! What the command line asks for. Measures nothing.

use std::path::PathBuf;

/// How to call it.
pub const USAGE: &str = "\
usage: scripts/bench [all | vm | P1 .. P5 | democracy | P7 | chain | P8 | P17]... [--json FILE] [--quick]
  P1..P5  the virtual machine beside cosmwasm-vm (vm)
  P7   one trust's first poll on the node and under cw-multi-test, 1,000 persons (democracy)
  P8   3,000 cw20 transfers executed again: our replay beside wasmd's (chain; needs scripts/chain build)
  P17  from a clone to the first result, with empty and with filled build caches (only by name, or all)
  --quick  the same work, fewer times; leaves the cold build of P17 out";

/// The command line.
#[derive(Debug, Default)]
pub struct Options {
    wanted: Vec<&'static str>,
    /// Fewer runs.
    pub quick: bool,
    /// A document of another benchmark to put before this one's lines.
    pub include: Option<PathBuf>,
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
                "--include" => {
                    let file = arguments.next().ok_or("--include wants a file")?;
                    options.include = Some(file.into());
                }
                "all" => options.wanted.extend(["P7", "P8", "P17"]),
                "democracy" | "P7" => options.wanted.push("P7"),
                "chain" | "P8" => options.wanted.push("P8"),
                "P17" => options.wanted.push("P17"),
                other => return Err(format!("there is no measurement {other:?}")),
            }
        }
        if options.wanted.is_empty() {
            options.wanted.extend(["P7", "P8", "P17"]);
        }
        Ok(options)
    }

    /// Whether a line of the table is to be measured.
    pub fn wants(&self, id: &str) -> bool {
        self.wanted.contains(&id)
    }
}
