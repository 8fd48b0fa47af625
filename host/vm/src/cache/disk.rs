//! Owns the folder of machine code: `FOLDER/<environment>/<checksum of the wasm>`. It must never give out code that anybody but
//! this user, by this program, can have put there, and no failure of it may fail a call.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use wasmtime::{Engine, Module};

use super::artifact::{Artifact, Doubt, Name, header};
use super::key::Environment;
use super::owner::{Owner, make_folder, new_file};
use super::{load, sweep};
use crate::checksum::Checksum;
use crate::error::Fault;

/// Files longer than this are not read: 800 KiB of wasm become some ten MB of machine code.
const MAX_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// The folder of one environment, open for use.
pub(super) struct Disk {
    folder: PathBuf,
    environment: Environment,
    owner: Owner,
}

/// Why there is no folder to use.
#[derive(Debug)]
pub(super) enum NoDisk {
    /// The operator named one that is not safe to use, and should know.
    Refused(Fault),
    /// The machine does not give one; the VM works without.
    Unavailable(io::Error),
}

impl From<io::Error> for NoDisk {
    fn from(error: io::Error) -> Self {
        Self::Unavailable(error)
    }
}

impl Disk {
    /// Opens the folder for an environment; makes it if it is missing.
    pub(super) fn open(root: &Path, environment: Environment) -> Result<Self, NoDisk> {
        let owner = Owner::current()?;
        if root.exists() && !root.is_dir() {
            return Err(refused(root, "it is not a folder"));
        }
        make_folder(root)?;
        check_folder(root, owner)?;
        let folder = root.join(environment.to_string());
        let is_new = make_folder(&folder)?;
        check_folder(&folder, owner)?;
        if is_new {
            sweep::other_environments(root, &folder);
        }
        sweep::interrupted(&folder);
        Ok(Self {
            folder,
            environment,
            owner,
        })
    }

    /// The module of a contract, if there is one.
    pub(super) fn read(
        &self,
        engine: &Engine,
        checksum: &Checksum,
    ) -> Result<Option<Module>, Doubt> {
        let artifact = self.artifact(checksum)?;
        let module = artifact.map(|artifact| load::module(engine, &artifact));
        module.transpose()
    }

    /// Keeps the module of a contract: whole, or not at all.
    pub(super) fn write(&self, checksum: &Checksum, code: &[u8]) -> io::Result<()> {
        static WRITTEN: AtomicU64 = AtomicU64::new(0);
        let number = WRITTEN.fetch_add(1, Ordering::Relaxed);
        let unfinished = format!("{checksum}.{}.{number}.new", std::process::id());
        let unfinished = self.folder.join(unfinished);
        let written = self
            .write_as(&unfinished, checksum, code)
            .and_then(|()| std::fs::rename(&unfinished, self.path(checksum)));
        if written.is_err() {
            // What cannot be written can perhaps not be removed either.
            drop(std::fs::remove_file(&unfinished));
        }
        written
    }

    /// Removes the file of a contract. Where that fails, the file is doubted again next time, or has gone already.
    pub(super) fn discard(&self, checksum: &Checksum) {
        drop(std::fs::remove_file(self.path(checksum)));
    }

    fn artifact(&self, checksum: &Checksum) -> Result<Option<Artifact>, Doubt> {
        let path = self.path(checksum);
        let file = match std::fs::symlink_metadata(&path) {
            // Not opened to find out: opening a pipe waits for its other end.
            Ok(metadata) if !metadata.is_file() => return Err(Doubt::NoFile),
            Ok(_) => File::open(&path)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        // Asked of the open file: the path may lead elsewhere by now.
        self.owner
            .check(&file.metadata()?)
            .map_err(Doubt::NotOurs)?;
        let mut bytes = Vec::new();
        let limit = MAX_FILE_BYTES.saturating_add(1);
        let read = file.take(limit).read_to_end(&mut bytes)?;
        if u64::try_from(read).unwrap_or(limit) == limit {
            return Err(Doubt::Long(MAX_FILE_BYTES));
        }
        Artifact::open(&self.name(checksum), bytes).map(Some)
    }

    fn write_as(&self, path: &Path, checksum: &Checksum, code: &[u8]) -> io::Result<()> {
        let mut file = new_file().open(path)?;
        file.write_all(&header(&self.name(checksum), code))?;
        file.write_all(code)?;
        // Before it gets its name. The name itself may be lost in a crash: then it is compiled again.
        file.sync_all()
    }

    fn name(&self, checksum: &Checksum) -> Name {
        Name {
            environment: self.environment,
            checksum: *checksum,
        }
    }

    fn path(&self, checksum: &Checksum) -> PathBuf {
        self.folder.join(checksum.to_string())
    }
}

fn check_folder(path: &Path, owner: Owner) -> Result<(), NoDisk> {
    let wrong = owner.check(&std::fs::metadata(path)?);
    wrong.map_err(|reason| refused(path, &reason))
}

fn refused(path: &Path, reason: &str) -> NoDisk {
    let path = path.display();
    NoDisk::Refused(Fault::new(
        "the folder for compiled contracts is refused",
        format!("{path}: {reason}. Make it yours alone (chmod 700), or name another one"),
    ))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use wasmtime::{Config, ModuleVersionStrategy};

    use super::*;

    const CHECKSUM: Checksum = Checksum([7; 32]);

    fn engine(version: &str) -> Engine {
        let mut settings = Config::new();
        let version = ModuleVersionStrategy::Custom(version.to_owned());
        settings.module_version(version).unwrap();
        Engine::new(&settings).unwrap()
    }

    /// A folder with a module that this engine compiled.
    fn disk(root: &Path, engine: &Engine) -> Disk {
        let disk = Disk::open(root, Environment::of(engine).unwrap()).unwrap();
        let module = Module::new(engine, b"\0asm\x01\0\0\0").unwrap();
        disk.write(&CHECKSUM, &module.serialize().unwrap()).unwrap();
        disk
    }

    /// W18: the file of an older engine, in the folder of the newer one under the right name.
    #[test]
    fn w18_a_file_of_an_older_engine_is_doubted() {
        let root = tempfile::tempdir().unwrap();
        let (old, new) = (engine("48.0.7"), engine("48.0.8"));
        let older = disk(root.path(), &old);
        let newer = disk(root.path(), &new);
        assert_ne!(older.folder, newer.folder);
        assert!(newer.read(&new, &CHECKSUM).unwrap().is_some());
        std::fs::copy(older.path(&CHECKSUM), newer.path(&CHECKSUM)).unwrap();
        let doubt = newer.read(&new, &CHECKSUM);
        assert!(matches!(doubt, Err(Doubt::OtherName)));
        assert!(older.read(&old, &CHECKSUM).unwrap().is_some());
    }

    /// W18: the same with a header and a hash that agree; the engine itself refuses it.
    #[test]
    fn w18_code_of_an_older_engine_is_refused_by_the_engine() {
        let root = tempfile::tempdir().unwrap();
        let (old, new) = (engine("47"), engine("48"));
        let newer = disk(root.path(), &new);
        let module = Module::new(&old, b"\0asm\x01\0\0\0").unwrap();
        newer
            .write(&CHECKSUM, &module.serialize().unwrap())
            .unwrap();
        let doubt = newer.read(&new, &CHECKSUM);
        assert!(matches!(doubt, Err(Doubt::Engine(_))), "{:?}", doubt.err());
    }
}
