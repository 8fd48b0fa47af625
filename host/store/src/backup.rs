//! Owns copying a whole ledger, its past included, into another directory while the chain goes on. It never leaves half
//! a copy under a ledger's name.

use std::path::Path;

use redb::{
    Key, ReadTransaction, ReadableDatabase, ReadableTable, TableDefinition, TableError, Value,
    WriteTransaction,
};

use crate::commit::begin_write;
use crate::open::make;
use crate::snapshot::last;
use crate::tables::{BLOCKS, META, STATE, TREE};
use crate::versions::Versions;
use crate::{Store, StoreError};

impl Store {
    /// Copies the ledger as of now into `dir`, which must not hold one; returns the height that was copied. Blocks may
    /// be committed meanwhile; they are not in the copy. An interrupted copy leaves no ledger behind, and can be
    /// repeated.
    pub fn backup(&self, dir: &Path) -> Result<u64, StoreError> {
        let read = self.database.begin_read()?;
        let (height, _) = last(&read)?;
        make(dir, |database| {
            let write = begin_write(database)?;
            copy(&read, &write, META)?;
            copy(&read, &write, BLOCKS)?;
            copy_versions(&read, &write, &STATE)?;
            copy_versions(&read, &write, &TREE)?;
            write.commit()?;
            Ok(())
        })?;
        Ok(height)
    }
}

fn copy_versions(
    read: &ReadTransaction,
    write: &WriteTransaction,
    versions: &Versions,
) -> Result<(), StoreError> {
    copy(read, write, versions.now)?;
    copy(read, write, versions.past)?;
    copy(read, write, versions.replaced)
}

fn copy<K: Key + 'static, V: Value + 'static>(
    read: &ReadTransaction,
    write: &WriteTransaction,
    table: TableDefinition<'static, K, V>,
) -> Result<(), StoreError> {
    let from = match read.open_table(table) {
        // Format 1 has no past; its copy has none either.
        Err(TableError::TableDoesNotExist(_)) => return Ok(()),
        opened => opened?,
    };
    let mut to = write.open_table(table)?;
    for entry in from.iter()? {
        let (key, value) = entry?;
        to.insert(key.value(), value.value())?;
    }
    Ok(())
}
