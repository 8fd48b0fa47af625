//! Owns how a ledger comes to be open: created, opened, upgraded, for writing or for reading alone. It never leaves a
//! half-made ledger under the name of a whole one.

use std::collections::BTreeMap;
use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use redb::{
    Builder, Database, ReadTransaction, ReadableDatabase, ReadableTable, StorageBackend,
    backends::InMemoryBackend,
};

use crate::commit::{begin_write, write_block};
use crate::jmt_tree::{key_hash, named_leaf};
use crate::keep::Kept;
use crate::lock::{self, DirectoryLock};
use crate::overlay::Overlay;
use crate::snapshot::last;
use crate::store::Nodes;
use crate::tables::{META, META_CHAIN_ID, META_FORMAT, META_TREE, STATE, TREE};
use crate::{Changes, JmtTree, Keep, StateTree, Store, StoreError};

/// Number of the format of the database file, written at creation. Files of format 1 are brought to it when they are
/// opened for writing.
pub const FORMAT: u64 = 2;

/// The format without a past: opened, and upgraded, for ever.
const FORMAT_WITHOUT_PAST: u64 = 1;

/// Memory that the database may use to cache pages, in bytes: what a node of few hundred megabytes can spare.
const CACHE_BYTES: usize = 64 << 20;

pub(crate) const FILE: &str = "ledger.redb";
/// The file while it is being made; it gets its name once everything is in it.
const UNFINISHED: &str = "ledger.redb.new";

/// What a new ledger starts with.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// Chain id, for ever.
    pub chain_id: &'a str,
    /// Record of height 0.
    pub genesis: &'a [u8],
    /// State at height 0.
    pub initial: &'a Changes,
    /// How much of the past to keep.
    pub keep: Keep,
}

impl Beginning<'_> {
    /// Writes the ledger into an empty database, in one commit.
    fn write(&self, database: &Database) -> Result<(), StoreError> {
        let write = begin_write(database)?;
        {
            let mut meta = write.open_table(META)?;
            describe(&mut meta, self.chain_id)?;
            Kept::new(self.keep, 0).write(&mut meta)?;
        }
        write_block(&write, 0, self.initial, |_| self.genesis.to_vec())?;
        write.commit()?;
        Ok(())
    }
}

/// Writes what the file says about itself.
pub(crate) fn describe(
    meta: &mut redb::Table<'_, &'static str, &'static [u8]>,
    chain_id: &str,
) -> Result<(), StoreError> {
    meta.insert(META_FORMAT, FORMAT.to_string().as_bytes())?;
    meta.insert(META_CHAIN_ID, chain_id.as_bytes())?;
    meta.insert(META_TREE, JmtTree::KIND.as_bytes())?;
    Ok(())
}

impl Store {
    /// Makes a new ledger in `dir` (created if absent) with `genesis` as the record of height 0 and `initial` as the
    /// state at that height. An interrupted creation leaves no ledger behind, and can be repeated.
    pub fn create(
        dir: &Path,
        chain_id: &str,
        genesis: &[u8],
        initial: &Changes,
    ) -> Result<Self, StoreError> {
        let keep = Keep::default();
        Self::begin(dir, &beginning(chain_id, genesis, initial, keep))
    }

    /// The same with a choice of how much of the past is kept.
    pub fn begin(dir: &Path, beginning: &Beginning<'_>) -> Result<Self, StoreError> {
        let (database, lock) = make(dir, |database| beginning.write(database))?;
        Ok(Self {
            database,
            writable: true,
            chain_id: beginning.chain_id.to_owned(),
            _lock: Some(lock),
        })
    }

