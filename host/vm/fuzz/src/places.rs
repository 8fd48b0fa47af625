//! Owns the descriptions of regions in a grown contract's memory: most are sound, some are not.

use arbitrary::{Result, Unstructured};

use crate::contents;

/// Where the descriptions lie, each in 16 bytes.
pub(crate) const DESCRIPTIONS: i32 = 64;
/// How many there are.
pub(crate) const COUNT: i32 = 32;
/// Where the contents of the sound ones lie.
pub(crate) const CONTENTS: i32 = 4_096;
/// Pages of the memory.
pub(crate) const PAGES: u64 = 3;

/// The sound regions first, then some of which each may be anything.
pub(crate) fn arbitrary(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut all = Vec::new();
    for (index, content) in (0..).zip(contents::all()) {
        describe(&mut all, [place(index), capacity(), small(content.len())]);
    }
    for index in 0..u32::try_from(COUNT).unwrap_or(0) - small(contents::COUNT) {
        let region = unsound(u, place(index))?;
        describe(&mut all, region);
    }
    Ok(all)
}

fn unsound(u: &mut Unstructured<'_>, place: u32) -> Result<[u32; 3]> {
    let length = u32::from(u.arbitrary::<u8>()?);
    let end = end();
    Ok(match u.int_in_range(0..=7)? {
        0 | 1 => [place, capacity(), length.min(capacity())],
        2 => [place, length, 0],
        3 => [place, capacity(), capacity() + 1],
        4 => [u.arbitrary()?, u.arbitrary()?, u.arbitrary()?],
        5 => [end - length, length, length],
        6 => [end - length, length + 1, length],
        _ => [0, length, length],
    })
}

/// Where memory ends at first.
pub(crate) fn end() -> u32 {
    u32::try_from(PAGES).unwrap_or(1) * 65_536
}

fn describe(all: &mut Vec<u8>, region: [u32; 3]) {
    for number in region {
        all.extend_from_slice(&number.to_le_bytes());
    }
    all.extend_from_slice(&[0; 4]);
}

fn place(index: u32) -> u32 {
    CONTENTS.unsigned_abs() + index * capacity()
}

fn capacity() -> u32 {
    small(contents::CAPACITY)
}

fn small(number: usize) -> u32 {
    u32::try_from(number).expect("it is small")
}
