//! A folder of sealed keys, one file each, named by their owner. Owns names and the folder's rights; never replaces a key
//! and never opens one.

use std::fs::{self, DirBuilder};
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};

use super::file::{read_private, write_private};
use super::sealed::SealedKey;
use crate::error::ClientError;

/// Ends a key file's name.
const ENDING: &str = ".key.json";
/// Bytes of a key file at most; ours have 600.
const MAX: usize = 16 * 1024;
/// Characters of a name at most.
const NAME: usize = 64;

/// See the module.
#[derive(Clone, Debug)]
pub struct KeyFolder {
    dir: PathBuf,
}

impl KeyFolder {
    /// The folder at `dir`, which need not exist yet.
    #[must_use]
    pub const fn new(dir: PathBuf) -> Self {
        Self { dir }
    }

    /// Where it is.
    #[must_use]
    pub fn dir(&self) -> &Path {
        &self.dir
    }

    /// Keeps a key under a name that is free.
    ///
    /// # Errors
    /// `KeyName`, `KeyExists`, `KeyExposed` for the folder, `File`.
    pub fn put(&self, name: &str, key: &SealedKey) -> Result<PathBuf, ClientError> {
        let path = self.path(name)?;
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.dir)
            .map_err(|source| self.failed(source))?;
        self.check_rights()?;
        if path.exists() {
            return Err(ClientError::KeyExists(name.to_owned()));
        }
        write_private(&path, key.to_json()?.as_bytes())?;
        Ok(path)
    }

    /// The key of a name, still sealed.
    ///
    /// # Errors
    /// `KeyName`, `NoKey`, `KeyExposed`, `File`, `Sealing`.
    pub fn get(&self, name: &str) -> Result<SealedKey, ClientError> {
        let path = self.path(name)?;
        if !path.exists() {
            return Err(ClientError::NoKey {
                name: name.to_owned(),
                dir: self.dir.clone(),
            });
        }
        self.check_rights()?;
        SealedKey::parse(&read_private(&path, MAX)?)
    }

    /// Names of all keys, sorted.
    ///
    /// # Errors
    /// `File`, unless there is no folder, which is as good as an empty one.
    pub fn names(&self) -> Result<Vec<String>, ClientError> {
        let entries = match fs::read_dir(&self.dir) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(self.failed(source)),
        };
        let mut names = Vec::new();
        for entry in entries {
            let file = entry.map_err(|source| self.failed(source))?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(ENDING));
            if let Some(name) = name.filter(|name| is_name(name)) {
                names.push(name.to_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    /// Takes a key away, for ever.
    ///
    /// # Errors
    /// `KeyName`, `NoKey`, `File`.
    pub fn delete(&self, name: &str) -> Result<(), ClientError> {
        self.get(name)?;
        let path = self.path(name)?;
        fs::remove_file(&path).map_err(|source| ClientError::File { path, source })
    }

    /// Who may change the folder could put other keys into it.
    fn check_rights(&self) -> Result<(), ClientError> {
        let found = fs::metadata(&self.dir).map_err(|source| self.failed(source))?;
        let mode = found.permissions().mode() & 0o777;
        if mode & 0o022 != 0 {
            return Err(ClientError::FolderExposed {
                path: self.dir.clone(),
                mode,
            });
        }
        Ok(())
    }

    fn path(&self, name: &str) -> Result<PathBuf, ClientError> {
        if is_name(name) {
            return Ok(self.dir.join(format!("{name}{ENDING}")));
        }
        Err(ClientError::KeyName(name.to_owned()))
    }

    fn failed(&self, source: std::io::Error) -> ClientError {
        ClientError::File {
            path: self.dir.clone(),
            source,
        }
    }
}

/// Letters, digits, `-` and `_`: no name leads out of the folder, or is taken for an option.
fn is_name(name: &str) -> bool {
    (1..=NAME).contains(&name.len())
        && !name.starts_with('-')
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}
