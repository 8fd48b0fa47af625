//! Proofs of single values, verified by the light client that `commons query raw --prove` is: it believes headers alone.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use commons_client::ClientError;
use commons_client::chain::RemoteChain;
use commons_client::light::{Light, Proven, TrustedHeader};
use commons_client::network::Network;
use commons_client::rpc::Bounds;
use serde_json::{Value, json};

use crate::support::{PREFIX, Served, execute, instantiate};

/// A JSON-RPC endpoint that hands every request on, and may change the answers to `abci_query`.
fn liar(served: &Served, lie: impl Fn(&mut Value) + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let node = served.handle.rpc();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let Some(request) = body(&mut stream) else {
                continue;
            };
            let mut onward = TcpStream::connect(node).unwrap();
            let head = format!(
                "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                request.len()
            );
            onward.write_all(head.as_bytes()).unwrap();
            onward.write_all(&request).unwrap();
            let mut answer = String::new();
            onward.read_to_string(&mut answer).unwrap();
            let answer = answer.split_once("\r\n\r\n").unwrap().1;
            let mut answer: Value = serde_json::from_str(answer).unwrap();
            if String::from_utf8_lossy(&request).contains("\"abci_query\"") {
                lie(&mut answer["result"]["response"]);
            }
            let answer = answer.to_string();
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                answer.len()
            );
            drop(stream.write_all(&[head.as_bytes(), answer.as_bytes()].concat()));
        }
    });
    url
}

/// The body of a request that says how long it is.
fn body(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let read = stream.read(&mut chunk).ok()?;
        bytes.extend_from_slice(&chunk[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, _)) = text.split_once("\r\n\r\n") {
            let length = head.to_lowercase();
            let length = length.split_once("content-length:")?.1;
            let length: usize = length.split("\r\n").next()?.trim().parse().ok()?;
            let start = head.len() + 4;
            if bytes.len() >= start + length {
                return Some(bytes[start..start + length].to_vec());
            }
        }
        if read == 0 {
            return None;
        }
    }
}

fn trusted(served: &Served) -> TrustedHeader {
    let commit = served.good("commit", json!({ "height": "1" }));
    let hash = commit["signed_header"]["commit"]["block_id"]["hash"].as_str();
    TrustedHeader::parse(&format!("1:{}", hash.unwrap())).unwrap()
}

fn prove(
    served: &Served,
    url: &str,
    contract: &str,
    key: &[u8],
    height: u64,
) -> Result<Proven, ClientError> {
    let file = json!({
        "chain_id": served.handle.genesis().chain_id,
        "bech32_prefix": PREFIX,
        "apis": { "rpc": [{ "address": url }] },
    });
    let network = Network::parse(&file.to_string()).unwrap();
    let chain = RemoteChain::connect(network, Bounds::default()).unwrap();
    #[expect(
        clippy::disallowed_methods,
        reason = "who verifies a header has a clock"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    let day = Duration::from_secs(86_400);
    Light::begin(&chain, &trusted(served), day, now)?.raw(contract, key, height)
}

fn own(served: &Served) -> String {
    format!("http://{}", served.handle.rpc())
}

const ANSWER: &str = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;

#[test]
fn values_and_their_absence_are_proved_at_the_last_height_for_which_a_block_is_made() {
    let served = Served::instant();
    let contract = instantiate(&served);
    served.submit("anna", &[execute(&contract, ANSWER)]);
    let last = served.height();
    let proven = prove(&served, &own(&served), &contract, b"last", 0).unwrap();
    assert_eq!(proven.value.as_deref(), Some(ANSWER.as_bytes()));
    assert_eq!((proven.height, served.height()), (last, last + 1));
    let header = served.good("header", json!({ "height": (last + 1).to_string() }));
    let hash = served.good("commit", json!({ "height": (last + 1).to_string() }));
    let hash = &hash["signed_header"]["commit"]["block_id"]["hash"];
    assert_eq!(hash, &json!(hex::encode_upper(&proven.header_hash)));
    assert_eq!(header["header"]["height"], (last + 1).to_string());
    // The block that was made changed nothing: proofs without a height need no further one.
    // ICS-23 has no proof of absence beside an empty value, of which the wasm module has some: the next key will do.
    let absent = (0..20).find_map(|n| prove(&served, &own(&served), &contract, &[b'n', n], 0).ok());
    let absent = absent.unwrap();
    assert_eq!((absent.value, absent.height), (None, last));
    assert_eq!(served.height(), last + 1);
    // At the very last height one is made all the same.
    let proven = prove(&served, &own(&served), &contract, b"last", last + 1).unwrap();
    assert_eq!((proven.height, served.height()), (last + 1, last + 2));
    // Another value later leaves the proof of the earlier one.
    let later = ANSWER.replace("null", "\"aGk=\"");
    served.submit("anna", &[execute(&contract, &later)]);
    let proven = prove(&served, &own(&served), &contract, b"last", 0).unwrap();
    assert_eq!(proven.value.as_deref(), Some(later.as_bytes()));
    let before = prove(&served, &own(&served), &contract, b"last", last).unwrap();
    assert_eq!(before.value.as_deref(), Some(ANSWER.as_bytes()));
}

