//! A chain of headers that are really signed, over a state of a few keys, in both kinds of trees. Headers, votes and hashes are made
//! with the crate `tendermint`; the trees by hand.

use std::sync::Arc;

use cosmwasm_std::Binary;
use ed25519_dalek::{Signer as _, SigningKey};
use ics23::commitment_proof::Proof;
use ics23::{
    CommitmentProof, ExistenceProof, HashOp, InnerOp, LeafOp, LengthOp, NonExistenceProof,
};
use prost::Message as _;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tendermint::block::signed_header::SignedHeader;
use tendermint::block::{Commit, CommitSig, Header, Id, header::Version, parts};
use tendermint::vote::{Type, ValidatorIndex};
use tendermint::{Hash, PublicKey, Signature, Time, Vote, account, validator, vote};

use commons_client::proof::jmt_spec;

pub const GENESIS_SECONDS: u64 = 1_767_225_600;
/// Twenty bytes of 07.
pub const CONTRACT: &str = "commons1qurswpc8qurswpc8qurswpc8qurswpc86zdla9";
/// For a mixed case.
pub const ADDRESS: &str = CONTRACT;
pub const KEY: &[u8] = b"k";
pub const VALUE: &[u8] = b"the value";

/// A key of the contract with nothing under it, above `KEY` in both trees.
pub fn absent() -> &'static [u8] {
    b"z"
}

pub fn wasm_key(key: &[u8]) -> Vec<u8> {
    [&[3][..], &[7; 20], key].concat()
}

pub struct SignedChain {
    headers: Vec<(SignedHeader, validator::Set)>,
    state: State,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Iavl,
    Jmt,
}

impl SignedChain {
    pub fn iavl(last: u64) -> Arc<Self> {
        Arc::new(Self::new("light-1", last, State::Iavl))
    }

    pub fn jmt(last: u64) -> Arc<Self> {
        Arc::new(Self::new("light-1", last, State::Jmt))
    }

    pub fn of(chain_id: &str, last: u64) -> Arc<Self> {
        Arc::new(Self::new(chain_id, last, State::Iavl))
    }

    fn new(chain_id: &str, last: u64, state: State) -> Self {
        let mut headers = Vec::new();
        for height in 1..=last + 1 {
            headers.push((signed(chain_id, height, state), set(height)));
        }
        Self { headers, state }
    }

    fn at(&self, height: u64) -> &(SignedHeader, validator::Set) {
        &self.headers[usize::try_from(height).unwrap() - 1]
    }

    pub fn hash(&self, height: u64) -> [u8; 32] {
        self.at(height)
            .0
            .header
            .hash()
            .as_bytes()
            .try_into()
            .unwrap()
    }

    pub fn commit(&self, height: u64) -> Value {
        json!({"signed_header": self.at(height).0, "canonical": true})
    }

    pub fn validators(&self, height: u64) -> Value {
        let validators: Vec<Value> = self
            .at(height)
            .1
            .validators()
            .iter()
            .map(|info| {
                json!({
                    "address": info.address, "pub_key": info.pub_key,
                    "voting_power": info.power.value().to_string(), "proposer_priority": "-5"
                })
            })
            .collect();
        let total = validators.len().to_string();
        json!({"block_height": height.to_string(), "validators": validators, "count": total, "total": total})
    }

    /// The answer to a question for a key of the store `wasm`.
    pub fn query(&self, height: u64, key: &[u8]) -> Value {
        let value = (key == wasm_key(KEY)).then(|| Binary::from(VALUE));
        let ops = match self.state {
            State::Iavl => vec![
                op("ics23:iavl", key, &prove(iavl_leaf(), key)),
                op("ics23:simple", b"wasm", &prove(stores_leaf(), b"wasm")),
            ],
            State::Jmt => {
                let key = [b"wasm/", key].concat();
                vec![op("ics23:jmt", &key, &prove(jmt_leaf(), &key))]
            }
        };
        json!({"code": 0, "key": Binary::from(key), "value": value, "height": height.to_string(), "proofOps": {"ops": ops}})
    }
}

fn op(kind: &str, key: &[u8], proof: &CommitmentProof) -> Value {
    json!({"type": kind, "key": Binary::from(key), "data": Binary::from(proof.encode_to_vec())})
}

/// The leaf itself for its own key; for any other, that the leaf is the nearest to its left or right.
fn prove(leaf: ExistenceProof, key: &[u8]) -> CommitmentProof {
    let proof = if leaf.key == key {
        Proof::Exist(leaf)
    } else {
        let hashed = leaf.leaf.as_ref().unwrap().prehash_key == i32::from(HashOp::Sha256);
        let order = |key: &[u8]| {
            if hashed {
                Sha256::digest(key).to_vec()
            } else {
                key.to_vec()
            }
        };
        let left = order(&leaf.key) < order(key);
        let (left, right) = if left {
            (Some(leaf), None)
        } else {
            (None, Some(leaf))
        };
        Proof::Nonexist(NonExistenceProof {
            key: key.to_vec(),
            left,
            right,
        })
    };
    CommitmentProof { proof: Some(proof) }
}

