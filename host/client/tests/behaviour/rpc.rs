//! The JSON-RPC client against nodes that answer well, badly, too much, too late or not at all.

use std::sync::atomic::{AtomicUsize, Ordering};

use commons_client::ClientError;
use commons_client::chain::RemoteChain;
use commons_client::network::Network;
use commons_client::rpc::{Rpc, RpcError};
use serde_json::{Value, json};

use crate::fake::{FakeNode, Reply, quick};

fn status(chain: &str, version: &str) -> Value {
    json!({
        "node_info": {"network": chain, "version": version, "other": {"tx_index": "on"}},
        "sync_info": {"latest_block_height": "42", "latest_block_time": "2026-01-02T03:04:05Z", "catching_up": false},
        "validator_info": {"voting_power": "10"}
    })
}

fn network(url: &str) -> Network {
    let file =
        json!({"chain_id": "fake-1", "bech32_prefix": "fake", "apis": {"rpc": [{"address": url}]}});
    Network::parse(&file.to_string()).unwrap()
}

#[test]
fn a_status_is_read_whatever_version_a_node_reports() {
    for version in ["0.38.21", "0.39.3", "0.37.2", "1.0.0", "", "nonsense"] {
        let node = FakeNode::new(move |_| Reply::Result(status("fake-1", version)));
        let chain = RemoteChain::connect(network(&node.url), quick()).unwrap();
        assert_eq!(chain.status().sync_info.latest_block_height, 42);
        assert_eq!(node.methods(), ["status"]);
    }
}

#[test]
fn a_node_of_another_chain_is_refused_before_anything_is_signed() {
    let node = FakeNode::new(|_| Reply::Result(status("other-1", "0.38.21")));
    let refused = RemoteChain::connect(network(&node.url), quick());
    assert!(matches!(refused, Err(ClientError::OtherChain { found, .. }) if found == "other-1"));
}

#[test]
fn a_question_carries_path_bytes_height_and_whether_to_prove() {
    let node = FakeNode::new(|_| {
        Reply::Result(json!({"response": {
            "code": 0, "log": "", "key": null, "value": "AAEC", "height": "7", "codespace": "",
            "proofOps": {"ops": [{"type": "ics23:iavl", "key": "AQ==", "data": "Ag=="}]}
        }}))
    });
    let answer = node
        .client()
        .abci_query("/store/wasm/key", &[3, 0xff], 7, true)
        .unwrap();
    assert_eq!(
        (answer.value.as_slice(), answer.height),
        (&[0, 1, 2][..], 7)
    );
    let op = &answer.proof.unwrap().ops[0];
    assert_eq!(
        (op.kind.as_str(), &op.key[..], &op.data[..]),
        ("ics23:iavl", &[1][..], &[2][..])
    );
    let asked = node.last();
    assert_eq!(asked["jsonrpc"], "2.0");
    assert_eq!(
        asked["params"],
        json!({"path": "/store/wasm/key", "data": "03ff", "height": "7", "prove": true})
    );
}

#[test]
fn a_transaction_is_found_with_its_events_and_data() {
    let hash = "AB".repeat(32);
    let found = json!({"txs": [{
        "hash": hash, "height": "9", "index": 2, "tx": "Cg==",
        "tx_result": {"code": 5, "codespace": "wasm", "log": "no", "data": null, "gas_wanted": "100", "gas_used": 90,
            "events": [{"type": "wasm", "attributes": [{"key": "a", "value": null, "index": true}]}, {"type": "x", "attributes": null}]}
    }], "total_count": "1"});
    let node = FakeNode::new(move |_| Reply::Result(found.clone()));
    let tx = node.client().find(&hash).unwrap().unwrap();
    assert_eq!((tx.height, tx.index, tx.tx_result.code), (9, 2, 5));
    assert_eq!((tx.tx_result.gas_wanted, tx.tx_result.gas_used), (100, 90));
    assert_eq!(tx.tx_result.events[0].attributes[0].value, "");
    assert!(tx.tx_result.events[1].attributes.is_empty());
    assert_eq!(node.last()["params"]["query"], format!("tx.hash='{hash}'"));
    assert_eq!(
        node.client().find(&"CD".repeat(32)).unwrap(),
        None,
        "another hash is not the one"
    );
}

