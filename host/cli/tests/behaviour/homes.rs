//! Homes: what they show, and what is said of those that are missing, in use or damaged.

use std::fs;

use crate::support::{Home, TRUST, run};

#[test]
fn a_home_that_is_not_there_ends_with_four() {
    let dir = tempfile::tempdir().unwrap();
    let nowhere = dir.path().join("none");
    let nowhere = nowhere.to_str().unwrap();
    for command in [
        &["status"][..],
        &["trust", "list"],
        &["trust", "show"],
        &["replay"],
    ] {
        run(command.iter().chain(&["--home", nowhere])).refused(4, &["no ledger"]);
        let document = run(command.iter().chain(&["--home", nowhere, "--json"]))
            .expect(4)
            .json();
        assert_eq!(document["schema"], "commons/error/1");
        assert_eq!(document["error"]["exit"], 4);
    }
    assert!(!dir.path().join("none").exists(), "asking makes nothing");
}

#[test]
fn status_lists_both_trusts() {
    let home = Home::new();
    let document = home.run(&["status", "--json"]).expect(0).json();
    assert_eq!(document["schema"], "commons/status/1");
    assert_eq!(document["root"].as_str().unwrap().len(), 64);
    assert_eq!(document["trusts"].as_array().unwrap().len(), 2);
    let shown = home.run(&["status"]).expect(0);
    assert!(
        shown.out.contains(TRUST) && shown.out.contains("living since"),
        "{}",
        shown.out
    );
}

#[test]
fn a_home_in_use_and_a_damaged_one_end_with_four() {
    let home = Home::new();
    let vm = commons_node::Vm::new(commons_node::VmConfig::default()).unwrap();
    let open = commons_node::Node::open(vm, home.path()).unwrap();
    home.run(&["status"]).refused(4, &["in use"]);
    drop(open);
    home.run(&["status"]).expect(0);
    fs::write(
        home.path().join("home.json"),
        "{\"schema\":\"commons/home/9\"}",
    )
    .unwrap();
    home.run(&["trust", "list"]).refused(4, &["home.json"]);
    fs::remove_file(home.path().join("home.json")).unwrap();
    home.run(&["trust", "list"]).refused(4, &["home.json"]);
    home.run(&["status"]).expect(0);
    let ledger = home.path().join("ledger.redb");
    let bytes = fs::read(&ledger).unwrap();
    fs::write(&ledger, &bytes[..bytes.len() / 3]).unwrap();
    home.run(&["status"]).expect(4);
}

#[test]
fn a_trust_is_found_by_any_spelling_and_any_address() {
    let home = Home::new();
    home.run(&["trust", "show"]).refused(2, &["which trust"]);
    home.run(&["trust", "show", "no such trust"])
        .refused(1, &["there is no trust"]);
    home.run(&["trust", "show", "\u{1b}[31m"])
        .refused(1, &["there is no trust"]);
    let shown = home
        .run(&["trust", "show", "alaska AS IT spends", "--json"])
        .expect(0)
        .json();
    assert_eq!(shown["trust"]["name"], TRUST);
    assert_eq!(shown["identity"]["holds"], true);
    let roll = shown["trust"]["contracts"][0]["address"].as_str().unwrap();
    assert_eq!(
        home.run(&["trust", "show", roll, "--json"])
            .expect(0)
            .json()["trust"],
        shown["trust"]
    );
    let text = home.run(&["trust", "show", TRUST]).expect(0).out;
    assert!(
        text.contains("identity: B + X = (F - L) + I + P + D + O + G"),
        "{text}"
    );
    assert!(
        text.contains("last closed period") && text.contains("last dividend"),
        "{text}"
    );
}

#[test]
fn a_trust_is_founded_from_a_charter_once() {
    let home = Home::new();
    let example = include_str!("../../charters/as-alaska-spends.toml");
    let path = home.path().join("mine.toml");
    fs::write(
        &path,
        example.replace("Alaska as it spends", "Village Green"),
    )
    .unwrap();
    let path = path.to_str().unwrap();
    let before = home.run(&["status", "--json"]).json()["height"]
        .as_u64()
        .unwrap();
    let document = home
        .run(&["trust", "found", path, "--json"])
        .expect(0)
        .json();
    assert_eq!(document["height"].as_u64(), Some(before + 1));
    assert_eq!(document["trust"]["name"], "Village Green");
    home.run(&["trust", "found", path])
        .refused(1, &["refused in block", "has this name"]);
    let list = home.run(&["trust", "list", "--json"]).expect(0).json();
    assert_eq!(list["trusts"].as_array().unwrap().len(), 3);
    assert_eq!(
        list["trusts"][2]["status"],
        serde_json::json!({"founding": {}})
    );
    let file = fs::read_to_string(home.path().join("home.json")).unwrap();
    assert!(file.contains("Village Green"));
    home.run(&["trust", "show", "Village Green"]).expect(0);
    home.run(&["trust", "found", path, "--time", "1970-01-01T00:00:00Z"])
        .refused(1, &["time"]);
    home.run(&["trust", "found", path, "--time", "soon"])
        .refused(2, &["RFC 3339"]);
}

#[test]
fn a_replay_agrees_and_a_log_that_is_none_does_not() {
    let home = Home::new();
    let document = home.run(&["replay", "--json"]).expect(0).json();
    assert_eq!(document["equal"], true);
    assert_eq!(document["root"], document["logged_root"]);
    assert_eq!(
        document["root"],
        home.run(&["status", "--json"]).json()["root"]
    );
    assert_eq!(document["trusts"].as_array().unwrap().len(), 2);
    assert_eq!(document["unread"], serde_json::json!([]));
    let log = home.path().join("blocks.log");
    let log = log.to_str().unwrap();
    let bare = run(["replay", "--log", log, "--json"]).expect(0).json();
    assert_eq!(
        bare["trusts"], document["trusts"],
        "the registry is known by its code"
    );
    let path = home.path().join("none.log");
    fs::write(&path, "no log").unwrap();
    run(["replay", "--log", path.to_str().unwrap()]).refused(3, &["not a block log"]);
}

#[test]
fn trusts_of_a_registry_that_nobody_named_are_listed_and_not_read() {
    let home = Home::new();
    let registry: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(home.path().join("home.json")).unwrap()).unwrap();
    let registry = registry["registry"].as_str().unwrap();
    let log = home.path().join("blocks.log");
    let log = log.to_str().unwrap();
    let other = ["replay", "--log", log, "--registry", "commons1other"];
    let shown = run(other).expect(0);
    assert!(
        shown.out.contains("Not read") && shown.out.contains(registry),
        "{}",
        shown.out
    );
    let document = run(other.iter().chain(&["--json"])).expect(0).json();
    assert_eq!(document["trusts"], serde_json::json!([]));
    assert_eq!(document["unread"].as_array().unwrap().len(), 2);
    assert_eq!(document["unread"][0]["registry"], registry);
    let named = [&other[..3], &["--registry", "commons1other"]].concat();
    let named = run(named.iter().chain(&["--registry", registry, "--json"]));
    assert_eq!(
        named.expect(0).json()["trusts"].as_array().unwrap().len(),
        2
    );
}

#[test]
fn a_falsified_log_ends_with_one_and_names_the_block() {
    let home = Home::new();
    for log in ["blocks-one-byte-flipped.log", "blocks-resealed.log"] {
        let path = home.path().join(log);
        let found = run(["replay", "--log", path.to_str().unwrap()]).expect(1);
        let said = format!("{}{}", found.out, found.err);
        assert!(
            said.contains("block ") && said.contains("transaction "),
            "{log}: {said}"
        );
    }
}
