//! Code and contracts: storing, instantiating, executing, events, gas.

use crate::support::{
    Chain, MUTE, NOTHING, PUPPET, SCANNER, SPINNER, START, TRAPPER, any, bank_send, checksum_of,
    execute, instantiate, instantiate2, of_message, response, saying, store_code,
};
use commons_ledger::{Coin, EntryPoint, TxResult};
use cosmos_sdk_proto::cosmwasm::wasm::v1::{
    MsgExecuteContractResponse, MsgInstantiateContract2Response, MsgInstantiateContractResponse,
    MsgStoreCodeResponse,
};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

fn code(result: &TxResult) -> (&str, u32) {
    (&result.codespace, result.code)
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn code_stored_twice_gets_two_ids_and_one_checksum() {
    let mut chain = Chain::new();
    let anna = chain.anna.address.clone();
    let wasm = wat::parse_str(PUPPET).unwrap();
    let first = chain.by_anna(store_code(&anna, wasm.clone()));
    let second = chain.by_anna(store_code(&anna, gzip(&wasm)));
    let checksum = checksum_of(PUPPET);
    for (result, code_id) in [(&first, 1), (&second, 2)] {
        assert_eq!(result.code, 0, "{}", result.log);
        let stored: MsgStoreCodeResponse = response(result, 0);
        assert_eq!(
            (stored.code_id, stored.checksum),
            (code_id, checksum.0.to_vec())
        );
        let expected = format!("store_code{{code_checksum={checksum},code_id={code_id}}}");
        assert_eq!(of_message(result), [expected]);
        let info = chain
            .ledger
            .code_info(&chain.state, code_id)
            .unwrap()
            .unwrap();
        assert_eq!(
            (info.creator, info.code_hash),
            (anna.clone(), checksum.0.to_vec())
        );
    }
    let bytes = chain.ledger.code_bytes(&chain.state, &checksum).unwrap();
    assert_eq!(bytes, Some(wasm));
}

/// What is no contract is refused, and nothing but fee and sequence changes.
#[test]
fn w01_what_is_no_contract_is_not_stored() {
    let mut chain = Chain::new();
    let anna = chain.anna.address.clone();
    let empty_module = b"\0asm\x01\0\0\0".to_vec();
    let bomb = gzip(&vec![0; 10_000_000]);
    let cut = gzip(&wat::parse_str(PUPPET).unwrap())[..100].to_vec();
    for bytes in [b"random bytes".to_vec(), empty_module, bomb, cut] {
        let result = chain.by_anna(store_code(&anna, bytes));
        assert_eq!(code(&result), ("wasm", 2), "{}", result.log);
        assert_eq!(chain.ledger.code_info(&chain.state, 1).unwrap(), None);
    }
    assert!(chain.state.0.keys().all(|key| !key.starts_with(b"code/")));
}

#[test]
fn a_simulated_store_keeps_nothing() {
    let chain = Chain::new();
    let message = store_code(&chain.anna.address, wat::parse_str(PUPPET).unwrap());
    let tx = chain.draft(&chain.anna, vec![message]).sign();
    let result = chain
        .ledger
        .simulate(chain.reader(), &chain.block(), &tx)
        .unwrap();
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(chain.ledger.code_info(&chain.state, 1).unwrap(), None);
}

#[test]
fn an_instantiation_makes_a_contract_at_the_next_address() {
    let mut chain = Chain::new();
    let code_id = chain.store(PUPPET);
    let anna = chain.anna.address.clone();
    let result = chain.by_anna(instantiate(&anna, code_id, "{}", &[(5, "utoken")]));
    assert_eq!(result.code, 0, "{}", result.log);
    let made: MsgInstantiateContractResponse = response(&result, 0);
    let contract = chain.ledger.classic_address(1, 1);
    assert_eq!(
        (made.address.as_str(), made.data.len()),
        (contract.as_str(), 0)
    );
    assert_eq!(
        of_message(&result),
        [
            format!("coin_spent{{spender={anna},amount=5utoken}}"),
            format!("coin_received{{receiver={contract},amount=5utoken}}"),
            format!("transfer{{recipient={contract},sender={anna},amount=5utoken}}"),
            format!("instantiate{{_contract_address={contract},code_id=1}}"),
        ]
    );
    let info = chain
        .ledger
        .contract_info(&chain.state, &contract)
        .unwrap()
        .unwrap();
    assert_eq!(
        (info.code_id, info.creator, info.admin),
        (1, anna.clone(), anna.clone())
    );
    assert_eq!(info.created.unwrap().block_height, 2);
    assert_eq!(info.ibc_port_id, "");
    assert_eq!(
        info.ibc2_port_id,
        format!("wasm2{}", contract.strip_prefix("commons").unwrap())
    );
    assert_eq!(chain.balance(&contract, "utoken"), 5);
    let account = chain.ledger.account(&chain.state, &contract).unwrap();
    assert_eq!(account.map(|account| account.number), Some(2));
    let next = chain.instantiate(code_id, "{}");
    assert_eq!(
        next,
        chain.ledger.classic_address(1, 2),
        "the counter is the chain's"
    );
}

/// CWA-2022-005: coins sent to the address before do not block it.
#[test]
fn a_contract_takes_an_address_that_already_holds_coins() {
    let mut chain = Chain::new();
    let code_id = chain.store(PUPPET);
    let anna = chain.anna.address.clone();
    let contract = chain.ledger.classic_address(1, 1);
    chain.by_anna(bank_send(&anna, &contract, &[(3, "utoken")]));
    let result = chain.by_anna(instantiate(&anna, code_id, "{}", &[(5, "utoken")]));
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(chain.balance(&contract, "utoken"), 8);
}

#[test]
fn an_address_known_beforehand_is_taken_once() {
    let mut chain = Chain::new();
    let code_id = chain.store(PUPPET);
    let anna = chain.anna.address.clone();
    let checksum = checksum_of(PUPPET);
    let expected = chain
        .ledger
        .predictable_address(&checksum, &anna, b"salt", b"")
        .unwrap();
    let result = chain.by_anna(instantiate2(&anna, code_id, b"salt"));
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(
        response::<MsgInstantiateContract2Response>(&result, 0).address,
        expected
    );
    assert_eq!(result.calls[0].contract, expected);
    let again = chain.by_anna(instantiate2(&anna, code_id, b"salt"));
    assert_eq!(code(&again), ("wasm", 15), "{}", again.log);
    assert_eq!(
        code(&chain.by_anna(instantiate2(&anna, code_id, b""))),
        ("wasm", 12)
    );
    assert_eq!(
        code(&chain.by_anna(instantiate2(&anna, code_id, &[1; 65]))),
        ("wasm", 13)
    );
    let classic = chain.instantiate(code_id, "{}");
    assert_eq!(
        classic,
        chain.ledger.classic_address(1, 1),
        "the counter did not move"
    );
}

#[test]
fn unknown_code_and_bad_labels_are_refused() {
    use cosmos_sdk_proto::cosmwasm::wasm::v1::MsgInstantiateContract;
    use prost::Message;
    let mut chain = Chain::new();
    let anna = chain.anna.address.clone();
    let result = chain.by_anna(instantiate(&anna, 99, "{}", &[]));
    assert_eq!(code(&result), ("wasm", 28));
    assert!(
        result.log.ends_with("code id 99: no such code"),
        "{}",
        result.log
    );
    assert_eq!(
        code(&chain.by_anna(instantiate(&anna, 0, "{}", &[]))),
        ("sdk", 18)
    );
    let long = "l".repeat(129);
    for (label, expected) in [
        ("", 12),
        (long.as_str(), 13),
        (" x", 14),
        ("a\nb", 14),
        ("a\u{a0}b", 14),
    ] {
        let mut any = instantiate(&anna, 1, "{}", &[]);
        let mut message = MsgInstantiateContract::decode(any.value.as_slice()).unwrap();
        message.label = label.to_owned();
        any.value = message.encode_to_vec();
        assert_eq!(code(&chain.by_anna(any)), ("wasm", expected), "{label:?}");
    }
}

#[test]
fn a_contract_sees_block_transaction_sender_and_funds() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let anna = chain.anna.address.clone();
    let garbage = b"garbage".to_vec();
    let pay = bank_send(&anna, &puppet, &[(1, "utoken")]);
    let first = chain.draft(&chain.anna, vec![pay]);
    let call = execute(&anna, &puppet, NOTHING, &[(2, "uother"), (3, "utoken")]);
    let mut second = chain.draft(&chain.anna, vec![call]);
    second.auth.signer_infos[0].sequence += 1;
    // The garbage is in the block but not counted: the call is the second counted transaction.
    let results = chain.deliver(&[garbage, first.sign(), second.sign()]);
    assert_eq!(results[2].code, 0, "{}", results[2].log);
    let hash = {
        use base64::Engine;
        base64::engine::general_purpose::STANDARD.encode(results[2].hash)
    };
    let time = START + chain.height * 1_000_000_000;
    let expected = format!(
        r#"{{"block":{{"height":{},"time":"{time}","chain_id":"commons-test-1"}},"transaction":{{"index":1,"hash":"{hash}"}},"contract":{{"address":"{puppet}"}}}}"#,
        chain.height
    );
    assert_eq!(chain.stored(&puppet, "env"), Some(expected));
    let info = format!(
        r#"{{"sender":"{anna}","funds":[{{"denom":"uother","amount":"2"}},{{"denom":"utoken","amount":"3"}}]}}"#
    );
    assert_eq!(chain.stored(&puppet, "info"), Some(info));
    let call = &results[2].calls[0];
    assert_eq!((call.entry, call.tx_index), (EntryPoint::Execute, Some(1)));
    assert_eq!(
        (call.sender.as_str(), call.contract.as_str()),
        (anna.as_str(), puppet.as_str())
    );
    assert_eq!(call.funds, [Coin::new(2, "uother"), Coin::new(3, "utoken")]);
    assert_eq!(call.msg, NOTHING.as_bytes());
}

