//! The port of REST, asked what a real wasmd was asked (`tests/data/wasmd/rest.json`): the same status, the same fields of the same kinds, and
//! the same errors, but for what is listed.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_client::tx::Message;
use commons_rpc::BlockTime;
use cosmwasm_std::Coin;
use serde_json::{Value, json};

use crate::support::{Served, address, config, execute, instantiate, raw, send};

/// What we answer otherwise: name of the question, and where in the answer.
const KNOWN: [(&str, &str); 9] = [
    // The modules that a program was built from are not told.
    ("node info", "application_version.build_deps"),
    // Where in its sources wasmd found the fault, and the gas until then; the words of its readers of JSON and protobuf.
    ("simulate", "message"),
    ("simulate garbage", "message"),
    ("simulate no JSON", "message"),
    // The contracts of the two chains say other things.
    ("smart error", "message"),
    ("tx that executes", "tx.body.messages.msg.attributes"),
    ("tx that executes", "tx.body.messages.msg.ok"),
    (
        "tx that executes",
        "tx_response.tx.body.messages.msg.attributes",
    ),
    ("tx that executes", "tx_response.tx.body.messages.msg.ok"),
];

fn ask(served: &Served, method: &str, path: &str, body: &str) -> (u16, Value) {
    let head = format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    );
    let (status, answer) = raw(served.handle.rest().unwrap(), head.as_bytes());
    let answer = serde_json::from_str(&answer).unwrap_or_else(|error| panic!("{error}: {answer}"));
    (status, answer)
}

/// A chain on which the same has happened, and what its things are called instead.
fn chain() -> (Served, Vec<(String, String)>, String) {
    let served = Served::with(config("trust-local-1", BlockTime::Instant));
    let tx = served.signed("anna", &[send("nobody yet", 5)], 0);
    let sent = served.good("broadcast_tx_sync", json!({ "tx": STANDARD.encode(&tx) }));
    let contract = instantiate(&served);
    let answer = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;
    let Message::Execute { contract, msg, .. } = execute(&contract, answer) else {
        unreachable!()
    };
    let funds = vec![Coin::new(3u128, "ustake")];
    let executed = served.submit(
        "anna",
        &[Message::Execute {
            contract: contract.clone(),
            msg,
            funds,
        }],
    );
    // The last block is to be an empty one: a proof wants it.
    let key = json!({ "path": "/store/wasm/key", "data": "046c617374436f64654964", "prove": true });
    served.good("abci_query", key);
    let in_block = |height: &str| {
        let found = served.good(
            "tx_search",
            json!({ "query": format!("tx.height={height}") }),
        );
        found["txs"][0]["hash"].as_str().unwrap().to_owned()
    };
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let names = vec![
        ("dev".to_owned(), address("anna")),
        ("other".to_owned(), address("nobody yet")),
        ("contract".to_owned(), contract),
        ("sent".to_owned(), text(&sent["hash"])),
        ("stored".to_owned(), in_block("3")),
        ("made".to_owned(), in_block("4")),
        ("executed".to_owned(), text(&executed["hash"])),
    ];
    (served, names, STANDARD.encode(tx))
}

