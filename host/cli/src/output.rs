//! The two streams: stdout carries the primary result and nothing else, stderr progress, warnings and errors. Owns the
//! last step of every output, where text becomes inert (U1) and a closed pipe counts as read (U2).

use std::io::{ErrorKind, Write};

use clap::builder::styling::{AnsiColor, Style};
use serde_json::{Value, json};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::inert;

/// What a command found.
#[derive(Debug)]
pub struct Answer {
    /// How the process ends.
    pub exit: Exit,
    /// One JSON document with a `schema` field.
    pub document: String,
    /// The same for people.
    pub text: String,
}

impl Answer {
    /// An answer in both forms; the schema is added to the document, which is a JSON object.
    pub fn new(
        schema: &str,
        exit: Exit,
        mut document: Value,
        text: String,
    ) -> Result<Self, Failure> {
        if let Some(fields) = document.as_object_mut() {
            fields.insert("schema".to_owned(), schema.into());
        }
        let document = serde_json::to_string_pretty(&document).map_err(Failure::internal)?;
        Ok(Self {
            exit,
            document,
            text,
        })
    }
}

/// Prints an answer and says how the process ends.
pub fn finish(outcome: Result<Answer, Failure>, json: bool) -> Exit {
    match outcome {
        Ok(answer) => {
            let out = if json {
                inert::json(&answer.document)
            } else {
                inert::text(&answer.text)
            };
            print(&out).unwrap_or(answer.exit)
        }
        Err(failure) => {
            complain(&failure);
            if json {
                return print(&document(&failure)).unwrap_or(failure.exit);
            }
            failure.exit
        }
    }
}

/// The document in place of an answer, so that `--json` always prints exactly one.
fn document(failure: &Failure) -> String {
    let mut error = json!({
        "exit": failure.exit.code(),
        "what": failure.what,
        "why": failure.why,
        "next": failure.next,
    });
    if let (Some(place), Some(fields)) = (&failure.place, error.as_object_mut()) {
        fields.insert("file".to_owned(), place.file.clone().into());
        fields.insert("line".to_owned(), place.line.into());
        fields.insert("column".to_owned(), place.column.into());
        fields.insert("field".to_owned(), place.field.clone().into());
    }
    let document = json!({ "schema": "commons/error/1", "error": error });
    inert::json(&format!("{document:#}"))
}

/// Writes to stdout. Nothing if that went well, or nobody reads any more; else the exit code.
pub fn print(text: &str) -> Option<Exit> {
    let mut out = anstream::stdout().lock();
    let end = if text.ends_with('\n') { "" } else { "\n" };
    let written = write!(out, "{text}{end}").and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Some(Exit::Internal),
        _ => None,
    }
}

/// The document of a wrong command line, whose text for people is on stderr already.
pub fn print_usage(why: &str) -> Option<Exit> {
    let failure = Failure::new(
        Exit::Usage,
        "the command line is wrong",
        why.trim(),
        "`commons --help` and `commons COMMAND --help` show what there is",
    );
    print(&document(&failure))
}

/// Several lines on stderr, without style.
pub fn say_plainly(text: &str) {
    say(inert::text(text).trim_end());
}

/// A secret on stderr, between two texts. It is written as it is, without a copy that would stay in memory; it must be inert.
pub fn show_secret(before: &str, secret: &str, after: &str) {
    let mut err = std::io::stderr().lock();
    for part in [before, secret, after] {
        // Nobody may be reading stderr; there is nobody left to tell then.
        drop(err.write_all(part.as_bytes()));
    }
}

/// A line of progress or a hint, on stderr.
pub fn note(line: &str) {
    say(&inert::line(line));
}

/// A warning, on stderr.
pub fn warn(line: &str) {
    say(&labelled(AnsiColor::Yellow, "warning", line));
}

fn complain(failure: &Failure) {
    match &failure.place {
        Some(place) => say(place.picture.trim_end()),
        None => say(&labelled(AnsiColor::Red, "error", &failure.what)),
    }
    say(&format!("  why:  {}", inert::line(&failure.why)));
    say(&format!("  next: {}", inert::line(&failure.next)));
}

fn labelled(colour: AnsiColor, label: &str, line: &str) -> String {
    let style = Style::new().bold().fg_color(Some(colour.into()));
    format!("{style}{label}:{style:#} {}", inert::line(line))
}

/// Nobody may be reading stderr; there is nobody left to tell then.
fn say(text: &str) {
    drop(writeln!(anstream::stderr().lock(), "{text}"));
}
