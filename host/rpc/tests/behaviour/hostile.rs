//! Input that nobody honest sends: each is answered with an error, or its connection is ended, and the node still answers.

use std::io::{Read, Write};
use std::net::TcpStream;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::grpc;
use crate::support::{Served, send};

/// Numbers that look random and are the same in every run (xorshift).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn bytes(&mut self, most: u64) -> Vec<u8> {
        let length = self.below(most);
        (0..length).map(|_| self.next().to_le_bytes()[0]).collect()
    }

    /// JSON of any form, sometimes with what looks right.
    fn json(&mut self, depth: u64) -> Value {
        match self.below(if depth == 0 { 7 } else { 9 }) {
            0 => Value::Null,
            1 => json!(self.below(2) == 0),
            2 => json!(self.next().cast_signed()),
            3 => json!(-1.5e300),
            4 => json!(self.below(5).to_string()),
            5 => json!(hex::encode(self.bytes(40))),
            6 => json!(String::from_utf8_lossy(&self.bytes(40))),
            7 => (0..self.below(4)).map(|_| self.json(depth - 1)).collect(),
            _ => {
                let fields = (0..self.below(4)).map(|_| {
                    let names = [
                        "id", "method", "params", "height", "hash", "query", "data", "path", "tx",
                        "page",
                    ];
                    let name = names[usize::try_from(self.below(10)).unwrap()].to_owned();
                    (name, self.json(depth - 1))
                });
                Value::Object(fields.collect())
            }
        }
    }
}

const METHODS: [&str; 26] = [
    "block_search",
    "broadcast_tx_commit",
    "check_tx",
    "consensus_state",
    "genesis_chunked",
    "unconfirmed_txs",
    "status",
    "block",
    "block_by_hash",
    "block_results",
    "blockchain",
    "broadcast_tx_sync",
    "commit",
    "consensus_params",
    "genesis",
    "header",
    "header_by_hash",
    "health",
    "tx",
    "tx_search",
    "validators",
    "abci_query",
    "dev_pass",
    "dev_reach",
    "dev_revert",
    "dev_faucet",
];

const PATHS: [&str; 27] = [
    "/cosmos.auth.v1beta1.Query/Account",
    "/cosmos.auth.v1beta1.Query/Accounts",
    "/cosmos.auth.v1beta1.Query/AccountInfo",
    "/cosmos.auth.v1beta1.Query/AddressBytesToString",
    "/cosmos.bank.v1beta1.Query/Balance",
    "/cosmos.bank.v1beta1.Query/AllBalances",
    "/cosmos.bank.v1beta1.Query/TotalSupply",
    "/cosmos.bank.v1beta1.Query/SupplyOf",
    "/cosmos.tx.v1beta1.Service/Simulate",
    "/cosmos.tx.v1beta1.Service/GetTx",
    "/cosmos.tx.v1beta1.Service/GetTxsEvent",
    "/cosmos.tx.v1beta1.Service/TxDecode",
    "/cosmos.tx.v1beta1.Service/TxEncode",
    "/cosmos.tx.v1beta1.Service/BroadcastTx",
    "/cosmos.base.tendermint.v1beta1.Service/GetBlockByHeight",
    "/cosmos.base.tendermint.v1beta1.Service/GetValidatorSetByHeight",
    "/cosmwasm.wasm.v1.Query/SmartContractState",
    "/cosmwasm.wasm.v1.Query/RawContractState",
    "/cosmwasm.wasm.v1.Query/AllContractState",
    "/cosmwasm.wasm.v1.Query/ContractInfo",
    "/cosmwasm.wasm.v1.Query/ContractHistory",
    "/cosmwasm.wasm.v1.Query/ContractsByCode",
    "/cosmwasm.wasm.v1.Query/Code",
    "/cosmwasm.wasm.v1.Query/CodeInfo",
    "/cosmwasm.wasm.v1.Query/Codes",
    "/cosmwasm.wasm.v1.Query/BuildAddress",
    "/store/wasm/key",
];

fn still_answers(served: &Served) {
    assert_eq!(served.good("health", json!({})), json!({}));
    let sent = served.submit("anna", &[send("bert", 1)]);
    assert_eq!(sent["tx_result"]["code"], 0);
}

#[test]
fn random_json_is_answered_and_harms_nothing() {
    let served = Served::instant();
    let mut chance = Chance(0x5eed);
    for round in 0..1_500 {
        let body = match round % 4 {
            0 => chance.bytes(200),
            1 => chance.json(4).to_string().into_bytes(),
            _ => {
                let method = METHODS[usize::try_from(chance.below(26)).unwrap()];
                let params = chance.json(2);
                json!({ "jsonrpc": "2.0", "id": round, "method": method, "params": params })
                    .to_string()
                    .into_bytes()
            }
        };
        let (status, answer) = served.post(&body);
        assert!(matches!(status, 200 | 500), "{status} {answer}");
        if status == 500 {
            let answer: Value = serde_json::from_str(&answer).unwrap();
            assert_eq!(answer["error"]["code"], -32700);
        }
    }
    still_answers(&served);
}

