//! What a real chain answers to every RPC method and query that clients use, well-formed and malformed, as documents that our server's
//! answers can be held to without that chain. Owns the list of questions; never judges an answer.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use crate::rpc::Rpc;
use crate::sign::address;

/// What the questions name: made by the setup scenario on that chain.
#[derive(Debug, Clone)]
pub struct Subject {
    /// A contract with an admin, coins and state.
    pub contract: String,
    /// A transaction that executed it: bytes.
    pub tx: Vec<u8>,
    /// Its hash, 32 bytes.
    pub hash: Vec<u8>,
    /// Height of its block.
    pub height: u64,
    /// A transaction that could be sent, for simulations and checks.
    pub next: Vec<u8>,
}

/// A field of a protobuf message, encoded: a number.
#[must_use]
pub fn number(field: u8, value: u64) -> Vec<u8> {
    let mut bytes = vec![field << 3];
    let mut rest = value;
    while rest >= 0x80 {
        bytes.push(u8::try_from(rest & 0x7f).expect("seven bits") | 0x80);
        rest >>= 7;
    }
    bytes.push(u8::try_from(rest).expect("seven bits"));
    bytes
}

/// A field of a protobuf message, encoded: text, bytes or a message.
#[must_use]
pub fn bytes(field: u8, value: &[u8]) -> Vec<u8> {
    let mut bytes = number(field, u64::try_from(value.len()).expect("a length"));
    bytes[0] |= 2;
    bytes.extend_from_slice(value);
    bytes
}

