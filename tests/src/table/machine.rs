//! What the figures were measured on and from. Reads only; what it cannot find it says.

use std::fmt;
use std::fs;
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::cargo::root;

/// The machine, as far as it matters for times.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    processor: String,
    /// Processors that this process may use.
    cores: usize,
    memory_mib: u64,
    system: String,
}

impl Machine {
    /// This one.
    #[must_use]
    pub fn this() -> Self {
        let memory = field("/proc/meminfo", "MemTotal");
        let kib: u64 = memory.trim_end_matches(" kB").parse().unwrap_or(0);
        Self {
            processor: field("/proc/cpuinfo", "model name"),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            memory_mib: kib / 1024,
            system: printed(Command::new("uname").args(["-s", "-r", "-m"])),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            processor,
            cores,
            memory_mib,
            system,
        } = self;
        write!(f, "{processor}, {cores} cores, {memory_mib} MiB, {system}")
    }
}

/// Commit of the sources, with `-dirty` behind it if they were changed since.
#[must_use]
pub fn commit() -> String {
    printed(
        Command::new("git")
            .args([
                "describe",
                "--always",
                "--abbrev=40",
                "--dirty",
                "--exclude=*",
            ])
            .current_dir(root()),
    )
}

fn field(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix(':'));
    line.map_or_else(|| "unknown".to_owned(), |value| value.trim().to_owned())
}

fn printed(command: &mut Command) -> String {
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success());
    let text = output.and_then(|output| String::from_utf8(output.stdout).ok());
    text.map_or_else(|| "unknown".to_owned(), |text| text.trim().to_owned())
}
