//! `commons network`: the local one without asking, real ones by their file, and what is said of those that cannot be used.

use serde_json::{Value, json};

use crate::support::{Run, commons};

fn run(dir: &std::path::Path, arguments: &[&str]) -> Run {
    Run::of(
        commons()
            .args(arguments)
            .env("COMMONS_CONFIG", dir)
            .output()
            .unwrap(),
    )
}

fn file(dir: &std::path::Path, change: impl Fn(&mut Value)) -> String {
    let mut file = json!({
        "chain_name": "somechain", "chain_id": "some-1", "bech32_prefix": "some", "slip44": 118,
        "fees": {"fee_tokens": [{"denom": "usome", "average_gas_price": 0.025}]},
        "apis": {"rpc": [{"address": "https://rpc.some.example"}]}
    });
    change(&mut file);
    let path = dir.join("chain.json");
    std::fs::write(&path, file.to_string()).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_local_network_is_there_without_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let shown = run(dir.path(), &["network", "show", "--json"])
        .expect(0)
        .json();
    assert_eq!(shown["name"], "local");
    assert_eq!(shown["rpc"][0], "http://127.0.0.1:26657");
    assert!(shown["chain_id"].as_str().unwrap().ends_with("-dev"));
    let list = run(dir.path(), &["network", "list"]).expect(0).out;
    assert!(list.starts_with("local "), "{list}");
    // U2: also where no variable names a folder.
    let bare = commons().args(["network", "list"]).output().unwrap();
    assert_eq!(Run::of(bare).expect(0).out, list);
}

#[test]
fn a_chain_json_is_used_as_a_file_and_kept_under_a_name() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), |_| {});
    let shown = run(dir.path(), &["network", "show", &path, "--json"])
        .expect(0)
        .json();
    assert_eq!(
        (&shown["chain_id"], &shown["gas_price"]),
        (&json!("some-1"), &json!("0.025usome"))
    );
    run(dir.path(), &["network", "show", "somechain"]).refused(3, &["network add"]);
    run(dir.path(), &["network", "add", &path]).expect(0);
    run(dir.path(), &["network", "add", &path]).refused(3, &["another name"]);
    run(dir.path(), &["network", "add", &path, "--name", "mine"]).expect(0);
    let list = run(dir.path(), &["network", "list", "--json"])
        .expect(0)
        .json();
    let names: Vec<&Value> = list["networks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|n| &n["name"])
        .collect();
    assert_eq!(
        names,
        [&json!("local"), &json!("mine"), &json!("somechain")]
    );
    let by_name = run(dir.path(), &["network", "show", "mine", "--json"])
        .expect(0)
        .json();
    assert_eq!(by_name["chain_id"], "some-1");
    run(dir.path(), &["network", "show", "a b"]).refused(2, &["not a name"]);
}

#[test]
fn a_chain_with_keys_of_ethereum_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), |file| file["slip44"] = json!(60));
    run(dir.path(), &["network", "show", &path]).refused(3, &["Ethereum", "slip44 is 60"]);
    let path = file(dir.path(), |file| {
        file["key_algos"] = json!(["ethsecp256k1"]);
    });
    run(dir.path(), &["key", "list", "--network", &path]).refused(3, &["Ethereum"]);
}

#[test]
fn a_node_that_is_not_there_is_a_six_with_what_to_do() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), |file| {
        file["apis"]["rpc"][0]["address"] = json!("http://127.0.0.1:1");
    });
    let ask = ["query", "account", "some1x", "--network", &path];
    run(dir.path(), &ask).refused(6, &["127.0.0.1:1", "--network"]);
    let document = run(dir.path(), &[&ask[..], &["--json"]].concat())
        .expect(6)
        .json();
    assert_eq!(document["error"]["exit"], 6);
}

/// U1: a file of a stranger.
#[test]
fn escapes_in_a_chain_json_are_inert() {
    let dir = tempfile::tempdir().unwrap();
    let path = file(dir.path(), |file| {
        file["chain_id"] = json!("\u{1b}]0;t\u{7}some-1\nfrom    trusted");
        file["apis"]["rpc"][0]["address"] = json!("https://x/\u{1b}[31m");
    });
    let shown = run(dir.path(), &["network", "show", &path]).expect(0).out;
    assert!(
        !shown.contains('\u{1b}') && !shown.contains('\u{7}'),
        "{shown:?}"
    );
    assert_eq!(shown.lines().count(), 7, "{shown}");
    for text in ["", "{", "[]"] {
        std::fs::write(&path, text).unwrap();
        run(dir.path(), &["network", "show", &path]).refused(3, &["chain.json"]);
    }
}
