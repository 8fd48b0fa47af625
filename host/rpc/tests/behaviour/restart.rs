//! A chain in a directory over several lives of the node, and its index.

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