#[test]
fn random_protobuf_is_answered_and_harms_nothing() {
    let served = Served::instant();
    let mut chance = Chance(0xfeed);
    let good = served.signed("anna", &[send("bert", 1)], 0);
    for round in 0..1_000 {
        let path = PATHS[usize::try_from(chance.below(27)).unwrap()];
        let mut bytes = chance.bytes(120);
        if round % 3 == 0 {
            bytes = good.clone();
            let at = usize::try_from(chance.below(u64::try_from(bytes.len()).unwrap())).unwrap();
            bytes[at] = bytes[at].wrapping_add(chance.next().to_le_bytes()[0] | 1);
        }
        let params = json!({ "path": path, "data": hex::encode(&bytes) });
        let answer = served.good("abci_query", params);
        assert!(answer["response"]["code"].is_u64());
        let sent = served.call(
            "broadcast_tx_sync",
            json!({ "tx": STANDARD.encode(&bytes) }),
        );
        let refused = sent.map_or(true, |sent| sent["code"] != 0);
        assert!(refused, "{}", hex::encode(&bytes));
    }
    still_answers(&served);
}

#[test]
fn random_frames_by_grpc_are_answered_and_harm_nothing() {
    let served = Served::instant();
    let to = served.handle.grpc().unwrap();
    let mut chance = Chance(0xdeed);
    for round in 0..200 {
        let path = PATHS[usize::try_from(chance.below(27)).unwrap()];
        let bytes = chance.bytes(80);
        let body = match round % 3 {
            0 => bytes,
            // A length that is not there.
            1 => [&[0, 0, 255, 255, 255][..], &bytes].concat(),
            _ => grpc::framed(&bytes),
        };
        let answer = grpc::call(to, path, body);
        assert!(!answer.status.is_empty(), "{path}");
    }
    // No HTTP/2 at all.
    let mut stream = TcpStream::connect(to).unwrap();
    stream.write_all(b"GET / HTTP/1.1\r\n\r\n").unwrap();
    drop(stream.read_to_end(&mut Vec::new()));
    still_answers(&served);
}

#[test]
fn what_is_too_long_is_refused() {
    let served = Served::instant();
    let (status, answer) = served.post(&vec![b'['; 1_000_001]);
    assert_eq!(status, 400, "{answer}");
    // Announced longer than it is.
    let head = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999999\r\nConnection: close\r\n\r\n";
    assert_eq!(served.raw(head.as_bytes()).0, 400);
    // Not announced at all.
    let mut chunks = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n".to_vec();
    for _ in 0..20 {
        chunks.extend_from_slice(b"10000\r\n");
        chunks.extend_from_slice(&[b' '; 0x10000]);
        chunks.extend_from_slice(b"\r\n");
    }
    let (status, _) = served.raw(&chunks);
    assert!(matches!(status, 400 | 0), "{status}");
    // Deeper than any reader goes.
    let (status, _) = served.post(&vec![b'['; 500_000]);
    assert_eq!(status, 500);
    let many: Vec<Value> = (0..101)
        .map(|id| json!({ "jsonrpc": "2.0", "id": id, "method": "status" }))
        .collect();
    let (_, answer) = served.post(Value::from(many).to_string().as_bytes());
    assert!(answer.contains("at most 100"), "{answer}");
    let long = format!("tx.height={}", "9".repeat(600));
    assert!(served.call("tx_search", json!({ "query": long })).is_err());
    still_answers(&served);
}

#[test]
fn half_a_request_holds_up_nobody_else() {
    let served = Served::instant();
    let halves: [&[u8]; 4] = [
        b"",
        b"P",
        b"POST / HTTP/1.1\r\nHost: local",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{\"json",
    ];
    let open: Vec<TcpStream> = (0..100)
        .map(|n| {
            let mut stream = served.connect();
            stream.write_all(halves[n % 4]).unwrap();
            stream
        })
        .collect();
    still_answers(&served);
    // And the node ends them by itself: each reads its end, or an answer that says why.
    for mut stream in open {
        let mut answer = Vec::new();
        drop(stream.read_to_end(&mut answer));
        let answer = String::from_utf8_lossy(&answer);
        let fair = ["", "HTTP/1.1 400", "HTTP/1.1 408"];
        assert!(
            fair.iter().any(|start| answer.starts_with(start)),
            "{answer}"
        );
    }
    still_answers(&served);
}

#[test]
fn who_asks_for_much_and_reads_nothing_holds_up_nobody_else() {
    let served = Served::instant();
    let once = "GET /genesis HTTP/1.1\r\nHost: localhost\r\n\r\n";
    let much = once.repeat(2_000);
    let open: Vec<TcpStream> = (0..30)
        .map(|_| {
            let mut stream = served.connect();
            stream
                .set_write_timeout(Some(std::time::Duration::from_millis(200)))
                .unwrap();
            // The node stops reading from who does not read: the rest may not be taken.
            drop(stream.write_all(much.as_bytes()));
            stream
        })
        .collect();
    still_answers(&served);
    drop(open);
    still_answers(&served);
}

#[test]
fn a_websocket_that_speaks_nonsense_ends_alone() {
    let served = Served::instant();
    let mut chance = Chance(0xbeef);
    let hello = "GET /websocket HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    for _ in 0..50 {
        let mut stream = served.connect();
        stream.write_all(hello.as_bytes()).unwrap();
        let mut head = [0; 12];
        stream.read_exact(&mut head).unwrap();
        assert_eq!(&head, b"HTTP/1.1 101");
        drop(stream.write_all(&chance.bytes(300)));
    }
    still_answers(&served);
}
