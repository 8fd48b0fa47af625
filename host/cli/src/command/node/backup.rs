//! `commons node backup`: a copy of a chain. A node that runs makes it itself, because nobody else may read its files; a chain without one
//! is read here.

use std::path::Path;

use commons_rpc::control;
use commons_store::{Store, StoreError};
use serde_json::json;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Answer;

/// Copies the chain in `home` to `copy`.
pub fn run(home: &Path, copy: &Path) -> Result<Answer, Failure> {
    let copy = std::path::absolute(copy).map_err(|error| {
        let what = format!("{} cannot be used for the copy", copy.display());
        Failure::input(what, error.to_string(), "check the path")
    })?;
    let (height, live) = match Store::open_read_only(home) {
        Ok(store) => (store.backup(&copy)?, false),
        Err(StoreError::Locked { holder, .. }) => (live(home, &copy, &holder)?, true),
        Err(error) => return Err(error.into()),
    };
    let while_running = if live { ", while its node runs" } else { "" };
    let text = format!(
        "The chain in {} up to block {height} is copied to {}{while_running}.\n\
         A validator's key and its memory are not in the copy: they lie where --validator-key says.",
        home.display(),
        copy.display(),
    );
    let document = json!({ "home": home, "copy": copy, "height": height, "live": live });
    Answer::new("commons/node-backup/1", Exit::Good, document, text)
}

/// Has the running node make the copy.
fn live(home: &Path, copy: &Path, holder: &str) -> Result<u64, Failure> {
    control::backup(home, copy).map_err(|error| {
        Failure::new(
            Exit::Home,
            "the chain is not copied",
            format!(
                "{holder} has {}, and answers: {error}",
                home.display()
            ),
            "choose an empty directory for the copy; if it is no node that has the chain, wait until it has ended",
        )
    })
}
