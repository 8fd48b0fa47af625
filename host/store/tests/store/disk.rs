//! A disk in memory that notes what is written to it, can be cut off at any sync, and can refuse from any write on.

use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

use commons_store::StorageBackend;

use crate::support::Seeded;

/// Something that was done to the disk.
#[derive(Debug, Clone)]
pub enum Op {
    Write(u64, Vec<u8>),
    Length(u64),
    Sync,
    /// Not of the disk: the ledger said that this height is durable.
    Acknowledged(u64),
}

/// When writing begins to fail, with which error of the system, and whether it goes on failing.
#[derive(Debug, Clone, Copy)]
pub struct Failure {
    pub at: u64,
    pub errno: i32,
    pub for_ever: bool,
}

#[derive(Debug, Default)]
struct Content {
    bytes: Vec<u8>,
    journal: Vec<Op>,
    keeps_journal: bool,
    done: u64,
    written: usize,
    failure: Option<Failure>,
}

/// Shared: the test holds one end and the database the other.
#[derive(Debug, Clone, Default)]
pub struct Disk(Arc<Mutex<Content>>);

impl Disk {
    pub fn of(bytes: Vec<u8>) -> Self {
        let disk = Self::default();
        disk.content().bytes = bytes;
        disk
    }

    pub fn failing(bytes: Vec<u8>, failure: Failure) -> Self {
        let disk = Self::of(bytes);
        disk.content().failure = Some(failure);
        disk
    }

    pub fn keep_journal(&self) {
        self.content().keeps_journal = true;
    }

    pub fn acknowledge(&self, height: u64) {
        self.content().journal.push(Op::Acknowledged(height));
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.content().bytes.clone()
    }

    pub fn length(&self) -> usize {
        self.content().bytes.len()
    }

    /// How far the disk was ever written.
    pub fn written(&self) -> usize {
        self.content().written
    }

    pub fn journal(&self) -> Vec<Op> {
        self.content().journal.clone()
    }

    /// Writes, changes of length and syncs so far.
    pub fn done(&self) -> u64 {
        self.content().done
    }

    fn content(&self) -> MutexGuard<'_, Content> {
        self.0.lock().unwrap()
    }

    fn change(&self, op: Op) -> io::Result<()> {
        let mut content = self.content();
        let now = content.done;
        content.done += 1;
        if let Some(failure) = content.failure
            && (now == failure.at || (failure.for_ever && now > failure.at))
        {
            return Err(io::Error::from_raw_os_error(failure.errno));
        }
        if let Op::Write(offset, data) = &op {
            let end = usize::try_from(*offset).unwrap() + data.len();
            content.written = content.written.max(end);
        }
        apply(&mut content.bytes, &op);
        if content.keeps_journal {
            content.journal.push(op);
        }
        Ok(())
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        Ok(self.content().bytes.len() as u64)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let content = self.content();
        let start = usize::try_from(offset).unwrap();
        let bytes = content.bytes.get(start..start + out.len());
        out.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        self.change(Op::Length(length))
    }

    fn sync_data(&self) -> io::Result<()> {
        self.change(Op::Sync)
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.change(Op::Write(offset, data.to_vec()))
    }
}

fn apply(bytes: &mut Vec<u8>, op: &Op) {
    match op {
        Op::Write(offset, data) => {
            let start = usize::try_from(*offset).unwrap();
            if bytes.len() < start + data.len() {
                bytes.resize(start + data.len(), 0);
            }
            bytes[start..start + data.len()].copy_from_slice(data);
        }
        Op::Length(length) => bytes.resize(usize::try_from(*length).unwrap(), 0),
        Op::Sync | Op::Acknowledged(_) => {}
    }
}

/// What is on the disk after a crash, and what the ledger had acknowledged until then.
pub struct Crashed {
    pub sync: usize,
    pub how: &'static str,
    pub bytes: Vec<u8>,
    pub acknowledged: u64,
}

/// Cuts the run off at each of its syncs, three times: what was written since the sync before is all lost, all there, or
/// a part of it is there, with one write torn.
pub fn crash_at_every_sync(start: Vec<u8>, journal: &[Op], mut see: impl FnMut(Crashed)) -> usize {
    let (mut durable, mut since) = (start, Vec::new());
    let (mut acknowledged, mut sync) = (0, 0);
    for op in journal {
        match op {
            Op::Acknowledged(height) => acknowledged = *height,
            Op::Sync => {
                let mut all = durable.clone();
                since.iter().for_each(|op| apply(&mut all, op));
                let part = torn(&durable, &since, sync as u64);
                for (how, bytes) in [("lost", durable), ("kept", all.clone()), ("torn", part)] {
                    see(Crashed {
                        sync,
                        how,
                        bytes,
                        acknowledged,
                    });
                }
                (durable, sync) = (all, sync + 1);
                since.clear();
            }
            other => since.push(other.clone()),
        }
    }
    sync
}

/// A seeded part of the writes, one of them cut off.
fn torn(durable: &[u8], since: &[Op], seed: u64) -> Vec<u8> {
    let mut seeded = Seeded(seed);
    let mut kept: Vec<Op> = since
        .iter()
        .filter(|_| seeded.next(2) == 0)
        .cloned()
        .collect();
    if !kept.is_empty() {
        let at = seeded.next(kept.len());
        if let Op::Write(_, data) = &mut kept[at] {
            data.truncate(seeded.next(data.len()));
        }
    }
    let mut bytes = durable.to_vec();
    kept.iter().for_each(|op| apply(&mut bytes, op));
    bytes
}
