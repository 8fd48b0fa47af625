//! JSON for a contract, as given on the command line: the text itself, `@FILE`, or `-` for stdin. Owns the check that it is JSON;
//! passes on the very bytes, since what is signed and replayed are bytes.

use std::path::Path;

use serde::de::IgnoredAny;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::input;

/// The bytes of a message.
pub fn read(given: &str) -> Result<Vec<u8>, Failure> {
    let text = match given.strip_prefix('@') {
        Some(path) => input::text(Path::new(path))?,
        None if given == "-" => input::text(Path::new("-"))?,
        None => given.to_owned(),
    };
    let text = text.trim();
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| {
        Failure::new(
            Exit::Usage,
            "the message is not JSON",
            error.to_string(),
            "write it like '{\"name\":{}}' in single quotes, or put it into a file and give @FILE",
        )
    })?;
    Ok(text.as_bytes().to_vec())
}
