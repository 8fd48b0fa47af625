//! The table of what is measured: as text for people, as one document for programs. Measures nothing, and holds no figure
//! against a goal. Every benchmark of the project speaks through it, so that there is one format and one table.

mod machine;
mod spread;

use std::fmt;
use std::path::Path;

use serde::{Deserialize, Serialize};

pub use machine::{Machine, commit};
pub use spread::Spread;

/// Name and version of the document.
const SCHEMA: &str = "commons/bench/1";

/// Everything one run found.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Document {
    schema: String,
    /// Commit of the sources, with `-dirty` behind it if they were changed since.
    commit: String,
    machine: Machine,
    /// Lines of the table.
    pub results: Vec<Line>,
    /// What was asked for and has no figure.
    pub not_run: Vec<Gap>,
}

/// One line of the table.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Number in the list of what is measured, with the part behind a point.
    pub id: String,
    /// What was done.
    pub name: String,
    /// Unit of every figure but the ratios.
    pub unit: String,
    /// Our side.
    pub ours: Spread,
    /// The other side, if there is one to compare with.
    pub peer: Option<Peer>,
    /// One median over the other.
    pub ratio: Option<f64>,
    /// Which over which.
    pub ratio_is: Option<Direction>,
    /// The same ratio of each two runs that followed one another, where sides were run in turn: what slows the machine down for
    /// a while slows both.
    pub pairs: Option<Spread>,
    /// What went in, and what is not equal on both sides.
    pub inputs: String,
}

/// What a ratio says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Direction {
    /// How many times as long we take.
    #[serde(rename = "ours/peer")]
    OursOverPeer,
    /// How many times as long the other side takes.
    #[serde(rename = "peer/ours")]
    PeerOverOurs,
}

/// Whom we are compared with.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Peer {
    /// Its name.
    pub name: String,
    /// The release that ran.
    pub version: String,
    /// Its figures.
    #[serde(flatten)]
    pub spread: Spread,
}

/// What could not be measured.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Gap {
    /// Number in the list of what is measured.
    pub id: String,
    /// Why not.
    pub why: String,
}

impl Direction {
    /// The ratio of two figures.
    #[must_use]
    pub fn of(self, ours: f64, peer: f64) -> f64 {
        match self {
            Self::OursOverPeer => ours / peer,
            Self::PeerOverOurs => peer / ours,
        }
    }
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OursOverPeer => "ours over peer",
            Self::PeerOverOurs => "peer over ours",
        })
    }
}

impl Document {
    /// An empty table of this machine and these sources.
    #[must_use]
    pub fn new() -> Self {
        Self {
            schema: SCHEMA.to_owned(),
            commit: commit(),
            machine: Machine::this(),
            results: Vec::new(),
            not_run: Vec::new(),
        }
    }

    /// Puts the lines of another benchmark of the same sources and the same machine before these.
    pub fn include(&mut self, path: &Path) -> Result<(), String> {
        let complain = |error: String| format!("{}: {error}", path.display());
        let text = std::fs::read(path).map_err(|error| complain(error.to_string()))?;
        let other: Self =
            serde_json::from_slice(&text).map_err(|error| complain(error.to_string()))?;
        let ours = (&self.schema, &self.commit, &self.machine);
        if (&other.schema, &other.commit, &other.machine) != ours {
            return Err(complain("of other sources or another machine".to_owned()));
        }
        self.results.splice(..0, other.results);
        self.not_run.splice(..0, other.not_run);
        Ok(())
    }

    /// Prints the table, and writes the document where it is wanted.
    pub fn publish(&self, path: Option<&Path>) -> Result<(), String> {
        print!("{self}");
        let Some(path) = path else {
            return Ok(());
        };
        let text = serde_json::to_string_pretty(self).map_err(|error| error.to_string())? + "\n";
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
    }
}

impl Default for Document {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "commit   {}\nmachine  {}\n", self.commit, self.machine)?;
        for line in &self.results {
            writeln!(f, "{line}")?;
        }
        for gap in &self.not_run {
            writeln!(f, "{:<14} not run: {}\n", gap.id, gap.why)?;
        }
        Ok(())
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |spread: &Spread| {
            let Spread { min, median, max } = spread;
            format!("{median:.1} {} ({min:.1} to {max:.1})", self.unit)
        };
        writeln!(f, "{:<14} {}", self.id, self.name)?;
        writeln!(f, "{:<14} ours  {}", "", shown(&self.ours))?;
        if let Some(peer) = &self.peer {
            let (name, version) = (&peer.name, &peer.version);
            let figures = shown(&peer.spread);
            writeln!(f, "{:<14} peer  {figures}  {name} {version}", "")?;
        }
        if let (Some(ratio), Some(direction)) = (self.ratio, self.ratio_is) {
            writeln!(f, "{:<14} ratio {ratio:.2}, {direction}", "")?;
        }
        if let Some(Spread { min, median, max }) = self.pairs {
            writeln!(
                f,
                "{:<14} pairs {median:.2} ({min:.2} to {max:.2}), run by run",
                ""
            )?;
        }
        writeln!(f, "{:<14} with  {}", "", self.inputs)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(id: &str) -> Line {
        let spread = Spread::of(vec![1.5, 2.0, 4.25]);
        Line {
            id: id.to_owned(),
            name: "a name".to_owned(),
            unit: "us".to_owned(),
            ours: spread,
            peer: Some(Peer {
                name: "other".to_owned(),
                version: "1.0".to_owned(),
                spread,
            }),
            ratio: Some(Direction::PeerOverOurs.of(2.0, 5.0)),
            ratio_is: Some(Direction::PeerOverOurs),
            pairs: Some(spread),
            inputs: "what went in".to_owned(),
        }
    }

    #[test]
    fn a_document_comes_back_and_its_lines_come_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.json");
        let mut other = Document::new();
        other.results.push(line("P1"));
        other.publish(Some(&path)).unwrap();
        let mut document = Document::new();
        document.results.push(line("P7"));
        document.include(&path).unwrap();
        assert_eq!(document.results, [line("P1"), line("P7")]);
        let text = document.to_string();
        assert!(text.contains("ratio 2.50, peer over ours"), "{text}");
    }

    #[test]
    fn a_document_of_other_sources_is_not_joined() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("other.json");
        let mut other = Document::new();
        other.commit.push_str(" and more");
        other.publish(Some(&path)).unwrap();
        let mut document = Document::new();
        assert!(document.include(&path).is_err());
        assert_eq!(document.results, []);
    }
}
