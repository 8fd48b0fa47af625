//! A transaction from its sending to its finding, and questions about what it did.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use commons_client::tx::Message;
use commons_rpc::BlockTime;
use cosmos_sdk_proto::cosmos::auth::v1beta1::QueryAccountRequest;
use cosmos_sdk_proto::cosmos::bank::v1beta1::{
    QueryAllBalancesRequest, QueryAllBalancesResponse, QueryBalanceRequest, QueryBalanceResponse,
};
use cosmos_sdk_proto::cosmos::base::query::v1beta1::PageRequest;
use cosmos_sdk_proto::cosmos::tx::v1beta1::{SimulateRequest, SimulateResponse};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryCodesRequest, QueryCodesResponse, QueryContractInfoRequest, QueryRawContractStateRequest,
    QueryRawContractStateResponse, QuerySmartContractStateRequest, QuerySmartContractStateResponse,
};
use serde_json::{Value, json};

use crate::support::{Served, address, attribute, config, puppet, send};

#[test]
fn a_transaction_is_in_a_block_when_its_sender_hears_of_it() {
    let served = Served::instant();
    let tx = served.submit("anna", &[send("bert", 5)]);
    assert_eq!(
        (&tx["height"], &tx["index"], &tx["tx_result"]["code"]),
        (&json!("2"), &json!(0), &json!(0))
    );
    assert_eq!(attribute(&tx, "transfer", "recipient"), address("bert"));
    let request = QueryBalanceRequest {
        address: address("bert"),
        denom: "ustake".to_owned(),
    };
    let held: QueryBalanceResponse = served.query("/cosmos.bank.v1beta1.Query/Balance", &request);
    assert_eq!(held.balance.unwrap().amount, "1000000005");
    let hash = STANDARD.encode(hex::decode(tx["hash"].as_str().unwrap()).unwrap());
    let one = served.good("tx", json!({ "hash": hash, "prove": true }));
    let block = served.good("block", json!({ "height": "2" }));
    assert_eq!(
        one["proof"]["root_hash"],
        block["block"]["header"]["data_hash"]
    );
    assert_eq!(one["tx_result"], tx["tx_result"]);
    let results = served.good("block_results", json!({ "height": "2" }));
    assert_eq!(results["txs_results"][0], tx["tx_result"]);
    let again = served
        .call("broadcast_tx_sync", json!({ "tx": one["tx"] }))
        .unwrap_err();
    assert_eq!(
        (&again["code"], &again["data"]),
        (&json!(-32603), &json!("tx already exists in cache"))
    );
}

#[test]
fn what_fails_its_check_is_in_no_block_and_what_fails_later_is() {
    let served = Served::instant();
    let ahead = served.signed("anna", &[send("bert", 5)], 3);
    let refused = served.good("broadcast_tx_sync", json!({ "tx": STANDARD.encode(ahead) }));
    assert_eq!(
        (&refused["code"], &refused["codespace"]),
        (&json!(32), &json!("sdk"))
    );
    let log = refused["log"].as_str().unwrap();
    assert!(
        log.contains("account sequence mismatch, expected 0, got 3: incorrect account sequence")
    );
    assert_eq!(served.height(), 1);
    let failed = served.submit("anna", &[send("bert", u128::MAX)]);
    assert_eq!(failed["tx_result"]["code"], 5);
    assert_eq!(failed["tx_result"]["data"], Value::Null);
    let empty = served.good("broadcast_tx_sync", json!({}));
    assert_eq!(
        (&empty["code"], &empty["codespace"]),
        (&json!(18), &json!("sdk"))
    );
}

