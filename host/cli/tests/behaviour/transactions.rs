//! Contracts and transactions over a network: deploy, execute, query, and a transaction from hand to hand.

use serde_json::{Value, json};

use crate::served::{ADDRESS, CHAIN, Served};
use crate::support::Run;

#[test]
fn a_contract_is_deployed_called_and_asked() {
    let served = Served::new();
    let contract = served.deploy();
    let call = [
        "execute",
        &contract,
        "{\"go\":{}}",
        "--from",
        "anna",
        "--memo",
        "hello",
    ];
    let called = served.on_chain(&call).expect(0);
    assert!(
        called.out.contains("carried out") && called.out.contains("said"),
        "{}",
        called.out
    );
    assert!(
        called.err.contains("times 1.3"),
        "the margin is said: {}",
        called.err
    );
    let asked = served
        .on_chain(&["query", "contract", &contract, "{}", "--json"])
        .expect(0)
        .json();
    assert_eq!(asked["answer"], json!({"said": "\u{1b}[31m"}));
    assert_eq!(asked["proven"], false);
    let info = served
        .on_chain(&["query", "info", &contract, "--json"])
        .expect(0)
        .json();
    assert_eq!(
        (&info["label"], &info["creator"], &info["admin"]),
        (&json!("speaker"), &json!(ADDRESS), &json!(""))
    );
    let raw = served
        .on_chain(&["query", "raw", &contract, "0x6b", "--json"])
        .expect(0)
        .json();
    assert_eq!(
        (&raw["value"], &raw["proven"]),
        (&json!(hex::encode("v\u{1b}[31m")), &json!(false))
    );
    let account = served
        .on_chain(&["query", "account", "anna", "--json"])
        .expect(0)
        .json();
    assert_eq!(
        (&account["address"], &account["sequence"]),
        (&json!(ADDRESS), &json!("3"))
    );
    let left: u128 = account["balances"][0]["amount"]
        .as_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!(
        left < 1_000_000_000,
        "fees were paid at the network's price"
    );
}

/// U1.
#[test]
fn what_a_contract_says_is_inert_in_every_command() {
    let served = Served::new();
    let contract = served.deploy();
    let sent = served
        .on_chain(&["execute", &contract, "{}", "--from", "anna", "--json"])
        .expect(0);
    let hash = sent.json()["hash"].as_str().unwrap().to_owned();
    let value = &sent.json()["events"];
    assert!(
        value.to_string().contains("\\u001b[31m"),
        "the document keeps the value"
    );
    for command in [
        &["execute", &contract, "{}", "--from", "anna"][..],
        &["execute", &contract, "{}", "--from", "anna", "--json"],
        &["query", "contract", &contract, "{}"],
        &["query", "contract", &contract, "{}", "--json"],
        &["query", "raw", &contract, "k"],
        &["query", "raw", &contract, "k", "--json"],
        &["query", "tx", &hash],
        &["query", "tx", &hash, "--json"],
        &["query", "info", &contract],
    ] {
        let shown = served.on_chain(command).expect(0);
        for stream in [&shown.out, &shown.err] {
            assert!(
                !stream.contains('\u{1b}') && !stream.contains('\u{7}'),
                "{command:?}: {stream:?}"
            );
        }
    }
    let hostile = "\u{1b}]0;title\u{7}";
    for command in [
        &["query", "info", hostile][..],
        &["query", "account", hostile],
        &["query", "tx", hostile],
        &["execute", hostile, "{}", "--from", "anna"],
        &["execute", &contract, hostile, "--from", "anna"],
    ] {
        let shown = served.on_chain(command);
        assert_ne!(shown.code, 0);
        assert!(
            !shown.err.contains('\u{1b}') && !shown.err.contains('\u{7}'),
            "{:?}",
            shown.err
        );
    }
}

