//! Owns what the block log does not keep of transactions: where each one is, its log and its events, and the index of events. It is
//! never read by anything that decides, and can be deleted: it is made again by executing the blocks (`replay`).
//!
//! | table | key | value |
//! |---|---|---|
//! | `meta` | name | format number, hash of the genesis, height of the last block |
//! | `txs` | sha256 of the transaction | position: height (8 bytes), index (4 bytes) |
//! | `results` | position | `ExecTxResult` |
//! | `receipts` | sha256 of the transaction | its receipt, JSON; of those that wait for a block it is in memory only |
//! | `events` | length ‖ `type.key` ‖ length ‖ value ‖ position ‖ number of the event (4 bytes) | nothing |
//!
//! Lengths have 4 bytes, numbers are big endian.

pub(crate) mod grammar;
pub(crate) mod receipts;
pub(crate) mod search;

use std::path::Path;
use std::sync::Mutex;

use commons_ledger::TxResult;
use commons_node::Block;
use prost::Message as _;
use redb::{
    Builder, Database, ReadableDatabase, ReadableTable, Table, TableDefinition,
    backends::InMemoryBackend,
};
use tendermint_proto::v0_38::abci::{Event, EventAttribute, ExecTxResult};

use self::receipts::Receipts;
use crate::error::IndexError;

const FORMAT: u64 = 1;
/// Name of the file in the directory of the chain.
const FILE: &str = "index.redb";
/// Memory for pages, in bytes.
const CACHE_BYTES: usize = 32 << 20;

const META: TableDefinition<'static, &'static str, &'static [u8]> = TableDefinition::new("meta");
const TXS: TableDefinition<'static, &'static [u8], &'static [u8]> = TableDefinition::new("txs");
const RESULTS: TableDefinition<'static, &'static [u8], &'static [u8]> =
    TableDefinition::new("results");
const RECEIPTS: TableDefinition<'static, &'static [u8], &'static [u8]> =
    TableDefinition::new("receipts");
const EVENTS: TableDefinition<'static, &'static [u8], ()> = TableDefinition::new("events");

const FORMAT_NAME: &str = "format";
const GENESIS: &str = "genesis";
const HEIGHT: &str = "height";

/// Where a transaction is: height of its block, and its index in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Position {
    pub(crate) height: u64,
    pub(crate) index: u32,
}

impl Position {
    pub(crate) fn bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        let (height, index) = bytes.split_at_mut(8);
        height.copy_from_slice(&self.height.to_be_bytes());
        index.copy_from_slice(&self.index.to_be_bytes());
        bytes
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, IndexError> {
        let parts = bytes.split_first_chunk::<8>();
        let parts = parts.and_then(|(height, index)| Some((*height, index.try_into().ok()?)));
        let (height, index) = parts.ok_or_else(|| IndexError::Damaged("a position".to_owned()))?;
        Ok(Self {
            height: u64::from_be_bytes(height),
            index: u32::from_be_bytes(index),
        })
    }
}

/// The index of one chain.
pub(crate) struct Index {
    database: Database,
    /// Why nothing is added any more, if so.
    failed: Mutex<Option<String>>,
    pub(crate) receipts: Receipts,
}

impl Index {
    /// Opens the index in `dir`, or in memory without one. What is there of another chain, of another format, or of blocks that the
    /// chain does not have is thrown away.
    pub(crate) fn open(
        dir: Option<&Path>,
        genesis: &[u8; 32],
        height: u64,
    ) -> Result<Self, IndexError> {
        let Some(dir) = dir else {
            let database = Builder::new().create_with_backend(InMemoryBackend::new())?;
            return Self::begin(database, genesis);
        };
        let path = dir.join(FILE);
        let open = || builder().create(&path);
        if path.exists() {
            if let Ok(database) = open() {
                let index = Self::of(database);
                if index.is_of(genesis) && index.height().is_ok_and(|own| own <= height) {
                    return Ok(index);
                }
            }
            std::fs::remove_file(&path).map_err(|source| IndexError::Remove {
                path: path.clone(),
                source,
            })?;
        }
        Self::begin(open()?, genesis)
    }

