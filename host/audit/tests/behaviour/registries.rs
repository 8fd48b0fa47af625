//! Whose trusts are read: any contract can execute a message that looks like a founding.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use commons_audit::replay::{Options, Registries, TrustReadings, read_trusts, run};
use commons_client::tx::Message;
use commons_common::trust::InstantiateMsg;
use commons_node::Node;
use cosmwasm_std::{Binary, to_json_vec};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::chain_log::{Chain, address, genesis, vm};
use crate::history::{charter, money, trust_message};

/// A contract that answers every call by beginning what it calls a trust: its own code, which begins nothing more.
fn liar(first_message: &InstantiateMsg) -> Vec<u8> {
    let trust = Binary::from(to_json_vec(first_message).unwrap());
    let begin = json!({ "wasm": { "instantiate": {
        "admin": null, "code_id": 1, "msg": trust, "funds": [], "label": "a trust"
    }}});
    let message =
        json!({ "id": 0, "msg": begin, "gas_limit": null, "reply_on": "never", "payload": "" });
    let answer = |messages: serde_json::Value| {
        json!({ "ok": { "messages": messages, "attributes": [], "events": [], "data": null } })
            .to_string()
    };
    let (quiet, found) = (answer(json!([])), answer(json!([message])));
    let bytes = |text: &[u8]| {
        text.iter().fold(String::new(), |mut out, byte| {
            write!(out, "\\{byte:02x}").unwrap();
            out
        })
    };
    let region = |at: usize, length: usize| {
        let words = [at, length, length].map(|word| u32::try_from(word).unwrap().to_le_bytes());
        bytes(&words.concat())
    };
    let wat = format!(
        r#"(module
  (memory (export "memory") 3)
  (global $free (mut i32) (i32.const 131072))
  (data (i32.const 16) "{}")
  (data (i32.const 32) "{}")
  (data (i32.const 64) "{}")
  (data (i32.const 1024) "{}")
  (func (export "interface_version_8"))
  (func (export "allocate") (param i32) (result i32) (local i32)
    (local.set 1 (global.get $free))
    (global.set $free (i32.add (global.get $free) (i32.add (local.get 0) (i32.const 12))))
    (i32.store (local.get 1) (i32.add (local.get 1) (i32.const 12)))
    (i32.store offset=4 (local.get 1) (local.get 0))
    (i32.store offset=8 (local.get 1) (i32.const 0))
    (local.get 1))
  (func (export "deallocate") (param i32))
  (func (export "instantiate") (param i32 i32 i32) (result i32) (i32.const 16))
  (func (export "execute") (param i32 i32 i32) (result i32) (i32.const 32)))"#,
        region(64, quiet.len()),
        region(1024, found.len()),
        bytes(quiet.as_bytes()),
        bytes(found.as_bytes()),
    );
    wat::parse_str(wat).unwrap()
}

/// A chain on which nobody but a liar founds anything.
fn lied_to() -> (Chain, [u8; 32]) {
    let charter = charter(money());
    let mut first = trust_message(money());
    first.charter_hash = charter.hash().unwrap();
    let wasm = liar(&first);
    let checksum = Sha256::digest(&wasm).into();
    let mut chain = Chain::begin(Node::in_memory(vm(), &genesis()).unwrap());
    let store = chain.signed("ada", Message::StoreCode { wasm }, 0);
    assert_eq!(chain.block(&[store]), [0]);
    let begin = Message::Instantiate {
        code_id: 1,
        label: "a registry".to_owned(),
        msg: b"{}".to_vec(),
        funds: Vec::new(),
        admin: None,
    };
    let begin = chain.signed("ada", begin, 0);
    assert_eq!(chain.block(&[begin]), [0]);
    let found = json!({ "found": { "charter": charter } });
    let found = Message::Execute {
        contract: chain.contract(),
        msg: serde_json::to_vec(&found).unwrap(),
        funds: Vec::new(),
    };
    let found = chain.signed("ada", found, 0);
    assert_eq!(chain.block(&[found]), [0]);
    (chain, checksum)
}

fn readings(chain: &Chain, registries: &Registries) -> TrustReadings {
    let report = run(chain.log().as_slice(), Options::default(), &mut |_| {}).unwrap();
    assert!(report.is_equal(), "{:?}", report.difference);
    read_trusts(&report, registries).unwrap()
}

#[test]
fn what_a_lying_registry_founds_is_listed_and_not_read() {
    let (chain, _) = lied_to();
    for registries in [
        Registries::Named(BTreeSet::from([address("honest")])),
        Registries::Running(BTreeSet::from([[7; 32]])),
    ] {
        let found = readings(&chain, &registries);
        assert!(found.read.is_empty());
        assert_eq!(found.unread.len(), 1);
        assert_eq!(found.unread[0].name, "The Well");
        assert_eq!(found.unread[0].registry, chain.contract());
    }
}

#[test]
fn whoever_names_a_lying_registry_is_told_of_the_lie() {
    let (chain, checksum) = lied_to();
    for registries in [
        Registries::Named(BTreeSet::from([chain.contract()])),
        Registries::Running(BTreeSet::from([checksum])),
    ] {
        let found = readings(&chain, &registries);
        assert!(found.unread.is_empty());
        let difference = found.read[0].difference.as_ref().unwrap().to_string();
        assert!(
            difference.contains("the contract does not answer"),
            "{difference}"
        );
    }
}