/// Where two answers have other fields, other kinds of values, or other texts of errors.
fn differ(theirs: &Value, ours: &Value, at: &str, found: &mut BTreeSet<String>) {
    match (theirs, ours) {
        (Value::Object(left), Value::Object(right)) => {
            let names: BTreeSet<&String> = left.keys().chain(right.keys()).collect();
            for name in names {
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
        (Value::Array(left), Value::Array(right)) => {
            if left.is_empty() != right.is_empty() {
                found.insert(at.to_owned());
            }
            if let (Some(left), Some(right)) = (left.first(), right.first()) {
                differ(left, right, at, found);
            }
        }
        (Value::String(left), Value::String(right)) if at == "message" && left != right => {
            found.insert(at.to_owned());
        }
        (Value::Number(left), Value::Number(right)) if at == "code" && left != right => {
            found.insert(at.to_owned());
        }
        (left, right) if std::mem::discriminant(left) != std::mem::discriminant(right) => {
            found.insert(at.to_owned());
        }
        _ => {}
    }
}

#[test]
fn wallets_get_what_a_real_chain_gives_them_but_for_what_is_listed() {
    let text = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../tests/data/wasmd/rest.json"
    ))
    .unwrap();
    let recorded: Value = serde_json::from_str(&text).unwrap();
    let (served, names, tx) = chain();
    let theirs = recorded["answers"].as_array().unwrap();
    assert!(theirs.len() > 50);
    let mut found = BTreeSet::new();
    let mut report = String::new();
    for one in theirs {
        let name = one["name"].as_str().unwrap();
        let translated = |value: &Value| {
            let mut text = if let Value::String(text) = value {
                text.clone()
            } else {
                value.to_string()
            };
            for (name, ours) in &names {
                text = text.replace(recorded["names"][name].as_str().unwrap(), ours);
            }
            text
        };
        // The height of the first transaction.
        let height = format!("/blocks/{}", recorded["names"]["height"].as_str().unwrap());
        let path = translated(&one["path"]).replace(&height, "/blocks/2");
        let echo = STANDARD.encode(r#"{"echo":"hello"}"#).replace('=', "%3D");
        let ok = STANDARD
            .encode(r#"{"ok":"ImhlbGxvIg=="}"#)
            .replace('=', "%3D");
        let path = path.replace(&echo, &ok);
        let fail = STANDARD.encode(r#"{"fail":"no"}"#).replace('=', "%3D");
        let error = STANDARD.encode(r#"{"error":"no"}"#).replace('=', "%3D");
        let path = path.replace(&fail, &error);
        let mut body = one["body"].as_str().unwrap().to_owned();
        if body.len() > 200 {
            let mut fields: Value = serde_json::from_str(&body).unwrap();
            fields["tx_bytes"] = json!(tx);
            body = fields.to_string();
        }
        let (status, ours) = ask(&served, one["method"].as_str().unwrap(), &path, &body);
        let theirs: Value = serde_json::from_str(&translated(&one["answer"])).unwrap();
        let mut places = BTreeSet::new();
        differ(&theirs, &ours, "", &mut places);
        if one["status"] != json!(status) {
            places.insert(format!("status {status}"));
        }
        for place in places {
            let cut = |value: &Value| value.to_string().chars().take(300).collect::<String>();
            report.push_str(&format!(
                "{name}: {place}\n  theirs {}\n  ours   {}\n",
                cut(&theirs),
                cut(&ours)
            ));
            found.insert((name.to_owned(), place));
        }
    }
    let known: BTreeSet<(String, String)> = KNOWN
        .iter()
        .map(|(name, place)| ((*name).to_owned(), (*place).to_owned()))
        .collect();
    assert_eq!(found, known, "\n{report}");
}

#[test]
fn a_transaction_is_simulated_and_sent_by_rest() {
    let served = Served::instant();
    let tx = STANDARD.encode(served.signed("anna", &[send("bert", 5)], 0));
    let body = json!({ "tx_bytes": tx, "mode": "BROADCAST_MODE_SYNC" }).to_string();
    let (status, simulated) = ask(&served, "POST", "/cosmos/tx/v1beta1/simulate", &body);
    assert_eq!(status, 200, "{simulated}");
    let gas: u64 = simulated["gas_info"]["gas_used"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(gas > 20_000, "{simulated}");
    let response = &simulated["result"]["msg_responses"][0];
    assert_eq!(
        response,
        &json!({ "@type": "/cosmos.bank.v1beta1.MsgSendResponse" })
    );
    let (status, sent) = ask(&served, "POST", "/cosmos/tx/v1beta1/txs", &body);
    assert_eq!(
        (status, &sent["tx_response"]["code"]),
        (200, &json!(0)),
        "{sent}"
    );
    let hash = sent["tx_response"]["txhash"].as_str().unwrap();
    let (_, found) = ask(
        &served,
        "GET",
        &format!("/cosmos/tx/v1beta1/txs/{hash}"),
        "",
    );
    let message = &found["tx"]["body"]["messages"][0];
    assert_eq!(message["to_address"], address("bert"));
    assert_eq!(found["tx_response"]["tx"]["body"], found["tx"]["body"]);
    assert_eq!(found["tx_response"]["height"], "2");
}

#[test]
fn balances_are_those_of_the_height_that_is_named() {
    let served = Served::instant();
    served.submit("anna", &[send("bert", 5)]);
    let path = format!(
        "/cosmos/bank/v1beta1/balances/{}/by_denom?denom=ustake",
        address("bert")
    );
    let at = |height: &str| {
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost\r\nx-cosmos-block-height: {height}\r\nConnection: close\r\n\r\n"
        );
        let (status, answer) = raw(served.handle.rest().unwrap(), head.as_bytes());
        (status, serde_json::from_str::<Value>(&answer).unwrap())
    };
    assert_eq!(at("1").1["balance"]["amount"], "1000000000");
    assert_eq!(at("2").1["balance"]["amount"], "1000000005");
    let (status, refused) = at("3");
    assert_eq!((status, &refused["code"]), (500, &json!(2)));
    assert_eq!(at("x").0, 400);
}

#[test]
fn nonsense_by_rest_is_answered_with_an_error_and_harms_nothing() {
    let served = Served::instant();
    let long = "9".repeat(60_000);
    for (method, path, body) in [
        ("POST", "/cosmos/tx/v1beta1/txs", "[1,2]"),
        ("POST", "/cosmos/tx/v1beta1/txs", "{\"tx_bytes\":7}"),
        ("POST", "/cosmos/tx/v1beta1/txs", "{\"tx_bytes\":\"#\"}"),
        (
            "POST",
            "/cosmos/tx/v1beta1/simulate",
            "{\"tx\":{\"body\":{}}}",
        ),
        (
            "POST",
            "/cosmos/tx/v1beta1/simulate",
            "{\"tx_bytes\":\"\\u0000\"}",
        ),
        ("GET", "/cosmos/bank/v1beta1/supply?pagination.key=%FF", ""),
        (
            "GET",
            "/cosmwasm/wasm/v1/code/99999999999999999999/contracts",
            "",
        ),
        ("GET", "/%00/%FF//", ""),
        ("DELETE", "/cosmos/bank/v1beta1/supply", ""),
        ("GET", &format!("/cosmos/auth/v1beta1/accounts/{long}"), ""),
    ] {
        let (status, answer) = ask(&served, method, path, body);
        assert!((400..=501).contains(&status), "{method} {status} {answer}");
        assert!(answer["message"].is_string(), "{answer}");
    }
    let head = "POST /cosmos/tx/v1beta1/txs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2000000\r\nConnection: close\r\n\r\n";
    let (status, _) = raw(
        served.handle.rest().unwrap(),
        &[head.as_bytes(), &vec![b' '; 2_000_000]].concat(),
    );
    assert!(matches!(status, 400 | 0), "{status}");
    let page = "GET /cosmos/bank/v1beta1/params HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.org\r\nConnection: close\r\n\r\n";
    assert_eq!(raw(served.handle.rest().unwrap(), page.as_bytes()).0, 403);
    served.submit("anna", &[send("bert", 1)]);
}
