//! Questions from outside and from contracts.

use crate::support::{Chain, NOTHING, PROBER, SPINNER, with_room};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use commons_ledger::{QUERY_GAS, QueryError};
use serde_json::{Value, json};

fn ask(chain: &Chain, contract: &str, msg: &str) -> Result<Vec<u8>, QueryError> {
    let reader = chain.reader();
    chain
        .ledger
        .query_smart(reader, &chain.block(), contract, msg.as_bytes(), QUERY_GAS)
        .unwrap()
}

fn smart(contract: &str, msg: &str) -> Value {
    json!({"wasm":{"smart":{"contract_addr":contract,"msg":STANDARD.encode(msg)}}})
}

/// What a contract is answered when it asks the chain.
fn asked(chain: &mut Chain, prober: &str, request: &Value) -> Value {
    let result = chain.execute(prober, &request.to_string());
    assert_eq!(result.code, 0, "{}", result.log);
    serde_json::from_str(&chain.stored(prober, "answer").unwrap()).unwrap()
}

fn prober(chain: &mut Chain) -> String {
    let code_id = chain.store(PROBER);
    chain.instantiate(code_id, "{}")
}

#[test]
fn a_smart_query_returns_the_contracts_own_json() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    assert_eq!(ask(&chain, &puppet, r#"{"ok":"e30="}"#).unwrap(), b"{}");
}

#[test]
fn failed_queries_name_the_fault() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let spinner = chain.store(SPINNER);
    let spinner = chain.instantiate(spinner, "{}");
    let nobody = chain.ledger.classic_address(1, 9);
    let cases = [
        (
            puppet.as_str(),
            r#"{"error":"who asks"}"#,
            6,
            "who asks: query wasm contract failed: unknown request",
        ),
        (
            nobody.as_str(),
            "{}",
            6,
            "no such contract: unknown request",
        ),
        (
            spinner.as_str(),
            "{}",
            6,
            "Missing export query: wasmvm error: unknown request",
        ),
        (
            puppet.as_str(),
            "{",
            18,
            "rpc error: code = InvalidArgument desc = invalid query data: invalid request",
        ),
        (
            "commons1nobody",
            "{}",
            18,
            "decoding bech32 failed: invalid character not part of charset: 111: invalid request",
        ),
    ];
    for (contract, msg, code, log) in cases {
        let error = ask(&chain, contract, msg).unwrap_err();
        assert_eq!(
            (error.codespace.as_str(), error.code),
            ("sdk", code),
            "{}",
            error.log
        );
        assert!(error.log.ends_with(log), "{}", error.log);
    }
    let reader = chain.reader();
    let poor =
        chain
            .ledger
            .query_smart(reader, &chain.block(), &puppet, br#"{"ok":"e30="}"#, 1_000);
    assert!(
        poor.unwrap()
            .unwrap_err()
            .log
            .starts_with("out of gas in location: ")
    );
}

#[test]
fn contracts_ask_for_balances_and_supply() {
    let mut chain = Chain::new();
    let prober = prober(&mut chain);
    let anna = chain.anna.address.clone();
    let amount = |text: &str| {
        STANDARD.encode(format!(
            r#"{{"amount":{{"denom":"utoken","amount":"{text}"}}}}"#
        ))
    };
    let request = json!({"bank":{"balance":{"address":anna,"denom":"utoken"}}});
    assert_eq!(
        asked(&mut chain, &prober, &request),
        json!({"ok":{"ok":amount("1000000")}})
    );
    let request = json!({"bank":{"supply":{"denom":"utoken"}}});
    assert_eq!(
        asked(&mut chain, &prober, &request),
        json!({"ok":{"ok":amount("1000010")}})
    );
    let request = json!({"bank":{"balance":{"address":"nobody","denom":"utoken"}}});
    assert_eq!(
        asked(&mut chain, &prober, &request),
        json!({"ok":{"error":"codespace: sdk, code: 7"}})
    );
}

#[test]
fn contracts_ask_each_other() {
    let mut chain = Chain::new();
    let prober = prober(&mut chain);
    let puppet = chain.puppet(NOTHING);
    let raw =
        |key: &str| json!({"wasm":{"raw":{"contract_addr":puppet,"key":STANDARD.encode(key)}}});
    assert_eq!(
        asked(&mut chain, &prober, &raw("reply")),
        json!({"ok":{"ok":STANDARD.encode(NOTHING)}})
    );
    assert_eq!(
        asked(&mut chain, &prober, &raw("absent")),
        json!({"ok":{"ok":""}})
    );
    let fine = smart(&puppet, r#"{"ok":"e30="}"#);
    assert_eq!(
        asked(&mut chain, &prober, &fine),
        json!({"ok":{"ok":"e30="}})
    );
    let failing = smart(&puppet, r#"{"error":"who asks"}"#);
    let text = "who asks: query wasm contract failed";
    assert_eq!(
        asked(&mut chain, &prober, &failing),
        json!({"ok":{"error":text}})
    );
    let bad = smart(&puppet, "no json");
    assert_eq!(
        asked(&mut chain, &prober, &bad),
        json!({"ok":{"error":"codespace: wasm, code: 14"}})
    );
}

#[test]
fn contracts_ask_about_contracts_and_codes() {
    let mut chain = Chain::new();
    let prober = prober(&mut chain);
    let anna = chain.anna.address.clone();
    let answer = asked(
        &mut chain,
        &prober,
        &json!({"wasm":{"contract_info":{"contract_addr":prober}}}),
    );
    let text = STANDARD
        .decode(answer["ok"]["ok"].as_str().unwrap())
        .unwrap();
    let port = format!("wasm2{}", prober.strip_prefix("commons").unwrap());
    assert_eq!(
        String::from_utf8(text).unwrap(),
        format!(
            r#"{{"code_id":1,"creator":"{anna}","admin":"{anna}","pinned":false,"ibc2_port":"{port}"}}"#
        )
    );
    let answer = asked(
        &mut chain,
        &prober,
        &json!({"wasm":{"code_info":{"code_id":1}}}),
    );
    let text = STANDARD
        .decode(answer["ok"]["ok"].as_str().unwrap())
        .unwrap();
    let checksum = crate::support::checksum_of(PROBER);
    assert_eq!(
        String::from_utf8(text).unwrap(),
        format!(r#"{{"code_id":1,"creator":"{anna}","checksum":"{checksum}"}}"#)
    );
}

#[test]
fn system_errors_are_not_redacted() {
    let mut chain = Chain::new();
    let prober = prober(&mut chain);
    let nobody = chain.ledger.classic_address(1, 9);
    let none = json!({"error":{"no_such_contract":{"addr":nobody}}});
    assert_eq!(asked(&mut chain, &prober, &smart(&nobody, "{}")), none);
    let info = json!({"wasm":{"contract_info":{"contract_addr":nobody}}});
    assert_eq!(asked(&mut chain, &prober, &info), none);
    let code = json!({"wasm":{"code_info":{"code_id":9}}});
    let expected = json!({"error":{"no_such_code":{"code_id":9}}});
    assert_eq!(asked(&mut chain, &prober, &code), expected);
    let kind = |kind: &str| json!({"error":{"unsupported_request":{"kind":kind}}});
    let stargate = json!({"stargate":{"path":"/x","data":""}});
    assert_eq!(
        asked(&mut chain, &prober, &stargate),
        kind("Stargate queries are disabled on this chain")
    );
    assert_eq!(
        asked(&mut chain, &prober, &json!({"custom":{}})),
        kind("custom")
    );
    let unknown = json!({"bank":{"riches":{}}});
    assert_eq!(
        asked(&mut chain, &prober, &unknown),
        kind("unknown BankQuery variant")
    );
    assert_eq!(
        asked(&mut chain, &prober, &json!({"oracle":{}})),
        json!({"error":{"unknown":{}}})
    );
}

/// CWA-2022-004: a stack of ten queries is answered, one of eleven is not (wasm/27 inside).
#[test]
fn w12_queries_nest_ten_deep_and_no_deeper() {
    with_room(|| {
        let mut chain = Chain::new();
        let code_id = chain.store(PROBER);
        let mut last = chain.instantiate(code_id, "{}");
        for _ in 1..10 {
            last = chain.instantiate(code_id, &smart(&last, "{}").to_string());
        }
        assert_eq!(ask(&chain, &last, "{}").unwrap(), b"{}");
        let deeper = chain.instantiate(code_id, &smart(&last, "{}").to_string());
        let error = ask(&chain, &deeper, "{}").unwrap_err();
        assert!(error.log.starts_with("failed below: "), "{}", error.log);
        let same = chain.ledger.classic_address(1, 12);
        let itself = chain.instantiate(code_id, &smart(&same, "{}").to_string());
        assert_eq!(itself, same);
        assert!(
            ask(&chain, &itself, "{}").is_err(),
            "a query of itself ends"
        );
    });
}

#[test]
fn the_gas_of_a_query_is_charged_to_who_asks() {
    let mut chain = Chain::new();
    let prober = prober(&mut chain);
    let puppet = chain.puppet("{}");
    let cheap = chain.execute(&prober, &json!({"oracle":{}}).to_string());
    let dear = chain.execute(&prober, &smart(&puppet, r#"{"ok":"e30="}"#).to_string());
    assert!(
        dear.gas_used > cheap.gas_used + 60_000,
        "{} {}",
        dear.gas_used,
        cheap.gas_used
    );
}

#[test]
fn a_query_out_of_gas_ends_the_transaction_that_asked() {
    let mut chain = Chain::new();
    let prober = prober(&mut chain);
    let puppet = chain.puppet("{}");
    let anna = chain.anna.clone();
    let call = crate::support::execute(
        &anna.address,
        &prober,
        &smart(&puppet, r#"{"ok":"e30="}"#).to_string(),
        &[],
    );
    let full = chain.ledger.simulate(
        chain.reader(),
        &chain.block(),
        &chain.draft(&anna, vec![call.clone()]).sign(),
    );
    let needed = full.unwrap().gas_used;
    let tx = chain
        .draft(&anna, vec![call])
        .with_gas(needed - 30_000)
        .sign();
    let result = chain.deliver_one(tx);
    assert_eq!(
        (result.codespace.as_str(), result.code),
        ("sdk", 11),
        "{}",
        result.log
    );
    assert_eq!(chain.stored(&prober, "answer"), None);
}
