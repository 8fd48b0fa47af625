//! The encoding of records: one block, one encoding, and nothing that panics.

use commons_node::{BlockRecord, RecordError};
use proptest::prelude::*;

use crate::support::{chain, digest, genesis, record_after, unsigned_after};

#[test]
fn record_is_read_back_as_it_was_written() {
    for record in chain() {
        let bytes = record.encode();
        assert_eq!(BlockRecord::decode(&bytes).unwrap(), record);
        assert_eq!(BlockRecord::decode(&bytes).unwrap().encode(), bytes);
    }
}

/// A change of the format is seen here; `schema/block-record.md` has the same vector.
#[test]
fn record_has_the_documented_bytes() {
    let record = record_after(&genesis(), &[b"tx"], [9; 32]);
    let golden = include_str!("../data/record-2.hex");
    assert_eq!(hex::encode(record.encode()), golden.trim());
}

/// S6: the fixture of format 1 stays readable for ever, and is written back as it was.
#[test]
fn record_of_format_1_is_read_and_keeps_its_bytes() {
    let golden = hex::decode(include_str!("../data/record-1.hex").trim()).unwrap();
    let record = BlockRecord::decode(&golden).unwrap();
    assert_eq!(record, unsigned_after(&genesis(), &[b"tx"], [9; 32]));
    assert_eq!(record.commit, None);
    assert_eq!(record.encode(), golden);
}

#[test]
fn record_cut_off_anywhere_is_refused() {
    let bytes = chain()[2].encode();
    for length in 0..bytes.len() {
        let error = BlockRecord::decode(&bytes[..length]).expect_err("a record that is cut off");
        assert!(
            matches!(error, RecordError::Truncated { .. }),
            "at {length}: {error}"
        );
    }
}

#[test]
fn bytes_behind_a_record_are_refused() {
    let mut bytes = chain()[1].encode();
    bytes.push(0);
    assert_eq!(BlockRecord::decode(&bytes), Err(RecordError::Trailing(1)));
}

#[test]
fn other_format_is_refused_with_its_number() {
    let mut bytes = chain()[1].encode();
    for format in [0, 3, 255] {
        bytes[0] = format;
        assert_eq!(
            BlockRecord::decode(&bytes),
            Err(RecordError::Format(format))
        );
    }
}

/// L2: a header with a field that nobody knows is another encoding of the same header, and refused.
#[test]
fn header_with_an_unknown_field_is_refused() {
    let bytes = chain()[0].encode();
    let length = usize::try_from(u64::from_be_bytes(bytes[1..9].try_into().unwrap())).unwrap();
    // Field 100, varint 1.
    let header = [&bytes[9..9 + length], &[0xa0, 0x06, 0x01]].concat();
    let altered = [
        &bytes[..1],
        &(header.len() as u64).to_be_bytes(),
        &header,
        &bytes[9 + length..],
    ]
    .concat();
    assert_eq!(BlockRecord::decode(&altered), Err(RecordError::Encoding));
}

/// L2: so is a commit with one.
#[test]
fn commit_with_an_unknown_field_is_refused() {
    let mut bytes = chain()[0].encode();
    let signed = bytes.len();
    bytes.extend([0xa0, 0x06, 0x01]);
    let unsigned = unsigned_after(&genesis(), &[], [1; 32]).encode().len();
    let length = u64::try_from(signed - unsigned - 8 + 3).unwrap();
    bytes[unsigned..unsigned + 8].copy_from_slice(&length.to_be_bytes());
    assert_eq!(
        BlockRecord::decode(&bytes),
        Err(RecordError::CommitEncoding)
    );
}

/// L6: no length can be read as part of its neighbour.
#[test]
fn moving_a_byte_between_transactions_changes_the_record() {
    let one = record_after(&genesis(), &[b"ab", b"c"], [0; 32]);
    let other = record_after(&genesis(), &[b"a", b"bc"], [0; 32]);
    assert_ne!(one.encode(), other.encode());
    assert_ne!(one.header, other.header);
}

/// L3: a claimed length or count reserves no memory.
#[test]
fn claimed_lengths_reserve_no_memory() {
    let bytes = chain()[0].encode();
    let header = usize::try_from(u64::from_be_bytes(bytes[1..9].try_into().unwrap())).unwrap();
    let counts = 9 + header + 32;
    // Header, transactions, results, commit.
    for place in [1, counts, counts + 8, counts + 16] {
        let mut altered = bytes.clone();
        altered[place..place + 8].copy_from_slice(&u64::MAX.to_be_bytes());
        let error = BlockRecord::decode(&altered).expect_err("a claim that is not met");
        assert!(matches!(error, RecordError::Truncated { .. }), "{error}");
    }
}

proptest! {
    #[test]
    fn any_content_is_read_back(
        txs in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..6),
        code in any::<u32>(),
        gas in any::<u64>(),
        root in any::<[u8; 32]>(),
    ) {
        let texts: Vec<&[u8]> = txs.iter().map(Vec::as_slice).collect();
        let mut record = record_after(&genesis(), &texts, root);
        let mut odd = digest(code, b"data");
        (odd.code, odd.gas_used) = (code, gas);
        record.results.push(odd);
        prop_assert_eq!(BlockRecord::decode(&record.encode()).unwrap(), record);
    }

    /// Random bytes, alone or in place of a part of a record, give an error or another whole record, never a panic.
    #[test]
    fn random_bytes_never_panic(
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
        at in 0usize..400,
    ) {
        prop_assert!(BlockRecord::decode(&bytes).is_err());
        let mut record = chain()[2].encode();
        let at = at % record.len();
        for (place, byte) in record[at..].iter_mut().zip(&bytes) {
            *place = *byte;
        }
        if let Ok(read) = BlockRecord::decode(&record) {
            prop_assert_eq!(read.encode(), record);
        }
    }
}
