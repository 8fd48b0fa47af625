//! W14: submessages: reply_on, roll-back, redaction, data, event order, depth, width, gas limits.

#![allow(clippy::needless_pass_by_value)] // JSON is written where it is passed

use crate::support::{
    Chain, NOTHING, PUPPET, SPINNER, checksum_of, of_message, response, saying, wanting, with_room,
};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use commons_ledger::{EntryPoint, TxResult};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContractResponse, MsgInstantiateContractResponse,
};
use prost::Message;
use serde_json::{Value, json};

const FAILING: &str = r#"{"error":"not today"}"#;

fn code(result: &TxResult) -> (&str, u32) {
    (&result.codespace, result.code)
}

fn call(contract: &str, msg: &str) -> Value {
    funded_call(contract, msg, json!([]))
}

fn funded_call(contract: &str, msg: &str, funds: Value) -> Value {
    json!({"wasm":{"execute":{"contract_addr":contract,"msg":STANDARD.encode(msg),"funds":funds}}})
}

fn send(to: &str, amount: Value) -> Value {
    json!({"bank":{"send":{"to_address":to,"amount":amount}}})
}

fn sub(msg: Value, reply_on: &str) -> Value {
    json!({"id":7,"payload":"cGF5","msg":msg,"gas_limit":null,"reply_on":reply_on})
}

fn wanting_all(messages: &[Value]) -> String {
    wanting(&Value::from(messages.to_vec()).to_string())
}

/// Two puppets of one code: the first answers every reply with the given text.
fn two(chain: &mut Chain, reply: &str) -> (String, String) {
    let code_id = chain.store(PUPPET);
    (
        chain.instantiate(code_id, reply),
        chain.instantiate(code_id, "{}"),
    )
}

#[test]
fn w14_never_asks_for_no_reply() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, NOTHING);
    let result = chain.execute(
        &first,
        &wanting_all(&[sub(call(&second, NOTHING), "never")]),
    );
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(chain.stored(&second, "last").as_deref(), Some(NOTHING));
    assert_eq!(chain.stored(&first, "seen"), None);
    let info = format!(r#"{{"sender":"{first}","funds":[]}}"#);
    assert_eq!(
        chain.stored(&second, "info"),
        Some(info),
        "the caller is the contract"
    );
}

#[test]
fn w14_each_reply_on_is_told_what_it_asked_for() {
    for (reply_on, on_success, on_error) in [
        ("always", true, true),
        ("success", true, false),
        ("error", false, true),
        ("never", false, false),
    ] {
        let mut chain = Chain::new();
        let (first, second) = two(&mut chain, NOTHING);
        let result = chain.execute(
            &first,
            &wanting_all(&[sub(call(&second, NOTHING), reply_on)]),
        );
        assert_eq!(result.code, 0, "{}", result.log);
        assert_eq!(
            chain.stored(&first, "seen").is_some(),
            on_success,
            "{reply_on}"
        );
        let mut chain = Chain::new();
        let (first, second) = two(&mut chain, NOTHING);
        let result = chain.execute(
            &first,
            &wanting_all(&[sub(call(&second, FAILING), reply_on)]),
        );
        assert_eq!(result.code == 0, on_error, "{reply_on}: {}", result.log);
        assert_eq!(
            chain.stored(&first, "seen").is_some(),
            on_error,
            "{reply_on}"
        );
        assert_eq!(
            chain.stored(&first, "last").is_some(),
            on_error,
            "the whole call is undone"
        );
        assert_eq!(
            chain.stored(&second, "last"),
            None,
            "the failed one is always undone"
        );
    }
}

