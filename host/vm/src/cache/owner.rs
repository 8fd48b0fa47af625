//! Owns the question whether a file or folder is ours alone to write; it must never answer yes when it cannot tell.

use std::fs::{DirBuilder, Metadata};
use std::io;
use std::path::Path;

/// The user this process acts as.
#[derive(Clone, Copy, Debug)]
pub(super) struct Owner(#[cfg_attr(not(unix), allow(dead_code))] u32);

#[cfg(unix)]
impl Owner {
    /// The standard library has no name for the effective user, but a pipe belongs to whoever makes it.
    pub(super) fn current() -> io::Result<Self> {
        use std::os::fd::OwnedFd;
        use std::os::unix::fs::MetadataExt;
        let (reader, _writer) = io::pipe()?;
        let pipe = std::fs::File::from(OwnedFd::from(reader));
        Ok(Self(pipe.metadata()?.uid()))
    }

    /// Says what is wrong with the rights to a file or folder.
    pub(super) fn check(self, metadata: &Metadata) -> Result<(), String> {
        use std::os::unix::fs::MetadataExt;
        const WRITABLE_BY_OTHERS: u32 = 0o022;
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

#[cfg(not(unix))]
impl Owner {
    pub(super) fn current() -> io::Result<Self> {
        let reason = "who owns a file is only known on Unix";
        Err(io::Error::new(io::ErrorKind::Unsupported, reason))
    }

    pub(super) fn check(self, _: &Metadata) -> Result<(), String> {
        Err("who owns it is not known".to_owned())
    }
}

/// Makes a folder that only its owner may enter, and whatever is missing above it. Says whether it was made.
pub(super) fn make_folder(path: &Path) -> io::Result<bool> {
    let is_new = !path.is_dir();
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)?;
    Ok(is_new)
}

/// How a file is made that only its owner may read and write.
pub(super) fn new_file() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
