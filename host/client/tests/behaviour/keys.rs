//! Keys: derivation, addresses, key files.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use commons_client::ClientError;
use commons_client::keys::{AccountKey, VotingKey, verify};

#[test]
fn derived_keys_are_the_same_every_time_and_differ_by_seed_label_and_kind() {
    let key = VotingKey::derive("seed", "person/1");
    assert_eq!(key.public(), VotingKey::derive("seed", "person/1").public());
    assert_ne!(key.public(), VotingKey::derive("seed", "person/2").public());
    assert_ne!(
        key.public(),
        VotingKey::derive("seeds", "person/1").public()
    );
    // Lengths are hashed, so that a seed cannot run over into the label.
    assert_ne!(
        VotingKey::derive("ab", "c").public(),
        VotingKey::derive("a", "bc").public()
    );
    let account = AccountKey::derive("seed", "person/1");
    assert_ne!(account.public()[1..], key.public());
}

/// The derivation is part of what makes a demonstration reproducible: these were computed by hand from the formula.
#[test]
fn derivation_and_address_keep_their_vectors() {
    let account = AccountKey::derive("commons", "relayer");
    assert_eq!(hex::encode(account.public()), ACCOUNT_PUBLIC);
    assert_eq!(account.address("commons"), ACCOUNT_ADDRESS);
    let voting = VotingKey::derive("commons", "person/1");
    assert_eq!(hex::encode(voting.public()), VOTING_PUBLIC);
}

const ACCOUNT_PUBLIC: &str = "03aa27c1c3dfd8fe757400ca17e5fb99c78d67eb289054a67fb6e6e617b7eca0e6";
const ACCOUNT_ADDRESS: &str = "commons1kefldd849hpj2hluy5r9dg4zwcu3r6e52jzxmd";
const VOTING_PUBLIC: &str = "a1ca00ce915551684ac8a232fb82c9962ee69a8ff8fde8765cf2b457f6f788cb";

#[test]
fn a_prefix_that_bech32_refuses_gives_no_address() {
    assert_eq!(AccountKey::derive("s", "l").address("two words"), "");
    assert_eq!(AccountKey::derive("s", "l").address(""), "");
}

#[test]
fn a_key_file_is_read_back_and_only_its_owner_can_read_it() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("voting.key");
    let key = VotingKey::derive("seed", "person/1");
    key.write(&path).unwrap();
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(VotingKey::read(&path).unwrap().public(), key.public());
    assert!(matches!(key.write(&path), Err(ClientError::File { .. })));
}

/// U3.
#[test]
fn a_key_file_that_others_can_read_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("voting.key");
    VotingKey::derive("seed", "x").write(&path).unwrap();
    for mode in [0o640, 0o604, 0o620, 0o601] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        match VotingKey::read(&path) {
            Err(ClientError::KeyExposed { mode: found, .. }) => assert_eq!(found, mode),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn what_is_not_64_hex_digits_is_not_a_key() {
    let dir = tempfile::tempdir().unwrap();
    for (i, text) in [
        "",
        "\n",
        "00",
        &"0".repeat(63),
        &"0".repeat(65),
        &"g".repeat(64),
    ]
    .into_iter()
    .chain([&*format!("{}\n\n", "0".repeat(64)), &"0".repeat(10_000)])
    .enumerate()
    {
        let path = dir.path().join(i.to_string());
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        assert!(
            matches!(
                VotingKey::read(&path),
                Err(ClientError::KeyMalformed { .. })
            ),
            "{text:?}"
        );
    }
    let absent = VotingKey::read(&dir.path().join("none"));
    assert!(matches!(absent, Err(ClientError::File { .. })));
}

#[test]
fn secrets_are_not_printed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("voting.key");
    let key = VotingKey::derive("seed", "x");
    key.write(&path).unwrap();
    let secret = fs::read_to_string(&path).unwrap();
    assert!(!format!("{key:?}").contains(secret.trim()));
}

/// RFC 8032, section 7.1, test 2.
#[test]
fn signatures_are_plain_ed25519() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("rfc.key");
    let secret = "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb";
    fs::write(&path, secret).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    let key = VotingKey::read(&path).unwrap();
    let expected = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da\
                    085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
    assert_eq!(hex::encode(key.sign(&[0x72])), expected);
    assert!(verify(&key.public(), &[0x72], &key.sign(&[0x72])).is_ok());
    assert!(verify(&key.public(), &[0x73], &key.sign(&[0x72])).is_err());
}

/// R49: small-order keys are refused.
#[test]
fn a_key_of_small_order_or_wrong_length_is_refused() {
    let mut identity = [0_u8; 32];
    identity[0] = 1;
    for key in [&identity[..], &[], &[7; 31]] {
        let refused = verify(key, b"text", &[0; 64]);
        assert!(matches!(refused, Err(ClientError::BadVotingKey)));
    }
}
