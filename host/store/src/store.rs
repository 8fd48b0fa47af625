//! Owns the database of one chain: creating, opening, committing, and reading the log. It never commits in part.

use std::fs::File;
use std::path::{Path, PathBuf};

use redb::{
    Builder, Database, ReadableDatabase, ReadableTable, Table, TableDefinition, WriteTransaction,
    backends::InMemoryBackend,
};

use crate::lock::{self, DirectoryLock};
use crate::overlay::Overlay;
use crate::{
    Changes, JmtTree, MAX_RECORD_BYTES, NodeRead, Root, Snapshot, StateTree, StoreError, blocks,
};

/// Number of the format of the database file, written at creation.
pub const FORMAT: u64 = 1;

/// Memory that the database may use to cache pages, in bytes: what a node of few hundred megabytes can spare.
const CACHE_BYTES: usize = 64 << 20;

const FILE: &str = "ledger.redb";
/// The file while it is being created; it gets its name once the initial state is in it.
const UNFINISHED: &str = "ledger.redb.new";

const META: TableDefinition<'static, &'static str, &'static [u8]> = TableDefinition::new("meta");
pub(crate) const STATE: TableDefinition<'static, &'static [u8], &'static [u8]> =
    TableDefinition::new("state");
const TREE: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("tree");
pub(crate) const BLOCKS: TableDefinition<'static, u64, &'static [u8]> =
    TableDefinition::new("blocks");

const META_FORMAT: &str = "format";
const META_CHAIN_ID: &str = "chain_id";
const META_TREE: &str = "tree";

/// The ledger of one chain, on disk or in memory. It may be shared between threads; commits are one after another.
pub struct Store {
    database: Database,
    writable: bool,
    chain_id: String,
    // Declared after the database: the directory is let go when the file is closed.
    _lock: Option<DirectoryLock>,
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
        initialise(&database, chain_id, genesis, initial)?;
        std::fs::rename(&unfinished, &file).map_err(io("name", &file))?;
        // The name itself must be durable too.
        File::open(dir)
            .and_then(|dir| dir.sync_all())
            .map_err(io("sync", dir))?;
        Ok(Self {
            database,
            writable: true,
            chain_id: chain_id.to_owned(),
            _lock: Some(lock),
        })
    }

    /// Opens the ledger in `dir` for reading and writing; a second process is refused with the holder's id.
    pub fn open(dir: &Path) -> Result<Self, StoreError> {
        let file = existing(dir)?;
        let lock = DirectoryLock::exclusive(dir)?;
        Self::opened(builder().open(file)?, Some(lock))
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
        let mut store = Self::opened(builder().create_with_backend(overlay)?, lock)?;
        store.writable = false;
        Ok(store)
    }

    /// A ledger in memory, gone when it is dropped: for replay and for tests.
    pub fn in_memory(
        chain_id: &str,
        genesis: &[u8],
        initial: &Changes,
    ) -> Result<Self, StoreError> {
        let database = builder().create_with_backend(InMemoryBackend::new())?;
        initialise(&database, chain_id, genesis, initial)?;
        Ok(Self {
            database,
            writable: true,
            chain_id: chain_id.to_owned(),
            _lock: None,
        })
    }

    /// Checks format, tree kind and that the tree has the root which the log states.
    fn opened(database: Database, lock: Option<DirectoryLock>) -> Result<Self, StoreError> {
        let read = database.begin_read()?;
        let meta = read.open_table(META)?;
        let text = |name| -> Result<String, StoreError> {
            let value = meta
                .get(name)?
                .ok_or(StoreError::Incomplete("its description"))?;
            Ok(String::from_utf8_lossy(value.value()).into_owned())
        };
        let found = text(META_FORMAT)?;
        if found != FORMAT.to_string() {
            return Err(StoreError::Format {
                found,
                expected: FORMAT,
            });
        }
        let found = text(META_TREE)?;
        if found != JmtTree::KIND {
            return Err(StoreError::TreeKind {
                found,
                expected: JmtTree::KIND,
            });
        }
        let chain_id = text(META_CHAIN_ID)?;

        let snapshot = Snapshot::new(&read)?;
        let (height, logged) = (snapshot.height(), snapshot.root());
        let found = JmtTree.root(&Nodes(&read.open_table(TREE)?), height)?;
        if found != logged {
            return Err(StoreError::RootMismatch {
                height,
                logged,
                found,
            });
        }
        drop((snapshot, meta, read));
        Ok(Self {
            database,
            writable: true,
            chain_id,
            _lock: lock,
        })
    }

    /// Commits the block of `height`, which must be the last height plus one.
    ///
    /// The tree is updated first; `record` is then called with the new root and gives the bytes to keep in the log,
    /// so that a record can contain the root of the state it leads to. State, tree and record are written in one
    /// transaction that is durable when this returns. On an error nothing of the block is kept.
    pub fn commit(
        &self,
        height: u64,
        changes: &Changes,
        record: impl FnOnce(Root) -> Vec<u8>,
    ) -> Result<Root, StoreError> {
        if !self.writable {
            return Err(StoreError::ReadOnly);
        }
        let write = begin_write(&self.database)?;
        let last = write
            .open_table(BLOCKS)?
            .last()?
            .map(|(height, _)| height.value());
        let expected = last
            .ok_or(StoreError::Incomplete("its genesis record"))?
            .saturating_add(1);
        if height != expected {
            return Err(StoreError::Height {
                expected,
                given: height,
            });
        }
        let root = write_block(&write, height, changes, record)?;
        write.commit()?;
        Ok(root)
    }

    /// The state after the last block, pinned.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Snapshot::new(&self.database.begin_read()?)
    }

    /// Height of the last block; 0 before the first.
    pub fn height(&self) -> Result<u64, StoreError> {
        Ok(self.snapshot()?.height())
    }

    /// State root after the last block.
    pub fn root(&self) -> Result<Root, StoreError> {
        Ok(self.snapshot()?.root())
    }

    /// State root after the block of `height`, `None` above the last.
    pub fn root_at(&self, height: u64) -> Result<Option<Root>, StoreError> {
        self.entry(height, |entry| entry.root)
    }

    /// Record of the block of `height` (0: the genesis record), `None` above the last.
    pub fn record(&self, height: u64) -> Result<Option<Vec<u8>>, StoreError> {
        self.entry(height, |entry| entry.record.to_vec())
    }

    /// The genesis record.
    pub fn genesis(&self) -> Result<Vec<u8>, StoreError> {
        self.record(0)?
            .ok_or(StoreError::Incomplete("its genesis record"))
    }

    /// Chain id given at creation.
    #[must_use]
    pub fn chain_id(&self) -> &str {
        &self.chain_id
    }

    fn entry<T>(
        &self,
        height: u64,
        take: impl FnOnce(blocks::Entry<'_>) -> T,
    ) -> Result<Option<T>, StoreError> {
        let log = self.database.begin_read()?.open_table(BLOCKS)?;
        let Some(stored) = log.get(height)? else {
            // A hole below the last height is damage, not an answer.
            let last = log.last()?.map_or(0, |(last, _)| last.value());
            return if height < last {
                Err(StoreError::DamagedBlock {
                    height,
                    what: "it is missing",
                })
            } else {
                Ok(None)
            };
        };
        blocks::decode(height, stored.value()).map(take).map(Some)
    }
}

