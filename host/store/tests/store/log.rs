//! The log file: what it carries, and every way in which it can be wrong.

use commons_store::log::{LogError, Reader, Writer, export};
use commons_store::{MAX_RECORD_BYTES, Store};
use proptest::prelude::*;
use sha2::{Digest, Sha256};

use crate::support::{CHAIN, in_memory};

const HEADER: usize = 10 + 2 + 2 + CHAIN.len();

fn exported(store: &Store) -> Vec<u8> {
    let mut bytes = Vec::new();
    export(store, &mut bytes).unwrap();
    bytes
}

fn written(records: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut writer = Writer::new(&mut bytes, CHAIN).unwrap();
    for record in records {
        writer.append(record).unwrap();
    }
    assert_eq!(writer.finish().unwrap(), records.len() as u64);
    bytes
}

fn read(bytes: &[u8]) -> Result<Vec<(u64, Vec<u8>)>, LogError> {
    Reader::new(bytes)?.collect()
}

#[test]
fn exported_log_gives_back_every_record() {
    let store = in_memory(12);
    let bytes = exported(&store);
    assert_eq!(Reader::new(bytes.as_slice()).unwrap().chain_id(), CHAIN);
    let records = read(&bytes).unwrap();
    assert_eq!(records.len(), 13);
    for (height, record) in records {
        assert_eq!(store.record(height).unwrap(), Some(record));
    }
}

/// The format byte by byte, so that a change of it is seen.
#[test]
fn log_has_the_documented_bytes() {
    let header = [
        b"COMMONSLOG".as_slice(),
        &[0, 1],
        &[0, 12],
        CHAIN.as_bytes(),
    ]
    .concat();
    let first = [[1].as_slice(), &[0; 8], &[0, 0, 0, 0, 0, 0, 0, 2], b"ab"].concat();
    let sum = |before: &[u8], part: &[u8]| Sha256::digest([before, part].concat()).to_vec();
    let digest = sum(&Sha256::digest(&header), &first);
    let end = [[2].as_slice(), &[0, 0, 0, 0, 0, 0, 0, 1]].concat();
    let expected = [
        header,
        first,
        digest.clone(),
        end.clone(),
        sum(&digest, &end),
    ]
    .concat();
    assert_eq!(written(&[b"ab"]), expected);
}

#[test]
fn log_cut_off_anywhere_is_refused_with_the_place() {
    let bytes = written(&[b"genesis", b"one", b"two"]);
    for length in 0..bytes.len() {
        let error = read(&bytes[..length]).expect_err("a log that is cut off");
        match error {
            LogError::NotALog => assert!(length < 10),
            LogError::Truncated { offset, .. } => assert_eq!(offset, length as u64),
            other => panic!("cut at {length}: {other}"),
        }
    }
    let second = HEADER + (17 + 7 + 32) + 20;
    assert!(
        read(&bytes[..second])
            .unwrap_err()
            .to_string()
            .contains("block 1")
    );
}

#[test]
fn any_flipped_bit_is_refused() {
    let bytes = written(&[b"genesis", b"one"]);
    for at in 0..bytes.len() {
        for bit in 0..8 {
            let mut altered = bytes.clone();
            altered[at] ^= 1 << bit;
            assert!(read(&altered).is_err(), "byte {at}, bit {bit}");
        }
    }
    let mut altered = bytes.clone();
    altered[HEADER + (17 + 7 + 32) + 17] ^= 1;
    let error = read(&altered).unwrap_err();
    let place = (HEADER + 17 + 7 + 32) as u64;
    assert!(
        matches!(&error, LogError::Digest { offset, what } if *offset == place && what == "block 1"),
        "{error}"
    );
}

