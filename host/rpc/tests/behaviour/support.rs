//! A served chain of one test, and clients that write their requests by hand.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_client::keys::AccountKey;
use commons_client::tx::{Message, SignContext, sign};
use commons_ledger::{Coin, Genesis, GenesisAccount};
use commons_node::{Vm, VmConfig};
use commons_rpc::{BlockTime, Config, Handle, Place, accounts, spawn};
use cosmwasm_std::Coin as StdCoin;
use prost::Message as _;
use serde_json::{Value, json};

pub const PREFIX: &str = "wasm";

fn vm() -> Vm {
    static VM: OnceLock<Vm> = OnceLock::new();
    VM.get_or_init(|| Vm::new(VmConfig::default()).unwrap())
        .clone()
}

pub fn key(label: &str) -> AccountKey {
    AccountKey::derive("rpc tests", label)
}

pub fn address(label: &str) -> String {
    key(label).address(PREFIX)
}

/// Anna, Bert and the faucet have coins.
pub fn genesis(chain_id: &str) -> Genesis {
    let owner = |address| GenesisAccount {
        address,
        balance: vec![
            Coin::new(1_000_000_000, "ucosm"),
            Coin::new(1_000_000_000, "ustake"),
        ],
    };
    Genesis {
        chain_id: chain_id.to_owned(),
        time: 1_700_000_000_000_000_000,
        address_prefix: PREFIX.to_owned(),
        accounts: vec![
            owner(address("anna")),
            owner(address("bert")),
            owner(accounts::faucet(PREFIX)),
        ],
        params: commons_ledger::ChainParams::default(),
    }
}

pub fn config(chain_id: &str, block_time: BlockTime) -> Config {
    let anywhere: SocketAddr = "127.0.0.1:0".parse().unwrap();
    Config {
        vm: vm(),
        place: Place::Memory,
        genesis: Some(genesis(chain_id)),
        validator_key: None,
        block_time,
        rpc: anywhere,
        grpc: Some(anywhere),
        rest: Some(anywhere),
        minimum_gas_prices: Vec::new(),
        moniker: "test".to_owned(),
    }
}

pub struct Served {
    pub handle: Handle,
}

impl Served {
    pub fn instant() -> Self {
        Self::with(config("served-dev", BlockTime::Instant))
    }

    pub fn with(config: Config) -> Self {
        let handle = spawn(config).unwrap();
        Self { handle }
    }

    /// The result of a call, or its error.
    #[allow(
        clippy::needless_pass_by_value,
        reason = "parameters are written where they are used"
    )]
    pub fn call(&self, method: &str, params: Value) -> Result<Value, Value> {
        let call = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
        let (status, answer) = self.post(call.to_string().as_bytes());
        assert_eq!(status, 200, "{answer}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["id"], 7);
        match answer.get("error") {
            Some(error) => Err(error.clone()),
            None => Ok(answer["result"].clone()),
        }
    }

    pub fn good(&self, method: &str, params: Value) -> Value {
        self.call(method, params).unwrap()
    }

    pub fn post(&self, body: &[u8]) -> (u16, String) {
        let head = format!(
            "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            body.len()
        );
        self.raw(&[head.as_bytes(), body].concat())
    }

    pub fn get(&self, path: &str) -> (u16, String) {
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
        self.raw(head.as_bytes())
    }

    /// Sends bytes to the port of JSON-RPC and reads until the other side has enough; status and body.
    pub fn raw(&self, request: &[u8]) -> (u16, String) {
        raw(self.handle.rpc(), request)
    }

    pub fn connect(&self) -> TcpStream {
        connect(self.handle.rpc())
    }

    /// An answer of ABCI.
    pub fn abci(&self, path: &str, request: &impl prost::Message) -> Value {
        let data = hex::encode(request.encode_to_vec());
        let params = json!({ "path": path, "data": data, "prove": false });
        self.good("abci_query", params)["response"].clone()
    }

    /// The decoded response of a query that is answered.
    pub fn query<R: prost::Message + Default>(
        &self,
        path: &str,
        request: &impl prost::Message,
    ) -> R {
        let answer = self.abci(path, request);
        assert_eq!(answer["code"], 0, "{answer}");
        let value = STANDARD
            .decode(answer["value"].as_str().unwrap_or_default())
            .unwrap();
        R::decode(value.as_slice()).unwrap()
    }

    /// Signs with the account's next sequence.
    pub fn signed(&self, label: &str, messages: &[Message], ahead: u64) -> Vec<u8> {
        let (number, sequence) = self.account(label);
        sign(
            messages,
            &key(label),
            SignContext {
                chain_id: &self.handle.genesis().chain_id,
                prefix: PREFIX,
                account_number: number,
                sequence: sequence + ahead,
                gas_limit: 1_000_000,
                fee: Vec::new(),
                memo: "",
            },
        )
    }

    pub fn account(&self, label: &str) -> (u64, u64) {
        use cosmos_sdk_proto::cosmos::auth::v1beta1::{
            BaseAccount, QueryAccountRequest, QueryAccountResponse,
        };
        let request = QueryAccountRequest {
            address: address(label),
        };
        let found: QueryAccountResponse =
            self.query("/cosmos.auth.v1beta1.Query/Account", &request);
        let account = BaseAccount::decode(found.account.unwrap().value.as_slice()).unwrap();
        (account.account_number, account.sequence)
    }

    /// Sends a transaction and gives what became of it.
    pub fn submit(&self, label: &str, messages: &[Message]) -> Value {
        let tx = self.signed(label, messages, 0);
        let sent = self.good("broadcast_tx_sync", json!({ "tx": STANDARD.encode(tx) }));
        assert_eq!(sent["code"], 0, "{sent}");
        let query = format!("tx.hash='{}'", sent["hash"].as_str().unwrap());
        let found = self.good("tx_search", json!({ "query": query, "page": "1" }));
        assert_eq!(found["total_count"], "1");
        found["txs"][0].clone()
    }

    pub fn height(&self) -> u64 {
        let status = self.good("status", json!({}));
        let height = status["sync_info"]["latest_block_height"].as_str().unwrap();
        height.parse().unwrap()
    }
}