#[test]
fn a_reply_shows_id_payload_events_data_and_responses() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, NOTHING);
    let inner = r#"{"ok":{"messages":[],"attributes":[{"key":"Z","value":"1"},{"key":"a","value":"2"}],"events":[],"data":"aGk="}}"#;
    let result = chain.execute(&first, &wanting_all(&[sub(call(&second, inner), "always")]));
    assert_eq!(result.code, 0, "{}", result.log);
    let seen = chain.stored(&first, "seen").unwrap();
    let data = STANDARD.encode(
        MsgExecuteContractResponse {
            data: b"hi".to_vec(),
        }
        .encode_to_vec(),
    );
    let expected = format!(
        concat!(
            r#"{{"gas_used":0,"id":7,"result":{{"ok":{{"events":["#,
            r#"{{"type":"execute","attributes":[{{"key":"_contract_address","value":"{second}"}}]}},"#,
            r#"{{"type":"wasm","attributes":[{{"key":"Z","value":"1"}},{{"key":"_contract_address","value":"{second}"}},{{"key":"a","value":"2"}}]}}"#,
            r#"],"data":"{data}","msg_responses":[{{"type_url":"/cosmwasm.wasm.v1.MsgExecuteContractResponse","value":"{data}"}}]}}}},"payload":"cGF5"}}"#
        ),
        second = second,
        data = data
    );
    assert_eq!(seen, expected);
    assert_eq!(
        of_message(&result),
        [
            format!("execute{{_contract_address={first}}}"),
            format!("execute{{_contract_address={second}}}"),
            format!("wasm{{Z=1,_contract_address={second},a=2}}"),
            format!("reply{{_contract_address={first}}}"),
        ],
        "the attributes of a submessage are sorted, those of the call are not"
    );
}

/// Bank events of a submessage's funds are sorted too; `message` events are dropped.
#[test]
fn funds_of_a_submessage_emit_sorted_bank_events() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, NOTHING);
    let anna = chain.anna.address.clone();
    let inner = funded_call(&second, NOTHING, json!([{"denom":"utoken","amount":"4"}]));
    let message = wanting_all(&[sub(inner, "never")]);
    let result = chain.by_anna(crate::support::execute(
        &anna,
        &first,
        &message,
        &[(4, "utoken")],
    ));
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(
        of_message(&result),
        [
            format!("coin_spent{{spender={anna},amount=4utoken}}"),
            format!("coin_received{{receiver={first},amount=4utoken}}"),
            format!("transfer{{recipient={first},sender={anna},amount=4utoken}}"),
            format!("execute{{_contract_address={first}}}"),
            format!("coin_spent{{amount=4utoken,spender={first}}}"),
            format!("coin_received{{amount=4utoken,receiver={second}}}"),
            format!("transfer{{amount=4utoken,recipient={second},sender={first}}}"),
            format!("execute{{_contract_address={second}}}"),
        ]
    );
    assert_eq!(chain.balance(&second, "utoken"), 4);
}

#[test]
fn a_bank_submessage_keeps_its_order_and_shows_the_reply_no_events() {
    let mut chain = Chain::new();
    let (first, _) = two(&mut chain, NOTHING);
    let (anna, bert) = (chain.anna.address.clone(), chain.bert.address.clone());
    let message = wanting_all(&[sub(
        send(&bert, json!([{"denom":"utoken","amount":"4"}])),
        "always",
    )]);
    let result = chain.by_anna(crate::support::execute(
        &anna,
        &first,
        &message,
        &[(4, "utoken")],
    ));
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(
        of_message(&result)[4..],
        [
            format!("coin_spent{{spender={first},amount=4utoken}}"),
            format!("coin_received{{receiver={bert},amount=4utoken}}"),
            format!("transfer{{recipient={bert},sender={first},amount=4utoken}}"),
            format!("reply{{_contract_address={first}}}"),
        ]
    );
    assert_eq!(
        chain.stored(&first, "seen").as_deref(),
        Some(
            r#"{"gas_used":0,"id":7,"result":{"ok":{"events":[],"msg_responses":[{"type_url":"/cosmos.bank.v1beta1.MsgSendResponse","value":""}]}},"payload":"cGF5"}"#
        )
    );
    let nothing = wanting_all(&[sub(send(&bert, json!([])), "always")]);
    assert_eq!(
        chain.execute(&first, &nothing).code,
        0,
        "an empty list is no message"
    );
    let seen = chain.stored(&first, "seen").unwrap();
    assert!(
        seen.contains(r#""ok":{"events":[],"msg_responses":[]}"#),
        "{seen}"
    );
}

#[test]
fn errors_of_others_are_redacted_and_the_contracts_own_are_not() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, NOTHING);
    let error = |chain: &mut Chain, msg: Value| {
        let result = chain.execute(&first, &wanting_all(&[sub(msg, "error")]));
        assert_eq!(result.code, 0, "{}", result.log);
        let seen: Value = serde_json::from_str(&chain.stored(&first, "seen").unwrap()).unwrap();
        seen["result"]["error"].as_str().unwrap().to_owned()
    };
    let own = error(&mut chain, call(&second, FAILING));
    assert_eq!(own, "not today: execute wasm contract failed");
    let bert = chain.bert.address.clone();
    let poor = error(
        &mut chain,
        send(&bert, json!([{"denom":"utoken","amount":"1"}])),
    );
    assert_eq!(poor, "codespace: sdk, code: 5");
    let nobody = chain.ledger.classic_address(1, 99);
    assert_eq!(
        error(&mut chain, call(&nobody, "{}")),
        "codespace: wasm, code: 22"
    );
    assert_eq!(
        error(&mut chain, call(&second, "not json")),
        "codespace: wasm, code: 14"
    );
    assert_eq!(
        error(&mut chain, json!({"custom":{}})),
        "codespace: wasm, code: 20"
    );
    assert_eq!(
        error(&mut chain, json!({"wasm":{"unknown":{}}})),
        "codespace: wasm, code: 20"
    );
    // One level deeper through execute, wasmd passes the error on unwrapped; through a failing reply it is wrapped and redacted.
    let passing = wanting_all(&[sub(call(&second, FAILING), "never")]);
    let deeper = error(&mut chain, call(&second, &passing));
    assert_eq!(deeper, "not today: execute wasm contract failed");
    let asking = wanting_all(&[sub(call(&second, NOTHING), "always")]);
    let broken = error(&mut chain, call(&second, &asking));
    assert_eq!(
        broken, "codespace: wasm, code: 29",
        "its reply answers {{}}, which is no answer"
    );
}

