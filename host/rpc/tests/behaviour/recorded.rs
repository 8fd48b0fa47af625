//! Our node is asked what a real wasmd was asked (`tests/data/wasmd/rpc.json` and `queries.json`) on a chain with the same transactions, and answers
//! the same, but for what `tests/data/wasmd/known-rpc.txt` lists: one line a difference, no line without one.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use commons_ledger::{ChainParams, Coin, Genesis, GenesisAccount};
use commons_rpc::{BlockTime, accounts};
use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::support::{Served, config, raw};

/// Transactions before the questions.
const SETUP: usize = 5;
/// The height that the questions are about.
const HEIGHT: u64 = 13;

fn data(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/data/wasmd");
    folder.join(name)
}

fn read(name: &str) -> Value {
    let bytes = std::fs::read(data(name)).unwrap();
    if name.ends_with(".gz") {
        return serde_json::from_reader(GzDecoder::new(bytes.as_slice())).unwrap();
    }
    serde_json::from_slice(&bytes).unwrap()
}

/// The genesis of the recorded chains, so far as ours has words for it.
fn genesis(recording: &Value) -> Genesis {
    let mut owners: Vec<GenesisAccount> = recording["accounts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|account| GenesisAccount {
            address: account[1].as_str().unwrap().to_owned(),
            balance: account[2].as_str().unwrap().split(',').map(coin).collect(),
        })
        .collect();
    let everybody = accounts::addresses(&accounts::development_mnemonic(), "wasm", 1).unwrap();
    owners.push(GenesisAccount {
        address: everybody[0].clone(),
        balance: vec![coin("1000000000000ustake")],
    });
    Genesis {
        chain_id: "trust-local-1".to_owned(),
        time: 1_700_000_000_000_000_000,
        address_prefix: "wasm".to_owned(),
        accounts: owners,
        params: ChainParams {
            max_gas: None,
            bond_denom: "ustake".to_owned(),
            ..ChainParams::default()
        },
    }
}

fn coin(text: &str) -> Coin {
    let split = text.find(|digit: char| !digit.is_ascii_digit()).unwrap();
    Coin::new(text[..split].parse().unwrap(), &text[split..])
}

/// A chain on which the same was done.
fn chain(rpc: &Value) -> Served {
    let recording = read("trees.json.gz");
    let mut config = config("trust-local-1", BlockTime::Instant);
    config.genesis = Some(genesis(&recording));
    let served = Served::with(config);
    let steps = recording["steps"].as_array().unwrap();
    let call = rpc["answers"].as_array().unwrap().iter();
    let call = call.filter(|one| one["name"] == "tx by hash");
    let call = call.map(|one| &one["answer"]["result"]["tx"]);
    let setup = steps.iter().take(SETUP).map(|step| &step["tx"]);
    for (number, tx) in setup.chain(call).enumerate() {
        if number == SETUP {
            reach(&served, HEIGHT - 1);
        }
        let sent = served.good("broadcast_tx_sync", json!({ "tx": tx }));
        assert_eq!(sent["code"], 0, "{sent}");
    }
    assert_eq!(served.height(), HEIGHT);
    // An empty block at the end, as there.
    reach(&served, HEIGHT + 1);
    served
}

/// Makes empty blocks up to a height: proofs at the last height want them.
fn reach(served: &Served, height: u64) {
    for last in served.height()..height {
        let key = json!({
            "path": "/store/wasm/key",
            "data": "046c617374436f64654964",
            "prove": true,
            "height": last.to_string(),
        });
        served.good("abci_query", key);
    }
    assert_eq!(served.height(), height);
}

/// Ends of places whose values follow from when and by whom blocks are made, or how the state is hashed.
const OWN: [&str; 42] = [
    "address",
    "app_hash",
    "block_height",
    "block_id.hash",
    "block_size",
    "chunk",
    "earliest_app_hash",
    "earliest_block_hash",
    "earliest_block_time",
    "genesis_time",
    "height",
    "height/round/step",
    "last_block_app_hash",
    "last_block_height",
    "last_block_id.hash",
    "last_commit_hash",
    "last_height",
    "last_results_hash",
    "latest_app_hash",
    "latest_block_hash",
    "latest_block_height",
    "latest_block_time",
    "listen_addr",
    "moniker",
    "next_validators_hash",
    "node_info.id",
    "ops.data",
    "parts.hash",
    "power",
    "precommits_bit_array",
    "prevotes_bit_array",
    "proposer_address",
    "pub_key.value",
    "result.data",
    "rpc_address",
    "signature",
    "start_time",
    "time",
    "timestamp",
    "validator_address",
    "validators_hash",
    "voting_power",
];

