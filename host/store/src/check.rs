//! Owns looking for damage: it reads everything and says what does not fit. It never mends anything.

use std::collections::BTreeMap;
use std::fmt;

use redb::{
    DatabaseError, ReadTransaction, ReadableDatabase, ReadableTable, ReadableTableMetadata,
    StorageError,
};

use crate::jmt_tree::walk;
use crate::keep::Kept;
use crate::store::whole;
use crate::tables::{BLOCKS, META, STATE, TREE};
use crate::versions::{Versions, unpack};
use crate::{Changes, JmtTree, NodeRead, Root, StateTree, Store, StoreError, TreeUpdate, blocks};

/// Something in a ledger that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// `pages`, `log`, `state`, `tree` or `past`.
    pub place: &'static str,
    /// Height at which it was found, if it belongs to one.
    pub height: Option<u64>,
    /// What does not fit.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.height {
            Some(height) => write!(f, "{} at height {height}: {}", self.place, self.what),
            None => write!(f, "{}: {}", self.place, self.what),
        }
    }
}

impl Store {
    /// Reads everything and says what does not fit; nothing found means that the ledger is whole. Every page has its
    /// checksum, every block its own; the flat state has the root that the log says, at the last height and at every one
    /// that is kept; every node of the tree has its hash, at every height that can be proved. Every snapshot must have
    /// been let go of. Damage to pages ends the search: nothing behind it can be trusted.
    pub fn check(&mut self) -> Result<Vec<Finding>, StoreError> {
        let pages = |what: String| Finding {
            place: "pages",
            height: None,
            what,
        };
        match self.database.check_integrity() {
            Ok(true) => {}
            Ok(false) => return Ok(vec![pages("the list of free pages was wrong".to_owned())]),
            Err(DatabaseError::TransactionInProgress) => return Err(StoreError::InUse),
            Err(DatabaseError::Storage(StorageError::Corrupted(what))) => {
                return Ok(vec![pages(what)]);
            }
            Err(error) => return Err(error.into()),
        }
        let mut search = Search {
            read: self.database.begin_read()?,
            findings: Vec::new(),
        };
        search.log()?;
        let Some(&(height, root)) = search.roots()?.last() else {
            return Ok(search.findings);
        };
        let kept = Kept::read(&search.read.open_table(META)?, height)?;
        search.tree(height, kept.proofs.first(height))?;
        search.state((height, root), kept.history.first(height))?;
        Ok(search.findings)
    }
}

struct Search {
    read: ReadTransaction,
    findings: Vec<Finding>,
}

impl Search {
    fn found(&mut self, place: &'static str, height: u64, what: impl Into<String>) {
        self.findings.push(Finding {
            place,
            height: Some(height),
            what: what.into(),
        });
    }

    /// Every block is there and whole.
    fn log(&mut self) -> Result<(), StoreError> {
        let log = self.read.open_table(BLOCKS)?;
        let mut expected = 0;
        for entry in log.iter()? {
            let (height, entry) = entry?;
            let height = height.value();
            if height != expected {
                self.found("log", expected, "the block is missing");
            }
            if let Err(error) = blocks::decode(height, entry.value()) {
                self.found("log", height, error.to_string());
            }
            expected = height.saturating_add(1);
        }
        Ok(())
    }

    /// Heights and roots of the blocks that are whole.
    fn roots(&self) -> Result<Vec<(u64, Root)>, StoreError> {
        let log = self.read.open_table(BLOCKS)?;
        let mut roots = Vec::new();
        for entry in log.iter()? {
            let (height, entry) = entry?;
            if let Ok(entry) = blocks::decode(height.value(), entry.value()) {
                roots.push((height.value(), entry.root));
            }
        }
        Ok(roots)
    }

