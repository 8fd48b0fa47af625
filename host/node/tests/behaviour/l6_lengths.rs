//! L6: long content in every hashed field of a block: no two blocks have one hash, and no length wraps.

use std::collections::BTreeSet;

use commons_node::{
    BlockRecord, Parent, RecordError, ResultDigest, data_hash, last_results_hash, verify_links,
};

use crate::support::{digest, genesis, record_after};

/// Around 64 KiB, where a 16-bit length would wrap and a part of a block ends.
const LENGTHS: [usize; 5] = [65_535, 65_536, 65_537, 131_071, 131_072];

#[test]
fn l6_long_transactions_are_hashed_apart() {
    let mut hashes = BTreeSet::new();
    for length in LENGTHS {
        let long = vec![7; length];
        let (head, tail) = long.split_at(length - 1);
        // The same bytes in all, cut elsewhere.
        for txs in [
            vec![long.clone()],
            vec![long.clone(), Vec::new()],
            vec![Vec::new(), long.clone()],
            vec![head.to_vec(), tail.to_vec()],
            vec![tail.to_vec(), head.to_vec()],
        ] {
            assert!(hashes.insert(data_hash(&txs)), "{length}");
        }
    }
    // The hash of a longer transaction is not that of a shorter one with the rest cut off.
    assert_eq!(hashes.len(), LENGTHS.len() * 5);
}

#[test]
fn l6_long_results_are_hashed_apart() {
    let mut hashes = BTreeSet::new();
    let result = |data: &[u8]| ResultDigest {
        gas_wanted: u64::from(u32::MAX) + 1,
        ..digest(0, data)
    };
    for length in LENGTHS {
        let long = vec![7; length];
        let (head, tail) = long.split_at(length - 1);
        for results in [
            vec![result(&long)],
            vec![result(&long), result(&[])],
            vec![result(&[]), result(&long)],
            vec![result(head), result(tail)],
        ] {
            assert!(hashes.insert(last_results_hash(&results)), "{length}");
        }
    }
    assert_eq!(hashes.len(), LENGTHS.len() * 4);
}

#[test]
fn l6_long_blocks_are_told_apart_by_their_ids_and_read_back() {
    let mut ids = BTreeSet::new();
    for length in LENGTHS {
        let long = vec![7; length];
        for txs in [[long.as_slice(), &[]], [&[], long.as_slice()]] {
            let record = record_after(&genesis(), &txs, [0; 32]);
            verify_links(&record, &genesis()).unwrap();
            assert_eq!(BlockRecord::decode(&record.encode()).unwrap(), record);
            let id = record.block_id();
            assert!(ids.insert((id.hash.to_string(), id.part_set_header.hash.to_string())));
            assert_eq!(
                Parent::of(&record).unwrap(),
                Parent::of(&record.clone()).unwrap()
            );
        }
    }
    assert_eq!(ids.len(), LENGTHS.len() * 2);
}

/// Lengths and counts that are right in their lower 32 bits: 4 GiB too much is not taken for nothing too much.
#[test]
fn l6_lengths_of_four_gigabytes_do_not_wrap() {
    let record = record_after(&genesis(), &[b"one", b"two"], [0; 32]);
    let bytes = record.encode();
    let header = usize::try_from(u64::from_be_bytes(bytes[1..9].try_into().unwrap())).unwrap();
    let transactions = 9 + header + 32;
    let results = transactions + 8 + 2 * (8 + 3);
    let commit = results + 8 + 2 * (4 + 8 + 8 + 8 + 3);
    // Header, count and first length of the transactions, count and first length of the results, commit.
    let places = [
        1,
        transactions,
        transactions + 8,
        results,
        results + 8 + 20,
        commit,
    ];
    for place in places {
        let mut altered = bytes.clone();
        let length = u64::from_be_bytes(bytes[place..place + 8].try_into().unwrap());
        assert!(length > 0 && length < 1000, "{place}: {length}");
        let longer = length + (1 << 32);
        altered[place..place + 8].copy_from_slice(&longer.to_be_bytes());
        assert!(
            matches!(
                BlockRecord::decode(&altered),
                Err(RecordError::Truncated { .. })
            ),
            "{place}"
        );
    }
}