    fn of(database: Database) -> Self {
        Self {
            database,
            failed: Mutex::default(),
            receipts: Receipts::default(),
        }
    }

    fn begin(database: Database, genesis: &[u8; 32]) -> Result<Self, IndexError> {
        let write = database.begin_write()?;
        {
            let mut meta = write.open_table(META)?;
            meta.insert(FORMAT_NAME, FORMAT.to_be_bytes().as_slice())?;
            meta.insert(GENESIS, genesis.as_slice())?;
            meta.insert(HEIGHT, 0u64.to_be_bytes().as_slice())?;
            write.open_table(TXS)?;
            write.open_table(RESULTS)?;
            write.open_table(EVENTS)?;
        }
        write.commit()?;
        Ok(Self::of(database))
    }

    fn is_of(&self, genesis: &[u8; 32]) -> bool {
        let format = self.meta(FORMAT_NAME).ok().flatten();
        let found = self.meta(GENESIS).ok().flatten();
        format.as_deref() == Some(FORMAT.to_be_bytes().as_slice())
            && found.as_deref() == Some(genesis.as_slice())
    }

    fn meta(&self, name: &'static str) -> Result<Option<Vec<u8>>, IndexError> {
        let meta = self.database.begin_read()?.open_table(META)?;
        Ok(meta.get(name)?.map(|value| value.value().to_vec()))
    }

    /// Height of the last block that is in the index.
    pub(crate) fn height(&self) -> Result<u64, IndexError> {
        let bytes = self.meta(HEIGHT)?.unwrap_or_default();
        let bytes = bytes.as_slice().try_into();
        let bytes = bytes.map_err(|_| IndexError::Damaged("its height".to_owned()))?;
        Ok(u64::from_be_bytes(bytes))
    }

    /// Adds the results of a block, all or nothing.
    pub(crate) fn add(&self, block: &Block) -> Result<(), IndexError> {
        let height = block.record.height();
        let write = self.database.begin_write()?;
        {
            let mut txs = write.open_table(TXS)?;
            let mut results = write.open_table(RESULTS)?;
            let mut events = write.open_table(EVENTS)?;
            for (index, result) in (0..).zip(&block.results) {
                let position = Position { height, index };
                let stored = encode(result);
                if !stands(&txs, &results, result)? {
                    txs.insert(result.hash.as_slice(), position.bytes().as_slice())?;
                }
                add_events(&mut events, position, &stored.events)?;
                let bytes = stored.encode_to_vec();
                results.insert(position.bytes().as_slice(), bytes.as_slice())?;
            }
            let mut receipts = write.open_table(RECEIPTS)?;
            for result in &block.results {
                if let Some(receipt) = self.receipts.take(&result.hash) {
                    receipts.insert(result.hash.as_slice(), receipt.as_slice())?;
                }
            }
            let mut meta = write.open_table(META)?;
            meta.insert(HEIGHT, height.to_be_bytes().as_slice())?;
        }
        write.commit()?;
        Ok(())
    }

    /// The receipt that was given for a transaction, as JSON.
    pub(crate) fn receipt(&self, hash: &[u8; 32]) -> Result<Option<Vec<u8>>, IndexError> {
        if let Some(receipt) = self.receipts.of(hash) {
            return Ok(Some(receipt));
        }
        let receipts = match self.database.begin_read()?.open_table(RECEIPTS) {
            // A file from before there were receipts.
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(None),
            opened => opened?,
        };
        let stored = receipts.get(hash.as_slice())?;
        Ok(stored.map(|receipt| receipt.value().to_vec()))
    }

    /// Drops everything above a height: the chain has gone back.
    pub(crate) fn cut(&self, height: u64) -> Result<(), IndexError> {
        let stays = |bytes: &[u8]| Position::read(bytes).is_ok_and(|at| at.height <= height);
        let write = self.database.begin_write()?;
        {
            write
                .open_table(TXS)?
                .retain(|_, position| stays(position))?;
            write
                .open_table(RESULTS)?
                .retain(|position, _| stays(position))?;
            let of_entry = |entry: &[u8]| {
                let start = entry.len().saturating_sub(16);
                entry
                    .get(start..start.saturating_add(12))
                    .is_some_and(stays)
            };
            write
                .open_table(EVENTS)?
                .retain(|entry, ()| of_entry(entry))?;
            let mut meta = write.open_table(META)?;
            meta.insert(HEIGHT, height.to_be_bytes().as_slice())?;
        }
        write.commit()?;
        Ok(())
    }

