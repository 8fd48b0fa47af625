//! Points and pairings on BLS12-381: Ethereum's vectors, the messages of RFC 9380, and rounds of a public beacon.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Bench, bytes};
use crate::material::{vector_files, vectors};
use crate::probe::list::List;

const G1: u32 = 48;
const G2: u32 = 96;
/// The domain of the proof-of-possession scheme of the BLS signature draft, signatures on G2.
const POSSESSION: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
/// RFC 9380, J.9.1 and J.10.1.
const SUITE_G1: &[u8] = b"QUUX-V01-CS02-with-BLS12381G1_XMD:SHA-256_SSWU_RO_";
const SUITE_G2: &[u8] = b"QUUX-V01-CS02-with-BLS12381G2_XMD:SHA-256_SSWU_RO_";
/// The generator of G1, compressed.
const GENERATOR: &str = "97f1d3a73197d7942695638c4fa9ac0fc3688c4f9774b905a14e3a3f171bac586c55e83ff97a1aeffb3af00adb22c6bb";

/// The League of Entropy's main network: its key, and rounds as (round, previous signature, signature).
const BEACON_KEY: &str = "868f005eb8e6e4ca0a47c8a77ceaa5309a47978a7c71bc5cce96366b5d7a569937c529eeda66c7293784a9402801af31";
const BEACON_DOMAIN: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_NUL_";
const ROUNDS: [(u64, &str, &str); 2] = [
    (
        1,
        "176f93498eac9ca337150b46d21dd58673ea4e3581185f869672e59fa4cb390a",
        "8d61d9100567de44682506aea1a7a6fa6e5491cd27a0a0ed349ef6910ac5ac20ff7bc3e09d7c046566c9f7f3c6f3b10104990e7cb424998203d8f7de586fb7fa5f60045417a432684f85093b06ca91c769f0e7ca19268375e659c2a2352b4655",
    ),
    (
        72785,
        "a609e19a03c2fcc559e8dae14900aaefe517cb55c840f6e69bc8e4f66c8d18e8a609685d9917efbfb0c37f058c2de88f13d297c7e19e0ab24813079efe57a182554ff054c7638153f9b26a60e7111f71a0ff63d9571704905d3ca6df0b031747",
        "82f5d3d2de4db19d40a6980e8aa37842a0e55d1df06bd68bddc8d60002e8e959eb9cfa368b3c1b77d18f02a54fe047b80f0989315f83b12a74fd8679c4f12aae86eaf6ab5690b34f1fddd50ee3cc6f6cdf59e95526d5a5d82aaa84fa6f181e42",
    ),
];

/// Points added and refused: Ethereum's vectors.
pub(super) fn points(bench: &mut Bench<'_>) {
    let header = vectors("eth-headers/1699693797.394876721s.json");
    let keys: Vec<Vec<u8>> = header["public_keys"]
        .as_array()
        .expect("a list")
        .iter()
        .map(base64)
        .collect();
    let sum = bench.point(&List::default().add_g1(keys.concat(), G1));
    assert_eq!(sum, base64(&header["aggregate_pubkey"]));
    for count in [1, 2, 10, 100] {
        bench.ask(&List::default().add_g1(keys[..count].concat(), G1));
    }
    for test in vector_files("bls-tests/aggregate") {
        let input = test["input"].as_array().expect("a list");
        let input: Vec<u8> = input.iter().flat_map(bytes).collect();
        let answer = bench.ask(&List::default().add_g2(&input, G2));
        if test["output"].is_string() {
            let answer = answer.outcome.expect("the call works");
            assert_eq!(answer[8..], bytes(&test["output"]));
        }
        bench.ask(&List::default().add_g2(input, G2 - 1));
    }
    for (folder, field, size) in [
        ("bls-tests/deserialization_G1", "pubkey", G1),
        ("bls-tests/deserialization_G2", "signature", G2),
    ] {
        for test in vector_files(folder) {
            let point = bytes(&test["input"][field]);
            let list = List::default();
            let code = bench.number(&match size {
                G1 => list.add_g1(&point, size),
                _ => list.add_g2(&point, size),
            });
            assert_eq!(
                Value::Bool(code == Some(0)),
                test["output"],
                "{folder}: {test}"
            );
            let room = [
                b"".to_vec(),
                point[1..].to_vec(),
                [&point[..], &point[..1]].concat(),
            ];
            for points in room {
                bench.ask(&List::default().add_g1(&points, size));
                bench.ask(&List::default().add_g2(&points, size));
            }
        }
    }
}

