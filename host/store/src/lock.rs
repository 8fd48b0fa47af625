//! Owns the lock of a ledger directory. It never trusts the lock file's content, only the operating system's lock:
//! that one ends with its process, however the process ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Write};
use std::path::Path;

use crate::StoreError;

/// Name of the lock file in a ledger directory.
const NAME: &str = "lock";

/// Longest content of a lock file that is shown, in bytes: a process id has at most ten digits.
const SHOWN_BYTES: u64 = 20;

/// Held while a directory is open; dropping it lets the next one in.
#[derive(Debug)]
pub(crate) struct DirectoryLock(File);

impl Drop for DirectoryLock {
    /// Unlocks by name: closing alone would leave the lock with a child process that is just being started and has the
    /// file open until it runs its own program.
    fn drop(&mut self) {
        // An unlock that fails leaves what closing does, which is next; there is nobody to tell.
        drop(self.0.unlock());
    }
}

impl DirectoryLock {
    /// Locks `dir` for writing and writes this process's id into the lock file.
    pub(crate) fn exclusive(dir: &Path) -> Result<Self, StoreError> {
        let path = dir.join(NAME);
        let io = |doing| {
            let path = path.clone();
            move |source| StoreError::Io {
                doing,
                path,
                source,
            }
        };
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(io("open the lock file"))?;
        taken(file.try_lock(), dir, &mut file)?;
        file.set_len(0).map_err(io("write the lock file"))?;
        file.write_all(std::process::id().to_string().as_bytes())
            .map_err(io("write the lock file"))?;
        Ok(Self(file))
    }

    /// Shares `dir` with other readers. A copy without a lock file is not locked: the database file still is.
    pub(crate) fn shared(dir: &Path) -> Result<Option<Self>, StoreError> {
        let path = dir.join(NAME);
        match File::open(&path) {
            Ok(mut file) => {
                taken(file.try_lock_shared(), dir, &mut file)?;
                Ok(Some(Self(file)))
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StoreError::Io {
                doing: "open the lock file",
                path,
                source,
            }),
        }
    }
}

/// Shares the database file itself, which a writer has locked even if the lock file was removed.
pub(crate) fn share(file: &File, dir: &Path) -> Result<(), StoreError> {
    match file.try_lock_shared() {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked {
            dir: dir.to_path_buf(),
            holder: "another process".to_owned(),
        }),
        Err(TryLockError::Error(source)) => Err(StoreError::Io {
            doing: "lock",
            path: dir.to_path_buf(),
            source,
        }),
    }
}

/// Turns the answer of a lock call into ours, naming the holder from the lock file.
fn taken(answer: Result<(), TryLockError>, dir: &Path, file: &mut File) -> Result<(), StoreError> {
    match answer {
        Ok(()) => Ok(()),
        Err(TryLockError::WouldBlock) => Err(StoreError::Locked {
            dir: dir.to_path_buf(),
            holder: holder(file),
        }),
        Err(TryLockError::Error(source)) => Err(StoreError::Io {
            doing: "lock",
            path: dir.to_path_buf(),
            source,
        }),
    }
}

fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.take(SHOWN_BYTES).read_to_string(&mut text) {
        Ok(_) => match text.trim().parse::<u32>() {
            Ok(pid) => format!("process {pid}"),
            Err(_) => "a process that has not written its id".to_owned(),
        },
        Err(error) => format!("a process whose id cannot be read ({error})"),
    }
}
