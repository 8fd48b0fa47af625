//! JSON-RPC: forms of requests, forms of errors, and fields that strict clients want.

use commons_rpc::BlockTime;
use serde_json::{Value, json};

use crate::support::{Served, config};

#[test]
fn errors_of_calls_have_the_codes_and_the_status_of_a_real_chain() {
    let served = Served::instant();
    let code = |body: &str| {
        let (status, answer) = served.post(body.as_bytes());
        let answer: Value = serde_json::from_str(&answer).unwrap();
        (status, answer["error"]["code"].as_i64())
    };
    assert_eq!(code("{"), (500, Some(-32700)));
    assert_eq!(
        code(r#"{"jsonrpc":"2.0","id":1,"method":"nothing"}"#),
        (200, Some(-32601))
    );
    assert_eq!(
        code(r#"{"jsonrpc":"2.0","id":1,"method":"block","params":{"height":"x"}}"#),
        (200, Some(-32602))
    );
    assert_eq!(
        code(r#"{"jsonrpc":"2.0","id":1,"method":"block","params":{"height":"99"}}"#),
        (200, Some(-32603))
    );
    assert_eq!(
        code(r#"{"jsonrpc":"2.0","id":{},"method":"block"}"#),
        (500, Some(-32700))
    );
    assert_eq!(code("\"block\""), (500, Some(-32700)));
    assert_eq!(
        code(r#"[{"id":1,"method":"health"},7]"#),
        (500, Some(-32700))
    );
    let unheard = served.call("unheard", json!({})).unwrap_err();
    assert_eq!(
        unheard,
        json!({ "code": -32601, "message": "Method not found" })
    );
    assert_eq!(code(&" ".repeat(1_000_001)), (400, Some(-32600)));
    let (status, answer) = served.post(&vec![b' '; 1_000_001]);
    assert_eq!(status, 400);
    assert!(answer.contains("error reading request body: http: request body too large"));
    let error = served.call("block", json!({ "height": "99" })).unwrap_err();
    assert_eq!(
        error["data"],
        "height 99 must be less than or equal to the current blockchain height 1"
    );
}

#[test]
fn calls_come_by_name_in_order_as_a_batch_or_without_wanting_an_answer() {
    let served = Served::instant();
    let by_name = served.good("block", json!({ "height": "1" }));
    assert_eq!(served.good("block", json!(["1"])), by_name);
    assert_eq!(served.good("block", json!([1])), by_name);
    assert_eq!(served.good("block", Value::Null), by_name);
    let (status, none) = served.post(br#"{"jsonrpc":"2.0","method":"status"}"#);
    assert_eq!((status, none.as_str()), (200, ""));
    assert_eq!(served.post(b"[]"), (200, String::new()));
    // Go starts to count at 0, and version 1.0 is accepted.
    let batch = json!([
        { "jsonrpc": "1.0", "id": 0, "method": "health" },
        { "jsonrpc": "2.0", "method": "health" },
        { "jsonrpc": "2.0", "id": "two", "method": "nothing" },
    ]);
    let (status, answer) = served.post(batch.to_string().as_bytes());
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(status, 200);
    assert_eq!(answer.as_array().unwrap().len(), 2);
    assert_eq!(
        answer[0],
        json!({ "jsonrpc": "2.0", "id": 0, "result": {} })
    );
    assert_eq!(
        (&answer[1]["id"], &answer[1]["error"]["code"]),
        (&json!("two"), &json!(-32601))
    );
}

#[test]
fn calls_by_get_have_id_minus_one_and_status_500_on_an_error() {
    let served = Served::instant();
    let (status, answer) = served.get("/block?height=1");
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!((status, &answer["id"]), (200, &json!(-1)));
    assert_eq!(answer["result"]["block"]["header"]["height"], "1");
    assert_eq!(served.get("/block?height=%2299%22").0, 500);
    assert_eq!(
        served.get("/tx_search?query=%22tx.height=1%22&page=1").0,
        200
    );
    assert_eq!(
        served.get(&format!("/tx?hash=0x{}", "00".repeat(32))).0,
        500
    );
    assert_eq!(served.get("/nothing").0, 404);
    // What changes something is not for links.
    assert_eq!(served.get("/dev_make_block").0, 404);
    assert_eq!(served.height(), 1);
    // As people type them: quotes and angle brackets unescaped, also behind one another on one connection.
    assert_eq!(served.get("/block?height=\"1\"").0, 200);
    assert_eq!(served.get("/tx_search?query=\"tx.height>=1\"").0, 200);
    let twice = "GET /block?height=\"1\" HTTP/1.1\r\nHost: localhost\r\n\r\nGET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
    let (status, answers) = served.raw(twice.as_bytes());
    assert_eq!(status, 200);
    assert!(
        answers.contains("\"height\":\"1\"") && answers.ends_with("\"result\":{}}"),
        "{answers}"
    );
    let (status, page) = served.get("/");
    assert!(status == 200 && page.contains("/abci_query?path=_&data=_&height=_&prove=_"));
    let (status, metrics) = served.get("/metrics");
    assert!(status == 200 && metrics.contains("\ncommons_height 1\n"));
    // The text form of Prometheus: help and type of a figure stand before it, names are in their alphabet, values are numbers.
    let lines: Vec<&str> = metrics.lines().collect();
    for figure in lines.chunks(3) {
        let [help, kind, sample] = figure else {
            panic!("{figure:?}")
        };
        let name = sample.split(['{', ' ']).next().unwrap();
        assert!(help.starts_with(&format!("# HELP {name} ")), "{figure:?}");
        assert!(kind.starts_with(&format!("# TYPE {name} ")), "{figure:?}");
        assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
        assert!(sample.rsplit_once(' ').unwrap().1.parse::<u64>().is_ok());
    }
    for wanted in [
        "commons_info{chain_id=\"",
        "commons_index_failed 0",
        "commons_disk_bytes 0",
        "process_resident_memory_bytes ",
    ] {
        assert!(metrics.contains(wanted), "no {wanted} in {metrics}");
    }
}

#[test]
fn pages_of_this_machine_may_ask_and_others_may_not() {
    let served = Served::instant();
    let ask = |method: &str, host: &str, origin: &str| {
        served.raw(
            format!("{method} /status HTTP/1.1\r\nHost: {host}\r\nOrigin: {origin}\r\nConnection: close\r\n\r\n").as_bytes(),
        )
    };
    assert_eq!(
        ask("GET", "localhost:26657", "http://localhost:3000").0,
        200
    );
    assert_eq!(
        ask("OPTIONS", "127.0.0.1:26657", "http://127.0.0.1:5173").0,
        204
    );
    assert_eq!(ask("GET", "localhost", "https://example.org").0, 403);
    // A foreign name that was turned to this machine.
    assert_eq!(ask("GET", "example.org", "http://localhost:3000").0, 403);
}

#[test]
fn strict_clients_find_every_field_they_want() {
    let served = Served::with(config("real-enough-1", BlockTime::Instant));
    let status = served.good("status", json!({}));
    assert_eq!(status["node_info"]["version"], "0.38.21");
    assert_eq!(status["node_info"]["network"], "real-enough-1");
    assert_eq!(status["sync_info"]["catching_up"], false);
    assert_eq!(
        status["sync_info"]["latest_block_hash"]
            .as_str()
            .unwrap()
            .len(),
        64
    );
    assert_eq!(status["validator_info"]["voting_power"], "10");
    let validators = served.good("validators", json!({}));
    assert_eq!(
        validators["validators"][0]["address"],
        status["validator_info"]["address"]
    );
    let block = served.good("block", json!({}));
    let header = &block["block"]["header"];
    assert_eq!(
        header["last_block_id"],
        json!({ "hash": "", "parts": { "total": 0, "hash": "" } })
    );
    // As CometBFT writes it: 0 is left out. Chains for development have 1 for ever.
    assert_eq!(header["version"], json!({ "block": "11" }));
    assert_eq!(status["node_info"]["protocol_version"]["app"], "0");
    let params = served.good("consensus_params", json!({}))["consensus_params"].clone();
    assert_eq!(
        params["block"],
        json!({ "max_bytes": "22020096", "max_gas": "100000000" })
    );
    assert_eq!(params["version"]["app"], "0");
    let marked = Served::instant().good("block", json!({}))["block"]["header"]["version"].clone();
    assert_eq!(marked, json!({ "block": "11", "app": "1" }));
    assert_eq!(block["block"]["last_commit"]["signatures"], json!([]));
    let commit = served.good("commit", json!({ "height": "1" }));
    assert_eq!(commit["canonical"], true);
    assert_eq!(
        commit["signed_header"]["commit"]["block_id"],
        block["block_id"]
    );
    assert_eq!(&commit["signed_header"]["header"], header);
    assert_eq!(served.good("header", json!({}))["header"], *header);
    let results = served.good("block_results", json!({}));
    assert_eq!(
        (&results["height"], &results["txs_results"]),
        (&json!("1"), &Value::Null)
    );
    assert_eq!(
        served.good("genesis", json!({}))["genesis"]["chain_id"],
        "real-enough-1"
    );
    let info = served.good("abci_info", json!({}));
    assert_eq!(info["response"]["last_block_height"], "1");
}

#[test]
fn development_is_refused_on_any_other_chain() {
    let served = Served::with(config("real-enough-1", BlockTime::Instant));
    for (method, params) in [
        ("dev_make_block", json!({})),
        ("dev_pass", json!({ "seconds": 60 })),
        ("dev_snapshot", json!({})),
        (
            "dev_faucet",
            json!({ "address": crate::support::address("anna"), "amount": "5ustake" }),
        ),
    ] {
        let error = served.call(method, params).unwrap_err();
        assert!(error["data"].as_str().unwrap().contains("-dev"), "{error}");
    }
    assert_eq!(served.height(), 1);
    assert!(commons_rpc::spawn(config("real-enough-1", BlockTime::Manual)).is_err());
}

#[test]
fn a_library_is_answered_without_a_socket_as_the_port_answers() {
    let served = Served::instant();
    for text in [
        r#"{"jsonrpc":"2.0","id":1,"method":"block","params":{"height":"1"}}"#,
        r#"{"jsonrpc":"2.0","method":"health"}"#,
        "{",
    ] {
        let (_, posted) = served.post(text.as_bytes());
        let answered = served.handle.answer(text.as_bytes());
        assert_eq!(answered.unwrap_or_default(), posted);
    }
}
