//! The table: as text for people, as one document for programs. Measures nothing.

use std::fmt;

use serde::Serialize;

use crate::machine::{Machine, commit};
use crate::spread::Spread;

/// Name and version of the document.
const SCHEMA: &str = "commons/bench/1";

/// Everything one run found.
#[derive(Debug, Serialize)]
pub struct Document {
    schema: &'static str,
    /// Commit of the sources, with `-dirty` behind it if they were changed since.
    commit: String,
    machine: Machine,
    /// Lines of the table.
    pub results: Vec<Line>,
}

/// One line of the table.
#[derive(Debug, Serialize)]
pub struct Line {
    /// Number in the list of what is measured, with the part behind a point.
    pub id: String,
    /// What was done.
    pub name: String,
    /// Unit of every figure but the ratio.
    pub unit: &'static str,
    /// Our side.
    pub ours: Spread,
    /// The other side, if there is one to compare with.
    pub peer: Option<Peer>,
    /// Median of ours over median of the peer's.
    pub ratio: Option<f64>,
    /// What went in, and what is not equal on both sides.
    pub inputs: String,
}

/// Whom we are compared with.
#[derive(Debug, Serialize)]
pub struct Peer {
    /// Its name.
    pub name: &'static str,
    /// The release that ran.
    pub version: &'static str,
    /// Its figures.
    #[serde(flatten)]
    pub spread: Spread,
}

impl Document {
    /// An empty table of this machine and these sources.
    pub fn new() -> Self {
        Self {
            schema: SCHEMA,
            commit: commit(),
            machine: Machine::this(),
            results: Vec::new(),
        }
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "commit   {}\nmachine  {}\n", self.commit, self.machine)?;
        for line in &self.results {
            writeln!(f, "{:<12} {}", line.id, line.name)?;
            writeln!(f, "{:<12} ours  {}", "", shown(&line.ours, line.unit))?;
            if let (Some(peer), Some(ratio)) = (&line.peer, line.ratio) {
                let (name, version) = (peer.name, peer.version);
                writeln!(
                    f,
                    "{:<12} peer  {}  {name} {version}",
                    "",
                    shown(&peer.spread, line.unit)
                )?;
                writeln!(f, "{:<12} ratio {ratio:.2}, ours over peer", "")?;
            }
            writeln!(f, "{:<12} with  {}\n", "", line.inputs)?;
        }
        Ok(())
    }
}

fn shown(spread: &Spread, unit: &str) -> String {
    let Spread { min, median, max } = spread;
    format!("{median:.1} {unit} ({min:.1} to {max:.1})")
}
