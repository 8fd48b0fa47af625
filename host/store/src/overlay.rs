//! Owns reading a database file without changing it: what the database would write stays in memory. It never writes
//! to the file.
//!
//! The database itself refuses to open a file for reading that its last writer did not close, as after `kill -9`; the
//! repair needs a few writes. An auditor's copy must stay as it is, so these go here.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::sync::{Mutex, MutexGuard, PoisonError};

use redb::StorageBackend;

/// Bytes that are copied into memory together when one of them is written.
const CHUNK: usize = 4096;
const CHUNK_LENGTH: u64 = 4096;

/// A file with changes that are kept in memory and lost on closing.
#[derive(Debug)]
pub(crate) struct Overlay(Mutex<Changed>);

#[derive(Debug)]
struct Changed {
    file: File,
    /// Bytes of the file that still count; what lies behind reads as zero.
    from_file: u64,
    length: u64,
    chunks: BTreeMap<u64, Vec<u8>>,
}

impl Overlay {
    pub(crate) fn new(file: File) -> io::Result<Self> {
        let length = file.metadata()?.len();
        Ok(Self(Mutex::new(Changed {
            file,
            from_file: length,
            length,
            chunks: BTreeMap::new(),
        })))
    }

    fn changed(&self) -> MutexGuard<'_, Changed> {
        // The chunks are whole even if a holder panicked: each is replaced, never edited in the map.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl StorageBackend for Overlay {
    fn len(&self) -> io::Result<u64> {
        Ok(self.changed().length)
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut changed = self.changed();
        let mut rest = out;
        for (chunk, part) in chunks(offset, rest.len(), changed.length)? {
            let (now, later) = rest.split_at_mut_checked(part.len()).ok_or_else(outside)?;
            let bytes = changed.chunk(chunk)?;
            now.copy_from_slice(bytes.get(part).ok_or_else(outside)?);
            rest = later;
        }
        Ok(())
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let mut changed = self.changed();
        let mut rest = data;
        for (chunk, part) in chunks(offset, rest.len(), changed.length)? {
            let (now, later) = rest.split_at_checked(part.len()).ok_or_else(outside)?;
            let mut bytes = changed.chunk(chunk)?;
            bytes
                .get_mut(part)
                .ok_or_else(outside)?
                .copy_from_slice(now);
            changed.chunks.insert(chunk, bytes);
            rest = later;
        }
        Ok(())
    }

    fn set_len(&self, length: u64) -> io::Result<()> {
        let mut changed = self.changed();
        if length < changed.length {
            let boundary = length / CHUNK_LENGTH;
            if !length.is_multiple_of(CHUNK_LENGTH) {
                let mut bytes = changed.chunk(boundary)?;
                let keep = usize::try_from(length % CHUNK_LENGTH).map_err(|_| outside())?;
                bytes.get_mut(keep..).ok_or_else(outside)?.fill(0);
                changed.chunks.insert(boundary, bytes);
            }
            changed
                .chunks
                .retain(|chunk, _| chunk.saturating_mul(CHUNK_LENGTH) < length);
            changed.from_file = changed.from_file.min(length);
        }
        changed.length = length;
        Ok(())
    }

    fn sync_data(&self) -> io::Result<()> {
        Ok(())
    }
}

impl Changed {
    /// The bytes of a chunk: from memory, else from the file, filled up with zeros.
    fn chunk(&mut self, chunk: u64) -> io::Result<Vec<u8>> {
        if let Some(bytes) = self.chunks.get(&chunk) {
            return Ok(bytes.clone());
        }
        let start = chunk.saturating_mul(CHUNK_LENGTH);
        let there = self.from_file.saturating_sub(start).min(CHUNK_LENGTH);
        let mut bytes = Vec::with_capacity(CHUNK);
        self.file.seek(SeekFrom::Start(start))?;
        self.file.by_ref().take(there).read_to_end(&mut bytes)?;
        bytes.resize(CHUNK, 0);
        Ok(bytes)
    }
}

/// The chunks that hold `length` bytes from `offset`, each with the part of it that is meant.
fn chunks(offset: u64, length: usize, available: u64) -> io::Result<Vec<(u64, Range<usize>)>> {
    let bytes = u64::try_from(length).map_err(|_| outside())?;
    let end = offset
        .checked_add(bytes)
        .filter(|end| *end <= available)
        .ok_or_else(outside)?;
    let mut parts = Vec::new();
    let mut at = offset;
    while at < end {
        let chunk = at / CHUNK_LENGTH;
        let start = chunk.saturating_mul(CHUNK_LENGTH);
        let stop = end.min(start.saturating_add(CHUNK_LENGTH));
        let within =
            |place: u64| usize::try_from(place.saturating_sub(start)).map_err(|_| outside());
        parts.push((chunk, within(at)?..within(stop)?));
        at = stop;
    }
    Ok(parts)
}

fn outside() -> io::Error {
    io::Error::new(io::ErrorKind::UnexpectedEof, "outside the database file")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing)]

    use super::*;

    fn overlay(content: &[u8]) -> Overlay {
        let mut file = tempfile::tempfile().unwrap();
        io::Write::write_all(&mut file, content).unwrap();
        Overlay::new(file).unwrap()
    }

    fn read(overlay: &Overlay, offset: u64, length: usize) -> io::Result<Vec<u8>> {
        let mut out = vec![0; length];
        overlay.read(offset, &mut out)?;
        Ok(out)
    }

    #[test]
    fn writes_are_read_back_over_the_file_and_across_chunks() {
        let content: Vec<u8> = (0..10_000u32).map(|n| n.to_le_bytes()[0]).collect();
        let overlay = overlay(&content);
        overlay.write(4090, &[255; 4108]).unwrap();
        let mut expected = content.clone();
        expected[4090..8198].fill(255);
        assert_eq!(read(&overlay, 0, 10_000).unwrap(), expected);
        assert_eq!(read(&overlay, 4089, 3).unwrap(), expected[4089..4092]);
    }

    #[test]
    fn what_is_cut_off_reads_as_zero_when_the_length_grows_again() {
        let overlay = overlay(&[7; 9000]);
        overlay.set_len(5000).unwrap();
        assert!(read(&overlay, 4999, 2).is_err());
        overlay.set_len(20_000).unwrap();
        let bytes = read(&overlay, 0, 20_000).unwrap();
        assert!(
            bytes[..5000].iter().all(|byte| *byte == 7)
                && bytes[5000..].iter().all(|byte| *byte == 0)
        );
    }

    #[test]
    fn nothing_outside_is_read_or_written() {
        let overlay = overlay(&[7; 10]);
        assert!(read(&overlay, 5, 6).is_err());
        assert!(overlay.write(u64::MAX, &[1]).is_err());
        assert_eq!(read(&overlay, 0, 10).unwrap(), [7; 10]);
    }
}
