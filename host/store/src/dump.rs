//! Owns the dump: a chain's log and its state at one height as a stream that can be carried elsewhere. A dump never
//! gets its name before it is whole, and none is loaded before it is known to be.
//!
//! ```text
//! header  magic "COMMONSDUMP" · format u16 · length of the chain id u16 · chain id (UTF-8) · height u64 · state root (32 bytes)
//! block   0x01 · state root (32 bytes) · length u64 · record      one for each height from 0 up
//! entry   0x02 · length u64 · state key · length u64 · value      in ascending order of keys
//! end     0x03 · number of entries u64 · digest (32 bytes)
//! ```
//!
//! Integers are big-endian. The digest is the SHA-256 of all bytes before it.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use redb::{Database, ReadTransaction, ReadableDatabase, ReadableTable};
use sha2::{Digest, Sha256};

use crate::commit::{begin_write, rebuild};
use crate::keep::Kept;
use crate::open::{describe, make};
use crate::snapshot::last;
use crate::tables::{BLOCKS, META, STATE};
use crate::{Keep, MAX_RECORD_BYTES, Root, Store, StoreError, blocks};

const MAGIC: &[u8; 11] = b"COMMONSDUMP";
/// Number of the format of a dump.
const DUMP_FORMAT: u16 = 1;
const BLOCK: u8 = 1;
const ENTRY: u8 = 2;
const END: u8 = 3;
/// Longest chain id, in bytes, as CometBFT has it.
const MAX_CHAIN_ID_BYTES: usize = 50;

impl Store {
    /// Writes the log and the state as of now to the file `path`, while the chain may go on; returns the height. The
    /// file has its name once it is whole and durable, and a file of that name stays until then.
    pub fn dump(&self, path: &Path) -> Result<u64, StoreError> {
        let mut partial = path.as_os_str().to_owned();
        partial.push(".partial");
        let partial = PathBuf::from(partial);
        let written = self.dump_to(&partial);
        if written.is_err() {
            // The first error is the one to tell.
            drop(std::fs::remove_file(&partial));
        }
        let height = written?;
        std::fs::rename(&partial, path).map_err(io_error("name", path))?;
        let dir = path.parent().filter(|dir| !dir.as_os_str().is_empty());
        let dir = dir.unwrap_or(Path::new("."));
        File::open(dir)
            .and_then(|dir| dir.sync_all())
            .map_err(io_error("sync", dir))?;
        Ok(height)
    }

    fn dump_to(&self, path: &Path) -> Result<u64, StoreError> {
        let read = self.database.begin_read()?;
        let file = File::create(path).map_err(io_error("create", path))?;
        let mut out = Hashing {
            inner: BufWriter::new(file),
            hash: Sha256::new(),
            offset: 0,
        };
        let height = write_dump(&mut out, &read, &self.chain_id, path)?;
        let file = out.inner.into_inner().map_err(io::Error::from);
        file.and_then(|file| file.sync_all())
            .map_err(io_error("write", path))?;
        Ok(height)
    }

    /// Makes a ledger in `dir` from the dump at `path`, which must be of `chain_id` (of any chain if `None`). Nothing is
    /// loaded unless the dump is whole and its state has the root that its log says. The past begins at its height.
    pub fn load(
        dir: &Path,
        path: &Path,
        chain_id: Option<&str>,
        keep: Keep,
    ) -> Result<Self, StoreError> {
        let file = File::open(path).map_err(io_error("open", path))?;
        let mut input = Input {
            path,
            from: Hashing {
                inner: BufReader::new(file),
                hash: Sha256::new(),
                offset: 0,
            },
        };
        let head = input.header(chain_id)?;
        let (database, lock) = make(dir, |database| load_into(database, &mut input, &head, keep))?;
        Ok(Self {
            database,
            writable: true,
            chain_id: head.chain_id,
            _lock: Some(lock),
        })
    }
}