#[test]
fn a_transaction_is_handed_over_once_and_a_question_three_times() {
    let node = FakeNode::new(|_| Reply::Close);
    let refused = node.client().broadcast(b"tx").unwrap_err();
    assert!(
        matches!(refused, RpcError::Unreachable { .. }),
        "{refused:?}"
    );
    assert_eq!(node.methods(), ["broadcast_tx_sync"]);
    node.client().status().unwrap_err();
    assert_eq!(node.methods().len(), 1 + 3);
}

#[test]
fn what_passes_is_tried_again_at_the_next_node() {
    let tries = AtomicUsize::new(0);
    let node = FakeNode::new(move |_| match tries.fetch_add(1, Ordering::SeqCst) {
        0 => Reply::Body(503, b"<html>busy</html>".to_vec()),
        _ => Reply::Result(status("fake-1", "")),
    });
    assert_eq!(node.client().status().unwrap().node_info.network, "fake-1");
    let dead = "http://127.0.0.1:1".to_owned();
    let both = Rpc::new(vec![dead, node.url.clone()], quick());
    assert_eq!(both.status().unwrap().node_info.network, "fake-1");
}

#[test]
fn a_refusal_of_the_node_is_told_in_its_words_and_not_repeated() {
    let node = FakeNode::new(|_| Reply::Error("transaction indexing is disabled"));
    let refused = node.client().find(&"AB".repeat(32)).unwrap_err();
    assert!(
        matches!(&refused, RpcError::Refused { why, .. } if why.contains("indexing is disabled")),
        "{refused:?}"
    );
    assert_eq!(node.methods().len(), 1);
}

#[test]
fn malformed_answers_are_errors_and_never_panics() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let id = r#"{"jsonrpc":"2.0","id":1"#;
    let cases: Vec<String> = [
        String::new(),
        "null".into(),
        "[]".into(),
        "{}".into(),
        "<html></html>".into(),
        deep,
        format!("{id}}}"),
        format!("{id},\"result\":null}}"),
        format!("{id},\"result\":[]}}"),
        format!("{id},\"result\":{{\"node_info\":{{}}}}}}"),
        r#"{"jsonrpc":"2.0","id":2,"result":{}}"#.into(),
        format!(
            "{id},\"result\":{}}}",
            status("x", "").to_string().replace("\"42\"", "\"-1\"")
        ),
        format!(
            "{id},\"result\":{}}}",
            status("x", "").to_string().replace("\"42\"", "1e30")
        ),
        format!(
            "{id},\"result\":{}}}",
            status("x", "")
                .to_string()
                .replace("\"42\"", "\"99999999999999999999\"")
        ),
    ]
    .into();
    for body in cases {
        let sent = body.clone();
        let node = FakeNode::new(move |_| Reply::Body(200, sent.clone().into_bytes()));
        let refused = node.client().status().unwrap_err();
        let shown: String = body.chars().take(80).collect();
        assert!(
            matches!(refused, RpcError::Malformed { .. }),
            "{shown}: {refused:?}"
        );
        assert_eq!(node.methods().len(), 1, "nothing is gained by asking again");
    }
    for raw in [
        &b"\x00\xff"[..],
        b"HTTP/1.1 2OO OK\r\n\r\n",
        b"SSH-2.0-x\r\n",
    ] {
        let node = FakeNode::new(move |_| Reply::Raw(raw.to_vec()));
        node.client().status().unwrap_err();
    }
    let not_base64 = FakeNode::new(|_| Reply::Result(json!({"response": {"value": "&&&&"}})));
    let refused = not_base64
        .client()
        .abci_query("/x", b"", 0, false)
        .unwrap_err();
    assert!(matches!(refused, RpcError::Malformed { .. }), "{refused:?}");
}