pub fn send(to: &str, amount: u128) -> Message {
    Message::Send {
        to: address(to),
        amount: vec![StdCoin::new(amount, "ustake")],
    }
}

/// The value of the first attribute with this key, of the first event of this kind that has one.
pub fn attribute(tx: &Value, kind: &str, key: &str) -> String {
    let events = tx["tx_result"]["events"].as_array().unwrap();
    let found = events.iter().filter(|event| event["type"] == kind);
    let attributes = found.flat_map(|event| event["attributes"].as_array().unwrap());
    let mut with_key = attributes.filter(|attribute| attribute["key"] == key);
    let value = with_key.next().unwrap()["value"].as_str();
    value.unwrap().to_owned()
}

/// The contract of the tests with CosmJS: it does what its messages say.
pub fn puppet() -> Vec<u8> {
    wat::parse_str(include_str!("../../../../tests/cosmjs/puppet.wat")).unwrap()
}

/// Bytes that an answer has in base64; none for null.
pub fn decoded(value: &Value) -> Vec<u8> {
    STANDARD.decode(value.as_str().unwrap_or_default()).unwrap()
}

/// Stores the puppet and makes a contract of it.
pub fn instantiate(served: &Served) -> String {
    let stored = served.submit("anna", &[Message::StoreCode { wasm: puppet() }]);
    let code_id = attribute(&stored, "store_code", "code_id").parse().unwrap();
    let made = served.submit(
        "anna",
        &[Message::Instantiate {
            code_id,
            label: "puppet".to_owned(),
            msg: b"{}".to_vec(),
            funds: Vec::new(),
            admin: None,
        }],
    );
    attribute(&made, "instantiate", "_contract_address")
}

pub fn execute(contract: &str, msg: &str) -> Message {
    Message::Execute {
        contract: contract.to_owned(),
        msg: msg.as_bytes().to_vec(),
        funds: Vec::new(),
    }
}

pub fn connect(to: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(to).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(60)))
        .unwrap();
    stream
}

/// Sends bytes and reads until the other side has enough; status and body.
pub fn raw(to: SocketAddr, request: &[u8]) -> (u16, String) {
    let mut stream = connect(to);
    // The other side may close before it has read everything.
    drop(stream.write_all(request));
    let mut answer = Vec::new();
    drop(stream.read_to_end(&mut answer));
    let answer = String::from_utf8_lossy(&answer).into_owned();
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    let body = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
    (status.unwrap_or(0), body.to_owned())
}
