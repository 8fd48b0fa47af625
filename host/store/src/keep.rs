//! Owns the choice of how much of the past a ledger keeps, and its place in the file. It never removes anything itself.

use redb::{ReadableTable, Table};

use crate::StoreError;
use crate::tables::META;

/// How many heights below the last one stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Window {
    /// The last height and this many before it; with 0, the last height alone.
    Heights(u64),
    /// Every height from when the ledger was created, or from when this was chosen.
    All,
}

/// How much of the past a ledger keeps. A proof needs the state beside the tree: where `history` is the shorter window,
/// it bounds the proofs too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keep {
    /// Heights at which the state can be read, and to which the ledger can be taken back.
    pub history: Window,
    /// Heights at which keys can be proved: the nodes of the state tree, by far the larger part.
    pub proofs: Window,
}

impl Keep {
    /// The last height alone: fastest, for what only runs forward, such as a replay.
    pub const LAST: Self = Self {
        history: Window::Heights(0),
        proofs: Window::Heights(0),
    };

    /// Everything: an archive.
    pub const ALL: Self = Self {
        history: Window::All,
        proofs: Window::All,
    };
}

impl Default for Keep {
    /// State of 362,880 heights, which is what a node of the Cosmos SDK keeps unless told otherwise; proofs for 1,000.
    fn default() -> Self {
        Self {
            history: Window::Heights(362_880),
            proofs: Window::Heights(1_000),
        }
    }
}

/// A window as the file has it: with the height below which nothing was ever recorded, or is any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Since {
    pub(crate) window: Window,
    pub(crate) from: u64,
}

impl Since {
    /// First height that can be read while `last` is the last one.
    pub(crate) fn first(self, last: u64) -> u64 {
        match self.window {
            Window::Heights(count) => self.from.max(last.saturating_sub(count)),
            Window::All => self.from,
        }
    }

    /// The same from `last` on with another window: what is gone stays gone.
    fn with(self, window: Window, last: u64) -> Self {
        Self {
            window,
            from: self.first(last),
        }
    }
}

/// Both windows as the file has them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Kept {
    pub(crate) history: Since,
    pub(crate) proofs: Since,
}

const HISTORY: [&str; 2] = ["history", "history_from"];
const PROOFS: [&str; 2] = ["proofs", "proofs_from"];

impl Kept {
    /// A ledger that begins to keep its past at height `from`.
    pub(crate) fn new(keep: Keep, from: u64) -> Self {
        let since = |window| Since { window, from };
        Self {
            history: since(keep.history),
            proofs: since(keep.proofs),
        }
    }

    /// What the file says; a file of format 1 keeps its last height alone.
    pub(crate) fn read(
        meta: &impl ReadableTable<&'static str, &'static [u8]>,
        last: u64,
    ) -> Result<Self, StoreError> {
        let since = |[window, from]: [&str; 2]| -> Result<Since, StoreError> {
            let (Some(window), Some(from)) = (meta.get(window)?, meta.get(from)?) else {
                return Ok(Since {
                    window: Window::Heights(0),
                    from: last,
                });
            };
            let window = match window.value() {
                b"all" => Window::All,
                heights => Window::Heights(number(heights)?),
            };
            let from = number(from.value())?;
            Ok(Since { window, from })
        };
        Ok(Self {
            history: since(HISTORY)?,
            proofs: since(PROOFS)?,
        })
    }

    pub(crate) fn write(
        self,
        meta: &mut Table<'_, &'static str, &'static [u8]>,
    ) -> Result<(), StoreError> {
        for ([window, from], since) in [(HISTORY, self.history), (PROOFS, self.proofs)] {
            let text = match since.window {
                Window::Heights(count) => count.to_string(),
                Window::All => "all".to_owned(),
            };
            meta.insert(window, text.as_bytes())?;
            meta.insert(from, since.from.to_string().as_bytes())?;
        }
        Ok(())
    }

    /// The same windows read at `last` in a write transaction.
    pub(crate) fn in_write(write: &redb::WriteTransaction, last: u64) -> Result<Self, StoreError> {
        Self::read(&write.open_table(META)?, last)
    }

    /// Other windows from `last` on.
    pub(crate) fn with(self, keep: Keep, last: u64) -> Self {
        Self {
            history: self.history.with(keep.history, last),
            proofs: self.proofs.with(keep.proofs, last),
        }
    }

    /// The choice without its beginnings.
    pub(crate) fn keep(self) -> Keep {
        Keep {
            history: self.history.window,
            proofs: self.proofs.window,
        }
    }

    /// First height that can be proved: both windows reach it.
    pub(crate) fn first_proof(self, last: u64) -> u64 {
        self.proofs.first(last).max(self.history.first(last))
    }
}

fn number(text: &[u8]) -> Result<u64, StoreError> {
    std::str::from_utf8(text)
        .ok()
        .and_then(|text| text.parse().ok())
        .ok_or(StoreError::Incomplete("how much of the past it keeps"))
}
