//! A key of a chain's own, and its memory of what it signed: also when the chain's directory is brought back from an older
//! copy, no second block of a height is signed.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use commons_node::{Node, NodeError, Origin, SignError, Signer, Validator};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::accounts::{account, genesis, next_block, vm};
use crate::support::SECOND;

/// A key in a folder of its own, and a chain that it signs.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let place = Self { dir };
        fs::create_dir(place.dir.path().join("keys")).unwrap();
        write_key(&place.key(), 42);
        place
    }

    fn key(&self) -> PathBuf {
        self.dir.path().join("keys/priv_validator_key.json")
    }

    fn memory(&self) -> PathBuf {
        self.dir.path().join("keys/priv_validator_state.json")
    }

    fn chain(&self) -> PathBuf {
        self.dir.path().join("chain")
    }

    fn copy(&self) -> PathBuf {
        self.dir.path().join("copy")
    }

    fn create(&self) -> Node {
        Node::create_signed(vm(), &self.chain(), &genesis(), self.signer()).unwrap()
    }

    fn signer(&self) -> Signer {
        Signer::open(&self.key()).unwrap()
    }

    fn open(&self) -> Result<Node, NodeError> {
        Node::open_signed(vm(), &self.chain(), self.signer())
    }

    /// Copies the chain's directory, as a backup does.
    fn back_up(&self) {
        copy(&self.chain(), &self.copy());
    }

    /// Brings the copy back; the keys stay as they are.
    fn restore(&self) {
        fs::remove_dir_all(self.chain()).unwrap();
        copy(&self.copy(), &self.chain());
    }

    fn remembered(&self) -> Value {
        serde_json::from_slice(&fs::read(self.memory()).unwrap()).unwrap()
    }

    fn remember(&self, memory: &Value) {
        fs::write(self.memory(), memory.to_string()).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// A key file as CometBFT writes it.
fn key_json(seed: u8) -> Value {
    let key = SigningKey::from_bytes(&[seed; 32]);
    let public = key.verifying_key().to_bytes();
    json!({
        "address": Validator::new(public).unwrap().address().to_string(),
        "pub_key": { "type": "tendermint/PubKeyEd25519", "value": STANDARD.encode(public) },
        "priv_key": {
            "type": "tendermint/PrivKeyEd25519",
            "value": STANDARD.encode(key.to_keypair_bytes()),
        },
    })
}

pub fn write_key(path: &Path, seed: u8) {
    fs::write(path, key_json(seed).to_string()).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
}

/// Makes blocks with a transfer each.
fn blocks(node: &mut Node, count: u64) {
    for _ in 0..count {
        let sequence = node.account(&account(0).address).unwrap().unwrap().sequence;
        node.broadcast(account(0).send(sequence, &account(1), 1))
            .unwrap();
        next_block(node);
    }
}

fn refusal<T>(result: Result<T, NodeError>) -> SignError {
    match result {
        Err(NodeError::Sign(reason)) => reason,
        Err(other) => panic!("refused for another reason: {other}"),
        Ok(_) => panic!("not refused"),
    }
}

#[test]
fn chain_with_a_key_of_its_own_goes_on_under_it() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 2);
    drop(node);
    let mut node = place.open().unwrap();
    blocks(&mut node, 1);
    assert_eq!(node.height(), 3);
    let record = node.block(3).unwrap().unwrap();
    assert_eq!(record.header.proposer_address, node.validator().address());
    assert_eq!(place.remembered()["height"], "3");
    assert!(!node.validator().is_development());
    drop(node);
    // Reading needs no key.
    let node = Node::open_read_only(vm(), &place.chain()).unwrap();
    assert_eq!(node.height(), 3);
}