#[test]
fn w14_a_failing_reply_undoes_everything() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, r#"{"error":"I do not want to know"}"#);
    let result = chain.execute(
        &first,
        &wanting_all(&[sub(call(&second, NOTHING), "always")]),
    );
    assert_eq!(code(&result), ("wasm", 5));
    assert_eq!(
        result.log,
        "failed to execute message; message index: 0: reply: I do not want to know: execute wasm contract failed"
    );
    assert_eq!(chain.stored(&first, "last"), None);
    assert_eq!(chain.stored(&second, "last"), None);
    assert!(result.calls.is_empty());
}

#[test]
fn data_of_a_reply_replaces_that_of_the_call() {
    let with_data = |messages: &[Value], data: Value| {
        json!({"ok":{"messages":messages,"attributes":[],"events":[],"data":data}}).to_string()
    };
    let mut chain = Chain::new();
    for (reply, expected) in [
        (with_data(&[], json!("cmVwbHk=")), b"reply".as_slice()),
        (with_data(&[], json!("")), b""),
        (with_data(&[], Value::Null), b"own"),
    ] {
        let (first, second) = two(&mut chain, &reply);
        let message = sub(call(&second, NOTHING), "always");
        let result = chain.execute(&first, &with_data(&[message], json!("b3du")));
        assert_eq!(
            response::<MsgExecuteContractResponse>(&result, 0).data,
            expected,
            "{reply}"
        );
    }
    // The last reply that says something wins.
    let (first, second) = two(&mut chain, &with_data(&[], json!("bGFzdA==")));
    let messages = [
        sub(call(&second, NOTHING), "always"),
        sub(call(&second, NOTHING), "never"),
    ];
    let result = chain.execute(&first, &with_data(&messages, json!("b3du")));
    assert_eq!(
        response::<MsgExecuteContractResponse>(&result, 0).data,
        b"last"
    );
}