    /// Opens the ledger in `dir` for reading and writing; a second process is refused with the holder's id. A ledger
    /// of format 1 is upgraded in one commit, with the past of [`Keep::default`] from then on.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let file = existing(dir)?;
        let lock = DirectoryLock::exclusive(dir)?;
        guarded(|| Self::opened(builder().open(file)?, Some(lock)))
    }

    /// The same, and keeps this much of the past from now on: what leaves a smaller window goes at once, and a larger
    /// one fills as blocks come.
    pub fn open_keeping(dir: &Path, keep: Keep) -> Result<Self, StoreError> {
        let store = Self::open(dir)?;
        store.set_keep(keep)?;
        Ok(store)
    }

    /// Opens the ledger in `dir` without changing a byte of it, beside other readers but not beside a writer; also
    /// when its last writer was killed, or the directory may not be written.
    pub fn open_read_only(dir: &Path) -> Result<Self, StoreError> {
        let path = existing(dir)?;
        let lock = DirectoryLock::shared(dir)?;
        let io = |source| StoreError::Io {
            doing: "open",
            path: path.clone(),
            source,
        };
        let file = File::open(&path).map_err(io)?;
        lock::share(&file, dir)?;
        let overlay = Overlay::new(file).map_err(io)?;
        guarded(|| Self::read_only(builder().create_with_backend(overlay)?, lock))
    }

    /// A ledger in memory, gone when it is dropped, that keeps its last height alone: for replay and for tests.
    pub fn in_memory(
        chain_id: &str,
        genesis: &[u8],
        initial: &Changes,
    ) -> Result<Self, StoreError> {
        let keep = Keep::LAST;
        Self::begin_in_memory(&beginning(chain_id, genesis, initial, keep))
    }

    /// A ledger in memory with a choice of how much of the past is kept.
    pub fn begin_in_memory(beginning: &Beginning<'_>) -> Result<Self, StoreError> {
        Self::begin_on(InMemoryBackend::new(), beginning)
    }

    /// A new ledger on storage of the caller's, which must be empty.
    pub fn begin_on(
        storage: impl StorageBackend,
        beginning: &Beginning<'_>,
    ) -> Result<Self, StoreError> {
        let database = builder().create_with_backend(storage)?;
        beginning.write(&database)?;
        Ok(Self {
            database,
            writable: true,
            chain_id: beginning.chain_id.to_owned(),
            _lock: None,
        })
    }

    /// Opens a ledger on storage of the caller's.
    pub fn open_on(storage: impl StorageBackend) -> Result<Self, StoreError> {
        guarded(|| Self::opened(builder().create_with_backend(storage)?, None))
    }

    fn opened(database: Database, lock: Option<DirectoryLock>) -> Result<Self, StoreError> {
        let (format, chain_id) = inspect(&database.begin_read()?)?;
        if format == FORMAT_WITHOUT_PAST {
            upgrade(&database)?;
        }
        Ok(Self {
            database,
            writable: true,
            chain_id,
            _lock: lock,
        })
    }

    fn read_only(database: Database, lock: Option<DirectoryLock>) -> Result<Self, StoreError> {
        let (_, chain_id) = inspect(&database.begin_read()?)?;
        Ok(Self {
            database,
            writable: false,
            chain_id,
            _lock: lock,
        })
    }

    fn set_keep(&self, keep: Keep) -> Result<(), StoreError> {
        if self.keep()? == keep {
            return Ok(());
        }
        let newest = self.height()?;
        let write = begin_write(&self.database)?;
        let kept = Kept::in_write(&write, newest)?.with(keep, newest);
        kept.write(&mut write.open_table(META)?)?;
        STATE.prune(&write, kept.history.first(newest))?;
        TREE.prune(&write, kept.proofs.first(newest))?;
        write.commit()?;
        Ok(())
    }
}

fn beginning<'a>(
    chain_id: &'a str,
    genesis: &'a [u8],
    initial: &'a Changes,
    keep: Keep,
) -> Beginning<'a> {
    Beginning {
        chain_id,
        genesis,
        initial,
        keep,
    }
}