#[test]
fn events_are_named_trimmed_and_ordered() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let answer = r#"{"ok":{"messages":[],"attributes":[{"key":" b ","value":" 1 "},{"key":"a","value":""}],
        "events":[{"type":" abc ","attributes":[{"key":"x","value":"y"}]},{"type":"def","attributes":[]}],"data":"aGk="}}"#;
    let result = chain.execute(&puppet, answer);
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(
        of_message(&result),
        [
            format!("execute{{_contract_address={puppet}}}"),
            format!("wasm{{_contract_address={puppet},b=1,a=}}"),
            format!("wasm-abc{{_contract_address={puppet},x=y}}"),
            format!("wasm-def{{_contract_address={puppet}}}"),
        ]
    );
    let behind = result.events.iter().filter(|event| event.kind != "tx");
    for event in behind {
        assert_eq!(
            event.attributes.last(),
            Some(&("msg_index".to_owned(), "0".to_owned()))
        );
    }
    assert_eq!(
        response::<MsgExecuteContractResponse>(&result, 0).data,
        b"hi"
    );
    let bare = chain.execute(&puppet, NOTHING);
    assert_eq!(
        of_message(&bare),
        [format!("execute{{_contract_address={puppet}}}")]
    );
}

#[test]
fn a_contract_that_names_a_module_hides_the_chains_name_for_it() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let result = chain.execute(&puppet, &saying("module", "mine"));
    let first = result
        .events
        .iter()
        .find(|event| event.kind == "message")
        .unwrap();
    assert!(first.attributes.iter().all(|(key, _)| key != "module"));
}