#[test]
fn w14_submessages_run_depth_first_and_calls_are_recorded_as_they_stand() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, NOTHING);
    let third = chain.instantiate(1, "{}");
    let nested = wanting_all(&[sub(call(&third, &saying("at", "third")), "never")]);
    let undone = wanting_all(&[
        sub(call(&third, &saying("at", "undone")), "never"),
        sub(call(&third, FAILING), "never"),
    ]);
    let message = wanting_all(&[
        sub(call(&second, &nested), "never"),
        sub(call(&second, &undone), "error"),
        sub(call(&second, &saying("at", "second")), "never"),
    ]);
    let result = chain.execute(&first, &message);
    assert_eq!(result.code, 0, "{}", result.log);
    let order: Vec<(&str, &[u8])> = result
        .calls
        .iter()
        .map(|call| (call.contract.as_str(), call.msg.as_slice()))
        .collect();
    assert_eq!(
        order,
        [
            (first.as_str(), message.as_bytes()),
            (second.as_str(), nested.as_bytes()),
            (third.as_str(), saying("at", "third").as_bytes()),
            (second.as_str(), saying("at", "second").as_bytes()),
        ]
    );
    assert!(
        result
            .calls
            .iter()
            .all(|call| call.entry == EntryPoint::Execute)
    );
    assert_eq!(result.calls[2].sender, second);
    assert_eq!(chain.stored(&third, "last"), Some(saying("at", "third")));
    let kinds: Vec<String> = of_message(&result);
    assert_eq!(
        kinds,
        [
            format!("execute{{_contract_address={first}}}"),
            format!("execute{{_contract_address={second}}}"),
            format!("execute{{_contract_address={third}}}"),
            format!("wasm{{_contract_address={third},at=third}}"),
            format!("reply{{_contract_address={first}}}"),
            format!("execute{{_contract_address={second}}}"),
            format!("wasm{{_contract_address={second},at=second}}"),
        ]
    );
}

#[test]
fn a_contract_makes_other_contracts() {
    let mut chain = Chain::new();
    let (first, _) = two(&mut chain, NOTHING);
    let make = json!({"wasm":{"instantiate":{
        "admin":null,"code_id":1,"msg":STANDARD.encode("{}"),"funds":[],"label":"child"}}});
    let result = chain.execute(&first, &wanting_all(&[sub(make, "success")]));
    assert_eq!(result.code, 0, "{}", result.log);
    let child = chain.ledger.classic_address(1, 3);
    let info = chain
        .ledger
        .contract_info(&chain.state, &child)
        .unwrap()
        .unwrap();
    assert_eq!(
        (info.creator, info.admin, info.label),
        (first.clone(), String::new(), "child".to_owned())
    );
    let seen: Value = serde_json::from_str(&chain.stored(&first, "seen").unwrap()).unwrap();
    let data = STANDARD
        .decode(seen["result"]["ok"]["data"].as_str().unwrap())
        .unwrap();
    let told = MsgInstantiateContractResponse::decode(data.as_slice()).unwrap();
    assert_eq!(told.address, child);
    assert_eq!(result.calls[1].entry, EntryPoint::Instantiate);
    let salt = STANDARD.encode("salt");
    let make = json!({"wasm":{"instantiate2":{
        "admin":null,"code_id":1,"label":"child","msg":STANDARD.encode("{}"),"funds":[],"salt":salt}}});
    let result = chain.execute(&first, &wanting_all(&[sub(make, "never")]));
    let checksum = checksum_of(PUPPET);
    let known = chain
        .ledger
        .predictable_address(&checksum, &first, b"salt", b"")
        .unwrap();
    assert_eq!(result.calls[1].contract, known);
}

#[test]
fn burnt_coins_leave_the_supply() {
    let mut chain = Chain::new();
    let (first, _) = two(&mut chain, NOTHING);
    let anna = chain.anna.address.clone();
    let supply = |chain: &Chain| chain.state.0.get(b"bank/\x00utoken".as_slice()).cloned();
    assert_eq!(supply(&chain).as_deref(), Some(b"1000010".as_slice()));
    let burn = json!({"bank":{"burn":{"amount":[{"denom":"utoken","amount":"4"}]}}});
    let message = wanting_all(&[sub(burn, "never")]);
    let result = chain.by_anna(crate::support::execute(
        &anna,
        &first,
        &message,
        &[(9, "utoken")],
    ));
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(supply(&chain).as_deref(), Some(b"1000006".as_slice()));
    assert_eq!(chain.balance(&first, "utoken"), 5);
    let kinds: Vec<String> = of_message(&result)[4..]
        .iter()
        .map(|event| event.split('{').next().unwrap().to_owned())
        .collect();
    assert_eq!(
        kinds,
        [
            "coin_spent",
            "coin_received",
            "transfer",
            "coin_spent",
            "burn"
        ]
    );
}