/// Makes a database in `dir` under another name, lets `fill` write it, and names it once that is durable.
pub(crate) fn make(
    dir: &Path,
    fill: impl FnOnce(&Database) -> Result<(), StoreError>,
) -> Result<(Database, DirectoryLock), StoreError> {
    let io = |doing, path: &Path| {
        let path = path.to_path_buf();
        move |source| StoreError::Io {
            doing,
            path,
            source,
        }
    };
    std::fs::create_dir_all(dir).map_err(io("create", dir))?;
    let lock = DirectoryLock::exclusive(dir)?;
    let (file, unfinished) = (dir.join(FILE), dir.join(UNFINISHED));
    if file.exists() {
        return Err(StoreError::Exists(dir.to_path_buf()));
    }
    if unfinished.exists() {
        std::fs::remove_file(&unfinished).map_err(io("remove", &unfinished))?;
    }
    let database = builder().create(&unfinished)?;
    if let Err(error) = fill(&database) {
        drop(database);
        // The first error is the one to tell; what is left over is removed by the next attempt.
        drop(std::fs::remove_file(&unfinished));
        return Err(error);
    }
    std::fs::rename(&unfinished, &file).map_err(io("name", &file))?;
    // The name itself must be durable too.
    File::open(dir)
        .and_then(|dir| dir.sync_all())
        .map_err(io("sync", dir))?;
    Ok((database, lock))
}

/// Checks format, tree kind and that the tree has the root which the log states; returns format and chain id.
fn inspect(read: &ReadTransaction) -> Result<(u64, String), StoreError> {
    let meta = read.open_table(META)?;
    let text = |name| -> Result<String, StoreError> {
        let value = meta
            .get(name)?
            .ok_or(StoreError::Incomplete("its description"))?;
        Ok(String::from_utf8_lossy(value.value()).into_owned())
    };
    let found = text(META_FORMAT)?;
    let format = [FORMAT_WITHOUT_PAST, FORMAT]
        .into_iter()
        .find(|format| found == format.to_string());
    let Some(format) = format else {
        return Err(StoreError::Format {
            found,
            expected: FORMAT,
        });
    };
    let found = text(META_TREE)?;
    if found != JmtTree::KIND {
        return Err(StoreError::TreeKind {
            found,
            expected: JmtTree::KIND,
        });
    }
    let (height, logged) = last(read)?;
    let found = JmtTree.root(&Nodes(&read.open_table(TREE.now)?), height)?;
    if found != logged {
        return Err(StoreError::RootMismatch {
            height,
            logged,
            found,
        });
    }
    Ok((format, text(META_CHAIN_ID)?))
}

/// Format 1 to 2, in one commit: leaves get their keys, and the past is kept from here on.
fn upgrade(database: &Database) -> Result<(), StoreError> {
    let (height, _) = last(&database.begin_read()?)?;
    let write = begin_write(database)?;
    {
        let mut keys = BTreeMap::new();
        for entry in write.open_table(STATE.now)?.iter()? {
            let key = entry?.0.value().to_vec();
            keys.insert(key_hash(&key), key);
        }
        let mut named = BTreeMap::new();
        let mut tree = write.open_table(TREE.now)?;
        for entry in tree.iter()? {
            let (path, node) = entry?;
            if let Some(leaf) = named_leaf(node.value(), &keys)? {
                named.insert(path.value().to_vec(), leaf);
            }
        }
        for (path, leaf) in &named {
            tree.insert(path.as_slice(), leaf.as_slice())?;
        }
        let mut meta = write.open_table(META)?;
        meta.insert(META_FORMAT, FORMAT.to_string().as_bytes())?;
        Kept::new(Keep::default(), height).write(&mut meta)?;
    }
    STATE.prune(&write, height)?;
    TREE.prune(&write, height)?;
    write.commit()?;
    Ok(())
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

/// Opening, with damage as an error. The database trusts a file that was closed in order, and may panic on one that was
/// altered since, as the documentation of `redb::Database::open` says.
fn guarded(open: impl FnOnce() -> Result<Store, StoreError>) -> Result<Store, StoreError> {
    catch_unwind(AssertUnwindSafe(open)).unwrap_or(Err(StoreError::Unreadable))
}

fn existing(dir: &Path) -> Result<PathBuf, StoreError> {
    let file = dir.join(FILE);
    if file.is_file() {
        Ok(file)
    } else {
        Err(StoreError::Missing(dir.to_path_buf()))
    }
}
