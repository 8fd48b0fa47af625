//! A chain behind HTTP, for tests: a node in memory, and as much of CometBFT's JSON-RPC as the commands ask for. Every broadcast makes
//! a block.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc::channel;
use std::thread;

use commons_client::keys::Mnemonic;
use commons_ledger::{Coin, Genesis, GenesisAccount, TxResult};
use commons_node::{Node, Vm, VmConfig};
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmos::auth::v1beta1::{
    BaseAccount, QueryAccountRequest, QueryAccountResponse,
};
use cosmos_sdk_proto::cosmos::bank::v1beta1::{QueryAllBalancesRequest, QueryAllBalancesResponse};
use cosmos_sdk_proto::cosmos::base::abci::v1beta1::GasInfo;
use cosmos_sdk_proto::cosmos::base::v1beta1::Coin as ProtoCoin;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    ContractInfo, QueryContractInfoRequest, QueryContractInfoResponse,
    QueryRawContractStateRequest, QueryRawContractStateResponse, QuerySmartContractStateRequest,
    QuerySmartContractStateResponse,
};
use cosmwasm_std::Binary;
use prost::{Message as _, Name as _};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Run, commons};

pub const CHAIN: &str = "served-1";
pub const PASSPHRASE: &str = "correct horse battery";
/// The test vector of BIP 39 for 32 zero bytes.
pub const WORDS: &str = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon art";
/// Its address, as `tests/data/keys` has it.
pub const ADDRESS: &str = "commons1r5v5srda7xfth3hn2s26txvrcrntldjuj6d72m";

/// A chain, and a folder of settings with a key `anna` that has coins there.
pub struct Served {
    pub dir: TempDir,
    pub url: String,
}

impl Served {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (ready, is_ready) = channel();
        thread::spawn(move || {
            // A node belongs to its thread.
            let mut chain = Chain::new();
            ready.send(()).unwrap();
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                if let Some(request) = read(&mut BufReader::new(&stream)) {
                    let body = chain.answer(&request).to_string();
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                        body.len()
                    );
                    drop(
                        stream
                            .write_all(head.as_bytes())
                            .and_then(|()| stream.write_all(body.as_bytes())),
                    );
                }
            }
        });
        is_ready.recv().unwrap();
        let served = Self { dir, url };
        served.write("chain.json", &served.file(CHAIN).to_string());
        served.secret("anna.words", WORDS);
        served.secret("anna.pass", PASSPHRASE);
        served
            .run(&[
                "key",
                "import",
                "anna",
                "--words",
                &served.path("anna.words"),
            ])
            .expect(0);
        served
    }

    /// A `chain.json` of the chain, under any chain id.
    pub fn file(&self, chain_id: &str) -> Value {
        json!({
            "chain_name": "served", "chain_id": chain_id, "bech32_prefix": "commons", "slip44": 118,
            "fees": {"fee_tokens": [{"denom": "uusd", "average_gas_price": 0.01}]},
            "apis": {"rpc": [{"address": self.url}]}
        })
    }

    pub fn path(&self, name: &str) -> String {
        self.dir.path().join(name).to_str().unwrap().to_owned()
    }

    pub fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.dir.path().join(name), text).unwrap();
        self.path(name)
    }

    /// A file that only its owner can read.
    pub fn secret(&self, name: &str, text: &str) -> String {
        let path = self.write(name, text);
        set_mode(Path::new(&path), 0o600);
        path
    }

    /// The binary with the test's settings and the key's passphrase in the environment.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = commons();
        command
            .args(arguments)
            .env("COMMONS_CONFIG", self.dir.path().join("config"))
            .env("COMMONS_PASSPHRASE", PASSPHRASE)
            .env("COMMONS_ARMOR_PASSPHRASE", "another passphrase");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::of(self.command(arguments).output().unwrap())
    }

    /// A command on the chain.
    pub fn on_chain(&self, arguments: &[&str]) -> Run {
        let network = self.path("chain.json");
        self.run(&[arguments, &["--network", &network]].concat())
    }

    /// Deploys the test contract and gives its address.
    pub fn deploy(&self) -> String {
        let wasm = self.dir.path().join("speaker.wasm");
        std::fs::write(&wasm, wat::parse_str(SPEAKER).unwrap()).unwrap();
        let wasm = wasm.to_str().unwrap().to_owned();
        let deploy = [
            "deploy", &wasm, "--label", "speaker", "--msg", "{}", "--from", "anna", "--json",
        ];
        let document = self.on_chain(&deploy).expect(0).json();
        document["contract"].as_str().unwrap().to_owned()
    }
}

pub fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

/// Path of a key's file in the settings.
pub fn key_file(served: &Served, name: &str) -> PathBuf {
    served
        .dir
        .path()
        .join(format!("config/keys/{name}.key.json"))
}

