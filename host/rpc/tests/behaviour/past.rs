//! Questions about earlier heights, by JSON-RPC and by gRPC.

use cosmos_sdk_proto::cosmos::bank::v1beta1::{QueryBalanceRequest, QueryBalanceResponse};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    QueryRawContractStateRequest, QueryRawContractStateResponse,
};
use prost::Message as _;
use serde_json::{Value, json};

use crate::grpc::{call_at, framed};
use crate::support::{Served, address, decoded, execute, instantiate, send};

const BALANCE: &str = "/cosmos.bank.v1beta1.Query/Balance";

fn question() -> Vec<u8> {
    QueryBalanceRequest {
        address: address("bert"),
        denom: "ustake".to_owned(),
    }
    .encode_to_vec()
}

fn ask(served: &Served, path: &str, data: &[u8], height: &str) -> Value {
    let params = json!({ "path": path, "data": hex::encode(data), "height": height });
    served.good("abci_query", params)["response"].clone()
}

fn amount(answer: &[u8]) -> String {
    let answer = QueryBalanceResponse::decode(answer).unwrap();
    answer.balance.unwrap().amount
}

#[test]
fn the_state_of_each_height_is_answered_by_both_ways() {
    let served = Served::instant();
    for _ in 0..5 {
        served.submit("anna", &[send("bert", 10)]);
    }
    let to = served.handle.grpc().unwrap();
    for height in 1..=6u64 {
        let expected = (1_000_000_000 + 10 * (height - 1)).to_string();
        let answer = ask(&served, BALANCE, &question(), &height.to_string());
        assert_eq!(answer["height"], height.to_string());
        assert_eq!(amount(&decoded(&answer["value"])), expected);
        let named = height.to_string();
        let answer = call_at(to, BALANCE, framed(&question()), Some(&named));
        assert_eq!(answer.height.as_deref(), Some(named.as_str()));
        assert_eq!(amount(&answer.message[5..]), expected);
    }
    // What is not of the state is told as the chain stands.
    let service = "/cosmos.base.tendermint.v1beta1.Service/GetLatestBlock";
    let then = decoded(&ask(&served, service, &[], "2")["value"]);
    assert_eq!(then, decoded(&ask(&served, service, &[], "0")["value"]));
}

#[test]
fn what_a_contract_had_stored_is_answered() {
    let served = Served::instant();
    let contract = instantiate(&served);
    let before = served.height();
    let first = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":null}}"#;
    served.submit("anna", &[execute(&contract, first)]);
    let between = served.height();
    let second = r#"{"ok":{"messages":[],"attributes":[],"events":[],"data":"aGk="}}"#;
    served.submit("anna", &[execute(&contract, second)]);
    let request = QueryRawContractStateRequest {
        address: contract,
        query_data: b"last".to_vec(),
    };
    for (height, expected) in [(before, ""), (between, first), (0, second)] {
        let path = "/cosmwasm.wasm.v1.Query/RawContractState";
        let answer = ask(&served, path, &request.encode_to_vec(), &height.to_string());
        let value = decoded(&answer["value"]);
        let stored = QueryRawContractStateResponse::decode(value.as_slice()).unwrap();
        assert_eq!(stored.data, expected.as_bytes(), "at {height}");
    }
}

#[test]
fn heights_that_are_not_there_are_refused_in_the_words_of_the_sdk() {
    let served = Served::instant();
    let to = served.handle.grpc().unwrap();
    for (height, code, log) in [
        (
            "99",
            26,
            "cannot query with height in the future; please provide a valid height: invalid height",
        ),
        (
            "-1",
            18,
            "cannot query with height < 0; please provide a valid height: invalid request",
        ),
    ] {
        let answer = ask(&served, BALANCE, &question(), height);
        assert_eq!(
            (&answer["code"], &answer["codespace"], &answer["log"]),
            (&json!(code), &json!("sdk"), &json!(log))
        );
        let answer = call_at(to, BALANCE, framed(&question()), Some(height));
        assert_eq!(answer.status, "2");
        let text = answer.text.replace("%20", " ").replace("%3C", "<");
        let (reason, name) = log.rsplit_once(": ").unwrap();
        assert_eq!(text, format!("codespace sdk code {code}: {name}: {reason}"));
    }
    assert_eq!(
        call_at(to, BALANCE, framed(&question()), Some("x")).status,
        "2"
    );
}