#[test]
fn a_contract_is_stored_made_called_and_asked() {
    let served = Served::instant();
    let stored = served.submit("anna", &[Message::StoreCode { wasm: puppet() }]);
    assert_eq!(attribute(&stored, "store_code", "code_id"), "1");
    let made = served.submit(
        "anna",
        &[Message::Instantiate {
            code_id: 1,
            label: "a puppet".to_owned(),
            msg: b"{}".to_vec(),
            funds: Vec::new(),
            admin: None,
        }],
    );
    let contract = attribute(&made, "instantiate", "_contract_address");
    let said = json!({ "ok": { "messages": [], "attributes": [{ "key": "colour", "value": "blue" }], "events": [], "data": null } });
    let run = served.submit(
        "anna",
        &[Message::Execute {
            contract: contract.clone(),
            msg: said.to_string().into_bytes(),
            funds: Vec::new(),
        }],
    );
    assert_eq!(attribute(&run, "wasm", "colour"), "blue");
    let ask = |data: &[u8]| QuerySmartContractStateRequest {
        address: contract.clone(),
        query_data: data.to_vec(),
    };
    let path = "/cosmwasm.wasm.v1.Query/SmartContractState";
    let smart: QuerySmartContractStateResponse = served.query(path, &ask(br#"{"ok":"e30="}"#));
    assert_eq!(smart.data, b"{}");
    let no = served.abci(path, &ask(br#"{"error":"it says no"}"#));
    assert_eq!((&no["code"], &no["codespace"]), (&json!(6), &json!("sdk")));
    assert!(
        no["log"]
            .as_str()
            .unwrap()
            .ends_with("it says no: query wasm contract failed: unknown request"),
        "{no}"
    );
    assert_eq!(served.abci(path, &ask(b"no json"))["code"], 18);
    let raw: QueryRawContractStateResponse = served.query(
        "/cosmwasm.wasm.v1.Query/RawContractState",
        &QueryRawContractStateRequest {
            address: contract.clone(),
            query_data: b"last".to_vec(),
        },
    );
    assert_eq!(raw.data, said.to_string().into_bytes());
    let none = QueryContractInfoRequest {
        address: address("anna"),
    };
    let none = served.abci("/cosmwasm.wasm.v1.Query/ContractInfo", &none);
    assert_eq!(
        (&none["code"], &none["log"]),
        (
            &json!(6),
            &json!(format!(
                "address {}: no such contract: unknown request",
                address("anna")
            ))
        )
    );
    // The search wants all conditions of one event.
    let total =
        |query: String| served.good("tx_search", json!({ "query": query }))["total_count"].clone();
    assert_eq!(
        total(format!(
            "wasm._contract_address='{contract}' AND wasm.colour='blue'"
        )),
        "1"
    );
    assert_eq!(
        total(format!(
            "execute._contract_address='{contract}' AND wasm.colour='blue'"
        )),
        "0"
    );
    assert_eq!(
        total("wasm.colour CONTAINS 'lu' AND tx.height>3".to_owned()),
        "1"
    );
    assert_eq!(total("wasm.colour EXISTS AND tx.height<3".to_owned()), "0");
    assert_eq!(total("tx.height>=2".to_owned()), "3");
}

#[test]
fn lists_come_in_pages_that_always_say_whether_there_is_another() {
    let served = Served::instant();
    for _ in 0..3 {
        served.submit("anna", &[Message::StoreCode { wasm: puppet() }]);
    }
    let path = "/cosmwasm.wasm.v1.Query/Codes";
    let page = |key: Vec<u8>, reverse| QueryCodesRequest {
        pagination: Some(PageRequest {
            key,
            limit: 2,
            reverse,
            ..PageRequest::default()
        }),
    };
    let ids = |found: &QueryCodesResponse| {
        found
            .code_infos
            .iter()
            .map(|code| code.code_id)
            .collect::<Vec<_>>()
    };
    let first: QueryCodesResponse = served.query(path, &page(Vec::new(), false));
    assert_eq!(ids(&first), [1, 2]);
    let next = first.pagination.unwrap().next_key;
    let second: QueryCodesResponse = served.query(path, &page(next, false));
    assert_eq!(ids(&second), [3]);
    assert!(second.pagination.unwrap().next_key.is_empty());
    let down: QueryCodesResponse = served.query(path, &page(Vec::new(), true));
    assert_eq!(ids(&down), [3, 2]);
    let rest: QueryCodesResponse =
        served.query(path, &page(down.pagination.unwrap().next_key, true));
    assert_eq!(ids(&rest), [1]);
    let counted = QueryCodesRequest {
        pagination: Some(PageRequest {
            count_total: true,
            ..PageRequest::default()
        }),
    };
    assert_eq!(served.abci(path, &counted)["code"], 18);
    let request = QueryAllBalancesRequest {
        address: address("bert"),
        pagination: Some(PageRequest {
            offset: 1,
            limit: 5,
            count_total: true,
            ..PageRequest::default()
        }),
        resolve_denom: false,
    };
    let held: QueryAllBalancesResponse =
        served.query("/cosmos.bank.v1beta1.Query/AllBalances", &request);
    assert_eq!(held.balances.len(), 1);
    assert_eq!(
        (
            held.balances[0].denom.as_str(),
            held.pagination.unwrap().total
        ),
        ("ustake", 2)
    );
}

#[test]
fn an_unknown_account_is_told_in_the_words_that_clients_look_for() {
    let served = Served::instant();
    let nobody = address("nobody");
    let answer = served.abci(
        "/cosmos.auth.v1beta1.Query/Account",
        &QueryAccountRequest {
            address: nobody.clone(),
        },
    );
    assert_eq!(answer["code"], 22);
    assert_eq!(
        answer["log"],
        format!("rpc error: code = NotFound desc = account {nobody} not found: key not found")
    );
    assert_ne!(answer["height"], "0");
    let unknown = served.abci("/no.such.Query/Thing", &QueryAccountRequest::default());
    assert_eq!(
        (&unknown["code"], &unknown["log"], &unknown["height"]),
        (
            &json!(6),
            &json!("unknown query path: unknown request"),
            &json!("0")
        )
    );
    let future = served.good(
        "abci_query",
        json!({ "path": "/cosmos.auth.v1beta1.Query/Params", "data": "", "height": "99" }),
    );
    assert_eq!(future["response"]["code"], 26);
}

#[test]
fn a_simulation_tells_the_gas_and_keeps_nothing() {
    let served = Served::instant();
    let tx_bytes = served.signed("anna", &[send("bert", 5)], 0);
    #[allow(deprecated)]
    let request = SimulateRequest { tx: None, tx_bytes };
    let told: SimulateResponse = served.query("/cosmos.tx.v1beta1.Service/Simulate", &request);
    assert!(told.gas_info.unwrap().gas_used > 20_000);
    assert_eq!(told.result.unwrap().msg_responses.len(), 1);
    assert_eq!((served.account("anna").1, served.height()), (0, 1));
    let tx_bytes = served.signed("anna", &[send("bert", u128::MAX)], 0);
    #[allow(deprecated)]
    let request = SimulateRequest { tx: None, tx_bytes };
    let no = served.abci("/cosmos.tx.v1beta1.Service/Simulate", &request);
    assert_eq!(no["code"], 6);
    let log = no["log"].as_str().unwrap();
    assert!(
        log.starts_with(
            "rpc error: code = Unknown desc = failed to execute message; message index: 0:"
        ),
        "{log}"
    );
    assert!(
        log.ends_with("': unknown request") && log.contains("with gas used: '"),
        "{log}"
    );
}

#[test]
fn a_price_for_gas_is_asked_before_anything_is_taken_in() {
    let mut config = config("priced-dev", BlockTime::Instant);
    config.minimum_gas_prices = vec!["0.1ustake".parse().unwrap()];
    let served = Served::with(config);
    let tx = served.signed("anna", &[send("bert", 5)], 0);
    let refused = served.good("broadcast_tx_sync", json!({ "tx": STANDARD.encode(tx) }));
    assert_eq!(
        (&refused["code"], &refused["codespace"]),
        (&json!(13), &json!("sdk"))
    );
    assert_eq!(
        refused["log"],
        "insufficient fees; got:  required: 100000ustake: insufficient fee"
    );
}

#[test]
fn blocks_come_at_their_beat_also_empty_ones() {
    let served = Served::with(config(
        "beating-1",
        BlockTime::Interval(std::time::Duration::from_millis(20)),
    ));
    let tx = served.signed("anna", &[send("bert", 5)], 0);
    let sent = served.good("broadcast_tx_async", json!({ "tx": STANDARD.encode(tx) }));
    let query = format!("tx.hash='{}'", sent["hash"].as_str().unwrap());
    let found = std::iter::repeat_with(|| served.good("tx_search", json!({ "query": query })));
    let found = found
        .take(5_000)
        .find(|found| found["total_count"] == "1")
        .unwrap();
    let height: u64 = found["txs"][0]["height"].as_str().unwrap().parse().unwrap();
    assert!(
        std::iter::repeat_with(|| served.height())
            .take(50_000)
            .any(|now| now > height + 2)
    );
}