/// Says one thing whenever it is called or asked, with an escape sequence in it; keeps one value under `k`.
const SPEAKER: &str = r#"(module
  (import "env" "db_write" (func $write (param i32 i32)))
  (memory (export "memory") 2)
  (global $free (mut i32) (i32.const 65536))
  (data (i32.const 16) "\00\01\00\00\7c\00\00\00\7c\00\00\00")
  (data (i32.const 256) "{\"ok\":{\"messages\":[],\"attributes\":[{\"key\":\"said\",\"value\":\"red\\u001b[31m\\u001b]8;;http://x\\u0007\"}],\"events\":[],\"data\":null}}")
  (data (i32.const 32) "\00\02\00\00\25\00\00\00\25\00\00\00")
  (data (i32.const 512) "{\"ok\":\"eyJzYWlkIjoiXHUwMDFiWzMxbSJ9\"}")
  (data (i32.const 48) "\00\03\00\00\01\00\00\00\01\00\00\00")
  (data (i32.const 768) "k")
  (data (i32.const 64) "\10\03\00\00\06\00\00\00\06\00\00\00")
  (data (i32.const 784) "v\1b[31m")
  (func (export "interface_version_8"))
  (func (export "allocate") (param i32) (result i32) (local i32)
    (local.set 1 (global.get $free))
    (global.set $free (i32.add (global.get $free) (i32.add (local.get 0) (i32.const 12))))
    (i32.store (local.get 1) (i32.add (local.get 1) (i32.const 12)))
    (i32.store offset=4 (local.get 1) (local.get 0))
    (i32.store offset=8 (local.get 1) (i32.const 0))
    (local.get 1))
  (func (export "deallocate") (param i32))
  (func (export "instantiate") (param i32 i32 i32) (result i32)
    (call $write (i32.const 48) (i32.const 64))
    (i32.const 16))
  (func (export "query") (param i32 i32) (result i32) (i32.const 32))
  (func (export "execute") (param i32 i32 i32) (result i32) (i32.const 16)))"#;

const SECOND: u64 = 1_000_000_000;

struct Chain {
    node: Node,
    found: BTreeMap<String, Value>,
}

impl Chain {
    fn new() -> Self {
        let words = Mnemonic::parse(WORDS).unwrap();
        let path = commons_client::keys::HdPath {
            coin_type: 118,
            account: 0,
            index: 0,
        };
        let address = words.account(path).unwrap().address("commons");
        assert_eq!(address, ADDRESS);
        let genesis = Genesis {
            chain_id: CHAIN.to_owned(),
            time: 1_767_225_600 * SECOND,
            address_prefix: "commons".to_owned(),
            accounts: vec![GenesisAccount {
                address,
                balance: vec![Coin::new(1_000_000_000, "uusd")],
            }],
            params: commons_ledger::ChainParams::default(),
        };
        let vm = Vm::new(VmConfig::default()).unwrap();
        let mut node = Node::in_memory(vm, &genesis).unwrap();
        node.make_block(genesis.time + SECOND).unwrap();
        Self {
            node,
            found: BTreeMap::new(),
        }
    }

    fn answer(&mut self, request: &Value) -> Value {
        let params = &request["params"];
        let result = match request["method"].as_str().unwrap() {
            "status" => json!({
                "node_info": {"network": CHAIN, "version": "0.38.21"},
                "sync_info": {"latest_block_height": self.node.height().to_string(), "latest_block_time": "2026-01-01T00:00:01Z"}
            }),
            "abci_query" => self.query(params),
            "broadcast_tx_sync" => self.broadcast(params),
            "tx_search" => {
                let query = params["query"].as_str().unwrap();
                let hash = query.trim_start_matches("tx.hash='").trim_end_matches('\'');
                let txs: Vec<&Value> = self.found.get(hash).into_iter().collect();
                json!({"txs": txs, "total_count": txs.len().to_string()})
            }
            "block" => json!({"block": {"header": {
                "chain_id": CHAIN, "height": params["height"], "time": "2026-01-01T00:00:05Z"
            }}}),
            other => panic!("{other}"),
        };
        json!({"jsonrpc": "2.0", "id": request["id"], "result": result})
    }

    fn broadcast(&mut self, params: &Value) -> Value {
        let tx = Binary::from_base64(params["tx"].as_str().unwrap()).unwrap();
        let hash = commons_client::tx::tx_hash(&tx);
        match self.node.broadcast(tx.to_vec()) {
            Err(commons_node::NodeError::Refused(refused)) => json!({
                "code": refused.code, "codespace": refused.codespace, "log": refused.log, "hash": hash
            }),
            Err(other) => panic!("{other}"),
            Ok(_) => {
                let block = self
                    .node
                    .make_block(self.node.time_nanos() + SECOND)
                    .unwrap();
                let found = found(&hash, self.node.height(), &tx, &block.results[0]);
                self.found.insert(hash.clone(), found);
                json!({"code": 0, "hash": hash})
            }
        }
    }

