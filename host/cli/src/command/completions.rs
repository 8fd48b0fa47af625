//! `commons completions`: made from the same definition as the help. Installs nothing.

use clap_complete::Shell;
use serde_json::json;

use crate::args::command;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;

/// Runs `completions`.
pub fn run(shell: Shell) -> Result<Answer, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command(), "commons", &mut script);
    let script = String::from_utf8(script).map_err(Failure::internal)?;
    let body = json!({ "shell": shell.to_string(), "script": script });
    Answer::new("commons/completions/1", Exit::Good, body, script)
}