#[test]
fn chain_is_not_opened_with_another_key() {
    let place = Place::new();
    drop(place.create());
    let error = Node::open(vm(), &place.chain()).map(|_| ()).unwrap_err();
    assert!(matches!(error, NodeError::OtherKey { .. }), "{error}");
    assert!(!error.is_fault());
    let other = Signer::in_memory(&[7; 32]).unwrap();
    let error = Node::open_signed(vm(), &place.chain(), other)
        .map(|_| ())
        .unwrap_err();
    assert!(
        error.to_string().contains("give the chain's key"),
        "{error}"
    );
}

/// The memory has CometBFT's fields, and the content of the block.
#[test]
fn memory_is_a_file_beside_the_key_that_only_its_owner_reads() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 1);
    let memory = place.remembered();
    assert_eq!(
        (&memory["height"], &memory["round"], &memory["step"]),
        (&json!("1"), &json!(0), &json!(3))
    );
    let record = node.block(1).unwrap().unwrap();
    assert_eq!(
        memory["block"]["txs"][0],
        json!(STANDARD.encode(&record.txs[0]))
    );
    assert_eq!(
        memory["block"]["time"],
        json!(node.time_nanos().to_string())
    );
    let mode = fs::metadata(place.memory()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn restored_directory_signs_no_second_block_of_a_height() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 3);
    drop(node);
    place.back_up();
    let mut node = place.open().unwrap();
    blocks(&mut node, 2);
    drop(node);
    place.restore();
    let mut node = place.open().unwrap();
    assert_eq!(node.height(), 3, "it is open for queries");
    node.broadcast(account(0).send(3, &account(2), 9)).unwrap();
    let reason = refusal(node.make_block(node.time_nanos() + SECOND));
    assert!(
        matches!(reason, SignError::Behind { height: 4, last: 5 }),
        "{reason}"
    );
    assert!(reason.to_string().contains("bring the later one back"));
    assert_eq!((node.height(), node.waiting()), (3, 1));
    assert_eq!(place.remembered()["height"], "5");
}

/// A process that ends between the signature and the store's commit leaves exactly this behind.
#[test]
fn block_that_was_signed_and_lost_is_made_again_and_no_other() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 3);
    drop(node);
    place.back_up();
    let mut node = place.open().unwrap();
    blocks(&mut node, 1);
    let lost = node.block(4).unwrap();
    drop(node);
    place.restore();
    let mut node = place.open().unwrap();
    assert_eq!((node.height(), node.block(4).unwrap()), (4, lost));
    blocks(&mut node, 1);
    assert_eq!(node.height(), 5);
}

#[test]
fn other_content_at_a_signed_height_is_refused_and_the_same_is_not() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 1);
    drop(node);
    place.back_up();
    let mut node = place.open().unwrap();
    blocks(&mut node, 1);
    let record = node.block(2).unwrap().unwrap();
    let time = node.time_nanos();
    drop(node);
    place.restore();
    // As CometBFT's file has it: without the block's content.
    let mut memory = place.remembered();
    memory.as_object_mut().unwrap().remove("block");
    place.remember(&memory);
    let mut node = place.open().unwrap();
    assert_eq!(node.height(), 1);
    for (txs, time) in [(vec![], time), (record.txs.clone(), time + 1)] {
        let reason = refusal(node.apply(&txs, time));
        assert!(
            matches!(reason, SignError::Conflict { height: 2 }),
            "{reason}"
        );
    }
    assert_eq!(node.height(), 1);
    assert_eq!(node.apply(&record.txs, time).unwrap().record, record);
}

#[test]
fn memory_that_is_lost_or_old_is_made_from_the_chain() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 2);
    drop(node);
    place.back_up();
    let old = place.remembered();
    let mut node = place.open().unwrap();
    blocks(&mut node, 2);
    drop(node);
    for older in [Some(&old), None] {
        match older {
            Some(memory) => place.remember(memory),
            None => fs::remove_file(place.memory()).unwrap(),
        }
        drop(place.open().unwrap());
        assert_eq!(place.remembered()["height"], "4");
    }
    place.restore();
    let reason = refusal(place.open().unwrap().make_block(u64::MAX / 2));
    assert!(
        matches!(reason, SignError::Behind { height: 3, last: 4 }),
        "{reason}"
    );
}