#[test]
fn events_with_reserved_or_empty_names_undo_the_call() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let short = r#"{"ok":{"messages":[],"attributes":[],"events":[{"type":" ab ","attributes":[]}],"data":null}}"#;
    for answer in [
        saying("_x", "1"),
        saying("  ", "1"),
        saying(" _x", "1"),
        short.to_owned(),
    ] {
        let result = chain.execute(&puppet, &answer);
        assert_eq!(code(&result), ("wasm", 21), "{}", result.log);
        assert_eq!(chain.stored(&puppet, "last"), None);
        assert!(result.calls.is_empty());
    }
}

#[test]
fn a_contracts_error_undoes_the_call_and_keeps_its_text() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let anna = chain.anna.address.clone();
    let message = execute(&anna, &puppet, r#"{"error":"not today"}"#, &[(5, "utoken")]);
    let result = chain.by_anna(message);
    assert_eq!(code(&result), ("wasm", 5));
    assert_eq!(
        result.log,
        "failed to execute message; message index: 0: not today: execute wasm contract failed"
    );
    assert_eq!(
        chain.stored(&puppet, "last"),
        None,
        "what it had written is gone"
    );
    assert_eq!(chain.balance(&puppet, "utoken"), 0);
    assert!(result.calls.is_empty());
    assert!(result.events.iter().all(|event| event.kind == "tx"));
}