/// A tree of one leaf, at version 5: height 0, size 1, version, each as a zigzag varint.
fn iavl_leaf() -> ExistenceProof {
    ExistenceProof {
        key: wasm_key(KEY),
        value: VALUE.to_vec(),
        leaf: Some(leaf(&[0, 2, 10], LengthOp::VarProto, HashOp::NoHash)),
        path: vec![],
    }
}

fn leaf(prefix: &[u8], length: LengthOp, prehash_key: HashOp) -> LeafOp {
    LeafOp {
        hash: HashOp::Sha256.into(),
        prehash_key: prehash_key.into(),
        prehash_value: HashOp::Sha256.into(),
        length: length.into(),
        prefix: prefix.to_vec(),
    }
}

/// Two stores, `bank` and `wasm`.
fn stores_leaf() -> ExistenceProof {
    let bank = Sha256::digest([&[0, 4][..], b"bank", &[32], &Sha256::digest([9; 32])].concat());
    ExistenceProof {
        key: b"wasm".to_vec(),
        value: root(&iavl_leaf()),
        leaf: Some(leaf(&[0], LengthOp::VarProto, HashOp::NoHash)),
        path: vec![InnerOp {
            hash: HashOp::Sha256.into(),
            prefix: [&[1][..], &bank].concat(),
            suffix: vec![],
        }],
    }
}

/// A tree of one leaf of ours.
fn jmt_leaf() -> ExistenceProof {
    ExistenceProof {
        key: [b"wasm/", wasm_key(KEY).as_slice()].concat(),
        value: VALUE.to_vec(),
        leaf: jmt_spec().leaf_spec,
        path: vec![],
    }
}

fn root(leaf: &ExistenceProof) -> Vec<u8> {
    ics23::calculate_existence_root::<ics23::HostFunctionsManager>(leaf).unwrap()
}

/// Three of equal power; one of them changes every ten blocks.
fn keys(height: u64) -> Vec<SigningKey> {
    (0..3)
        .map(|i| SigningKey::from_bytes(&Sha256::digest((height / 10 + i).to_be_bytes()).into()))
        .collect()
}

fn info(key: &SigningKey) -> validator::Info {
    let public = PublicKey::from_raw_ed25519(&key.verifying_key().to_bytes()).unwrap();
    validator::Info::new(public, vote::Power::from(10_u32))
}

fn set(height: u64) -> validator::Set {
    validator::Set::without_proposer(keys(height).iter().map(info).collect())
}

fn time(height: u64) -> Time {
    Time::from_unix_timestamp(i64::try_from(GENESIS_SECONDS + height).unwrap(), 0).unwrap()
}

fn signed(chain_id: &str, height: u64, state: State) -> SignedHeader {
    let app_hash = match state {
        State::Iavl => root(&stores_leaf()),
        State::Jmt => root(&jmt_leaf()),
    };
    let some = Hash::Sha256([5; 32]);
    let header = Header {
        version: Version { block: 11, app: 0 },
        chain_id: chain_id.parse().unwrap(),
        height: u32::try_from(height).unwrap().into(),
        time: time(height),
        last_block_id: (height > 1).then(|| Id {
            hash: some,
            part_set_header: parts::Header::new(1, some).unwrap(),
        }),
        last_commit_hash: Some(some),
        data_hash: Some(some),
        validators_hash: set(height).hash(),
        next_validators_hash: set(height + 1).hash(),
        consensus_hash: some,
        app_hash: app_hash.try_into().unwrap(),
        last_results_hash: Some(some),
        evidence_hash: Some(some),
        proposer_address: info(&keys(height)[0]).address,
    };
    let block_id = Id {
        hash: header.hash(),
        part_set_header: parts::Header::new(1, some).unwrap(),
    };
    let signatures = set(height)
        .validators()
        .iter()
        .enumerate()
        .map(|(index, info)| sign(chain_id, &header, block_id, index, info.address))
        .collect();
    let commit = Commit {
        height: header.height,
        round: 0_u16.into(),
        block_id,
        signatures,
    };
    SignedHeader::new(header, commit).unwrap()
}

fn sign(
    chain_id: &str,
    header: &Header,
    block_id: Id,
    index: usize,
    address: account::Id,
) -> CommitSig {
    let key = keys(header.height.value())
        .into_iter()
        .find(|key| info(key).address == address)
        .unwrap();
    let timestamp = header.time;
    let vote = Vote {
        vote_type: Type::Precommit,
        height: header.height,
        round: 0_u16.into(),
        block_id: Some(block_id),
        timestamp: Some(timestamp),
        validator_address: address,
        validator_index: ValidatorIndex::try_from(u32::try_from(index).unwrap()).unwrap(),
        signature: None,
        extension: vec![],
        extension_signature: None,
    };
    let bytes = vote.into_signable_vec(chain_id.parse().unwrap());
    CommitSig::BlockIdFlagCommit {
        validator_address: address,
        timestamp,
        signature: Signature::new(key.sign(&bytes).to_bytes()).unwrap(),
    }
}
