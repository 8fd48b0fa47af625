//! A chain in a directory over several lives of the node, and its index.

use commons_node::{Receipt, Signer};
use commons_rpc::{BlockTime, Place, ServeError, spawn};
use serde_json::{Value, json};

use crate::support::{Served, config, genesis, send};

fn at(dir: &std::path::Path) -> commons_rpc::Config {
    let mut config = config("kept-1", BlockTime::Instant);
    config.place = Place::Directory(dir.to_path_buf());
    config
}

/// Everything that a searcher sees.
fn seen(served: &Served) -> Vec<Value> {
    let all = served.good("tx_search", json!({ "query": "tx.height>=1" }));
    let some = served.good("tx_search", json!({ "query": "transfer.amount='2ustake'" }));
    vec![
        all,
        some,
        served.good("block_results", json!({ "height": "3" })),
    ]
}

#[test]
fn a_chain_and_its_index_outlive_the_node() {
    let dir = tempfile::tempdir().unwrap();
    let served = Served::with(at(dir.path()));
    for amount in 1..4 {
        served.submit("anna", &[send("bert", amount)]);
    }
    let (before, height) = (seen(&served), served.height());
    served.handle.stop().unwrap();

    let served = Served::with(at(dir.path()));
    assert_eq!((seen(&served), served.height()), (before.clone(), height));
    served.handle.stop().unwrap();

    // Gone, and not an index at all: both times it is made again from the blocks.
    let index = dir.path().join("index.redb");
    for damage in [None, Some("no index")] {
        std::fs::remove_file(&index).unwrap();
        if let Some(text) = damage {
            std::fs::write(&index, text).unwrap();
        }
        let served = Served::with(at(dir.path()));
        assert_eq!(seen(&served), before);
        served.handle.stop().unwrap();
    }
}

#[test]
fn an_index_that_is_behind_is_completed_and_one_of_another_chain_is_not_believed() {
    let dir = tempfile::tempdir().unwrap();
    let index = dir.path().join("index.redb");
    let served = Served::with(at(dir.path()));
    served.submit("anna", &[send("bert", 1)]);
    served.handle.stop().unwrap();
    let early = std::fs::read(&index).unwrap();
    let served = Served::with(at(dir.path()));
    served.submit("anna", &[send("bert", 2)]);
    served.submit("anna", &[send("bert", 3)]);
    let before = seen(&served);
    served.handle.stop().unwrap();
    std::fs::write(&index, &early).unwrap();
    let served = Served::with(at(dir.path()));
    assert_eq!(seen(&served), before);
    served.handle.stop().unwrap();

    let other = tempfile::tempdir().unwrap();
    std::fs::write(other.path().join("index.redb"), &early).unwrap();
    let mut config = at(other.path());
    config.genesis = Some(genesis("another-1"));
    let served = Served::with(config);
    assert_eq!(
        served.good("tx_search", json!({ "query": "tx.height>=1" }))["total_count"],
        "0"
    );
}

#[test]
fn a_chain_in_a_directory_that_went_back_stays_back_and_goes_on_as_if_nothing_had_been() {
    let dir = tempfile::tempdir().unwrap();
    let at = || {
        let mut config = config("kept-dev", BlockTime::Instant);
        config.place = Place::Directory(dir.path().to_path_buf());
        config
    };
    let served = Served::with(at());
    served.submit("anna", &[send("bert", 1)]);
    let found = |served: &Served| served.good("tx_search", json!({ "query": "tx.height>=1" }));
    let then = (found(&served), served.height());
    let late = [
        served.submit("anna", &[send("bert", 2)]),
        served.submit("anna", &[send("bert", 3)]),
    ];
    served.good("dev_revert", json!({ "height": then.1.to_string() }));
    served.handle.stop().unwrap();

    let served = Served::with(at());
    assert_eq!((found(&served), served.height()), then);
    for (amount, late) in [2, 3].into_iter().zip(&late) {
        let again = served.submit("anna", &[send("bert", amount)]);
        assert_eq!(
            (&again["hash"], &again["height"]),
            (&late["hash"], &late["height"])
        );
    }
    for params in [
        json!({ "height": "0" }),
        json!({ "height": "99" }),
        json!({}),
        json!({ "height": "1", "snapshot": "1" }),
    ] {
        assert!(served.call("dev_revert", params).is_err());
    }
    assert_eq!(served.account("anna").1, 3);
    served.handle.stop().unwrap();
}