#[test]
fn traps_missing_entry_points_and_bad_answers_are_engine_errors() {
    let mut chain = Chain::new();
    let anna = chain.anna.address.clone();
    let trapper = chain.store(TRAPPER);
    let result = chain.by_anna(instantiate(&anna, trapper, "{}", &[]));
    assert_eq!(code(&result), ("wasm", 29), "{}", result.log);
    assert!(
        result
            .log
            .contains("Error calling the VM: Error executing Wasm: "),
        "{}",
        result.log
    );
    let mute = chain.store(MUTE);
    let mute = chain.instantiate(mute, "{}");
    assert_eq!(
        mute,
        chain.ledger.classic_address(2, 1),
        "the failed one used no number"
    );
    let result = chain.execute(&mute, "{}");
    assert_eq!(code(&result), ("wasm", 29));
    assert!(
        result.log.ends_with("Error calling the VM: Error resolving Wasm function: Could not get export: Missing export execute: wasmvm error"),
        "{}",
        result.log
    );
    let puppet = chain.puppet("{}");
    for answer in [
        "{}",
        r#"{"ok":{}}"#,
        "null",
        "[]",
        r#"{"ok":{"messages":7}}"#,
    ] {
        let result = chain.execute(&puppet, answer);
        assert_eq!(code(&result), ("wasm", 29), "{answer}: {}", result.log);
    }
}

#[test]
fn an_endless_loop_ends_at_the_gas_limit() {
    let mut chain = Chain::new();
    let code_id = chain.store(SPINNER);
    let spinner = chain.instantiate(code_id, "{}");
    let anna = chain.anna.clone();
    let call = execute(&anna.address, &spinner, "{}", &[(5, "utoken")]);
    let tx = chain.draft(&anna, vec![call]).with_gas(400_000).sign();
    let result = chain.deliver_one(tx);
    assert_eq!(code(&result), ("sdk", 11));
    assert_eq!(result.gas_used, 400_000);
    assert_eq!(
        result.log,
        "out of gas in location: Wasm engine function execution; gasWanted: 400000, gasUsed: 400000: out of gas"
    );
    assert_eq!(chain.balance(&spinner, "utoken"), 0);
    assert_eq!(chain.sequence(&anna), 3);
}

/// Order of magnitude of a real chain: 102,000 for a tiny call, 60,000 of it the instance.
#[test]
fn a_small_call_costs_about_what_it_costs_on_a_real_chain() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let one = chain.execute(&puppet, NOTHING);
    assert!(
        (80_000..140_000).contains(&one.gas_used),
        "{}",
        one.gas_used
    );
    let anna = chain.anna.clone();
    let call = || execute(&anna.address, &puppet, NOTHING, &[]);
    let two = chain.send(&anna, vec![call(), call()]);
    let second = two.gas_used - one.gas_used;
    assert!(
        second < one.gas_used / 2,
        "the instance is loaded already: {second}"
    );
}

