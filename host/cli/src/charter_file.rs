//! A charter on disk: TOML to a checked [`Charter`], or the line of the first error. Owns the way from a field's path to
//! its place in the file; what is right and wrong, the charter's own check says.

use std::ops::Range;
use std::path::Path;

use commons_common::charter::{Charter, CharterError};
use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report,
};
use toml::de::{DeArray, DeTable, DeValue};

use crate::exit::Exit;
use crate::failure::{Failure, Place};
use crate::{inert, input};

/// Columns of a drawn error.
const WIDTH: usize = 100;

/// Reads and checks a charter.
pub fn read(path: &Path) -> Result<Charter, Failure> {
    let text = input::text(path)?;
    let name = input::name(path);
    let charter: Charter =
        toml::from_str(&text).map_err(|error| malformed(&name, &text, &error))?;
    charter
        .check()
        .map_err(|error| wrong(&name, &text, &error))?;
    Ok(charter)
}

fn malformed(name: &str, text: &str, error: &toml::de::Error) -> Failure {
    let failure = Failure::input(
        format!("{name} is not a charter"),
        error.message().trim().replace('\n', ": "),
        "correct the line; host/cli/charters in the repository has examples",
    );
    point(
        failure,
        name,
        text,
        Spot {
            span: error.span().unwrap_or(0..0),
            label: "here".to_owned(),
            field: None,
        },
    )
}

fn wrong(name: &str, text: &str, error: &CharterError) -> Failure {
    let (span, found) = locate(text, &error.path);
    let label = if found {
        format!("`{}`", error.path)
    } else {
        format!("`{}` is left out here, so its default applies", error.path)
    };
    let failure = Failure::new(
        Exit::No,
        format!("{name} is a charter that the rules refuse"),
        format!("{}: {}", error.path, error.reason),
        "change the field and check again",
    );
    point(
        failure,
        name,
        text,
        Spot {
            span,
            label,
            field: Some(error.path.clone()),
        },
    )
}

struct Spot {
    span: Range<usize>,
    label: String,
    field: Option<String>,
}

/// Adds the place, in numbers and drawn.
fn point(mut failure: Failure, name: &str, text: &str, spot: Spot) -> Failure {
    let before = text.get(..spot.span.start).unwrap_or(text);
    let last_line = before.rsplit('\n').next().unwrap_or(before);
    let (line, column) = (
        before.matches('\n').count() + 1,
        last_line.chars().count() + 1,
    );
    let label = LabeledSpan::at(spot.span, inert::line(&spot.label));
    let diagnostic = MietteDiagnostic::new(inert::line(&failure.what)).with_labels([label]);
    let source = NamedSource::new(inert::line(name), inert::same_length(text));
    let report = Report::new(diagnostic).with_source_code(source);
    let mut picture = String::new();
    let drawn = GraphicalReportHandler::new_themed(GraphicalTheme::unicode())
        .with_width(WIDTH)
        .render_report(&mut picture, report.as_ref());
    if drawn.is_err() {
        picture = inert::line(&format!("{name}:{line}:{column}: {}", failure.what));
    }
    failure.place = Some(Box::new(Place {
        file: name.to_owned(),
        line,
        column,
        field: spot.field,
        picture,
    }));
    failure
}

/// Where the field of a dotted path stands, or the nearest table around it that the file has; and whether it is the field.
fn locate(text: &str, path: &str) -> (Range<usize>, bool) {
    let Ok(root) = DeTable::parse(text) else {
        return (0..0, false);
    };
    let mut span = 0..0;
    let mut table: Option<&DeTable<'_>> = Some(root.get_ref());
    let mut list: Option<&DeArray<'_>> = None;
    for step in path.split('.') {
        let found = match (table, list) {
            (Some(table), _) => table
                .iter()
                .find(|(key, _)| key.get_ref() == step)
                .map(|(key, value)| (key.span(), value)),
            (None, Some(list)) => step
                .parse::<usize>()
                .ok()
                .and_then(|index| list.get(index))
                .map(|value| (value.span(), value)),
            (None, None) => None,
        };
        let Some((key, value)) = found else {
            return (span, false);
        };
        (span, table, list) = match value.get_ref() {
            DeValue::Table(inner) => (key, Some(inner), None),
            DeValue::Array(inner) => (key, None, Some(inner)),
            _ => (value.span(), None, None),
        };
    }
    (span, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "name = \"x\"\n[roll]\nthreshold = 1\n[[roll.registrars]]\naccount = \"a\"\n[[roll.registrars]]\naccount = \"a\"\n";

    fn at(path: &str) -> (usize, bool) {
        let (span, found) = locate(TEXT, path);
        (
            TEXT.get(..span.start)
                .map_or(0, |t| t.matches('\n').count())
                + 1,
            found,
        )
    }

    #[test]
    fn a_path_leads_to_its_line() {
        assert_eq!(at("name"), (1, true));
        assert_eq!(at("roll.threshold"), (3, true));
        assert_eq!(at("roll.registrars.1"), (6, true));
        assert_eq!(at("roll.registrars.1.account"), (7, true));
    }

    #[test]
    fn what_is_left_out_leads_to_the_table_around_it() {
        assert_eq!(at("roll.validity"), (2, false));
        assert_eq!(at("money.index"), (1, false));
        assert_eq!(at("roll.registrars.9"), (4, false));
        assert_eq!(at("name.x"), (1, false));
    }
}