fn io_error(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> StoreError {
    let path = path.to_path_buf();
    move |source| StoreError::Io {
        doing,
        path,
        source,
    }
}

fn write_dump(
    out: &mut Hashing<impl Write>,
    read: &ReadTransaction,
    chain_id: &str,
    path: &Path,
) -> Result<u64, StoreError> {
    let (height, root) = last(read)?;
    let mut put = |parts: &[&[u8]]| {
        let mut written = parts.iter().map(|part| out.put(part));
        written
            .try_for_each(|written| written)
            .map_err(io_error("write", path))
    };
    let id = chain_id.as_bytes();
    let id_length = u16::try_from(id.len()).unwrap_or(u16::MAX).to_be_bytes();
    put(&[MAGIC, &DUMP_FORMAT.to_be_bytes(), &id_length, id])?;
    put(&[&height.to_be_bytes(), &root.0])?;
    for entry in read.open_table(BLOCKS)?.iter()? {
        let (at, entry) = entry?;
        let entry = blocks::decode(at.value(), entry.value())?;
        put(&[&[BLOCK], &entry.root.0, &length(entry.record), entry.record])?;
    }
    let mut count: u64 = 0;
    for entry in read.open_table(STATE.now)?.iter()? {
        let (key, value) = entry?;
        let (key, value) = (key.value(), value.value());
        put(&[&[ENTRY], &length(key), key, &length(value), value])?;
        count = count.saturating_add(1);
    }
    put(&[&[END], &count.to_be_bytes()])?;
    let digest = out.digest();
    out.put(&digest).map_err(io_error("write", path))?;
    Ok(height)
}

fn length(bytes: &[u8]) -> [u8; 8] {
    // INVARIANT: a length in memory is below 2^64.
    u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes()
}

/// What a dump says about itself.
struct Head {
    chain_id: String,
    height: u64,
    root: Root,
}

fn load_into(
    database: &Database,
    input: &mut Input<'_>,
    head: &Head,
    keep: Keep,
) -> Result<(), StoreError> {
    let write = begin_write(database)?;
    {
        let mut log = write.open_table(BLOCKS)?;
        for height in 0..=head.height {
            input.tag(BLOCK)?;
            let root = Root(input.exact()?);
            if height == head.height && root != head.root {
                return Err(input.wrong("its last block has another state root than its header"));
            }
            let record = input.bytes()?;
            log.insert(height, blocks::encode(height, &root, &record).as_slice())?;
        }
    }
    read_state(&mut write.open_table(STATE.now)?, input)?;
    if rebuild(&write, head.height)? != head.root {
        return Err(input.wrong("its state does not have the root that its log says"));
    }
    {
        let mut meta = write.open_table(META)?;
        describe(&mut meta, &head.chain_id)?;
        Kept::new(keep, head.height).write(&mut meta)?;
    }
    STATE.prune(&write, head.height)?;
    write.commit()?;
    Ok(())
}

/// The entries of the state and the end.
fn read_state(
    state: &mut redb::Table<'_, &'static [u8], &'static [u8]>,
    input: &mut Input<'_>,
) -> Result<(), StoreError> {
    let (mut count, mut before): (u64, Vec<u8>) = (0, Vec::new());
    loop {
        let [tag] = input.exact()?;
        if tag == END {
            break;
        }
        if tag != ENTRY {
            return Err(input.wrong("neither an entry nor the end follows"));
        }
        let (key, value) = (input.bytes()?, input.bytes()?);
        // The empty key sorts first, so that this refuses it too.
        if key <= before {
            return Err(input.wrong("its keys do not ascend"));
        }
        state.insert(key.as_slice(), value.as_slice())?;
        before = key;
        count = count.saturating_add(1);
    }
    if u64::from_be_bytes(input.exact()?) != count {
        return Err(input.wrong("the number of its entries is another than its end says"));
    }
    let digest = input.from.digest();
    if input.exact()? != digest {
        return Err(input.wrong("its digest does not fit"));
    }
    if input
        .from
        .fill(&mut [0])
        .map_err(io_error("read", input.path))?
        > 0
    {
        return Err(input.wrong("something follows its end"));
    }
    Ok(())
}

/// A dump as it is read.
struct Input<'p> {
    path: &'p Path,
    from: Hashing<BufReader<File>>,
}