#[test]
fn a_gas_limit_confines_an_endless_submessage() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, NOTHING);
    let spinner = chain.store(SPINNER);
    let spinner = chain.instantiate(spinner, "{}");
    let mut limited = sub(call(&spinner, "{}"), "error");
    limited["gas_limit"] = json!(500_000);
    let before = chain.execute(
        &first,
        &wanting_all(&[sub(call(&second, NOTHING), "never")]),
    );
    let result = chain.execute(&first, &wanting_all(&[limited.clone()]));
    assert_eq!(result.code, 0, "{}", result.log);
    let seen = chain.stored(&first, "seen").unwrap();
    assert!(
        seen.contains(r#"{"error":"codespace: sdk, code: 11"}"#),
        "{seen}"
    );
    assert!(result.gas_used > 500_000 && result.gas_used < 500_000 + before.gas_used);
    limited["gas_limit"] = Value::Null;
    let anna = chain.anna.clone();
    let message = wanting_all(&[limited]);
    let unlimited = crate::support::execute(&anna.address, &first, &message, &[]);
    let tx = chain.draft(&anna, vec![unlimited]).with_gas(600_000).sign();
    let result = chain.deliver_one(tx);
    assert_eq!(
        (code(&result), result.gas_used),
        (("sdk", 11), 600_000),
        "no reply saves it"
    );
}

/// CWA-2024-005, CWA-2025-007: message dispatch and replies are bounded.
#[test]
fn w14_calls_nest_a_hundred_deep_and_no_deeper() {
    with_room(|| {
        let mut chain = Chain::new();
        let (first, second) = two(&mut chain, NOTHING);
        // Calls of calls, each in the message of the one before, grow too fast; so replies nest instead: a reply that wants the same again.
        let again = wanting_all(&[sub(call(&second, NOTHING), "success")]);
        let code_id = chain.store(PUPPET);
        let endless = chain.instantiate(code_id, &again);
        let anna = chain.anna.clone();
        let message = crate::support::execute(&anna.address, &endless, &again, &[]);
        let tx = chain
            .draft(&anna, vec![message])
            .with_gas(100_000_000)
            .sign();
        let result = chain.deliver_one(tx);
        assert_eq!(code(&result), ("wasm", 30), "{}", result.log);
        assert!(
            result.log.ends_with("max call depth exceeded"),
            "{}",
            result.log
        );
        assert_eq!(chain.stored(&second, "last"), None);
        assert_eq!(chain.execute(&first, NOTHING).code, 0);
    });
}

#[test]
fn payloads_are_bounded_and_unknown_reply_on_is_refused() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, NOTHING);
    let mut long = sub(call(&second, NOTHING), "never");
    long["payload"] = json!(STANDARD.encode(vec![0; 128 * 1024 + 1]));
    // The puppet keeps its message, which would be too long to store: it is told by an instantiation.
    let result = chain.execute(&first, &wanting_all(&[long]));
    assert_eq!(code(&result), ("wasm", 29), "{}", result.log);
    let odd = sub(call(&second, NOTHING), "sometimes");
    assert_eq!(
        code(&chain.execute(&first, &wanting_all(&[odd]))),
        ("wasm", 29)
    );
    let mut silent = sub(call(&second, NOTHING), "never");
    silent.as_object_mut().unwrap().remove("reply_on");
    assert_eq!(
        code(&chain.execute(&first, &wanting_all(&[silent]))),
        ("wasm", 14)
    );
}

/// Gas conservation (CWA-2025-004): what a failed submessage used is charged all the same.
#[test]
fn a_failed_submessage_is_paid_for() {
    let mut chain = Chain::new();
    let (first, second) = two(&mut chain, NOTHING);
    let plain = chain.execute(&first, NOTHING);
    let failed = chain.execute(
        &first,
        &wanting_all(&[sub(call(&second, FAILING), "error")]),
    );
    assert_eq!(failed.code, 0, "{}", failed.log);
    assert!(
        failed.gas_used > plain.gas_used + 10_000,
        "{} {}",
        failed.gas_used,
        plain.gas_used
    );
}