#[test]
fn the_key_of_a_chain_is_asked_for_and_a_second_node_hears_of_the_first_and_not_of_its_key() {
    let dir = tempfile::tempdir().unwrap();
    let key = dir.path().join("priv_validator_key.json");
    drop(Signer::create(&key, &[3; 32]).unwrap());
    let chain = dir.path().join("chain");
    let keyed = || {
        let mut config = at(&chain);
        config.validator_key = Some(key.clone());
        config
    };
    let served = Served::with(keyed());
    served.submit("anna", &[send("bert", 1)]);
    let status = served.good("status", json!({}));
    let signer = served.handle.validator().address().to_string();
    assert_eq!(status["validator_info"]["address"], signer);
    let Err(ServeError::Node(error)) = spawn(keyed()) else {
        panic!("two nodes on one directory");
    };
    let holder = format!("process {}", std::process::id());
    assert!(error.to_string().contains(&holder), "{error}");
    served.handle.stop().unwrap();

    let Err(ServeError::Node(error)) = spawn(at(&chain)) else {
        panic!("a chain without its key");
    };
    assert!(
        error.to_string().contains("give the chain's key"),
        "{error}"
    );
    let served = Served::with(keyed());
    assert_eq!(served.height(), 2);
}

/// The receipt is there before the transaction is in a block and after it, also for the next process.
#[test]
fn what_is_accepted_gets_a_receipt_and_what_is_refused_gets_none() {
    use base64::Engine as _;
    let dir = tempfile::tempdir().unwrap();
    let manual = || {
        let mut config = config("promised-dev", BlockTime::Manual);
        config.place = Place::Directory(dir.path().to_path_buf());
        config
    };
    let served = Served::with(manual());
    let tx = served.signed("anna", &[send("bert", 1)], 0);
    let tx = json!({ "tx": base64::engine::general_purpose::STANDARD.encode(tx) });
    let sent = served.good("broadcast_tx_sync", tx);
    let ask = |served: &Served| served.call("receipt", json!({ "hash": sent["hash"] }));
    let given = ask(&served).unwrap();
    assert_eq!(
        (&given["hash"], &given["height"]),
        (&sent["hash"], &json!("1"))
    );
    let status = served.good("status", json!({}));
    assert_eq!(given["block"], status["sync_info"]["latest_block_hash"]);
    let receipt = Receipt::parse(given.to_string().as_bytes()).unwrap();
    receipt.verify(served.handle.validator()).unwrap();
    served.good("dev_make_block", json!({}));
    assert_eq!(ask(&served).unwrap(), given);
    served.handle.stop().unwrap();

    let served = Served::with(manual());
    assert_eq!(ask(&served).unwrap(), given);
    let wrong = served.signed("anna", &[send("bert", 1)], 7);
    let wrong = json!({ "tx": base64::engine::general_purpose::STANDARD.encode(wrong) });
    let refused = served.good("broadcast_tx_sync", wrong);
    assert_ne!(refused["code"], 0);
    for hash in [refused["hash"].clone(), json!("00"), json!("")] {
        assert!(served.call("receipt", json!({ "hash": hash })).is_err());
    }
}

#[test]
fn a_second_node_and_another_genesis_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let served = Served::with(at(dir.path()));
    let Err(ServeError::Node(error)) = spawn(at(dir.path())) else {
        panic!("two nodes on one directory");
    };
    let holder = format!("process {}", std::process::id());
    assert!(error.to_string().contains(&holder), "{error}");
    served.handle.stop().unwrap();
    let mut config = at(dir.path());
    config.genesis = Some(genesis("another-1"));
    assert!(
        matches!(spawn(config), Err(ServeError::OtherGenesis { found, .. }) if found == "kept-1")
    );
}
