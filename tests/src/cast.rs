//! Who plays. Every key follows from a label, so that the same test plays with the same accounts on every host.

use commons_client::ballot::sign_possession;
use commons_client::keys::{AccountKey, VotingKey};
use commons_common::roll::Attestation;
use commons_common::signed::PossessionText;
use commons_common::units::Hash;
use cosmwasm_std::HexBinary;
use curve25519_dalek::Scalar;
use curve25519_dalek::constants::ED25519_BASEPOINT_TABLE;
use curve25519_dalek::scalar::clamp_integer;
use sha2::{Digest, Sha512};

use crate::chain::{CHAIN_ID, PREFIX};

const SEED: &str = "commons whole-system tests";

/// Base units with which every officer begins.
pub const PURSE: u128 = 1_000_000_000_000;

/// Everyone who is named in a charter or only pays and relays.
pub const OFFICERS: [&str; 17] = [
    "steward",
    "deployer",
    "registrar-1",
    "registrar-2",
    "registrar-3",
    "trustee-1",
    "trustee-2",
    "trustee-3",
    "reporter-1",
    "reporter-2",
    "custodian",
    "sponsor",
    "payee",
    "relayer",
    "stranger",
    "registrar-4",
    "custodian-2",
];

/// The account of an officer.
#[must_use]
pub fn officer(label: &str) -> AccountKey {
    AccountKey::derive(SEED, label)
}

/// Its address.
#[must_use]
pub fn address(label: &str) -> String {
    officer(label).address(PREFIX)
}

/// A person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Number on the roll, from 1.
    pub number: u64,
    /// For direct votes and dividends; some have none.
    pub account: Option<AccountKey>,
    /// How often the voting key was rotated.
    pub key_epoch: u32,
}

impl Person {
    /// The person of a number with an account of their own.
    #[must_use]
    pub fn new(number: u64) -> Self {
        let account = AccountKey::derive(SEED, &format!("person {number}"));
        Self {
            number,
            account: Some(account),
            key_epoch: 0,
        }
    }

    /// The voting key of an epoch.
    #[must_use]
    pub fn voting_key(&self, epoch: u32) -> VotingKey {
        VotingKey::derive(SEED, &format!("person {} epoch {epoch}", self.number))
    }

    /// Stands for what the registrars' scheme would compute.
    #[must_use]
    pub fn nullifier(&self) -> Hash {
        Hash::of(format!("nullifier {}", self.number).as_bytes())
    }

    /// What registrars say of this person on one roll.
    #[must_use]
    pub fn attestation(&self, roll: &str) -> Attestation {
        self.attested(roll, sign_possession)
    }

    /// The same, with another valid signature of the same key over the same text.
    #[must_use]
    pub fn attestation_signed_again(&self, roll: &str) -> Attestation {
        self.attested(roll, |key, text| {
            HexBinary::from(another_signature(key, text.text().as_bytes()))
        })
    }

    fn attested(
        &self,
        roll: &str,
        sign: impl FnOnce(&VotingKey, &PossessionText<'_>) -> HexBinary,
    ) -> Attestation {
        let key = self.voting_key(0);
        let account = self.account.as_ref().map(|account| account.address(PREFIX));
        let voting_key = HexBinary::from(key.public());
        let nullifier = self.nullifier();
        let text = PossessionText {
            chain_id: CHAIN_ID,
            roll,
            nullifier: &nullifier,
            account: account.as_deref(),
            class: 0,
            voting_key: &voting_key,
        };
        let possession = sign(&key, &text);
        Attestation {
            nullifier,
            account,
            voting_key,
            class: 0,
            possession,
        }
    }
}

/// A signature that verifies and is not the one of RFC 8032: its nonce is another. Whoever has the key can make any number.
fn another_signature(key: &VotingKey, bytes: &[u8]) -> [u8; 64] {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("key");
    key.write(&path).expect("a new key file");
    let text = std::fs::read_to_string(&path).expect("the key file");
    let secret = hex::decode(text.trim()).expect("a key file is hexadecimal");
    let mut scalar = [0; 32];
    scalar.copy_from_slice(&Sha512::digest(&secret)[..32]);
    let scalar = Scalar::from_bytes_mod_order(clamp_integer(scalar));
    let wide = |parts: &[&[u8]]| {
        let hash = parts.iter().fold(Sha512::new(), Digest::chain_update);
        Scalar::from_bytes_mod_order_wide(&hash.finalize().into())
    };
    let nonce = wide(&[b"another nonce", &secret, bytes]);
    let point = (&nonce * ED25519_BASEPOINT_TABLE).compress();
    let challenge = wide(&[point.as_bytes(), &key.public(), bytes]);
    let mut signature = [0; 64];
    signature[..32].copy_from_slice(point.as_bytes());
    signature[32..].copy_from_slice((nonce + challenge * scalar).as_bytes());
    assert_ne!(signature, key.sign(bytes));
    signature
}