#[test]
fn blocks_out_of_order_are_refused_with_both_heights() {
    let bytes = written(&[b"000", b"111", b"222"]);
    let size = 17 + 3 + 32;
    let block = |n: usize| bytes[HEADER + n * size..HEADER + (n + 1) * size].to_vec();
    let end = bytes[HEADER + 3 * size..].to_vec();
    let swapped = [
        bytes[..HEADER].to_vec(),
        block(0),
        block(2),
        block(1),
        end.clone(),
    ]
    .concat();
    let place = (HEADER + size) as u64;
    let error = read(&swapped).unwrap_err();
    assert!(
        matches!(error, LogError::Order { offset, expected: 1, found: 2 } if offset == place),
        "{error}"
    );
    let doubled = [bytes[..HEADER].to_vec(), block(0), block(0), end].concat();
    assert!(matches!(
        read(&doubled).unwrap_err(),
        LogError::Order {
            expected: 1,
            found: 0,
            ..
        }
    ));
}

/// A block of another chain, whole in itself, does not fit the digests around it.
#[test]
fn block_of_another_log_is_refused() {
    let (one, other) = (written(&[b"aaa", b"bbb"]), written(&[b"ccc", b"bbb"]));
    let size = 17 + 3 + 32;
    let spliced = [
        one[..HEADER + size].to_vec(),
        other[HEADER + size..].to_vec(),
    ]
    .concat();
    assert!(
        matches!(read(&spliced).unwrap_err(), LogError::Digest { what, .. } if what == "block 1")
    );
}

#[test]
fn whole_log_with_something_behind_it_is_refused() {
    let mut bytes = written(&[b"genesis"]);
    let end = bytes.len() as u64;
    bytes.push(0);
    assert!(matches!(read(&bytes).unwrap_err(), LogError::Trailing(offset) if offset == end));
}

/// L3: a claimed length reserves no memory; above the bound it is refused before anything is read.
#[test]
fn claimed_length_reserves_no_memory() {
    let head = &written(&[b"x"])[..HEADER + 9];
    let claim = |length: u64, bytes: &[u8]| [head, &length.to_be_bytes(), bytes].concat();
    let error = read(&claim(u64::MAX, b"abc")).unwrap_err();
    assert!(
        matches!(
            error,
            LogError::TooLong {
                height: 0,
                length: u64::MAX,
                ..
            }
        ),
        "{error}"
    );
    let error = read(&claim(MAX_RECORD_BYTES as u64, b"abc")).unwrap_err();
    assert!(matches!(error, LogError::Truncated { .. }), "{error}");
}

#[test]
fn other_format_and_other_files_are_refused() {
    let mut bytes = written(&[b"x"]);
    bytes[11] = 2;
    assert!(matches!(read(&bytes).unwrap_err(), LogError::Format(2)));
    assert!(matches!(
        read(b"PK\x03\x04 and so on, some archive").unwrap_err(),
        LogError::NotALog
    ));
    assert!(matches!(read(b"").unwrap_err(), LogError::NotALog));
}

#[test]
fn chain_id_must_be_short_text() {
    for id in ["", &"x".repeat(51)] {
        assert!(matches!(
            Writer::new(Vec::new(), id).map(|_| ()).unwrap_err(),
            LogError::ChainId
        ));
    }
    let mut bytes = written(&[b"x"]);
    bytes[14] = 0xff;
    assert!(matches!(read(&bytes).unwrap_err(), LogError::ChainId));
}

#[test]
fn nothing_is_read_after_an_error() {
    let mut bytes = written(&[b"a", b"b", b"c"]);
    bytes[HEADER + 17] ^= 1;
    let mut reader = Reader::new(bytes.as_slice()).unwrap();
    assert!(reader.record().is_err());
    assert!(reader.record().unwrap().is_none());
}

proptest! {
    /// Random bytes, alone or behind a correct header, are refused and never panic.
    #[test]
    fn random_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(read(&bytes).is_err());
        let behind = [&written(&[])[..HEADER], &bytes].concat();
        prop_assert!(read(&behind).is_err());
    }
}
