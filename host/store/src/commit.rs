//! Owns what changes the ledger: the commit of a block, and going back. It never changes it in part.

use redb::{Database, ReadableTable, WriteTransaction};

use crate::keep::Kept;
use crate::snapshot::within;
use crate::store::{Nodes, whole};
use crate::tables::{BLOCKS, META, STATE, TREE};
use crate::{Changes, JmtTree, MAX_RECORD_BYTES, Root, StateTree, Store, StoreError, blocks};

impl Store {
    /// Commits the block of `height`, which must be the last height plus one.
    ///
    /// The tree is updated first; `record` is then called with the new root and gives the bytes to keep in the log,
    /// so that a record can contain the root of the state it leads to. State, tree and record are written in one
    /// transaction that is durable when this returns, and what leaves a window goes in the same. On an error nothing
    /// of the block is kept.
    pub fn commit(
        &self,
        height: u64,
        changes: &Changes,
        record: impl FnOnce(Root) -> Vec<u8>,
    ) -> Result<Root, StoreError> {
        let write = self.begin_commit()?;
        let expected = last_height(&write)?.saturating_add(1);
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

    /// Takes the ledger back to `height`, as if no later block had been made: state, tree and log in one commit. It is
    /// refused outside of what is kept ([`crate::Keep::history`]). Snapshots that are held stay as they are.
    pub fn rewind(&self, height: u64) -> Result<Root, StoreError> {
        let write = self.begin_commit()?;
        let newest = last_height(&write)?;
        let mut kept = Kept::in_write(&write, newest)?;
        let (history, proofs) = (kept.history.first(newest), kept.proofs.first(newest));
        within("state", height, (history, newest))?;
        // What lies below the windows of the height that is left is gone, also for the height that is gone back to.
        kept.history.from = history;
        kept.proofs.from = proofs;

        STATE.rewind(&write, height)?;
        if height >= proofs {
            TREE.rewind(&write, height)?;
        } else {
            rebuild(&write, height)?;
            kept.proofs.from = height;
        }
        let root = {
            let mut log = write.open_table(BLOCKS)?;
            for above in height.saturating_add(1)..=newest {
                log.remove(above)?;
            }
            let entry = log.get(height)?;
            let entry = entry.ok_or(StoreError::Incomplete("a block's record"))?;
            blocks::decode(height, entry.value())?.root
        };
        let found = JmtTree.root(&Nodes(&write.open_table(TREE.now)?), height)?;
        if found != root {
            return Err(StoreError::RootMismatch {
                height,
                logged: root,
                found,
            });
        }
        kept.write(&mut write.open_table(META)?)?;
        write.commit()?;
        Ok(root)
    }

    /// Moves the file's pages together and gives what is free back to the system; `true` if anything was won. Every
    /// snapshot must have been let go of.
    pub fn compact(&mut self) -> Result<bool, StoreError> {
        if !self.writable {
            return Err(StoreError::ReadOnly);
        }
        self.database.compact().map_err(|error| match error {
            redb::CompactionError::Storage(error) => error.into(),
            _ => StoreError::InUse,
        })
    }

    fn begin_commit(&self) -> Result<WriteTransaction, StoreError> {
        if !self.writable {
            return Err(StoreError::ReadOnly);
        }
        begin_write(&self.database)
    }
}

pub(crate) fn begin_write(database: &Database) -> Result<WriteTransaction, StoreError> {
    let mut write = database.begin_write()?;
    // Two-phase, with the allocator state in the commit: a killed process leaves a file that opens at once.
    write.set_quick_repair(true);
    Ok(write)
}

fn last_height(write: &WriteTransaction) -> Result<u64, StoreError> {
    let log = write.open_table(BLOCKS)?;
    let last = log.last()?.map(|(height, _)| height.value());
    last.ok_or(StoreError::Incomplete("its genesis record"))
}

/// Writes everything of one block into `write`, which the caller commits or drops.
pub(crate) fn write_block(
    write: &WriteTransaction,
    height: u64,
    changes: &Changes,
    record: impl FnOnce(Root) -> Vec<u8>,
) -> Result<Root, StoreError> {
    if changes.contains_key([].as_slice()) {
        return Err(StoreError::EmptyKey);
    }
    let kept = Kept::in_write(write, height)?;
    let update = {
        let tree = write.open_table(TREE.now)?;
        JmtTree.update(&Nodes(&tree), height, changes)?
    };
    let record = record(update.root);
    if record.len() > MAX_RECORD_BYTES {
        return Err(StoreError::RecordTooLong {
            height,
            length: record.len(),
            limit: MAX_RECORD_BYTES,
        });
    }
    let removed = update.removed.iter().map(|path| (path.as_slice(), None));
    let put = (update.put.iter()).map(|(path, node)| (path.as_slice(), Some(node.as_slice())));
    let nodes = removed.chain(put);
    TREE.write(write, height, kept.proofs.first(height), nodes)?;
    let values = (changes.iter()).map(|(key, value)| (key.as_slice(), value.as_deref()));
    STATE.write(write, height, kept.history.first(height), values)?;
    let entry = blocks::encode(height, &update.root, &record);
    write.open_table(BLOCKS)?.insert(height, entry.as_slice())?;
    Ok(update.root)
}

/// Makes the tree of `height` anew from the flat state of that height.
pub(crate) fn rebuild(write: &WriteTransaction, height: u64) -> Result<Root, StoreError> {
    TREE.clear(write)?;
    let state = whole(&write.open_table(STATE.now)?)?;
    let update = JmtTree.build(height, &state)?;
    let put = (update.put.iter()).map(|(path, node)| (path.as_slice(), Some(node.as_slice())));
    TREE.write(write, height, height, put)?;
    Ok(update.root)
}
