//! Transactions that are in no block yet: their check, waiting for them, and what waits.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_rpc::BlockTime;
use serde_json::json;

use crate::support::{Served, config, send};

#[test]
fn a_check_says_the_gas_of_the_checks_and_keeps_nothing() {
    let served = Served::instant();
    let tx = STANDARD.encode(served.signed("anna", &[send("bert", 1)], 0));
    for _ in 0..2 {
        let checked = served.good("check_tx", json!({ "tx": tx }));
        assert_eq!(
            (&checked["code"], &checked["data"]),
            (&json!(0), &json!(""))
        );
        let used: u64 = checked["gas_used"].as_str().unwrap().parse().unwrap();
        assert!((20_000..60_000).contains(&used), "{used}");
        assert_eq!(checked["gas_wanted"], "1000000");
    }
    let ahead = STANDARD.encode(served.signed("anna", &[send("bert", 1)], 1));
    let refused = served.good("check_tx", json!({ "tx": ahead }));
    assert_eq!(
        (&refused["code"], &refused["data"]),
        (&json!(32), &json!(null))
    );
    assert_eq!(served.height(), 1);
}

#[test]
fn who_waits_for_the_block_hears_what_became_of_the_transaction() {
    for pace in [
        BlockTime::Instant,
        BlockTime::Interval(Duration::from_millis(50)),
    ] {
        let served = Served::with(config("served-dev", pace));
        let tx = served.signed("anna", &[send("bert", 1)], 0);
        let done = served.good("broadcast_tx_commit", json!({ "tx": STANDARD.encode(&tx) }));
        assert_eq!(
            (&done["check_tx"]["code"], &done["tx_result"]["code"]),
            (&json!(0), &json!(0))
        );
        let hash = done["hash"].as_str().unwrap();
        let query = format!("tx.hash='{hash}'");
        let found = served.good("tx_search", json!({ "query": query }));
        assert_eq!(found["txs"][0]["height"], done["height"]);
        assert_eq!(found["txs"][0]["tx_result"], done["tx_result"]);
        let refused = served.good("broadcast_tx_commit", json!({ "tx": "AAEC" }));
        assert_eq!(refused["height"], "0");
        assert_eq!(refused["check_tx"]["code"], 2);
        assert_eq!(refused["tx_result"]["gas_used"], "0");
    }
}

#[test]
fn what_waits_is_listed_until_it_is_in_a_block() {
    let served = Served::with(config("served-dev", BlockTime::Manual));
    let txs: Vec<String> = (0..3)
        .map(|ahead| STANDARD.encode(served.signed("anna", &[send("bert", 1)], ahead)))
        .collect();
    for tx in &txs {
        let sent = served.good("broadcast_tx_sync", json!({ "tx": tx }));
        assert_eq!(sent["code"], 0, "{sent}");
    }
    let bytes: usize = txs
        .iter()
        .map(|tx| STANDARD.decode(tx).unwrap().len())
        .sum();
    let two = served.good("unconfirmed_txs", json!({ "limit": "2" }));
    assert_eq!(
        two,
        json!({ "n_txs": "2", "total": "3", "total_bytes": bytes.to_string(), "txs": txs[..2] })
    );
    let number = served.good("num_unconfirmed_txs", json!({}));
    assert_eq!(
        number,
        json!({ "n_txs": "3", "total": "3", "total_bytes": bytes.to_string(), "txs": null })
    );
    served.good("dev_make_block", json!({}));
    assert_eq!(served.good("unconfirmed_txs", json!({}))["txs"], json!([]));
}

#[test]
fn blocks_are_searched_by_their_heights_the_last_first() {
    let served = Served::instant();
    for _ in 0..4 {
        served.submit("anna", &[send("bert", 1)]);
    }
    let heights = |params| {
        let found = served.good("block_search", params);
        let blocks = found["blocks"].as_array().unwrap().clone();
        let heights: Vec<String> = blocks
            .iter()
            .map(|block| {
                block["block"]["header"]["height"]
                    .as_str()
                    .unwrap()
                    .to_owned()
            })
            .collect();
        (heights.join(" "), found["total_count"].clone())
    };
    assert_eq!(
        heights(json!({ "query": "block.height>=2" })),
        ("5 4 3 2".to_owned(), json!("4"))
    );
    assert_eq!(
        heights(
            json!({ "query": "block.height<5", "order_by": "asc", "per_page": "3", "page": "2" })
        ),
        ("4".to_owned(), json!("4"))
    );
    assert_eq!(
        heights(json!({ "query": "block.height>1 AND transfer.amount='1ustake'" })),
        (String::new(), json!("0"))
    );
    assert!(served.call("block_search", json!({ "query": "" })).is_err());
}

#[test]
fn the_genesis_comes_in_pieces_and_the_state_of_consensus_is_that_of_no_round() {
    let served = Served::instant();
    let piece = served.good("genesis_chunked", json!({}));
    assert_eq!(
        (&piece["chunk"], &piece["total"]),
        (&json!("0"), &json!("1"))
    );
    let text = STANDARD.decode(piece["data"].as_str().unwrap()).unwrap();
    let genesis: serde_json::Value = serde_json::from_slice(&text).unwrap();
    assert_eq!(genesis, served.good("genesis", json!({}))["genesis"]);
    assert!(
        served
            .call("genesis_chunked", json!({ "chunk": "1" }))
            .is_err()
    );
    let state = served.good("consensus_state", json!({}))["round_state"].clone();
    assert_eq!(state["height/round/step"], "2/0/1");
    let status = served.good("status", json!({}));
    assert_eq!(
        state["proposer"]["address"],
        status["validator_info"]["address"]
    );
}