/// Every RPC question: a name, the head of the HTTP request, the body.
#[must_use]
pub fn requests(subject: &Subject) -> Vec<(String, String, String)> {
    let mut list = Vec::new();
    let tx = STANDARD.encode(&subject.tx);
    let next = STANDARD.encode(&subject.next);
    let hash = STANDARD.encode(&subject.hash);
    let hex = hex::encode_upper(&subject.hash);
    let height = subject.height.to_string();
    let mut call = |name: &str, method: &str, params: Value| {
        let body = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        list.push((name.to_owned(), "POST /".to_owned(), body.to_string()));
    };
    for method in [
        "health",
        "status",
        "net_info",
        "genesis",
        "abci_info",
        "block",
        "header",
        "block_results",
        "commit",
        "validators",
        "consensus_params",
        "consensus_state",
        "unconfirmed_txs",
        "num_unconfirmed_txs",
        "broadcast_tx_sync",
        "tx",
        "tx_search",
        "abci_query",
        "check_tx",
        "block_search",
        "subscribe",
        "unheard",
    ] {
        call(method, method, json!({}));
    }
    call("genesis_chunked", "genesis_chunked", json!({"chunk": "0"}));
    for method in [
        "block",
        "header",
        "block_results",
        "commit",
        "validators",
        "consensus_params",
    ] {
        call(
            &format!("{method} at a height"),
            method,
            json!({"height": height}),
        );
        call(&format!("{method} at 1"), method, json!({"height": "1"}));
        call(&format!("{method} at 0"), method, json!({"height": "0"}));
        call(&format!("{method} at -1"), method, json!({"height": "-1"}));
        call(
            &format!("{method} ahead"),
            method,
            json!({"height": "99999999"}),
        );
        call(
            &format!("{method} at a number"),
            method,
            json!({"height": 1}),
        );
        call(
            &format!("{method} at a word"),
            method,
            json!({"height": "one"}),
        );
    }
    call("block, height in an array", "block", json!(["1"]));
    call("block, unknown parameter", "block", json!({"hight": "1"}));
    call("block, parameters are a text", "block", json!("1"));
    call("block, parameters are null", "block", Value::Null);
    call(
        "validators, page",
        "validators",
        json!({"height": "1", "page": "1", "per_page": "1"}),
    );
    call(
        "validators, page out of range",
        "validators",
        json!({"height": "1", "page": "2", "per_page": "1"}),
    );
    call(
        "block_by_hash, unknown",
        "block_by_hash",
        json!({"hash": hash}),
    );
    call("tx by hash", "tx", json!({"hash": hash, "prove": false}));
    call(
        "tx by hash with proof",
        "tx",
        json!({"hash": hash, "prove": true}),
    );
    call(
        "tx unknown",
        "tx",
        json!({"hash": STANDARD.encode([7; 32])}),
    );
    call(
        "tx by a short hash",
        "tx",
        json!({"hash": STANDARD.encode([7; 5])}),
    );
    call("tx by no base64", "tx", json!({"hash": "#"}));
    let mut search =
        |name: &str, params: Value| call(&format!("tx_search: {name}"), "tx_search", params);
    let by_hash = format!("tx.hash='{hex}'");
    search("by hash", json!({"query": by_hash}));
    search(
        "by hash in small letters",
        json!({"query": by_hash.to_lowercase()}),
    );
    search(
        "by hash with proof",
        json!({"query": by_hash, "prove": true}),
    );
    search(
        "by hash, page as a text",
        json!({"query": by_hash, "page": "1"}),
    );
    search(
        "by hash, page as a number",
        json!({"query": by_hash, "page": 1, "per_page": 5}),
    );
    search(
        "unknown hash",
        json!({"query": format!("tx.hash='{}'", "00".repeat(32))}),
    );
    search("by height", json!({"query": format!("tx.height={height}")}));
    search(
        "by height, as text",
        json!({"query": format!("tx.height='{height}'")}),
    );
    search(
        "from a height",
        json!({"query": "tx.height>=1", "order_by": "asc"}),
    );
    search(
        "from a height, descending",
        json!({"query": "tx.height >= 1", "order_by": "desc", "per_page": "2"}),
    );
    search(
        "by contract",
        json!({"query": format!("execute._contract_address='{}'", subject.contract)}),
    );
    search(
        "by two conditions",
        json!({"query": format!("message.sender='{}' AND message.action='/cosmwasm.wasm.v1.MsgExecuteContract'", address("anna"))}),
    );
    search("EXISTS", json!({"query": "wasm._contract_address EXISTS"}));
    search(
        "CONTAINS",
        json!({"query": "message.action CONTAINS 'Execute'"}),
    );
    search("nothing found", json!({"query": "wasm.nothing='1'"}));
    search("page 2 of 1", json!({"query": by_hash, "page": "2"}));
    search("page 0", json!({"query": by_hash, "page": "0"}));
    search("per_page 0", json!({"query": by_hash, "per_page": "0"}));
    search(
        "per_page 1000",
        json!({"query": "tx.height>=1", "per_page": "1000"}),
    );
    search(
        "order unheard of",
        json!({"query": by_hash, "order_by": "up"}),
    );
    search("empty query", json!({"query": ""}));
    search("query of nonsense", json!({"query": "nonsense"}));
    search(
        "query of 600 characters",
        json!({"query": format!("a.b='{}'", "x".repeat(600))}),
    );
    call(
        "block_search",
        "block_search",
        json!({"query": "block.height>=1", "per_page": "1"}),
    );
    for (name, bytes) in [
        ("of nothing", ""),
        ("of garbage", "AAECAw=="),
        ("of no base64", "#"),
        ("sent before", tx.as_str()),
    ] {
        for method in ["broadcast_tx_sync", "broadcast_tx_async", "check_tx"] {
            call(&format!("{method} {name}"), method, json!({"tx": bytes}));
        }
    }
    call(
        "broadcast_tx_commit of garbage",
        "broadcast_tx_commit",
        json!({"tx": "AAECAw=="}),
    );
    call("check_tx of a good one", "check_tx", json!({"tx": next}));
    let query = |path: &str, data: &str, height: &str, prove: bool| json!({"path": path, "data": data, "height": height, "prove": prove});
    call(
        "abci_query: unknown path",
        "abci_query",
        query("/nothing", "", "0", false),
    );
    call(
        "abci_query: empty path",
        "abci_query",
        query("", "", "0", false),
    );
    call(
        "abci_query: no hexadecimal digits",
        "abci_query",
        query("/app/version", "xyz", "0", false),
    );
    call(
        "abci_query: odd number of digits",
        "abci_query",
        query("/app/version", "abc", "0", false),
    );
    call(
        "abci_query: height ahead",
        "abci_query",
        query("/cosmos.bank.v1beta1.Query/Params", "", "99999999", false),
    );
    call(
        "abci_query: height -1",
        "abci_query",
        query("/cosmos.bank.v1beta1.Query/Params", "", "-1", false),
    );
    call(
        "abci_query: height 1",
        "abci_query",
        query("/cosmos.bank.v1beta1.Query/Params", "", "1", false),
    );
    call(
        "abci_query: proof of a service",
        "abci_query",
        query("/cosmos.bank.v1beta1.Query/Params", "", "0", true),
    );
    call(
        "abci_query: app version",
        "abci_query",
        query("/app/version", "", "0", false),
    );
    let counter = hex::encode([&[4], b"lastCodeId".as_slice()].concat());
    call(
        "abci_query: store",
        "abci_query",
        query("/store/wasm/key", &counter, "0", false),
    );
    call(
        "abci_query: store with proof",
        "abci_query",
        query("/store/wasm/key", &counter, &height, true),
    );
    call(
        "abci_query: store, absent, with proof",
        "abci_query",
        query("/store/wasm/key", "ff", &height, true),
    );
    call(
        "abci_query: store, empty key",
        "abci_query",
        query("/store/wasm/key", "", "0", false),
    );
    call(
        "abci_query: no such store",
        "abci_query",
        query("/store/none/key", "00", "0", false),
    );
    call(
        "abci_query: subspace",
        "abci_query",
        query("/store/wasm/subspace", "04", "0", false),
    );
    list.extend(transport(&hex, &height));
    list
}

