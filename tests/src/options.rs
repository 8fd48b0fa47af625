//! What the command line of a benchmark asks for. Measures nothing.

use std::path::PathBuf;

/// A name for several lines of the table. Each line also goes by its own name; the first group is what is measured when nothing is
/// named.
pub type Group = (&'static str, &'static [&'static str]);

/// The command line.
#[derive(Debug, Default, PartialEq, Eq)]
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
    /// Reads arguments.
    ///
    /// # Errors
    /// A sentence about the argument that is not understood.
    pub fn parse(
        mut arguments: impl Iterator<Item = String>,
        groups: &[Group],
    ) -> Result<Self, String> {
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
                name => {
                    let lines = lines(groups, name);
                    if lines.is_empty() {
                        return Err(format!("there is no measurement {name:?}"));
                    }
                    options.wanted.extend(lines);
                }
            }
        }
        if let ([], Some((_, lines))) = (options.wanted.as_slice(), groups.first()) {
            options.wanted.extend(*lines);
        }
        Ok(options)
    }

    /// Whether a line of the table is to be measured.
    #[must_use]
    pub fn wants(&self, id: &str) -> bool {
        self.wanted.contains(&id)
    }
}

/// The lines of a group, or the line of that name.
fn lines(groups: &[Group], name: &str) -> Vec<&'static str> {
    if let Some((_, lines)) = groups.iter().find(|(group, _)| *group == name) {
        return lines.to_vec();
    }
    let all = groups.iter().flat_map(|(_, lines)| lines.iter().copied());
    all.filter(|line| *line == name).take(1).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const GROUPS: &[Group] = &[("all", &["P7", "P8", "P9"]), ("chain", &["P8", "P9"])];

    fn parse(text: &str) -> Result<Options, String> {
        Options::parse(text.split_whitespace().map(str::to_owned), GROUPS)
    }

    fn wanted(text: &str) -> Vec<&'static str> {
        parse(text).unwrap().wanted
    }

    #[test]
    fn nothing_named_is_everything_and_names_are_lines_or_groups() {
        assert_eq!(wanted("--bench"), ["P7", "P8", "P9"]);
        assert_eq!(wanted("all"), ["P7", "P8", "P9"]);
        assert_eq!(wanted("chain --quick"), ["P8", "P9"]);
        assert_eq!(wanted("P9 P7"), ["P9", "P7"]);
        assert!(parse("P9").unwrap().wants("P9") && !parse("P9").unwrap().wants("P7"));
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(parse("P10").unwrap_err(), "there is no measurement \"P10\"");
        assert_eq!(parse("--json").unwrap_err(), "--json wants a file");
        assert_eq!(parse("--include").unwrap_err(), "--include wants a file");
    }
}
