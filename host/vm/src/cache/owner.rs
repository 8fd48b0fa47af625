//! Owns the question whether a file or folder is ours alone to write; it must never answer yes when it cannot tell.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

/// Write permission of group and others.
const WRITABLE_BY_OTHERS: u32 = 0o022;

/// The user this process acts as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner(u32);

impl Owner {
    /// The standard library has no name for the effective user, but a pipe belongs to whoever makes it.
    pub(super) fn current() -> io::Result<Self> {
        let (reader, _writer) = io::pipe()?;
        let pipe = File::from(OwnedFd::from(reader));
        Ok(Self(pipe.metadata()?.uid()))
    }

    /// Says what is wrong with the rights to a file or folder.
    pub(super) fn check(self, metadata: &Metadata) -> Result<(), String> {
        if metadata.uid() != self.0 {
            let (theirs, ours) = (metadata.uid(), self.0);
            return Err(format!("it belongs to user {theirs}, not to user {ours}"));
        }
        if metadata.mode() & WRITABLE_BY_OTHERS != 0 {
            let mode = metadata.mode() & 0o7777;
            return Err(format!("others may write to it (mode {mode:04o})"));
        }
        Ok(())
    }
}

/// Makes a folder that only its owner may enter, and whatever is missing above it. Says whether it was made.
pub(super) fn make_folder(path: &Path) -> io::Result<bool> {
    let is_new = !path.is_dir();
    DirBuilder::new().recursive(true).mode(0o700).create(path)?;
    Ok(is_new)
}

/// How a file is made that only its owner may read and write.
pub(super) fn new_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options
}