    /// Notes that a block could not be added: from then on searches are refused, since they would be incomplete.
    pub(crate) fn fail(&self, reason: String) {
        if let Ok(mut failed) = self.failed.lock() {
            failed.get_or_insert(reason);
        }
    }

    /// Why searches are refused, if they are.
    pub(crate) fn failure(&self) -> Option<String> {
        let failed = self.failed.lock();
        failed.map_or_else(
            |_| Some("it broke down".to_owned()),
            |failed| failed.clone(),
        )
    }

    /// Where the transaction with this hash is.
    pub(crate) fn position(&self, hash: &[u8]) -> Result<Option<Position>, IndexError> {
        let txs = self.database.begin_read()?.open_table(TXS)?;
        let stored = txs.get(hash)?;
        stored
            .map(|position| Position::read(position.value()))
            .transpose()
    }

    /// The result of the transaction at a position.
    pub(crate) fn result(&self, position: Position) -> Result<Option<ExecTxResult>, IndexError> {
        let results = self.database.begin_read()?.open_table(RESULTS)?;
        let stored = results.get(position.bytes().as_slice())?;
        stored
            .map(|bytes| {
                ExecTxResult::decode(bytes.value())
                    .map_err(|_| IndexError::Damaged(format!("a transaction of {position:?}")))
            })
            .transpose()
    }
}

/// Whether a good result under the same hash keeps its place: a failed transaction may come again, and the index names one.
fn stands(
    txs: &Table<'_, &'static [u8], &'static [u8]>,
    results: &Table<'_, &'static [u8], &'static [u8]>,
    new: &TxResult,
) -> Result<bool, IndexError> {
    if new.code == 0 {
        return Ok(false);
    }
    let Some(position) = txs.get(new.hash.as_slice())? else {
        return Ok(false);
    };
    let Some(old) = results.get(position.value())? else {
        return Ok(false);
    };
    Ok(ExecTxResult::decode(old.value()).is_ok_and(|old| old.code == 0))
}

fn add_events(
    table: &mut Table<'_, &'static [u8], ()>,
    position: Position,
    events: &[Event],
) -> Result<(), IndexError> {
    for (number, event) in (0u32..).zip(events) {
        for attribute in &event.attributes {
            let key = format!("{}.{}", event.r#type, attribute.key);
            let mut entry = prefix(&key, Some(&attribute.value));
            entry.extend_from_slice(&position.bytes());
            entry.extend_from_slice(&number.to_be_bytes());
            table.insert(entry.as_slice(), ())?;
        }
    }
    Ok(())
}

/// What stands in front of all entries of an attribute, or of one value of it.
fn prefix(key: &str, value: Option<&str>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for text in [Some(key), value].into_iter().flatten() {
        // INVARIANT: gas bounds the length of an attribute far below 4 GiB.
        let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(text.as_bytes());
    }
    bytes
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.set_cache_size(CACHE_BYTES);
    builder
}

/// The form in which ABCI has a result.
pub(crate) fn encode(result: &TxResult) -> ExecTxResult {
    ExecTxResult {
        code: result.code,
        data: result.data.clone().into(),
        log: result.log.clone(),
        info: String::new(),
        gas_wanted: i64::try_from(result.gas_wanted).unwrap_or(i64::MAX),
        gas_used: i64::try_from(result.gas_used).unwrap_or(i64::MAX),
        events: events(&result.events),
        codespace: result.codespace.clone(),
    }
}

/// Events as ABCI has them.
pub(crate) fn events(events: &[commons_ledger::Event]) -> Vec<Event> {
    events
        .iter()
        .map(|event| Event {
            r#type: event.kind.clone(),
            attributes: event
                .attributes
                .iter()
                .map(|(key, value)| EventAttribute {
                    key: key.clone(),
                    value: value.clone(),
                    index: true,
                })
                .collect(),
        })
        .collect()
}
