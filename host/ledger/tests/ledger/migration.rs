//! Other code for a contract, and who may give it (C10).

use crate::support::{Chain, MUTE, NOTHING, PUPPET, of_message};
use commons_ledger::TxResult;
use cosmos_sdk_proto::Any;
use cosmos_sdk_proto::cosmwasm::wasm::v1::{MsgClearAdmin, MsgMigrateContract, MsgUpdateAdmin};
use prost::Message;

fn code(result: &TxResult) -> (&str, u32) {
    (&result.codespace, result.code)
}

fn migrate(sender: &str, contract: &str, code_id: u64) -> Any {
    let message = MsgMigrateContract {
        sender: sender.to_owned(),
        contract: contract.to_owned(),
        code_id,
        msg: br#"{"to":"new"}"#.to_vec(),
    };
    Any {
        type_url: "/cosmwasm.wasm.v1.MsgMigrateContract".to_owned(),
        value: message.encode_to_vec(),
    }
}

fn update_admin(sender: &str, contract: &str, new_admin: &str) -> Any {
    let message = MsgUpdateAdmin {
        sender: sender.to_owned(),
        contract: contract.to_owned(),
        new_admin: new_admin.to_owned(),
    };
    Any {
        type_url: "/cosmwasm.wasm.v1.MsgUpdateAdmin".to_owned(),
        value: message.encode_to_vec(),
    }
}

fn clear_admin(sender: &str, contract: &str) -> Any {
    let message = MsgClearAdmin {
        sender: sender.to_owned(),
        contract: contract.to_owned(),
    };
    Any {
        type_url: "/cosmwasm.wasm.v1.MsgClearAdmin".to_owned(),
        value: message.encode_to_vec(),
    }
}

#[test]
fn the_admin_gives_a_contract_other_code_and_the_state_stays() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let mute = chain.store(MUTE);
    let anna = chain.anna.address.clone();
    let result = chain.by_anna(migrate(&anna, &puppet, mute));
    assert_eq!(result.code, 0, "{}", result.log);
    assert_eq!(
        of_message(&result),
        [format!("migrate{{code_id=2,_contract_address={puppet}}}")]
    );
    assert_eq!(
        chain.stored(&puppet, "last").as_deref(),
        Some(r#"{"to":"new"}"#)
    );
    assert_eq!(chain.stored(&puppet, "reply").as_deref(), Some("{}"));
    let info = chain
        .ledger
        .contract_info(&chain.state, &puppet)
        .unwrap()
        .unwrap();
    assert_eq!(info.code_id, 2);
    assert_eq!(
        code(&chain.execute(&puppet, NOTHING)),
        ("wasm", 29),
        "the new code is mute"
    );
    let back = chain.by_anna(migrate(&anna, &puppet, 1));
    assert_eq!(back.code, 0, "{}", back.log);
    let expected = format!(r#"{{"sender":"{anna}","old_migrate_version":null}}"#);
    assert_eq!(
        chain.stored(&puppet, "info"),
        Some(expected),
        "the newer form gets a third argument"
    );
    let index: Vec<&Vec<u8>> = chain
        .state
        .0
        .keys()
        .filter(|key| key.starts_with(b"wasm/\x06"))
        .collect();
    assert_eq!(index.len(), 1, "one entry by code");
    let history = chain
        .state
        .0
        .keys()
        .filter(|key| key.starts_with(b"wasm/\x05"));
    assert_eq!(history.count(), 3);
}

#[test]
fn only_the_admin_migrates_and_only_to_what_exists() {
    let mut chain = Chain::new();
    let puppet = chain.puppet("{}");
    let (anna, bert) = (chain.anna.clone(), chain.bert.clone());
    let by_bert = chain.send(&bert, vec![migrate(&bert.address, &puppet, 1)]);
    assert_eq!(code(&by_bert), ("sdk", 4));
    assert!(
        by_bert.log.ends_with("can not migrate: unauthorized"),
        "{}",
        by_bert.log
    );
    let unknown = chain.by_anna(migrate(&anna.address, &puppet, 9));
    assert_eq!(code(&unknown), ("sdk", 18));
    let nobody = chain.ledger.classic_address(1, 9);
    assert_eq!(
        code(&chain.by_anna(migrate(&anna.address, &nobody, 1))),
        ("sdk", 18)
    );
}

#[test]
fn the_admin_hands_over_or_resigns_for_good() {
    let mut chain = Chain::new();
    let code_id = chain.store(PUPPET);
    let puppet = chain.instantiate(code_id, "{}");
    let (anna, bert) = (chain.anna.clone(), chain.bert.clone());
    let (a, b) = (anna.address.as_str(), bert.address.as_str());
    assert_eq!(
        code(&chain.by_anna(update_admin(a, &puppet, a))),
        ("wasm", 14)
    );
    let result = chain.by_anna(update_admin(a, &puppet, b));
    let expected =
        format!("update_contract_admin{{_contract_address={puppet},new_admin_address={b}}}");
    assert_eq!(of_message(&result), [expected]);
    assert_eq!(code(&chain.by_anna(clear_admin(a, &puppet))), ("sdk", 4));
    let result = chain.send(&bert, vec![clear_admin(b, &puppet)]);
    let expected =
        format!("update_contract_admin{{_contract_address={puppet},new_admin_address=}}");
    assert_eq!(of_message(&result), [expected]);
    for person in [&anna, &bert] {
        let result = chain.send(person, vec![migrate(&person.address, &puppet, code_id)]);
        assert_eq!(code(&result), ("sdk", 4));
    }
}