/// Gas does not depend on whether the code was compiled before.
#[test]
fn w16_gas_is_the_same_with_a_cold_cache() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let tx = chain
        .draft(
            &chain.anna,
            vec![execute(&chain.anna.address, &puppet, NOTHING, &[])],
        )
        .sign();
    let warm = chain
        .ledger
        .execute_block(chain.reader(), &chain.block(), std::slice::from_ref(&tx))
        .unwrap();
    let vm = commons_vm::Vm::new(commons_vm::VmConfig {
        max_instances: 4,
        ..commons_vm::VmConfig::default()
    });
    let config = commons_ledger::LedgerConfig {
        address_prefix: "commons".to_owned(),
    };
    let fresh = commons_ledger::Ledger::new(vm.unwrap(), config);
    let cold = fresh
        .execute_block(chain.reader(), &chain.block(), &[tx])
        .unwrap();
    assert_eq!(warm.results[0].code, 0, "{}", warm.results[0].log);
    assert_eq!(warm, cold);
}

/// An iterator keeps the view it was opened on, and shows no other contract's keys.
#[test]
fn w11_an_iterator_does_not_see_later_writes() {
    let mut chain = Chain::new();
    let code_id = chain.store(SCANNER);
    let scanner = chain.instantiate(code_id, "{}");
    chain.instantiate(code_id, "{}");
    let shown = |key: &str, value: &str| {
        let length = |text: &str| u32::try_from(text.len()).unwrap().to_be_bytes();
        let parts: [&[u8]; 4] = [
            key.as_bytes(),
            &length(key),
            value.as_bytes(),
            &length(value),
        ];
        parts.concat()
    };
    for (msg, key, value) in [
        ("{}", "reply", "{}"),
        ("[]", "seen", "{}"),
        ("7", "seen", "[]"),
    ] {
        let result = chain.execute(&scanner, msg);
        assert_eq!(result.code, 0, "{}", result.log);
        let answer = chain
            .ledger
            .query_raw(&chain.state, &scanner, b"answer")
            .unwrap();
        assert_eq!(answer, Some(shown(key, value)));
    }
}

#[test]
fn all_keys_of_a_contract_can_be_listed() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let other = chain.puppet("{}");
    chain.execute(&puppet, NOTHING);
    let state = chain
        .ledger
        .contract_state(chain.reader(), &puppet)
        .unwrap();
    let keys: Vec<&[u8]> = state.iter().map(|(key, _)| key.as_slice()).collect();
    assert_eq!(keys, [b"env".as_slice(), b"info", b"last", b"reply"]);
    let state = chain.ledger.contract_state(chain.reader(), &other).unwrap();
    assert_eq!(state.len(), 3);
}

/// A proof of ICS-23 cannot say that a value is empty.
#[test]
fn nothing_that_the_ledger_stores_is_empty() {
    use cosmos_sdk_proto::Timestamp;
    use cosmos_sdk_proto::cosmos::feegrant::v1beta1::{BasicAllowance, MsgGrantAllowance};
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    chain.execute(&puppet, NOTHING);
    let sender = chain.anna.address.clone();
    let predictable = chain.by_anna(instantiate2(&sender, 1, b"salt"));
    assert_eq!(predictable.code, 0, "{}", predictable.log);
    let allowance = BasicAllowance {
        expiration: Some(Timestamp {
            seconds: 1_800_000_000,
            nanos: 0,
        }),
        ..BasicAllowance::default()
    };
    let grant = MsgGrantAllowance {
        granter: sender,
        grantee: chain.bert.address.clone(),
        allowance: Some(any("/cosmos.feegrant.v1beta1.BasicAllowance", &allowance)),
    };
    let granted = chain.by_anna(any("/cosmos.feegrant.v1beta1.MsgGrantAllowance", &grant));
    assert_eq!(granted.code, 0, "{}", granted.log);
    let own = |prefix: &[u8]| {
        chain
            .state
            .0
            .keys()
            .filter(|key| key.starts_with(prefix))
            .count()
    };
    assert_eq!(own(b"wasm/\x06"), 2);
    assert_eq!(own(b"wasm/\x09"), 2);
    assert_eq!(own(b"feegrant/\x01"), 1);
    for (key, value) in &chain.state.0 {
        assert!(!value.is_empty(), "{key:?}");
    }
}