#[test]
fn too_much_too_late_and_elsewhere_are_each_said() {
    let large = FakeNode::new(|_| Reply::Body(200, vec![b' '; 64 * 1024 + 1]));
    let refused = large.client().status().unwrap_err();
    assert!(
        matches!(refused, RpcError::TooLarge { limit: 65_536, .. }),
        "{refused:?}"
    );
    let slow = FakeNode::new(|_| Reply::Stall);
    let refused = slow.client().broadcast(b"tx").unwrap_err();
    assert!(matches!(refused, RpcError::Slow { .. }), "{refused:?}");
    // A redirect is not followed: a signed transaction goes to the node that was named.
    let target = FakeNode::new(|_| Reply::Result(status("x", "")));
    let moved = format!(
        "HTTP/1.1 307 Moved\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
        target.url
    );
    let away = FakeNode::new(move |_| Reply::Raw(moved.clone().into_bytes()));
    away.client().status().unwrap_err();
    assert_eq!(target.methods(), [""; 0]);
    let nobody = Rpc::new(vec!["http://127.0.0.1:1".into()], quick());
    let refused = nobody.status().unwrap_err();
    assert!(
        matches!(refused, RpcError::Unreachable { .. }),
        "{refused:?}"
    );
    let secret = Rpc::new(vec!["http://user:secret@127.0.0.1:1/path".into()], quick());
    assert!(!secret.status().unwrap_err().to_string().contains("secret"));
}

#[test]
fn an_account_is_read_from_every_kind_that_holds_one() {
    use cosmos_sdk_proto::Any;
    use cosmos_sdk_proto::cosmos::auth::v1beta1::{
        BaseAccount, ModuleAccount, QueryAccountResponse,
    };
    use cosmos_sdk_proto::cosmos::vesting::v1beta1::{
        BaseVestingAccount, ContinuousVestingAccount,
    };
    use prost::{Message as _, Name as _};

    let base = BaseAccount {
        address: "fake1x".into(),
        pub_key: None,
        account_number: 7,
        sequence: 9,
    };
    let vesting = BaseVestingAccount {
        base_account: Some(base.clone()),
        end_time: 5,
        ..Default::default()
    };
    let continuous = ContinuousVestingAccount {
        base_vesting_account: Some(vesting.clone()),
        start_time: 1,
    };
    let module = ModuleAccount {
        base_account: Some(base.clone()),
        name: "m".into(),
        permissions: vec![],
    };
    let kinds = [
        (BaseAccount::type_url(), base.encode_to_vec()),
        (BaseVestingAccount::type_url(), vesting.encode_to_vec()),
        (
            ContinuousVestingAccount::type_url(),
            continuous.encode_to_vec(),
        ),
        (ModuleAccount::type_url(), module.encode_to_vec()),
    ];
    for (type_url, value) in kinds {
        let account = Any { type_url, value };
        let answer = QueryAccountResponse {
            account: Some(account),
        }
        .encode_to_vec();
        let found =
            asked(json!({"value": cosmwasm_std::Binary::from(answer), "height": "5"})).unwrap();
        assert_eq!((found.number, found.sequence), (7, 9));
    }
    let missing = json!({"code": 22, "codespace": "sdk", "log": "rpc error: code = NotFound desc = account x not found: key not found"});
    assert_eq!(asked(missing), None);
}

fn asked(response: Value) -> Option<commons_client::chain::Account> {
    let node = FakeNode::new(move |request| {
        Reply::Result(match request["method"].as_str() {
            Some("status") => status("fake-1", ""),
            _ => json!({"response": response}),
        })
    });
    let chain = RemoteChain::connect(network(&node.url), quick()).unwrap();
    chain.account("fake1x").unwrap()
}