/// The key signed this height elsewhere.
#[test]
fn memory_of_another_block_at_the_last_height_is_refused() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 2);
    drop(node);
    let mut memory = place.remembered();
    memory["signbytes"] = json!("00");
    place.remember(&memory);
    let reason = refusal(place.open());
    assert!(
        matches!(reason, SignError::Conflict { height: 2 }),
        "{reason}"
    );
}

#[test]
fn key_that_has_signed_does_not_begin_another_chain() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 1);
    drop(node);
    let other = place.dir.path().join("other");
    let result = Node::create_signed(vm(), &other, &genesis(), place.signer());
    let reason = refusal(result);
    assert!(matches!(reason, SignError::Behind { last: 1, .. }));
    assert!(!other.exists(), "nothing was written");
}

#[test]
fn one_key_signs_for_one_node_at_a_time() {
    let place = Place::new();
    let node = place.create();
    let error = Signer::open(&place.key()).unwrap_err();
    assert!(matches!(error, SignError::InUse { .. }), "{error}");
    drop(node);
    Signer::open(&place.key()).unwrap();
}

/// A signature that cannot be remembered is not used: there is no block, and nothing is lost.
#[test]
fn block_is_not_made_if_its_signature_cannot_be_remembered() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 1);
    let in_the_way = place.memory().with_extension("json.new");
    fs::create_dir(&in_the_way).unwrap();
    node.broadcast(account(0).send(1, &account(1), 1)).unwrap();
    let reason = refusal(node.make_block(node.time_nanos() + SECOND));
    assert!(matches!(reason, SignError::Io { .. }), "{reason}");
    assert_eq!((node.height(), node.waiting()), (1, 1));
    fs::remove_dir(&in_the_way).unwrap();
    assert_eq!(next_block(&mut node).record.txs.len(), 1);
}

#[test]
fn key_file_that_others_may_read_is_refused() {
    let place = Place::new();
    for mode in [0o644, 0o640, 0o602] {
        fs::set_permissions(place.key(), fs::Permissions::from_mode(mode)).unwrap();
        let error = Signer::open(&place.key()).unwrap_err();
        assert!(matches!(error, SignError::Permissions { .. }), "{error}");
        assert!(error.to_string().contains("chmod 600"));
    }
}

/// Whoever writes there could have the key sign a height twice.
#[test]
fn memory_that_others_may_write_is_refused() {
    let place = Place::new();
    let mut node = place.create();
    blocks(&mut node, 1);
    drop(node);
    fs::set_permissions(place.memory(), fs::Permissions::from_mode(0o620)).unwrap();
    let error = Signer::open(&place.key()).unwrap_err();
    assert!(matches!(error, SignError::Memory { .. }), "{error}");
    assert!(error.to_string().contains("mode 620"), "{error}");
    fs::set_permissions(place.memory(), fs::Permissions::from_mode(0o644)).unwrap();
    place.open().unwrap();
}

/// Read by tendermint's own code, and never written over.
#[test]
fn new_key_file_is_one_of_cometbft_and_its_owner_s() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("validator_key.json");
    let signer = Signer::create(&path, &[9; 32]).unwrap();
    let written: Value = serde_json::from_slice(&fs::read(&path).unwrap()).unwrap();
    assert_eq!(written, key_json(9));
    let key: tendermint::PrivateKey = serde_json::from_value(written["priv_key"].clone()).unwrap();
    assert_eq!(key.public_key().to_bytes(), signer.validator().key());
    let mode = fs::metadata(&path).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    drop(signer);
    let error = Signer::create(&path, &[10; 32]).unwrap_err();
    assert!(matches!(error, SignError::Io { .. }), "{error}");
    let signer = Signer::open(&path).unwrap();
    assert_eq!(signer.validator().key(), key.public_key().to_bytes()[..]);
}