impl Input<'_> {
    fn header(&mut self, expected: Option<&str>) -> Result<Head, StoreError> {
        if self.exact()? != *MAGIC {
            return Err(self.wrong("it does not start with the letters COMMONSDUMP"));
        }
        let format = u16::from_be_bytes(self.exact()?);
        if format != DUMP_FORMAT {
            let what = format!("it is in format {format}, this program reads format {DUMP_FORMAT}");
            return Err(self.wrong(&what));
        }
        let length = u16::from_be_bytes(self.exact()?);
        if !(1..=MAX_CHAIN_ID_BYTES).contains(&usize::from(length)) {
            return Err(self.wrong("its chain id is not text of 1 to 50 bytes"));
        }
        let id = self.take(u64::from(length))?;
        let Ok(chain_id) = String::from_utf8(id) else {
            return Err(self.wrong("its chain id is not text of 1 to 50 bytes"));
        };
        if let Some(expected) = expected.filter(|expected| *expected != chain_id) {
            return Err(StoreError::OtherChain {
                path: self.path.to_path_buf(),
                found: chain_id,
                expected: expected.to_owned(),
            });
        }
        Ok(Head {
            chain_id,
            height: u64::from_be_bytes(self.exact()?),
            root: Root(self.exact()?),
        })
    }

    fn tag(&mut self, expected: u8) -> Result<(), StoreError> {
        if self.exact()? == [expected] {
            return Ok(());
        }
        Err(self.wrong("a block is missing"))
    }

    fn exact<const N: usize>(&mut self) -> Result<[u8; N], StoreError> {
        let mut bytes = [0; N];
        let read = self.from.fill(&mut bytes);
        if read.map_err(io_error("read", self.path))? < N {
            return Err(self.wrong("it is cut off"));
        }
        Ok(bytes)
    }

    /// A length and that many bytes.
    fn bytes(&mut self) -> Result<Vec<u8>, StoreError> {
        let length = u64::from_be_bytes(self.exact()?);
        if usize::try_from(length).map_or(true, |length| length > MAX_RECORD_BYTES) {
            return Err(self.wrong("it claims something longer than a ledger keeps"));
        }
        self.take(length)
    }

    /// Memory grows with what arrives, not with what is claimed.
    fn take(&mut self, length: u64) -> Result<Vec<u8>, StoreError> {
        let bytes = self
            .from
            .take(length)
            .map_err(io_error("read", self.path))?;
        if u64::from_be_bytes(self::length(&bytes)) < length {
            return Err(self.wrong("it is cut off"));
        }
        Ok(bytes)
    }

    fn wrong(&self, what: &str) -> StoreError {
        StoreError::Dump {
            path: self.path.to_path_buf(),
            offset: self.from.offset,
            what: what.to_owned(),
        }
    }
}

/// A stream with the digest of what went through it.
struct Hashing<S> {
    inner: S,
    hash: Sha256,
    offset: u64,
}

impl<S> Hashing<S> {
    fn digest(&self) -> [u8; 32] {
        self.hash.clone().finalize().into()
    }

    fn passed(&mut self, bytes: &[u8]) {
        self.hash.update(bytes);
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        self.offset = self.offset.saturating_add(length);
    }
}

impl<W: Write> Hashing<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.inner.write_all(bytes)?;
        self.passed(bytes);
        Ok(())
    }
}

impl<R: Read> Hashing<R> {
    /// Fills `bytes` as far as the stream goes.
    fn fill(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let length = u64::from_be_bytes(length(bytes));
        let read = self.take(length)?;
        for (to, from) in bytes.iter_mut().zip(&read) {
            *to = *from;
        }
        Ok(read.len())
    }

    fn take(&mut self, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.inner.by_ref().take(length).read_to_end(&mut bytes)?;
        self.passed(&bytes);
        Ok(bytes)
    }
}
