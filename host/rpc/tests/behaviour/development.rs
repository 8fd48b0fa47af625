//! What a chain for development does.

use commons_rpc::BlockTime;
use serde_json::json;

use crate::support::{Served, address, attribute, config, send};

fn time(served: &Served) -> time::OffsetDateTime {
    let status = served.good("status", json!({}));
    let text = status["sync_info"]["latest_block_time"].as_str().unwrap();
    time::OffsetDateTime::parse(text, &time::format_description::well_known::Rfc3339).unwrap()
}

#[test]
fn time_passes_when_it_is_told_to_and_never_goes_back() {
    let served = Served::instant();
    let before = time(&served);
    served.good("dev_pass", json!({ "seconds": "31536000" }));
    assert!(time(&served) - before >= time::Duration::days(365));
    served.good("dev_reach", json!({ "time": "2100-01-01T00:00:00Z" }));
    assert_eq!(time(&served).year(), 2100);
    served.submit("anna", &[send("bert", 1)]);
    assert_eq!(time(&served).year(), 2100);
    let back = served.call("dev_reach", json!({ "time": "2099-01-01T00:00:00Z" }));
    assert!(
        back.unwrap_err()["data"]
            .as_str()
            .unwrap()
            .contains("only rises")
    );
    for params in [
        json!({}),
        json!({ "seconds": 0 }),
        json!({ "seconds": "-5" }),
        json!({ "seconds": i64::MAX }),
    ] {
        assert_eq!(served.call("dev_pass", params).unwrap_err()["code"], -32602);
    }
}

#[test]
fn going_back_brings_the_state_the_search_and_the_hashes_of_then() {
    let served = Served::instant();
    served.submit("anna", &[send("bert", 1)]);
    let then = served.good("status", json!({}))["sync_info"].clone();
    let made = served.good("dev_snapshot", json!({}));
    let late = served.submit("anna", &[send("bert", 2)]);
    served.good("dev_revert", json!({ "snapshot": made["snapshot"] }));
    assert_eq!(served.good("status", json!({}))["sync_info"], then);
    assert_eq!(served.account("anna").1, 1);
    let query =
        |query: &str| served.good("tx_search", json!({ "query": query }))["total_count"].clone();
    assert_eq!(
        query(&format!("tx.hash='{}'", late["hash"].as_str().unwrap())),
        "0"
    );
    assert_eq!(query("transfer.amount='2ustake'"), "0");
    assert_eq!(query("tx.height>=1"), "1");
    // The same again, as if it had never been.
    let again = served.submit("anna", &[send("bert", 2)]);
    assert_eq!(
        (&again["hash"], &again["height"]),
        (&late["hash"], &late["height"])
    );
    assert!(served.call("dev_revert", json!({ "snapshot": 9 })).is_err());
}

#[test]
fn the_faucet_gives_by_a_transaction_like_any_other() {
    let served = Served::instant();
    let gift = served.good(
        "dev_faucet",
        json!({ "address": address("nobody"), "amount": "77ucosm" }),
    );
    let query = format!("tx.hash='{}'", gift["hash"].as_str().unwrap());
    let found = served.good("tx_search", json!({ "query": query }));
    assert_eq!(
        attribute(&found["txs"][0], "coin_received", "amount"),
        "77ucosm"
    );
    assert_eq!(served.account("nobody"), (3, 0));
    for (address, amount) in [
        ("wasm1", "1ucosm"),
        (address("anna").as_str(), "5nothing"),
        (address("anna").as_str(), "ucosm"),
    ] {
        assert!(
            served
                .call(
                    "dev_faucet",
                    json!({ "address": address, "amount": amount })
                )
                .is_err()
        );
    }
}

#[test]
fn blocks_by_hand_hold_what_came_meanwhile() {
    use base64::Engine as _;
    let served = Served::with(config("manual-dev", BlockTime::Manual));
    for ahead in 0..3 {
        let tx = served.signed("anna", &[send("bert", 1)], ahead);
        let tx = base64::engine::general_purpose::STANDARD.encode(tx);
        assert_eq!(
            served.good("broadcast_tx_sync", json!({ "tx": tx }))["code"],
            0
        );
    }
    assert_eq!(served.good("num_unconfirmed_txs", json!({}))["total"], "3");
    assert_eq!(served.height(), 1);
    assert_eq!(
        served.good("dev_make_block", json!({}))["transactions"],
        "3"
    );
    let block = served.good("block", json!({}));
    assert_eq!(block["block"]["data"]["txs"].as_array().unwrap().len(), 3);
}
