//! `commons tx`: transactions: made, signed, sent and read on any network, and traced in a home's own log. Owns where the files of
//! transactions are written.

mod bill;
pub mod new;
pub mod receipt;
pub mod send;
pub mod sign;
pub mod trace;
mod tree;

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use crate::failure::Failure;

/// Writes a new file, and says where; to stdout what is written is the answer itself.
fn deliver(out: &Path, json: &str) -> Result<String, Failure> {
    if out.as_os_str() == "-" {
        return Ok("stdout".to_owned());
    }
    let written = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(out)
        .and_then(|mut file| file.write_all(json.as_bytes()));
    written.map_err(|error| {
        Failure::input(
            format!("cannot write {}", out.display()),
            error.to_string(),
            "choose a new file: an existing one is never replaced",
        )
    })?;
    Ok(out.display().to_string())
}