/// Where two answers are not the same. Of what is each chain's own the kind is compared.
fn differ(theirs: &Value, ours: &Value, at: &str, found: &mut BTreeSet<String>) {
    let is_own = OWN
        .iter()
        .any(|own| at == *own || at.strip_suffix(own).is_some_and(|rest| rest.ends_with('.')));
    // The states that the two begin with have different forms.
    if at.ends_with(".app_state") {
        return;
    }
    match (theirs, ours) {
        (Value::Object(left), Value::Object(right)) => {
            for name in left.keys().chain(right.keys()).collect::<BTreeSet<_>>() {
                // Which version a chain gives its application is its own affair; 0 is left out.
                if name == "app" || name == "app_version" {
                    continue;
                }
                let place = if at.is_empty() {
                    name.clone()
                } else {
                    format!("{at}.{name}")
                };
                match (left.get(name), right.get(name)) {
                    (Some(left), Some(right)) => differ(left, right, &place, found),
                    _ => drop(found.insert(place)),
                }
            }
        }
        (Value::Array(left), Value::Array(right)) if left.len() == right.len() => {
            for (left, right) in left.iter().zip(right) {
                differ(left, right, at, found);
            }
        }
        (Value::String(_), Value::String(_)) if is_own => {}
        (left, right) if left == right => {}
        _ => drop(found.insert(at.to_owned())),
    }
}

/// The head and the body of a request as this chain is asked.
fn asked(served: &Served, one: &Value) -> (u16, Value) {
    let (head, body) = (one["head"].as_str().unwrap(), one["body"].as_str().unwrap());
    let request = format!(
        "{head} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let (status, answer) = raw(served.handle.rpc(), request.as_bytes());
    let answer = serde_json::from_str(&answer).unwrap_or(Value::String(answer));
    (status, answer)
}

/// Lines of differences, and a report for people.
#[derive(Default)]
struct Found {
    lines: BTreeSet<String>,
    report: String,
}

impl Found {
    fn note(&mut self, name: &str, theirs: &Value, ours: &Value, places: BTreeSet<String>) {
        let cut = |value: &Value| value.to_string().chars().take(400).collect::<String>();
        for place in places {
            self.lines.insert(format!("{name}: {place}"));
            self.report.push_str(&format!(
                "{name}: {place}\n  {}\n  {}\n",
                cut(theirs),
                cut(ours)
            ));
        }
    }
}

#[test]
fn our_node_answers_what_wasmd_answered_but_for_what_is_listed() {
    let rpc = read("rpc.json");
    let served = chain(&rpc);
    let mut found = Found::default();
    // First what reads alone: a transaction that is sent makes a block here.
    for one in rpc["answers"].as_array().unwrap() {
        let whole = one["body"].is_string() && one["answer"].get("begins").is_none();
        if !whole
            || one["name"]
                .as_str()
                .unwrap()
                .contains("GET /tx_search?query=tx.height=13")
        {
            continue;
        }
        let (status, ours) = asked(&served, one);
        let mut places = BTreeSet::new();
        differ(&one["answer"], &ours, "", &mut places);
        let there = one["status"].as_str().unwrap();
        if !there.contains(&format!(" {status} ")) {
            places.insert(format!("status {status}"));
        }
        found.note(one["name"].as_str().unwrap(), &one["answer"], &ours, places);
    }
    for one in read("queries.json")["answers"].as_array().unwrap() {
        if one["response"].get("begins").is_some() {
            continue;
        }
        let params = json!({ "path": one["path"], "data": one["request"] });
        let ours = served.good("abci_query", params)["response"].clone();
        let mut places = BTreeSet::new();
        differ(&one["response"], &ours, "", &mut places);
        let name = format!("query: {}", one["name"].as_str().unwrap());
        found.note(&name, &one["response"], &ours, places);
    }
    let known = std::fs::read_to_string(data("known-rpc.txt")).unwrap_or_default();
    if std::env::var_os("COMMONS_GOLDEN").is_some() {
        let reasons = known.lines().filter(|line| line.starts_with('#'));
        let lines = reasons.chain(found.lines.iter().map(String::as_str));
        let text: String = lines.flat_map(|line| [line, "\n"]).collect();
        std::fs::write(data("known-rpc.txt"), text).unwrap();
        println!("{}", found.report);
        return;
    }
    let known = known
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let known: BTreeSet<String> = known.map(str::to_owned).collect();
    let new: Vec<_> = found.lines.difference(&known).collect();
    let gone: Vec<_> = known.difference(&found.lines).collect();
    assert!(
        new.is_empty() && gone.is_empty(),
        "differs and is not in known-rpc.txt: {new:#?}\nin known-rpc.txt and no longer differs: {gone:#?}\n{}",
        found.report
    );
}
