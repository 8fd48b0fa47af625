//! Owns the ledger of one chain as an open database, and reading from it. It never writes.

use std::path::Path;

use redb::{Database, ReadableDatabase, ReadableTable};

use crate::keep::Kept;
use crate::lock::DirectoryLock;
use crate::open::FILE;
use crate::snapshot::{last, within};
use crate::tables::{BLOCKS, META, META_FORMAT, TREE};
use crate::versions::View;
use crate::{JmtTree, Keep, NodeRead, Proof, Root, Snapshot, StateTree, StoreError, blocks, proof};

/// The ledger of one chain, on disk or in memory. It may be shared between threads; commits are one after another.
pub struct Store {
    pub(crate) database: Database,
    pub(crate) writable: bool,
    pub(crate) chain_id: String,
    // Declared after the database: the directory is let go when the file is closed.
    pub(crate) _lock: Option<DirectoryLock>,
}

impl Store {
    /// Whether `dir` holds a ledger, whole or not.
    #[must_use]
    pub fn is_in(dir: &Path) -> bool {
        dir.join(FILE).is_file()
    }

    /// The state after the last block, pinned.
    pub fn snapshot(&self) -> Result<Snapshot, StoreError> {
        Snapshot::new(&self.database.begin_read()?)
    }

    /// The state after the block of `height`, pinned; refused outside of what is kept ([`Keep::history`]).
    pub fn snapshot_at(&self, height: u64) -> Result<Snapshot, StoreError> {
        Snapshot::at(&self.database.begin_read()?, height)
    }

    /// Proves that `key` has its value at `height`, or has none; refused outside of what is kept ([`Keep::proofs`]),
    /// and where ICS-23 has no proof: next to an empty value.
    pub fn prove(&self, height: u64, key: &[u8]) -> Result<Proof, StoreError> {
        if key.is_empty() {
            return Err(StoreError::EmptyKey);
        }
        let read = self.database.begin_read()?;
        let (newest, _) = last(&read)?;
        let kept = Kept::read(&read.open_table(META)?, newest)?;
        within("proof", height, (kept.first_proof(newest), newest))?;
        if read
            .open_table(META)?
            .get(META_FORMAT)?
            .is_some_and(|format| format.value() == b"1")
        {
            return Err(StoreError::Unprovable(
                "the ledger is in format 1, which does not have what proofs need; open it for writing once",
            ));
        }
        let snapshot = Snapshot::at(&read, height)?;
        let nodes = if height == newest {
            TREE.now(&read)?
        } else {
            TREE.at(&read, height)?
        };
        let values = |key: &[u8]| snapshot.get(key);
        let commitment = JmtTree.prove(&nodes, &values, height, key)?;
        proof::provable(&commitment)?;
        Ok(Proof {
            height,
            root: snapshot.root(),
            key: key.to_vec(),
            value: snapshot.get(key)?,
            commitment,
        })
    }

    /// How much of the past this ledger keeps.
    pub fn keep(&self) -> Result<Keep, StoreError> {
        Ok(self.kept()?.0.keep())
    }

    /// First heights at which the state can be read, and at which keys can be proved.
    pub fn first_kept(&self) -> Result<(u64, u64), StoreError> {
        let (kept, newest) = self.kept()?;
        Ok((kept.history.first(newest), kept.first_proof(newest)))
    }

    fn kept(&self) -> Result<(Kept, u64), StoreError> {
        let read = self.database.begin_read()?;
        let (newest, _) = last(&read)?;
        Ok((Kept::read(&read.open_table(META)?, newest)?, newest))
    }

    /// Height of the last block; 0 before the first.
    pub fn height(&self) -> Result<u64, StoreError> {
        Ok(last(&self.database.begin_read()?)?.0)
    }

    /// State root after the last block.
    pub fn root(&self) -> Result<Root, StoreError> {
        Ok(last(&self.database.begin_read()?)?.1)
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
pub(crate) struct Nodes<'a, T>(pub(crate) &'a T);

impl<T: ReadableTable<&'static [u8], &'static [u8]>> NodeRead for Nodes<'_, T> {
    fn node(&self, path: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(path)?.map(|node| node.value().to_vec()))
    }
}

impl NodeRead for View {
    fn node(&self, path: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        self.get(path)
    }
}

/// The whole state of a view, as changes from nothing.
pub(crate) fn whole(
    state: &impl ReadableTable<&'static [u8], &'static [u8]>,
) -> Result<crate::Changes, StoreError> {
    let mut all = crate::Changes::new();
    for entry in state.iter()? {
        let (key, value) = entry?;
        all.insert(key.value().to_vec(), Some(value.value().to_vec()));
    }
    Ok(all)
}