    /// Every node of the tree is there with its hash: all of the first and of the last height, and what is new in between.
    fn tree(&mut self, height: u64, first: u64) -> Result<(), StoreError> {
        let roots: BTreeMap<u64, Root> = self.roots()?.into_iter().collect();
        for at in first..=height {
            let view = if at == height {
                TREE.now(&self.read)?
            } else {
                TREE.at(&self.read, at)?
            };
            let since = if at == first || at == height { 0 } else { at };
            let met = match walk(&view, at, since) {
                Ok(met) => met,
                Err(error) => {
                    self.found("tree", at, error.to_string());
                    continue;
                }
            };
            if roots.get(&at) != JmtTree.root(&view, at).ok().as_ref() {
                self.found("tree", at, "its root is another than the log says");
            }
            if at == height && met != self.read.open_table(TREE.now)?.len()? {
                self.found("tree", at, "there are nodes that belong to nothing");
            }
        }
        self.past_is_listed(&TREE, first, height)
    }

    /// The flat state has the root of the log, and so has every state that the past leads back to.
    fn state(&mut self, (height, root): (u64, Root), first: u64) -> Result<(), StoreError> {
        let state = whole(&self.read.open_table(STATE.now)?)?;
        let mut tree = Grown::default();
        if tree.take(JmtTree.build(0, &state)?) != root {
            self.found("state", height, "its root is another than the log says");
            return Ok(());
        }
        drop(state);
        let roots: BTreeMap<u64, Root> = self.roots()?.into_iter().collect();
        for (version, above) in (1..).zip((first.saturating_add(1)..=height).rev()) {
            let back = self.replaced(above)?;
            let update = JmtTree.update(&tree, version, &back)?;
            let below = above.saturating_sub(1);
            if Some(&tree.take(update)) != roots.get(&below) {
                self.found("past", below, "its root is another than the log says");
                return Ok(());
            }
        }
        self.past_is_listed(&STATE, first, height)
    }

    /// The changes that take the state of `above` back by one block.
    fn replaced(&self, above: u64) -> Result<Changes, StoreError> {
        let mut back = Changes::new();
        let (past, lists) = (
            self.read.open_table(STATE.past)?,
            self.read.open_table(STATE.replaced)?,
        );
        let list = lists.get(above)?.map(|keys| keys.value().to_vec());
        for key in unpack(&list.unwrap_or_default()) {
            let key = key?;
            if let Some(old) = past.get((key, above))? {
                back.insert(key.to_vec(), old.value().map(<[u8]>::to_vec));
            }
        }
        Ok(back)
    }

    /// What is kept of the past is what the lists of changed keys name, and nothing else.
    fn past_is_listed(
        &mut self,
        versions: &Versions,
        first: u64,
        height: u64,
    ) -> Result<(), StoreError> {
        if first == height {
            return Ok(());
        }
        let past = self.read.open_table(versions.past)?;
        let mut listed: u64 = 0;
        for entry in self.read.open_table(versions.replaced)?.iter()? {
            let (at, keys) = entry?;
            for key in unpack(keys.value()) {
                let there = past.get((key?, at.value()))?.is_some();
                listed = listed.saturating_add(u64::from(there));
                if !there {
                    self.found("past", at.value(), "something that was replaced is missing");
                }
            }
            if !(first.saturating_add(1)..=height).contains(&at.value()) {
                self.found(
                    "past",
                    at.value(),
                    "it has left its window and is still there",
                );
            }
        }
        if listed != past.len()? {
            self.found("past", height, "there are entries that no list names");
        }
        Ok(())
    }
}

/// A tree in memory.
#[derive(Default)]
struct Grown(BTreeMap<Vec<u8>, Vec<u8>>);

impl Grown {
    fn take(&mut self, update: TreeUpdate) -> Root {
        for path in &update.removed {
            self.0.remove(path);
        }
        self.0.extend(update.put);
        update.root
    }
}

impl NodeRead for Grown {
    fn node(&self, path: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
        Ok(self.0.get(path).cloned())
    }
}