#[test]
fn heights_are_proved_as_long_as_the_tree_keeps_them() {
    let served = Served::instant();
    let contract = instantiate(&served);
    served.submit("anna", &[execute(&contract, ANSWER)]);
    let stored = served.height();
    while served.height() < stored + 1_010 {
        for _ in 0..50 {
            served.good("dev_make_block", json!({}));
        }
    }
    let last = served.height();
    for height in [last - 500, last - 1_000, last] {
        let proven = prove(&served, &own(&served), &contract, b"last", height).unwrap();
        assert_eq!(
            (proven.height, proven.value.as_deref()),
            (height, Some(ANSWER.as_bytes()))
        );
    }
    let refused = prove(&served, &own(&served), &contract, b"last", stored).unwrap_err();
    let ClientError::Query {
        code,
        codespace,
        log,
    } = refused
    else {
        panic!("{refused}")
    };
    assert_eq!((code, codespace.as_str()), (7, "store"));
    assert!(log.contains("ensure height has not been pruned"), "{log}");
    // The state itself is kept for longer than its tree.
    let question = json!({ "path": "/store/wasm/key", "data": "01", "height": stored.to_string() });
    assert_eq!(served.good("abci_query", question)["response"]["code"], 0);
}

#[test]
fn a_node_that_changes_an_answer_is_found_out() {
    let served = Served::instant();
    let contract = instantiate(&served);
    served.submit("anna", &[execute(&contract, ANSWER)]);
    let at = served.height();
    type Lie = fn(&mut Value);
    let lies: [(&str, Lie); 6] = [
        ("another value", |answer| answer["value"] = json!("AAAA")),
        ("no value", |answer| answer["value"] = Value::Null),
        ("no proof", |answer| answer["proofOps"] = Value::Null),
        ("another height", |answer| answer["height"] = json!("2")),
        ("a proof cut short", |answer| {
            let data = &mut answer["proofOps"]["ops"][0]["data"];
            *data = json!(data.as_str().unwrap()[..40].to_owned());
        }),
        ("another kind of proof", |answer| {
            answer["proofOps"]["ops"][0]["type"] = json!("ics23:iavl");
        }),
    ];
    for (name, lie) in lies {
        let refused = prove(&served, &liar(&served, lie), &contract, b"last", at).unwrap_err();
        assert!(
            matches!(refused, ClientError::Unproven(_)),
            "{name}: {refused}"
        );
    }
    // Without a lie the way round is no hindrance, and absence cannot be made of presence.
    let honest = liar(&served, |_| {});
    let proven = prove(&served, &honest, &contract, b"last", at).unwrap();
    assert_eq!(proven.value.as_deref(), Some(ANSWER.as_bytes()));
    let filled = liar(&served, |answer| answer["value"] = json!("AAAA"));
    let refused = prove(&served, &filled, &contract, b"nothing", at).unwrap_err();
    assert!(matches!(refused, ClientError::Unproven(_)), "{refused}");
}

#[test]
fn questions_to_the_stores_themselves_are_refused_as_a_real_chain_refuses_them() {
    let served = Served::instant();
    let ask = |path: &str, data: &str, prove: bool| {
        let params = json!({ "path": path, "data": data, "prove": prove });
        let answer = served.good("abci_query", params)["response"].clone();
        let text = |name: &str| answer[name].as_str().unwrap().to_owned();
        (
            answer["code"].as_u64().unwrap(),
            text("codespace"),
            text("log"),
        )
    };
    let expected = |code, codespace: &str, log: &str| (code, codespace.to_owned(), log.to_owned());
    assert_eq!(
        ask("/store/none/key", "00", false),
        expected(4, "store", "no such store: none: unknown request")
    );
    assert_eq!(
        ask("/store/wasm/key", "", false),
        expected(3, "store", "query cannot be zero length: tx parse error")
    );
    assert_eq!(
        ask("/store/wasm/lock", "00", false),
        expected(4, "store", "unexpected query path: /lock: unknown request")
    );
    // Height 1 is the last.
    let text =
        "cannot query with proof when height <= 1; please provide a valid height: invalid request";
    assert_eq!(
        ask("/store/wasm/key", "00", true),
        expected(18, "sdk", text)
    );
    assert_eq!(
        ask("", "", false).2,
        "no query path provided: unknown request"
    );
    let pairs = served.good(
        "abci_query",
        json!({ "path": "/store/bank/subspace", "data": "00" }),
    );
    let pairs = crate::support::decoded(&pairs["response"]["value"]);
    let text = String::from_utf8_lossy(&pairs);
    assert!(
        text.contains("ucosm") && text.contains("3000000000"),
        "{text}"
    );
}