#[test]
fn key_file_that_is_none_is_refused_without_showing_it() {
    let place = Place::new();
    let good = key_json(42);
    let secret = good["priv_key"]["value"].as_str().unwrap().to_owned();
    let mut other_public = good.clone();
    other_public["pub_key"] = key_json(43)["pub_key"].clone();
    let mut other_address = good.clone();
    other_address["address"] = key_json(43)["address"].clone();
    let mut other_type = good.clone();
    other_type["priv_key"]["type"] = json!("tendermint/PrivKeySecp256k1");
    let mut short = good.clone();
    short["priv_key"]["value"] = json!(&secret[..40]);
    let texts = [
        other_public.to_string(),
        other_address.to_string(),
        other_type.to_string(),
        short.to_string(),
        format!("[\"{secret}\"]"),
        String::new(),
    ];
    for text in texts {
        fs::write(place.key(), &text).unwrap();
        let error = Signer::open(&place.key()).unwrap_err();
        assert!(matches!(error, SignError::Key { .. }), "{error}");
        let said = format!("{error} {error:?}");
        assert!(!said.contains(&secret[..20]), "{said}");
    }
    assert_eq!(
        format!("{:?}", Signer::in_memory(&[42; 32]).unwrap()).len(),
        "Signer()".len() + 40
    );
}

#[test]
fn memory_that_is_not_readable_is_refused() {
    let place = Place::new();
    for text in [
        "",
        "{}",
        "{\"height\":\"x\",\"round\":0,\"step\":3}",
        "{\"height\":\"1\",\"round\":0,\"step\":3,\"block\":{\"time\":\"1\",\"txs\":[\"*\"]}}",
    ] {
        fs::write(place.memory(), text).unwrap();
        let error = Signer::open(&place.key()).unwrap_err();
        assert!(matches!(error, SignError::Memory { .. }), "{text}: {error}");
    }
    // What CometBFT writes at first.
    fs::write(place.memory(), "{\"height\":\"0\",\"round\":0,\"step\":0}").unwrap();
    let mut node = place.create();
    blocks(&mut node, 1);
}

/// A CometBFT node that went to another round has signed more than this program knows of.
#[test]
fn height_in_a_later_round_is_refused() {
    let place = Place::new();
    let node = place.create();
    drop(node);
    place.remember(&json!({"height": "1", "round": 1, "step": 1}));
    let mut node = place.open().unwrap();
    let reason = refusal(node.make_block(node.time_nanos() + 1));
    assert!(matches!(reason, SignError::Behind { .. }), "{reason}");
}

#[test]
fn genesis_record_names_the_key_and_has_one_encoding() {
    let public = SigningKey::from_bytes(&[42; 32]).verifying_key().to_bytes();
    let origin = Origin::of(genesis(), Validator::new(public).unwrap());
    let record = origin.encode().unwrap();
    assert_eq!(Origin::decode(&record).unwrap(), origin);
    let text = String::from_utf8(record.clone()).unwrap();
    let end = format!(
        "],\"validator\":{{\"type\":\"tendermint/PubKeyEd25519\",\"value\":\"{}\"}},\"headers\":2}}",
        STANDARD.encode(public)
    );
    assert!(text.ends_with(&end), "{text}");
    let development = STANDARD.encode(commons_node::DEVELOPMENT_KEY);
    for other in [
        text.replace("PubKeyEd25519", "PubKeySecp256k1"),
        text.replace(&STANDARD.encode(public), "AAAA"),
        text.replace(&STANDARD.encode(public), &development),
        text.replace(",\"validator\"", ", \"validator\""),
        text.replace("\"headers\":2}", "\"headers\":2,\"more\":1}"),
        text.replace("\"headers\":2", "\"headers\":3"),
        text.replace("\"headers\":2", "\"more\":2"),
    ] {
        assert!(
            matches!(
                Origin::decode(other.as_bytes()),
                Err(NodeError::GenesisRecord(_))
            ),
            "{other}"
        );
    }
}