#[test]
fn a_transaction_goes_from_hand_to_hand() {
    let served = Served::new();
    let contract = served.deploy();
    let messages = served.write(
        "messages.json",
        &json!([
            {"execute": {"contract": contract, "msg": {"go": {"amount": "5"}}}},
            {"send": {"to": ADDRESS, "amount": [{"denom": "uusd", "amount": "7"}]}}
        ])
        .to_string(),
    );
    let (made, signed) = (served.path("my.tx"), served.path("my.signed"));
    served
        .on_chain(&["tx", "new", &messages, "--from", "anna", "--out", &made])
        .expect(0);
    served
        .on_chain(&["tx", "send", &made])
        .refused(1, &["not signed"]);
    let shown = served
        .run(&["tx", "sign", &made, "--key", "anna", "--out", &signed])
        .expect(0);
    for word in [
        CHAIN,
        ADDRESS,
        &contract,
        "{\"go\":{\"amount\":\"5\"}}",
        "7 uusd",
    ] {
        assert!(shown.err.contains(word), "no {word} in {}", shown.err);
    }
    let decoded = served
        .run(&["tx", "decode", &signed, "--json"])
        .expect(0)
        .json();
    let state = decoded["state"].as_str().unwrap();
    let hash = state.rsplit(' ').next().unwrap().to_owned();
    let sent = served
        .on_chain(&["tx", "send", &signed, "--json"])
        .expect(0)
        .json();
    assert_eq!((&sent["hash"], &sent["code"]), (&json!(hash), &json!(0)));
    assert_eq!(sent["answers"].as_array().unwrap().len(), 2);
    let again = served.on_chain(&["tx", "send", &signed]);
    again.refused(1, &["sequence", "asks for the sequence anew"]);
    served
        .on_chain(&["tx", "new", &messages, "--from", "anna", "--out", &made])
        .refused(3, &["never replaced"]);
    let found = served
        .on_chain(&["query", "tx", &hash.to_lowercase(), "--json"])
        .expect(0)
        .json();
    assert_eq!(found["height"], sent["height"]);
}

/// U6: the text is decoded from the very bytes that are signed, which are the ones that are sent.
#[test]
fn what_is_shown_at_signing_is_what_the_file_says_and_nothing_beside_it() {
    let served = Served::new();
    let offline = |messages: Value, out: &str| {
        let messages = served.write("messages.json", &messages.to_string());
        let new = [
            "tx",
            "new",
            &messages,
            "--from",
            "anna",
            "--account-number",
            "0",
            "--sequence",
            "0",
            "--gas",
            "200000",
            "--out",
            out,
        ];
        served.on_chain(&new)
    };
    let (one, two) = (served.path("one.tx"), served.path("two.tx"));
    let send = |amount: &str| json!([{"send": {"to": ADDRESS, "amount": [{"denom": "uusd", "amount": amount}]}}]);
    offline(send("11"), &one).expect(0);
    offline(send("99"), &two).expect(0);
    let read = |path: &str| -> Value {
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
    };
    // Somebody puts other bytes into a file: what is shown follows the bytes.
    let mut swapped = read(&one);
    swapped["sign_bytes"] = read(&two)["sign_bytes"].clone();
    let path = served.write("swapped.tx", &swapped.to_string());
    let shown = served
        .run(&[
            "tx",
            "sign",
            &path,
            "--key",
            "anna",
            "--out",
            &served.path("out"),
        ])
        .expect(0);
    assert!(
        shown.err.contains("99 uusd") && !shown.err.contains("11 uusd"),
        "{}",
        shown.err
    );
    // A text beside the bytes has no place in a file.
    let mut annotated = read(&one);
    annotated["shown"] = json!("a harmless transaction");
    let path = served.write("annotated.tx", &annotated.to_string());
    served
        .run(&["tx", "decode", &path])
        .refused(3, &["unknown field"]);
    // A signature over other bytes is not sent.
    let mut moved = read(&served.path("out"));
    moved["sign_bytes"] = read(&one)["sign_bytes"].clone();
    let path = served.write("moved.tx", &moved.to_string());
    served
        .on_chain(&["tx", "send", &path])
        .refused(3, &["signature"]);
    offline(
        json!([{"execute": {"contract": "x", "msg": {"n": 1.5}}}]),
        &served.path("float"),
    )
    .refused(3, &["1.5"]);
    offline(json!([]), &served.path("none")).refused(3, &["empty"]);
    offline(json!([{"vote": {}}]), &served.path("vote")).refused(3, &["vote"]);
}