    fn query(&self, params: &Value) -> Value {
        let data = hex::decode(params["data"].as_str().unwrap()).unwrap();
        let height = self.node.height().to_string();
        match self.asked(params["path"].as_str().unwrap(), &data) {
            Ok(value) => {
                json!({"response": {"code": 0, "value": Binary::from(value), "height": height}})
            }
            Err((code, log)) => {
                json!({"response": {"code": code, "codespace": "sdk", "log": log, "height": height}})
            }
        }
    }

    fn asked(&self, path: &str, data: &[u8]) -> Result<Vec<u8>, (u32, String)> {
        let failed = |error: commons_node::NodeError| (6, error.to_string());
        Ok(match path {
            "/cosmos.auth.v1beta1.Query/Account" => {
                let address = QueryAccountRequest::decode(data).unwrap().address;
                let found = self.node.account(&address).map_err(failed)?;
                let account = found.ok_or((22, format!("rpc error: code = NotFound desc = account {address} not found: key not found")))?;
                let base = BaseAccount {
                    address,
                    pub_key: None,
                    account_number: account.number,
                    sequence: account.sequence,
                };
                let any = Any {
                    type_url: BaseAccount::type_url(),
                    value: base.encode_to_vec(),
                };
                QueryAccountResponse { account: Some(any) }.encode_to_vec()
            }
            "/cosmos.bank.v1beta1.Query/AllBalances" => {
                let address = QueryAllBalancesRequest::decode(data).unwrap().address;
                let amount = self.node.balance(&address, "uusd").map_err(failed)?;
                let coin = ProtoCoin {
                    denom: "uusd".into(),
                    amount: amount.to_string(),
                };
                QueryAllBalancesResponse {
                    balances: vec![coin],
                    pagination: None,
                }
                .encode_to_vec()
            }
            "/cosmwasm.wasm.v1.Query/SmartContractState" => {
                let asked = QuerySmartContractStateRequest::decode(data).unwrap();
                let data = self
                    .node
                    .query_smart(&asked.address, &asked.query_data)
                    .map_err(failed)?;
                QuerySmartContractStateResponse { data }.encode_to_vec()
            }
            "/cosmwasm.wasm.v1.Query/RawContractState" => {
                let asked = QueryRawContractStateRequest::decode(data).unwrap();
                let data = self
                    .node
                    .query_raw(&asked.address, &asked.query_data)
                    .map_err(failed)?;
                QueryRawContractStateResponse {
                    data: data.unwrap_or_default(),
                }
                .encode_to_vec()
            }
            "/cosmwasm.wasm.v1.Query/ContractInfo" => {
                let address = QueryContractInfoRequest::decode(data).unwrap().address;
                let info = self.node.contract_info(&address).map_err(failed)?;
                let info = info.ok_or((22, "no such contract".to_owned()))?;
                let contract_info = ContractInfo {
                    code_id: info.code_id,
                    creator: info.creator,
                    admin: info.admin,
                    label: info.label,
                    ..ContractInfo::default()
                };
                QueryContractInfoResponse {
                    address,
                    contract_info: Some(contract_info),
                }
                .encode_to_vec()
            }
            "/cosmos.tx.v1beta1.Service/Simulate" => {
                let asked = SimulateRequest::decode(data).unwrap();
                let result = self.node.simulate(&asked.tx_bytes).map_err(failed)?;
                if result.code != 0 {
                    return Err((result.code, result.log));
                }
                let gas_info = GasInfo {
                    gas_wanted: result.gas_wanted,
                    gas_used: result.gas_used,
                };
                SimulateResponse {
                    gas_info: Some(gas_info),
                    result: None,
                }
                .encode_to_vec()
            }
            other => panic!("{other}"),
        })
    }
}

fn found(hash: &str, height: u64, tx: &Binary, result: &TxResult) -> Value {
    let events: Vec<Value> = result
        .events
        .iter()
        .map(|event| {
            let attributes: Vec<Value> = event
                .attributes
                .iter()
                .map(|(key, value)| json!({"key": key, "value": value, "index": true}))
                .collect();
            json!({"type": event.kind, "attributes": attributes})
        })
        .collect();
    json!({"hash": hash, "height": height.to_string(), "index": 0, "tx": tx, "tx_result": {
        "code": result.code, "codespace": result.codespace, "log": result.log,
        "data": Binary::from(result.data.clone()), "gas_wanted": result.gas_wanted.to_string(),
        "gas_used": result.gas_used.to_string(), "events": events
    }})
}

fn read(stream: &mut impl BufRead) -> Option<Value> {
    let mut length = 0;
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).ok()?;
        if line.trim().is_empty() {
            break;
        }
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    serde_json::from_slice(&body).ok()
}