/// Messages hashed to points, under domains and with functions that are known and that are not.
pub(super) fn hashes(bench: &mut Bench<'_>) {
    let messages = [
        &b""[..],
        b"abc",
        b"abcdef0123456789",
        &[b'q'; 130],
        &[b'a'; 520],
    ];
    for message in messages {
        let g1 = bench.point(&List::default().to_g1(0, message, SUITE_G1, G1));
        let g2 = bench.point(&List::default().to_g2(0, message, SUITE_G2, G2));
        assert_eq!((g1.len(), g2.len()), (48, 96));
        for domain in [
            &b""[..],
            b"d",
            &[b'd'; 255],
            &[b'd'; 256],
            &[b'd'; 5120],
            &[b'd'; 5121],
        ] {
            bench.ask(&List::default().to_g1(0, message, domain, G1));
            bench.ask(&List::default().to_g2(0, message, domain, G2));
        }
        for function in [1, 2, u32::MAX] {
            bench.ask(&List::default().to_g1(function, message, SUITE_G1, G1));
            bench.ask(&List::default().to_g2(function, message, SUITE_G2, G2));
        }
        bench.ask(&List::default().to_g1(0, message, SUITE_G1, G1 - 1));
        bench.ask(&List::default().to_g2(0, message, SUITE_G2, G2 - 1));
    }
}

/// Ethereum's vectors of signatures, each checked as a contract would: hash, add keys, compare pairings.
pub(super) fn signatures(bench: &mut Bench<'_>) {
    let generator = hex::decode(GENERATOR).expect("it is hex");
    for test in vector_files("bls-tests/verify") {
        let (key, signature) = (
            bytes(&test["input"]["pubkey"]),
            bytes(&test["input"]["signature"]),
        );
        let message = bytes(&test["input"]["message"]);
        let message = bench.point(&List::default().to_g2(0, message, POSSESSION, G2));
        let list = List::default().pair(&key, &message, &generator, &signature);
        let code = bench.number(&list);
        // A key or a signature at infinity fits everything; it is for the contract to refuse them.
        let at_infinity = key[0] == 0xc0 || signature[0] == 0xc0;
        if !at_infinity {
            assert_eq!(Value::Bool(code == Some(0)), test["output"], "{test}");
        }
        bench.ask(&List::default().pair(&key[1..], &message, &generator, &signature));
        bench.ask(&List::default().pair(&key, &message[1..], &generator, &signature));
        bench.ask(&List::default().pair(b"", b"", &generator, &signature));
        bench.ask(&List::default().pair(
            [&key[..], &key].concat(),
            &message,
            &generator,
            &signature,
        ));
        bench.ask(&List::default().pair(&key, &message, [0xff; 48], &signature));
        bench.ask(&List::default().pair(&key, &message, &generator[1..], &signature));
    }
    for test in vector_files("bls-tests/aggregate_verify") {
        let list = |field: &str| test["input"][field].as_array().expect("a list").clone();
        let keys: Vec<u8> = list("pubkeys").iter().flat_map(bytes).collect();
        let mut messages = Vec::new();
        for message in &list("messages") {
            let message = bytes(message);
            messages.extend(bench.point(&List::default().to_g2(0, message, POSSESSION, G2)));
        }
        let signature = bytes(&test["input"]["signature"]);
        bench.ask(&List::default().pair(keys, messages, &generator, signature));
    }
    for test in vector_files("bls-tests/fast_aggregate_verify") {
        let keys = test["input"]["pubkeys"].as_array().expect("a list");
        let keys: Vec<u8> = keys.iter().flat_map(bytes).collect();
        let message = bytes(&test["input"]["message"]);
        let signature = bytes(&test["input"]["signature"]);
        let message = bench.point(&List::default().to_g2(0, message, POSSESSION, G2));
        if keys.is_empty() {
            bench.ask(&List::default().add_g1(keys, G1));
            continue;
        }
        let sum = bench.point(&List::default().add_g1(keys, G1));
        bench.ask(&List::default().pair(sum, message, &generator, signature));
    }
}

/// Rounds of a public randomness beacon, right and altered.
pub(super) fn beacon(bench: &mut Bench<'_>) {
    let generator = hex::decode(GENERATOR).expect("it is hex");
    let key = hex::decode(BEACON_KEY).expect("it is hex");
    for (round, previous, signature) in ROUNDS {
        let previous = hex::decode(previous).expect("it is hex");
        let signature = hex::decode(signature).expect("it is hex");
        for (round, expected) in [(round, 0), (round + 1, 1)] {
            let message = [&previous[..], &round.to_be_bytes()].concat();
            let message = Sha256::digest(message).to_vec();
            let point = bench.point(&List::default().to_g2(0, message, BEACON_DOMAIN, G2));
            let list = List::default().pair(&key, point, &generator, &signature);
            assert_eq!(bench.number(&list), Some(expected), "round {round}");
        }
    }
}

fn base64(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("base64 is text");
    cosmwasm_std::Binary::from_base64(text)
        .expect("it is base64")
        .to_vec()
}