/// Requests that are odd as HTTP or as JSON-RPC, and those by GET.
fn transport(hex: &str, height: &str) -> Vec<(String, String, String)> {
    let mut list = Vec::new();
    let mut post = |name: &str, body: &str| {
        list.push((
            format!("POST: {name}"),
            "POST /".to_owned(),
            body.to_owned(),
        ));
    };
    post("no JSON", "{");
    post("a text", "\"health\"");
    post("an empty object", "{}");
    post("an empty array", "[]");
    post("notification", r#"{"jsonrpc":"2.0","method":"health"}"#);
    post("id 0", r#"{"jsonrpc":"2.0","id":0,"method":"health"}"#);
    post("id -1", r#"{"jsonrpc":"2.0","id":-1,"method":"health"}"#);
    post(
        "id is a text",
        r#"{"jsonrpc":"2.0","id":"one","method":"health"}"#,
    );
    post(
        "id is null",
        r#"{"jsonrpc":"2.0","id":null,"method":"health"}"#,
    );
    post(
        "id is a fraction",
        r#"{"jsonrpc":"2.0","id":1.5,"method":"health"}"#,
    );
    post(
        "id is an object",
        r#"{"jsonrpc":"2.0","id":{},"method":"health"}"#,
    );
    post(
        "version 1.0",
        r#"{"jsonrpc":"1.0","id":1,"method":"health"}"#,
    );
    post("no version", r#"{"id":1,"method":"health"}"#);
    post(
        "no parameters",
        r#"{"jsonrpc":"2.0","id":1,"method":"status"}"#,
    );
    post(
        "batch",
        r#"[{"jsonrpc":"2.0","id":1,"method":"health"},{"jsonrpc":"2.0","id":2,"method":"unheard"}]"#,
    );
    post(
        "batch with a notification",
        r#"[{"jsonrpc":"2.0","method":"health"},{"jsonrpc":"2.0","id":2,"method":"health"}]"#,
    );
    post(
        "too much",
        &format!(
            r#"{{"jsonrpc":"2.0","id":1,"method":"{}"}}"#,
            "x".repeat(1_000_001)
        ),
    );
    let mut get =
        |path: &str| list.push((format!("GET {path}"), format!("GET {path}"), String::new()));
    for path in [
        "/",
        "/health",
        "/status",
        "/unheard",
        "/block",
        "/block?height=1",
        "/block?height=\"1\"",
        "/block?height=one",
        "/block?hight=1",
        "/genesis",
        "/abci_info",
    ] {
        get(path);
    }
    get(&format!("/tx?hash=0x{hex}"));
    get(&format!("/tx?hash={hex}"));
    get(&format!("/tx?hash=0x{hex}&prove=true"));
    get(&format!("/tx_search?query=\"tx.height={height}\""));
    get(&format!(
        "/tx_search?query=%22tx.height={height}%22&page=1&per_page=1"
    ));
    get(&format!("/tx_search?query=tx.height={height}"));
    get("/abci_query?path=\"/app/version\"");
    get("/abci_query?path=\"/cosmos.bank.v1beta1.Query/Params\"&data=0x&height=1&prove=false");
    get("/broadcast_tx_sync?tx=0x00");
    get("/websocket");
    list.push((
        "OPTIONS /".to_owned(),
        "OPTIONS /".to_owned(),
        String::new(),
    ));
    list.push(("PUT /".to_owned(), "PUT /".to_owned(), "{}".to_owned()));
    list
}

/// Every query by gRPC path: name, path, request.
#[must_use]
pub fn queries(subject: &Subject) -> Vec<(String, String, Vec<u8>)> {
    let (anna, contract) = (address("anna"), subject.contract.clone());
    let mut list = auth_and_bank(&anna);
    list.extend(of_wasm(&anna, &contract));
    list.extend(of_services(subject));
    list
}

type Queries = Vec<(String, String, Vec<u8>)>;

fn auth_and_bank(anna: &str) -> Queries {
    let mut list = Vec::new();
    let mut auth = |name: &str, method: &str, request: Vec<u8>| {
        list.push((
            name.to_owned(),
            format!("/cosmos.auth.v1beta1.Query/{method}"),
            request,
        ));
    };
    let nobody = address("nobody");
    auth("account", "Account", bytes(1, anna.as_bytes()));
    auth("account, unknown", "Account", bytes(1, nobody.as_bytes()));
    auth("account, no address", "Account", bytes(1, b"anna"));
    auth(
        "account, other prefix",
        "Account",
        bytes(1, b"cosmos1qyqszqgpqyqszqgpqyqszqgpqyqszqgpjnp7du"),
    );
    auth("account, empty", "Account", Vec::new());
    auth("account, malformed", "Account", vec![0xff]);
    auth("account info", "AccountInfo", bytes(1, anna.as_bytes()));
    auth("accounts, two", "Accounts", bytes(1, &number(3, 2)));
    auth("auth params", "Params", Vec::new());
    auth("module account", "ModuleAccountByName", bytes(1, b"wasm"));
    auth("prefix", "Bech32Prefix", Vec::new());
    auth("no such method", "Nothing", Vec::new());
    let mut bank = |name: &str, method: &str, request: Vec<u8>| {
        list.push((
            name.to_owned(),
            format!("/cosmos.bank.v1beta1.Query/{method}"),
            request,
        ));
    };
    let of =
        |who: &str, denom: &str| [bytes(1, who.as_bytes()), bytes(2, denom.as_bytes())].concat();
    bank("balance", "Balance", of(anna, "ucosm"));
    bank("balance, none of it", "Balance", of(anna, "none"));
    bank("balance, of nobody", "Balance", of(&nobody, "ucosm"));
    bank("balance, no address", "Balance", of("anna", "ucosm"));
    bank("balance, no denomination", "Balance", of(anna, ""));
    bank("balance, bad denomination", "Balance", of(anna, "!"));
    bank("all balances", "AllBalances", bytes(1, anna.as_bytes()));
    bank(
        "all balances, one a page",
        "AllBalances",
        [bytes(1, anna.as_bytes()), bytes(2, &number(3, 1))].concat(),
    );
    bank(
        "all balances, of nobody",
        "AllBalances",
        bytes(1, nobody.as_bytes()),
    );
    bank(
        "spendable balances",
        "SpendableBalances",
        bytes(1, anna.as_bytes()),
    );
    bank(
        "spendable balance by denomination",
        "SpendableBalanceByDenom",
        of(anna, "ucosm"),
    );
    bank("total supply", "TotalSupply", Vec::new());
    bank("supply", "SupplyOf", bytes(1, b"ucosm"));
    bank("supply of nothing", "SupplyOf", bytes(1, b"none"));
    bank("metadata", "DenomMetadata", bytes(1, b"ucosm"));
    bank("all metadata", "DenomsMetadata", Vec::new());
    bank("bank params", "Params", Vec::new());
    bank("owners", "DenomOwners", bytes(1, b"ucosm"));
    list
}

fn of_wasm(anna: &str, contract: &str) -> Queries {
    let mut list = Vec::new();
    let mut wasm = |name: &str, method: &str, request: Vec<u8>| {
        list.push((
            name.to_owned(),
            format!("/cosmwasm.wasm.v1.Query/{method}"),
            request,
        ));
    };
    let page = |fields: &[Vec<u8>]| fields.concat();
    wasm("codes", "Codes", Vec::new());
    wasm("codes, one a page", "Codes", bytes(1, &number(3, 1)));
    wasm("codes, reversed", "Codes", bytes(1, &number(5, 1)));
    wasm("codes, offset", "Codes", bytes(1, &number(2, 1)));
    wasm("codes, counted", "Codes", bytes(1, &number(4, 1)));
    wasm("codes, limit 1000", "Codes", bytes(1, &number(3, 1000)));
    wasm(
        "codes, from a key",
        "Codes",
        bytes(1, &bytes(1, &2u64.to_be_bytes())),
    );
    for (name, id) in [("code", 1), ("code, unknown", 99), ("code 0", 0)] {
        wasm(name, "Code", number(1, id));
        wasm(&format!("{name}: info"), "CodeInfo", number(1, id));
        wasm(
            &format!("{name}: contracts"),
            "ContractsByCode",
            number(1, id),
        );
    }
    wasm(
        "contracts by code, one a page",
        "ContractsByCode",
        page(&[number(1, 1), bytes(2, &number(3, 1))]),
    );
    wasm(
        "contracts by creator",
        "ContractsByCreator",
        bytes(1, anna.as_bytes()),
    );
    wasm(
        "contracts by creator, none",
        "ContractsByCreator",
        bytes(1, address("nobody").as_bytes()),
    );
    wasm(
        "contracts by creator, no address",
        "ContractsByCreator",
        bytes(1, b"anna"),
    );
    let targets = [
        ("contract", contract),
        ("no contract", anna),
        ("no address", "anna"),
        ("empty address", ""),
    ];
    for (name, target) in targets {
        wasm(
            &format!("{name}: info"),
            "ContractInfo",
            bytes(1, target.as_bytes()),
        );
        wasm(
            &format!("{name}: history"),
            "ContractHistory",
            bytes(1, target.as_bytes()),
        );
        wasm(
            &format!("{name}: state"),
            "AllContractState",
            bytes(1, target.as_bytes()),
        );
        let with = |rest: &[u8]| [bytes(1, target.as_bytes()), bytes(2, rest)].concat();
        wasm(&format!("{name}: raw"), "RawContractState", with(b"count"));
        wasm(
            &format!("{name}: raw, absent"),
            "RawContractState",
            with(b"none"),
        );
        wasm(
            &format!("{name}: smart"),
            "SmartContractState",
            with(br#"{"echo":"hello"}"#),
        );
    }
    let smart =
        |question: &str| [bytes(1, contract.as_bytes()), bytes(2, question.as_bytes())].concat();
    for (name, question) in [
        ("no JSON", "{"),
        ("empty", ""),
        ("unheard of", r#"{"unheard":{}}"#),
        ("error", r#"{"fail":"no answer"}"#),
        ("panic", r#"{"panic":"no answer"}"#),
        ("too long", r#"{"spin":4000000000}"#),
        ("environment", r#"{"env":{}}"#),
        (
            "of the chain, stargate",
            r#"{"ask":"eyJzdGFyZ2F0ZSI6eyJwYXRoIjoiL2EiLCJkYXRhIjoiIn19"}"#,
        ),
        ("of the chain, custom", r#"{"ask":"eyJjdXN0b20iOnt9fQ=="}"#),
        (
            "of the chain, unheard of",
            r#"{"ask":"eyJ1bmhlYXJkIjp7fX0="}"#,
        ),
        ("of the chain, no JSON", r#"{"ask":"e30x"}"#),
    ] {
        wasm(
            &format!("smart: {name}"),
            "SmartContractState",
            smart(question),
        );
    }
    wasm(
        "state, one a page",
        "AllContractState",
        [bytes(1, contract.as_bytes()), bytes(2, &number(3, 1))].concat(),
    );
    wasm("pinned", "PinnedCodes", Vec::new());
    wasm("wasm params", "Params", Vec::new());
    wasm("limits", "WasmLimitsConfig", Vec::new());
    let salt = hex::encode(b"salt");
    let build = |hash: &str, args: &str| {
        [
            bytes(1, hash.as_bytes()),
            bytes(2, anna.as_bytes()),
            bytes(3, salt.as_bytes()),
            bytes(4, args.as_bytes()),
        ]
        .concat()
    };
    wasm("address", "BuildAddress", build(&"13".repeat(32), ""));
    wasm("address, no hash", "BuildAddress", build("13", ""));
    list
}

fn of_services(subject: &Subject) -> Queries {
    let hash = hex::encode_upper(&subject.hash);
    let height = number(1, subject.height);
    let mut list = Vec::new();
    let mut add = |name: &str, path: &str, request: Vec<u8>| {
        list.push((name.to_owned(), path.to_owned(), request));
    };
    let tx = "/cosmos.tx.v1beta1.Service";
    add(
        "simulate",
        &format!("{tx}/Simulate"),
        bytes(2, &subject.next),
    );
    add(
        "simulate, of nothing",
        &format!("{tx}/Simulate"),
        Vec::new(),
    );
    add(
        "simulate, of garbage",
        &format!("{tx}/Simulate"),
        bytes(2, &[1, 2, 3]),
    );
    add("get tx", &format!("{tx}/GetTx"), bytes(1, hash.as_bytes()));
    add(
        "get tx, unknown",
        &format!("{tx}/GetTx"),
        bytes(1, "00".repeat(32).as_bytes()),
    );
    add("get tx, no hash", &format!("{tx}/GetTx"), bytes(1, b"xyz"));
    let query = format!("tx.height={}", subject.height);
    add(
        "get txs",
        &format!("{tx}/GetTxsEvent"),
        bytes(6, query.as_bytes()),
    );
    add(
        "block with txs",
        &format!("{tx}/GetBlockWithTxs"),
        height.clone(),
    );
    let node = "/cosmos.base.tendermint.v1beta1.Service";
    add("node info", &format!("{node}/GetNodeInfo"), Vec::new());
    add("syncing", &format!("{node}/GetSyncing"), Vec::new());
    add(
        "latest block",
        &format!("{node}/GetLatestBlock"),
        Vec::new(),
    );
    add("block", &format!("{node}/GetBlockByHeight"), height);
    add(
        "block ahead",
        &format!("{node}/GetBlockByHeight"),
        number(1, 99_999_999),
    );
    add(
        "latest validators",
        &format!("{node}/GetLatestValidatorSet"),
        Vec::new(),
    );
    add(
        "node config",
        "/cosmos.base.node.v1beta1.Service/Config",
        Vec::new(),
    );
    add(
        "node status",
        "/cosmos.base.node.v1beta1.Service/Status",
        Vec::new(),
    );
    add(
        "staking params",
        "/cosmos.staking.v1beta1.Query/Params",
        Vec::new(),
    );
    add(
        "staking pool",
        "/cosmos.staking.v1beta1.Query/Pool",
        Vec::new(),
    );
    add(
        "validator, none",
        "/cosmos.staking.v1beta1.Query/Validator",
        bytes(1, b"wasmvaloper1"),
    );
    let grant = [
        bytes(1, address("anna").as_bytes()),
        bytes(2, address("ben").as_bytes()),
    ]
    .concat();
    add(
        "allowance, none",
        "/cosmos.feegrant.v1beta1.Query/Allowance",
        grant,
    );
    add(
        "minting params",
        "/cosmos.mint.v1beta1.Query/Params",
        Vec::new(),
    );
    add(
        "consensus params",
        "/cosmos.consensus.v1.Query/Params",
        Vec::new(),
    );
    add(
        "no such service",
        "/cosmos.nothing.v1.Query/Params",
        Vec::new(),
    );
    list
}

/// Longest body that is kept whole; of longer ones the length and the beginning.
const KEPT: usize = 30_000;

/// Asks everything; the two documents, of RPC and of queries.
pub fn ask(rpc: &Rpc, subject: &Subject, made: &Value) -> Result<(Value, Value), String> {
    let mut answers = Vec::new();
    for (name, head, body) in requests(subject) {
        let (headers, answer) = rpc
            .send(&head, &body)
            .unwrap_or_else(|why| (format!("no answer: {why}"), String::new()));
        let mut lines = headers.lines();
        let status = lines.next().unwrap_or_default().to_owned();
        let headers: Vec<&str> = lines
            .filter(|line| !line.starts_with("Date: ") && !line.starts_with("Content-Length: "))
            .collect();
        let request = if body.len() > KEPT {
            json!({"length": body.len(), "begins": &body[..100]})
        } else {
            json!(body)
        };
        answers.push(json!({"name": name, "head": head, "body": request, "status": status, "headers": headers, "answer": kept(&answer)}));
    }
    let mut told = Vec::new();
    for (name, path, request) in queries(subject) {
        let answer = rpc.abci(&path, &request, 0)?;
        told.push(json!({"name": name, "path": path, "request": hex::encode(&request), "response": kept(&answer.to_string())}));
    }
    Ok((
        json!({"made": made, "answers": answers}),
        json!({"made": made, "answers": told}),
    ))
}

fn kept(answer: &str) -> Value {
    if answer.len() > KEPT {
        let end = (0..=2_000)
            .rev()
            .find(|end| answer.is_char_boundary(*end))
            .unwrap_or_default();
        return json!({"length": answer.len(), "begins": &answer[..end]});
    }
    serde_json::from_str(answer).unwrap_or_else(|_| json!(answer))
}