/// Nodes of the tree in a table of a read or a write transaction.
struct Nodes<'a, T>(&'a T);

impl<T: ReadableTable<&'static [u8], &'static [u8]>> NodeRead for Nodes<'_, T> {
    fn node(&self, path: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(path)?.map(|node| node.value().to_vec()))
    }
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

fn existing(dir: &Path) -> Result<PathBuf, StoreError> {
    let file = dir.join(FILE);
    if file.is_file() {
        Ok(file)
    } else {
        Err(StoreError::Missing(dir.to_path_buf()))
    }
}

fn begin_write(database: &Database) -> Result<WriteTransaction, StoreError> {
    let mut write = database.begin_write()?;
    // Two-phase, with the allocator state in the commit: a killed process leaves a file that opens at once.
    write.set_quick_repair(true);
    Ok(write)
}

fn initialise(
    database: &Database,
    chain_id: &str,
    genesis: &[u8],
    initial: &Changes,
) -> Result<(), StoreError> {
    let write = begin_write(database)?;
    {
        let mut meta = write.open_table(META)?;
        meta.insert(META_FORMAT, FORMAT.to_string().as_bytes())?;
        meta.insert(META_CHAIN_ID, chain_id.as_bytes())?;
        meta.insert(META_TREE, JmtTree::KIND.as_bytes())?;
    }
    write_block(&write, 0, initial, |_| genesis.to_vec())?;
    write.commit()?;
    Ok(())
}

/// Writes everything of one block into `write`, which the caller commits or drops.
fn write_block(
    write: &WriteTransaction,
    height: u64,
    changes: &Changes,
    record: impl FnOnce(Root) -> Vec<u8>,
) -> Result<Root, StoreError> {
    if changes.contains_key([].as_slice()) {
        return Err(StoreError::EmptyKey);
    }
    let mut tree = write.open_table(TREE)?;
    let update = JmtTree.update(&Nodes(&tree), height, changes)?;
    let record = record(update.root);
    if record.len() > MAX_RECORD_BYTES {
        return Err(StoreError::RecordTooLong {
            height,
            length: record.len(),
            limit: MAX_RECORD_BYTES,
        });
    }
    for path in &update.removed {
        tree.remove(path.as_slice())?;
    }
    for (path, node) in &update.put {
        tree.insert(path.as_slice(), node.as_slice())?;
    }
    write_state(&mut write.open_table(STATE)?, changes)?;
    let entry = blocks::encode(height, &update.root, &record);
    write.open_table(BLOCKS)?.insert(height, entry.as_slice())?;
    Ok(update.root)
}

fn write_state(
    state: &mut Table<'_, &'static [u8], &'static [u8]>,
    changes: &Changes,
) -> Result<(), StoreError> {
    for (key, value) in changes {
        match value {
            Some(value) => state.insert(key.as_slice(), value.as_slice())?,
            None => state.remove(key.as_slice())?,
        };
    }
    Ok(())
}