#[test]
fn a_transaction_is_sent_to_its_own_chain_only() {
    let served = Served::new();
    let messages = json!([{"send": {"to": ADDRESS, "amount": [{"denom": "uusd", "amount": "1"}]}}]);
    let messages = served.write("messages.json", &messages.to_string());
    let other = served.write("other.json", &served.file("other-1").to_string());
    let made = served.path("my.tx");
    let new = [
        "tx",
        "new",
        &messages,
        "--from",
        "anna",
        "--network",
        &other,
        "--out",
        &made,
    ];
    // The node says which chain it is of before anything is made for another.
    served.run(&new).refused(6, &["served-1", "other-1"]);
    let offline = [
        "--account-number",
        "0",
        "--sequence",
        "0",
        "--gas",
        "100000",
    ];
    served.run(&[&new[..], &offline].concat()).expect(0);
    let signed = served.path("my.signed");
    served
        .run(&["tx", "sign", &made, "--key", "anna", "--out", &signed])
        .expect(0);
    served
        .on_chain(&["tx", "send", &signed])
        .refused(1, &["another chain", "other-1"]);
    served.run(&["key", "new", "bert"]).expect(0);
    served
        .run(&[
            "tx",
            "sign",
            &made,
            "--key",
            "bert",
            "--out",
            &served.path("x"),
        ])
        .refused(1, &["not for key bert"]);
}

#[test]
fn refusals_say_what_and_what_next_and_cost_nothing() {
    let served = Served::new();
    let nobody = "commons1w508d6qejxtdg4y5r3zarvary0c5xw7knvalju";
    let send =
        |arguments: &[&str]| -> Run { served.on_chain(&[arguments, &["--from", "anna"]].concat()) };
    send(&["execute", nobody, "{}"]).refused(1, &["would fail", "nothing was sent"]);
    send(&["execute", nobody, "{}", "--gas", "300000"]).refused(1, &["failed in block"]);
    send(&["execute", nobody, "{"]).refused(2, &["not JSON"]);
    send(&["execute", nobody, "@/nowhere"]).refused(3, &["/nowhere"]);
    send(&["execute", nobody, "{}", "--funds", "5"]).refused(2, &["denomination"]);
    send(&["execute", nobody, "{}", "--gas-price", "cheap"]).refused(2, &["0.025uosmo"]);
    send(&[
        "execute",
        nobody,
        "{}",
        "--gas",
        "300000",
        "--fee",
        "5000000000uusd",
    ])
    .refused(1, &["coins sent to the account"]);
    let wasm = served.write("no.wasm", "not wasm");
    send(&["deploy", &wasm, "--label", "x", "--msg", "{}"]).refused(3, &["not wasm"]);
    send(&["deploy", "--code", "77", "--label", "x", "--msg", "{}"]).refused(1, &["no such code"]);
    send(&["deploy", &wasm]).expect(2);
    served
        .on_chain(&["execute", nobody, "{}", "--from", "zoe"])
        .refused(3, &["no key", "key new"]);
    served.run(&["key", "new", "bert"]).expect(0);
    served
        .on_chain(&["execute", nobody, "{}", "--from", "bert"])
        .refused(1, &["does not exist"]);
    served
        .on_chain(&["query", "tx", &"AB".repeat(32)])
        .refused(1, &["no block"]);
    served
        .on_chain(&["query", "raw", nobody, "0xzz"])
        .refused(2, &["hex"]);
    for trust in ["5", "x:y", "0:ab", "5:abcd"] {
        let prove = ["query", "raw", nobody, "k", "--prove", "--trust", trust];
        served.on_chain(&prove).refused(2, &["names no header"]);
    }
    served
        .on_chain(&["query", "raw", nobody, "k", "--prove"])
        .expect(2);
}
