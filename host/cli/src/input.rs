//! Files from the command line. Owns the bound on their size; interprets nothing.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::failure::Failure;

/// Bytes of any file that a person writes, at most.
const MAX: u64 = 1 << 20;

/// The text of a file, or of stdin for `-`.
pub fn text(path: &Path) -> Result<String, Failure> {
    let shown = name(path);
    let unreadable = |error: std::io::Error| {
        Failure::input(
            format!("cannot read {shown}"),
            error.to_string(),
            "check the path and your rights to it",
        )
    };
    let mut bytes = Vec::new();
    if path.as_os_str() == "-" {
        std::io::stdin().take(MAX + 1).read_to_end(&mut bytes)
    } else {
        File::open(path).and_then(|file| file.take(MAX + 1).read_to_end(&mut bytes))
    }
    .map_err(unreadable)?;
    if bytes.len() > usize::try_from(MAX).unwrap_or(usize::MAX) {
        return Err(Failure::input(
            format!("cannot read {shown}"),
            format!("it has more than {MAX} bytes"),
            "give the file that the command asks for",
        ));
    }
    String::from_utf8(bytes).map_err(|error| {
        Failure::input(
            format!("cannot read {shown}"),
            format!(
                "byte {} is not UTF-8 text",
                error.utf8_error().valid_up_to()
            ),
            "save the file as UTF-8",
        )
    })
}

/// The path for people.
pub fn name(path: &Path) -> String {
    if path.as_os_str() == "-" {
        return "stdin".to_owned();
    }
    path.display().to_string()
}
